"""A supplier at the desk: sees what is due, has a file checked, corrects and sends it, and finds the receipt."""

import io
import re
from datetime import timedelta

import openpyxl
import pytest

from ogp_pipeline.desk import counter, links
from ogp_pipeline.errors import NotFound
from ogp_pipeline.formats import template_layout as layout
from tests.desk.conftest import Served, form, send, upload
from tests.inbox_country import GOOD, UPDATES, lying
from tests.small_country import NOW

WRONG = UPDATES + "XX0001.1,2024-H1,half done,A draft\n"


def test_a_file_is_checked_corrected_sent_and_its_receipt_found(served: Served) -> None:
    client = served.visitor()
    home = client.get("/").text
    assert '<html lang="es">' in home and "Ministerio" in home and "0 de 2 hitos reportados" in home

    wrong = upload(client, "avances.csv", WRONG)
    assert wrong.status_code == 200 and "half done" in wrong.text
    assert "/send" not in wrong.text and lying(served.country) == []

    good = upload(client, "avances.csv", GOOD)
    assert "Enviar este archivo" in good.text and lying(served.country) == []

    sent = send(client, good)
    assert sent.status_code == 200 and "Su archivo se envió" in sent.text
    assert served.country.inbox() == {"avances.csv": GOOD.encode()}

    served.country.collect()
    home = client.get("/").text
    assert "todo reportado: 2 de 2 hitos" in home and "aceptado" in home
    receipt = client.get(re.search(r'href="/entrega(/receipts/[^"]+)"', home)[1])
    assert receipt.status_code == 200 and "2 renglones" in receipt.text and "Volver a la mesa" in receipt.text
    [number] = re.findall(r"R-2024-\d{4}", home)
    assert number in receipt.text


def test_the_receipt_at_the_desk_tells_the_effect_and_that_nothing_is_recorded_yet(served: Served) -> None:
    client = served.visitor()
    before = list(served.country.open().intake.list(""))
    page = upload(client, "avances.csv", GOOD).text
    assert '<h2 id="effect">' in page and "2 renglones" in page and "pulse «Enviar este archivo»" in page
    assert "Solo lo revisamos: todavía no guardamos nada" in page
    assert list(served.country.open().intake.list("")) == before


def test_a_supplier_of_several_tables_downloads_one_workbook(served: Served) -> None:
    client = served.visitor(served.link("plan"))
    home = client.get("/").text
    assert "Un libro con todas las tablas" in home or "One workbook with all tables" in home
    assert "One workbook" not in served.visitor().get("/").text, "there is only one table"
    book = openpyxl.load_workbook(io.BytesIO(client.get("/template?languages=all").content))
    properties = {item.name: item.value for item in book.custom_doc_props.props}
    assert set(layout.tables_by_sheet(properties).values()) == {"commitments", "milestones"}


def test_a_corrected_copy_says_how_many_things_are_left(served: Served) -> None:
    client, two_wrong = served.visitor(), WRONG + "XX0001.2,2024-H1,half done,A law\n"
    assert "Todavía por corregir" not in upload(client, "avances.csv", two_wrong).text
    assert "Todavía por corregir: 1 de 2." in upload(client, "avances.csv", WRONG).text
    assert "Todavía por corregir" not in upload(client, "otro.csv", WRONG).text
    assert "Todavía por corregir" not in upload(client, "avances.csv", GOOD).text


def test_a_file_of_the_same_name_is_laid_beside_the_one_that_waits(served: Served) -> None:
    client = served.visitor()
    for content in (GOOD, GOOD + "\n"):
        send(client, upload(client, "avances.csv", content))
    assert served.country.inbox() == {"avances.csv": GOOD.encode(), "avances (2).csv": (GOOD + "\n").encode()}


def test_a_draft_is_sent_once_however_often_the_button_is_pressed(served: Served) -> None:
    client = served.visitor()
    checked = upload(client, "avances.csv", GOOD)
    assert send(client, checked).status_code == 200
    assert send(client, checked).status_code == 404
    assert lying(served.country) == ["avances.csv"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../programme.yaml", "_.._programme.yaml"),
        (".oculto.csv", "oculto.csv"),
        ("avances.csv.part", "file avances.csv"),
        ("C:\\datos\\avances.csv", "avances.csv"),
        ("receipts", "file receipts"),
    ],
)
def test_no_name_leads_out_of_the_inbox_or_hides_in_it(served: Served, name: str, kept: str) -> None:
    client = served.visitor()
    send(client, upload(client, name, GOOD))
    assert list(served.country.inbox()) == [kept]


