"""Mail, through a real server: receipts, reminders, the digest; each once, whatever breaks."""

import json
import re
import socket
from datetime import date, timedelta
from pathlib import Path

import pytest

from ogp_pipeline.cli.app import main
from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.i18n.palette import SHADES
from ogp_pipeline.mail import post, reminders
from ogp_pipeline.mail.letters import Block, Letter
from ogp_pipeline.mail.outbox import Outbox, State
from ogp_pipeline.mail.post import Posted
from ogp_pipeline.programme.model import Period
from ogp_pipeline.runs import receipt_list
from ogp_pipeline.runs.due_reports import DueReport, Unreported
from tests.inbox_country import GOOD, UPDATES, InboxCountry
from tests.mail.conftest import Postman
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import NOW

PRESS, SECOND, SECRETARIAT = "press@ministry.example", "second@ministry.example", "secretariat@example.org"
WRONG = UPDATES + "XX0001.1,2024-H1,half done,A draft\n"


def sent(country: InboxCountry, days: float = 0) -> Posted:
    return post.send_due(country.open(), NOW + timedelta(days=days))


def subjects(postman: Postman, address: str) -> list[str]:
    return [mail["Subject"] for mail in postman.to(address)]


def deliver(country: InboxCountry, content: str, days: float = 0) -> None:
    country.drop("avances.csv", content)
    country.collect(NOW + timedelta(days=days))


def states(country: InboxCountry) -> dict[tuple[str, str], State]:
    return {(one.kind, one.to): one.state for one in Outbox(country.open().intake).listed()}


def test_a_receipt_is_mailed_once_to_each_address_with_number_problem_remedy_desk_and_contact(
    country: InboxCountry, postman: Postman
) -> None:
    deliver(country, WRONG)
    sent(country)
    [mail] = [mail for mail in postman.to(PRESS) if mail["Subject"].startswith("R-2024-")]
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert re.match(r"R-2024-000[1-5] · 1 cosa por corregir", mail["Subject"])
    for part in (text, html):
        assert "avances.csv" in part and "half done" in part and "not_started" in part
        assert "https://desk.example.org/receipts/" in part and "¿Tiene dudas?" in part
    assert mail["From"].addresses[0].addr_spec == "forum@example.org" and mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "es" and '<html lang="es">' in html
    dark = html.partition("@media (prefers-color-scheme: dark)")[2]
    assert f"background: {SHADES['dark']['paper']} !important" in dark
    assert f"background:{SHADES['light']['paper']}" in dark  # the usual, for programs that know no other
    assert subjects(postman, SECOND) == subjects(postman, PRESS)
    before = len(postman.mails)
    assert sent(country).is_silent and len(postman.mails) == before


def test_a_receipt_from_before_its_supplier_spoke_another_language_is_mailed_in_one_that_it_has(
    country: InboxCountry, postman: Postman
) -> None:
    deliver(country, WRONG)
    path = next(path for path in (country.folder / "var/private/receipts/agency").glob("*.json"))
    document = json.loads(path.read_text(encoding="utf-8"))
    for told in (document["summary"], document["next"]):
        del told["es"]
    path.write_text(json.dumps(document), encoding="utf-8")
    sent(country)
    [mail] = [mail for mail in postman.to(PRESS) if mail["Subject"].startswith("R-2024-")]
    assert "1 thing to correct" in mail["Subject"] and mail["Content-Language"] == "en"


def test_nothing_is_sent_until_it_is_switched_on_and_then_nothing_old(country: InboxCountry, postman: Postman) -> None:
    country.edit("send: true", "send: false")
    deliver(country, WRONG)
    assert sent(country).is_silent and postman.mails == []
    country.edit("send: false", "send: true")
    sent(country, days=3)
    assert [one for one in subjects(postman, PRESS) if one.startswith("R-")] == []


def test_who_has_not_reported_is_reminded_before_and_after_the_day_and_nobody_else(
    country: InboxCountry, postman: Postman
) -> None:
    country.edit("due: 2024-07-15", "due: 2024-07-28")
    for days in (0, 4, 4, 8, 13, 15, 16, 18, 19, 20, 25, 40):  # 18, 14, 14, 10, 5, 3, 2, 0 before; 1, 2, 7, 22 after
        sent(country, days)
    told = subjects(postman, PRESS)
    assert told == [
        "Informe «2024-H1»: quedan 14 días",
        "Informe «2024-H1»: quedan 3 días",
        "Informe «2024-H1»: 1 día de retraso",
        "Informe «2024-H1»: 7 días de retraso",
    ]
    text = postman.to(PRESS)[2].get_body(("plain",)).get_content()
    assert "28 de julio de 2024" in text and "0 de 2 hitos reportados" in text
    for mail in (postman.to(PRESS)[0], postman.to(PRESS)[2]):  # before the day, and after it
        text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        named = ["Faltan 2 hitos por reportar:", "* XX0001.1 · Publish the draft", "* XX0001.2 · Publish the law", ""]
        assert "\n".join(named) in text.replace("\r\n", "\n")
        assert ">XX0001.1 · Publish the draft</li>" in html and "XX0002.1" not in text + html  # another's


@pytest.mark.parametrize(
    ("language", "told", "others"),
    [
        ("es", "Faltan 13 hitos por reportar:", "y 3 más"),
        ("en", "13 milestones wait for your report:", "and 3 more"),
        ("fr", "13 jalons restent à renseigner\u00a0:", "et 3 autres"),
    ],
)
def test_a_reminder_names_ten_milestones_and_counts_the_others(language: str, told: str, others: str) -> None:
    waiting = tuple(Unreported(f"XX.{number}", f"Long {'title ' * 40}") for number in range(13))
    days = {"starts": date(2024, 1, 1), "ends": date(2024, 6, 30), "due": date(2024, 7, 15)}
    report = DueReport(Period(id="2024-H1", **days), 3, 0, 13, waiting)
    paragraph, *items = reminders._unreported(report, language)
    assert (paragraph.text, items[-1].text, len(items)) == (told, others, 11)
    assert items[0].text.startswith("XX.0 · Long title") and items[0].text.endswith("…") and len(items[0].text) < 110


def test_who_has_reported_is_left_in_peace_and_reads_what_to_check(country: InboxCountry, postman: Postman) -> None:
    deliver(country, GOOD.replace("in_progress", "complete"))
    for days in (0, 2, 6, 13):
        sent(country, days)
    [mail] = [mail for mail in postman.to(PRESS) if "2 renglones recibidos, 1 cosa por revisar" in mail["Subject"]]
    assert [subject for subject in subjects(postman, PRESS) if not subject.startswith("R-")] == []
    told = mail.get_body(("plain",)).get_content()
    assert "\nPor revisar" in told and "* avances.csv, línea 2: «status» (Estado) dice que esto está cumplido" in told


def test_the_secretariat_gets_one_digest_of_each_day_that_has_something(
    country: InboxCountry, postman: Postman
) -> None:
    sent(country, -1)
    deliver(country, WRONG)
    sent(country, 0.1)
    sent(country, 1)
    sent(country, 1.2)
    [mail] = postman.to(SECRETARIAT)
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "Plans: summary of 10 July 2024"
    assert re.search(r"R-2024-000[1-5] · Ministry · avances.csv · rejected", text)
    sent(country, 7)
    last = postman.to(SECRETARIAT)[-1].get_body(("plain",)).get_content()
    assert "Ministry · 2024-H1 · 0 of 2 milestones reported · 2 days late" in last


def test_a_server_that_is_down_harms_nothing_is_told_and_tried_again(country: InboxCountry, postman: Postman) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        down = nobody.getsockname()[1]
    port = country.open().programme.mail.server.port
    country.edit(f"port: {port},", f"port: {down},")
    deliver(country, WRONG)
    posted = sent(country)
    assert "could not be reached" in posted.trouble and str(down) in posted.trouble
    country.edit(f"port: {down},", f"port: {port},")
    assert sent(country).trouble == "" and len(postman.to(PRESS)) == 1
    assert set(states(country).values()) == {State.SENT}


def test_what_the_server_puts_off_goes_out_later_and_what_it_refuses_does_not(
    country: InboxCountry, postman: Postman
) -> None:
    deliver(country, GOOD)
    postman.refused.add(SECOND)
    postman.answers = ["451 try later"]
    posted = sent(country)
    assert [one.state for one in posted.unsent] == [State.FAILED, State.GIVEN_UP] and posted.trouble == ""
    assert "no such mailbox" in posted.unsent[1].reason
    again = sent(country)
    assert [one.to for one in again.sent] == [PRESS] and again.unsent == []
    assert states(country) == {("receipt", PRESS): State.SENT, ("receipt", SECOND): State.GIVEN_UP}