def test_the_page_is_there_in_every_language(served: Served) -> None:
    client = served.visitor()
    for code, words in (("en", "What is due"), ("fr", "Ce qui est attendu"), ("es", "Qué se espera")):
        home = client.get(f"/language/{code}").text
        assert f'<html lang="{code}">' in home and words in home
    client.get("/language/fr")
    assert "Corrigez" in upload(client, "avances.csv", WRONG).text
    assert client.get("/language/xx").status_code == 404


def test_who_changes_the_language_of_a_receipt_still_sees_it(served: Served) -> None:
    client = served.visitor()
    for checked in (upload(client, "avances.csv", WRONG), upload(client, "avances.csv", GOOD)):
        [french] = re.findall(r'href="/entrega(/language/fr[^"]*)"', checked.text)
        again = client.get(french)
        assert again.url.path == checked.url.path and '<html lang="fr">' in again.text
        assert "Guichet" in again.text and "avances.csv" in again.text
    for elsewhere in ("https://example.org/", "//example.org/receipts/x/", "/receipts/../leave/", "/drafts/x/send"):
        assert client.get("/language/en", params={"place": elsewhere}).url.path == "/entrega/"


def test_what_was_checked_and_not_sent_is_found_again_until_it_is_sent(served: Served) -> None:
    client, heading = served.visitor(), "Revisados, aún sin enviar"
    assert heading not in client.get("/").text
    upload(client, "avances.csv", WRONG)
    assert "1 cosa por corregir" in client.get("/").text
    checked = upload(client, "avances.csv", GOOD)
    home = client.get("/").text
    assert home.count("/drafts/") == 1 and f'href="{checked.url.path}"' in home, "the newest of that name alone"
    assert heading in home and "se puede enviar" in home and "/drafts/" not in served.visitor().get("/").text
    send(client, checked)
    assert heading not in client.get("/").text


def test_a_template_of_the_own_tables_can_be_fetched_and_no_other(served: Served) -> None:
    client = served.visitor(served.link("plan"))
    made = client.get("/template", params={"table": "milestones"})
    assert made.status_code == 200 and made.content[:2] == b"PK"
    assert made.headers["content-disposition"].startswith("attachment; filename*=UTF-8''milestones_forum")
    assert client.get("/template", params={"table": "updates", "period": "2024-H1"}).status_code == 404


def test_the_marked_copy_of_a_checked_workbook_can_be_fetched(served: Served) -> None:
    client = served.visitor(served.link("plan"))
    made = client.get("/template", params={"table": "milestones"}).content
    checked = upload(client, "plan.xlsx", made)
    assert checked.status_code == 200
    copies = re.findall(r'href="([^"]+\.xlsx)"', checked.text)
    for name in copies:
        assert client.get(f"{checked.url.path.removeprefix('/entrega')}{name}").content[:2] == b"PK"
    assert client.get(f"{checked.url.path.removeprefix('/entrega')}other.xlsx").status_code == 404


class TestWhoMay:
    """Nobody without a link that works, and nobody beyond it."""

    @pytest.mark.parametrize("path", ["/", "/drafts/x/", "/receipts/x/", "/template?table=updates"])
    def test_nothing_is_shown_to_strangers(self, served: Served, path: str) -> None:
        answer = served.client().get(path, headers={"accept-language": "fr-FR, en;q=0.5"})
        assert answer.status_code == 401 and "Ouvrez votre lien personnel" in answer.text

    def test_who_is_not_let_in_reads_whom_to_ask_in_any_language(self, served: Served) -> None:
        contact = served.country.open().programme.contact
        answer = served.client().get("/language/es", headers={"accept-language": "fr"})
        assert answer.status_code == 401 and "Abra su enlace personal" in answer.text
        assert (
            f"Pregunte a: {contact.name.get('es')}" in answer.text and str(contact.email or contact.url) in answer.text
        )

    def test_a_made_up_or_changed_link_opens_nothing(self, served: Served) -> None:
        good = served.entrance(served.link())
        changed = good[:-2] + ("A" if good[-2] != "A" else "B") + good[-1]  # two bits of the last letter say nothing
        for bad in (changed, "/enter/x", "/enter/" + "0" * 24):
            client = served.client()
            assert client.get(bad).status_code == 401
            assert client.get("/").status_code == 401

    def test_a_link_that_is_over_or_revoked_ends_the_visit(self, served: Served) -> None:
        first, second = served.link(), served.link()
        over, out = served.visitor(first), served.visitor(second)
        links.revoke(served.country.open().intake, NOW, beginning=second.id)
        assert out.get("/").status_code == 401
        assert over.get("/").status_code == 200
        served.now = NOW + timedelta(days=8)
        assert over.get("/").status_code == 401

    def test_a_cookie_that_was_changed_is_none(self, served: Served) -> None:
        client = served.visitor()
        value = client.cookies["ogp-desk"]
        client.cookies.clear()
        client.cookies.set("ogp-desk", value[:-2] + "xx", domain="desk.example.org", path="/entrega/")
        assert client.get("/").status_code == 401

    def test_a_supplier_reads_and_writes_nothing_of_another(self, served: Served) -> None:
        agency, forum = served.visitor(), served.visitor(served.link("plan"))
        send(agency, upload(agency, "avances.csv", GOOD))
        served.country.collect()
        receipt = re.search(r"(/receipts/[^/]+/)", agency.get("/").text)[1]
        assert agency.get(receipt).status_code == 200
        assert forum.get(receipt).status_code == 404
        checked = upload(agency, "avances.csv", GOOD)
        draft = checked.url.path.removeprefix("/entrega")
        assert forum.get(draft).status_code == 404
        proof = form(forum.get("/").text)
        assert forum.post(f"{draft}send", data={"form": proof}).status_code == 404
        assert agency.get(draft).status_code == 200

    @pytest.mark.parametrize("name", ["..", "../forum/x", "../../ledger/000001", "", ".xlsx"])
    def test_a_receipts_name_leads_nowhere_else(self, served: Served, name: str) -> None:
        workspace = served.country.open()
        source = links.inbox_of(workspace.programme, "updates")
        with pytest.raises(NotFound):
            counter.receipt_page(workspace, source, name, "en")
        with pytest.raises(NotFound):
            counter.receipt_copy(workspace, source, name, f"{name}.xlsx")
        with pytest.raises(NotFound):
            counter.receipt_copy(workspace, source, "x", name)


class TestForms:
    """What another page sends does nothing."""

    def test_a_form_without_our_proof_or_with_another_visits_does_nothing(self, served: Served) -> None:
        link = served.link()
        client, other = served.visitor(link), served.visitor(link)
        for proof in ("", "x", form(other.get("/").text)):
            assert upload(client, "avances.csv", GOOD, proof).status_code == 403
        checked = upload(client, "avances.csv", GOOD)
        path = checked.url.path.removeprefix("/entrega")
        assert client.post(f"{path}send", data={"form": "x"}).status_code == 403
        assert client.post("/leave").status_code == 403
        assert lying(served.country) == [] and client.get("/").status_code == 200

    @pytest.mark.parametrize("header", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}])
    def test_a_form_from_elsewhere_is_refused_whatever_it_brings(self, served: Served, header: dict[str, str]) -> None:
        client = served.visitor()
        assert upload(client, "avances.csv", GOOD, **header).status_code == 403

    def test_reading_an_address_never_sends(self, served: Served) -> None:
        client = served.visitor()
        checked = upload(client, "avances.csv", GOOD)
        assert client.get(f"{checked.url.path.removeprefix('/entrega')}send").status_code in (404, 405)
        assert lying(served.country) == []

    def test_leaving_forgets_the_visit_and_not_the_link(self, served: Served) -> None:
        link = served.link()
        client = served.visitor(link)
        assert client.post("/leave", data={"form": form(client.get("/").text)}).status_code == 401
        assert client.get(served.entrance(link)).status_code == 200