def test_what_may_have_gone_out_is_not_sent_again_and_is_told(country: InboxCountry, postman: Postman) -> None:
    deliver(country, GOOD)
    postman.answers = ["hang up"]
    posted = sent(country)
    assert [one.state for one in posted.unsent] == [State.DOUBTFUL]
    assert sent(country).is_silent and len(postman.to(PRESS)) == 0 and len(postman.to(SECOND)) == 1
    sent(country, 1)
    assert PRESS in postman.to(SECRETARIAT)[0].get_body(("plain",)).get_content()


def test_a_mail_whose_process_died_is_in_doubt_and_one_that_is_being_sent_is_left(country: InboxCountry) -> None:
    outbox = Outbox(country.open().intake)
    letter = Letter("receipt", "x", PRESS, "es", "R", (Block("paragraph", "x"),))
    assert outbox.claim(letter, NOW) is not None
    assert outbox.claim(letter, NOW) is None and states(country)["receipt", PRESS] is State.SENDING
    assert outbox.claim(letter, NOW + timedelta(hours=2)) is None
    assert states(country)["receipt", PRESS] is State.DOUBTFUL


def test_two_runs_at_once_claim_a_mail_once(country: InboxCountry) -> None:
    letter = Letter("receipt", "x", PRESS, "es", "R", (Block("paragraph", "x"),))
    first, second = (Outbox(country.open().intake) for _ in range(2))
    claimed = first.claim(letter, NOW)
    first.settle(letter, claimed, State.FAILED, NOW, "451")
    assert [one is None for one in (second.claim(letter, NOW), first.claim(letter, NOW))] == [False, True]


def test_a_preview_sends_nothing_and_is_what_would_be_sent(
    country: InboxCountry, postman: Postman, tmp_path: Path
) -> None:
    deliver(country, WRONG)
    paths = post.preview(country.open(), tmp_path / "preview", NOW)
    assert postman.mails == [] and len(paths) == 2 and states(country) == {}
    assert b"half done" in paths[0].read_bytes()
    sent(country)
    assert len(postman.mails) == 2


def test_words_of_a_file_are_text_in_a_mail(country: InboxCountry, postman: Postman) -> None:
    deliver(country, UPDATES + "<img src=x>,2024-H1,<b>done</b>,x\n")
    sent(country)
    html = postman.to(PRESS)[0].get_body(("html",)).get_content()
    assert "<img" not in html and "<b>" not in html and "&lt;b&gt;" in html


def test_a_receipt_is_found_by_the_number_in_its_mail(country: InboxCountry, postman: Postman) -> None:
    deliver(country, WRONG)
    sent(country)
    number = subjects(postman, PRESS)[0].split(" ")[0]
    found, document = receipt_list.find(country.open(), number)
    assert found.files == ("avances.csv",) and document["verdict"] == "rejected"


def test_the_commands_list_what_was_sent_and_refuse_while_mail_is_off(
    country: InboxCountry, postman: Postman, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(country, WRONG)
    sent(country)
    with pytest.raises(SystemExit) as ended:
        main(["mail", "list", str(country.folder), "--json"])
    listed = json.loads(capsys.readouterr().out)
    assert ended.value.code == 0 and {(one["to"], one["state"]) for one in listed} == {
        (PRESS, "sent"),
        (SECOND, "sent"),
    }
    country.edit("send: true", "send: false")
    with pytest.raises(SystemExit) as ended:
        main(["mail", "send", str(country.folder)])
    assert ended.value.code == 2 and "mail is off" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("security: none", "security: none, user: forum", "never sent in the clear"),
        ("secretariat@example.org", "nobody", "is not an e-mail address"),
        ("from: forum@example.org", "from: fóro@example.org", "plain ASCII"),
    ],
)
def test_a_mistake_in_the_settings_is_told(country: InboxCountry, old: str, new: str, told: str) -> None:
    country.edit(old, new)
    with pytest.raises(ProgrammeError, match=told):
        country.open()