class TestLimits:
    """So large, so often, so many at a time."""

    def test_a_file_that_is_too_large_is_refused_with_the_limit(self, served: Served) -> None:
        served.country.edit("read: {kind: csv}, rhythm_days: 30", "read: {kind: csv}, limits: {file_mb: 1}")
        client = served.visitor()
        answer = upload(client, "avances.csv", b"x" * (3 << 20))
        assert answer.status_code == 413 and "1 MB" in answer.text

    def test_a_body_that_does_not_say_its_length_is_counted(self, served: Served) -> None:
        served.country.edit("read: {kind: csv}, rhythm_days: 30", "read: {kind: csv}, limits: {file_mb: 1}")
        client = served.visitor()
        kind = {"content-type": "multipart/form-data; boundary=x"}
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        answer = client.post("/check", content=iter([head, *[b"y" * (1 << 18)] * 12]), headers=kind)
        assert answer.status_code == 413

    def test_after_so_many_files_in_an_hour_one_waits(self, served: Served) -> None:
        client = served.visitor()
        codes = [upload(client, "avances.csv", GOOD).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 200, 429]
        last = upload(client, "avances.csv", GOOD)
        assert last.headers["retry-after"] == "3600" and "60 minutos" in last.text
        served.now = NOW + timedelta(hours=1)
        assert upload(client, "avances.csv", GOOD).status_code == 200

    def test_who_tries_many_links_waits(self, served: Served) -> None:
        client = served.client()
        codes = [client.get(f"/enter/{n}").status_code for n in range(31)]
        assert codes[:30] == [401] * 30 and codes[30] == 429

    def test_one_file_of_a_link_is_checked_at_a_time(self, served: Served) -> None:
        link = served.link()
        client = served.visitor(link)
        with served.desk.places.taken(link.id):
            busy = upload(client, "avances.csv", GOOD)
        assert busy.status_code == 503 and busy.headers["retry-after"] == "60"
        assert upload(client, "avances.csv", GOOD).status_code == 200

    def test_a_draft_ends_after_some_hours_and_a_link_has_a_few(self, served: Served) -> None:
        served.country.edit("files_per_hour: 4", "files_per_hour: 100")
        served.__post_init__()
        client = served.visitor()
        pages = [upload(client, "avances.csv", GOOD).url.path.removeprefix("/entrega") for _ in range(6)]
        assert [client.get(page).status_code for page in pages] == [404, 200, 200, 200, 200, 200]
        served.now = NOW + timedelta(hours=13)
        last = upload(client, "avances.csv", GOOD).url.path.removeprefix("/entrega")
        assert [client.get(page).status_code for page in (*pages, last)] == [404] * 6 + [200]
        assert len(list(served.drafts.glob("*/*"))) == 1


def test_no_choice_of_a_file_is_told(served: Served) -> None:
    client = served.visitor()
    answer = client.post("/check", data={"form": form(client.get("/").text)}, files={"file": ("", b"")})
    assert answer.status_code == 400 and "No eligió ningún archivo" in answer.text


def test_every_answer_forbids_scripts_frames_other_hosts_and_copies(served: Served) -> None:
    client = served.visitor()
    checked = upload(client, "avances.csv", WRONG)
    answers = [client.get("/"), checked, served.client().get("/"), client.get("/nowhere"), client.get("/style.css")]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'") and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
        assert answer.headers["cache-control"] == "no-store" and answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"] and answer.headers["referrer-policy"] == "same-origin"
        assert "<script" not in answer.text and "style=" not in answer.text
    assert "'sha256-" in checked.headers["content-security-policy"]


def test_the_cookie_is_the_browsers_alone(served: Served) -> None:
    answer = served.client().get(served.entrance(served.link()), follow_redirects=False)
    kept = answer.headers["set-cookie"]
    assert answer.status_code == 303 and answer.headers["location"] == "/entrega/"
    assert all(part in kept for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/entrega/", "Max-Age=604800"))


def test_what_a_file_holds_is_text_on_the_page(served: Served) -> None:
    page = upload(served.visitor(), "<b>x</b>.csv", UPDATES + "<script>alert(1)</script>,2024-H1,complete,x\n").text
    assert "<script" not in page and "&lt;script&gt;" in page and "<b>x</b>" not in page


def test_a_mistake_in_the_programme_file_leaves_the_last_right_one(served: Served) -> None:
    client = served.visitor()
    served.country.edit("kind: inbox, path: inbox/agency", "kind: inbex, path: inbox/agency")
    assert client.get("/").status_code == 200
    served.country.edit("kind: inbex, path: inbox/agency, settle_seconds: 0", "kind: folder, path: inbox/agency")
    assert client.get("/").status_code == 401  # the source is no inbox any more


@pytest.mark.parametrize(
    ("name", "files", "lies"),
    [
        ("updates may.csv", ["updates*.csv"], "updates may.csv"),
        ("Informe mayo.csv", ["updates*.csv"], "updates Informe mayo.csv"),
        ("Informe.CSV", ["*.xlsx", "updates*.csv"], "updates Informe.csv"),
        ("Libro.XLSX", ["*.xlsx"], "Libro.xlsx"),
        ("Informe.csv", ["updates.csv"], "Informe.csv"),
    ],
)
def test_what_is_sent_lies_in_the_inbox_under_a_name_that_its_source_takes(
    name: str, files: list[str], lies: str
) -> None:
    assert counter.name_taken(name, files) == lies
