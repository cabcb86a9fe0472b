"""The command line: what it prints, how it exits, and that its documentation is true."""

import errno
import io
import json
import os
import re
import sys
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from xlsxwriter.exceptions import FileCreateError

from ogp_pipeline.cli import app, ogp, views_run, views_status
from ogp_pipeline.cli.options import GROUPS
from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake import ledger
from ogp_pipeline.publishing import expiry, signing, signing_key
from ogp_pipeline.publishing.expiry import Expiry
from ogp_pipeline.runs import templating
from ogp_pipeline.runs.outcomes import Unchanged
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.status import SourceStatus
from ogp_pipeline.upkeep import doctor
from tests.cli.test_narrow import misfits
from tests.every import for_every
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import FILES, SmallCountry, build, corrected_once, linked, published_once

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = get_command(app.app).commands  # type: ignore[attr-defined]
HEAD = "milestone_id,period_id,status,progress_en\n"
BAD = HEAD + "XX0001.1,2024-H1,No Trackab,x\n"
THAT_DAY = ("--as-of", "2024-07-10")  # of the newest release: else each run would publish one of today


def call(*arguments: str | Path) -> int:
    """Run ``ogp`` with these arguments; its exit code."""
    with pytest.raises(SystemExit) as left:
        app.main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


@pytest.fixture(autouse=True)
def unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine has set."""
    monkeypatch.delenv("OGP_SIGNING_KEY", raising=False)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases: the second corrects one status. Nothing below changes it."""
    return linked(corrected_once(), tmp_path_factory.mktemp("published") / "country").folder


@pytest.fixture
def country(tmp_path: Path) -> SmallCountry:
    """The same, of the test's own."""
    return linked(corrected_once(), tmp_path / "copy")


def test_run_says_how_it_ended_and_where_to_look(
    country: SmallCountry, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run that made its second release is repeated, which says the same and costs nothing."""
    country.edit("https://data.example.org", "https://datos.gob.mx")
    monkeypatch.setattr(uuid, "uuid4", lambda: "second")
    assert call("run", country.folder, *THAT_DAY) == 0
    said = capsys.readouterr().out
    assert "Published" in said and "1.0.1" in said and "only an example" not in said
    start_page = country.folder / "var/public/index.html"
    assert str(start_page) in said and start_page.is_file()


def test_an_address_that_is_only_an_example_is_named_at_every_run(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("run", country.folder, *THAT_DAY) == 0
    assert "https://data.example.org, which is only an example" in capsys.readouterr().out


def test_run_as_json_is_one_document(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("run", country.folder, *THAT_DAY, "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["outcome"]["name"] == "Unchanged" and record["outcome"]["exit_code"] == 0
    assert {source["state"] for source in record["sources"]} == {"same"}


def test_a_dry_run_ends_as_a_run_and_names_the_folder_to_look_at(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    country.write("agency/updates.csv", BAD)
    assert call("run", country.folder, *THAT_DAY, "--dry-run", "--preview", tmp_path / "preview") == 4
    said = capsys.readouterr().out
    assert "Dry run" in said and str(tmp_path / "preview/site/index.html") in said
    assert call("run", country.folder, "--preview", tmp_path / "preview") == 2


def test_a_rejected_file_gives_exit_code_4_and_its_receipt(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    country.write("agency/updates.csv", BAD)
    assert call("run", country.folder, *THAT_DAY) == 4
    said = capsys.readouterr().out
    assert "Rejected" in said and "receipts/agency/" in said


def test_one_unknown_word_in_many_rows_is_told_once_with_its_count_and_first_places(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"XX000{n % 2 + 1}.1,2024-H1,Delayed,x\n" for n in range(40))
    country.write("agency/updates.csv", HEAD + rows)
    assert call("run", country.folder, *THAT_DAY) == 4
    said = capsys.readouterr().out
    assert said.count("“Delayed”") == 1 and "40 × " in said
    assert "line 2 and 39 more, such as in lines 3, 4" in said
    call("check", country.folder / "inbox/agency/updates.csv", "--as", "agency", "-p", country.folder, "--lang", "en")
    assert capsys.readouterr().out.count("“Delayed”") == 1


def test_many_silent_sources_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    every = [SourceResult(f"source-{number}", "forum", "nothing") for number in range(72)]
    views_run._show_silent(every, "en", beginning=False)
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("Nothing received from 72 sources: source-0, ") and line.endswith("source-7 and 64 more")


def test_status_tells_many_silent_sources_in_one_line_and_each_if_it_is_verbose(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quiet = [SourceStatus(f"source-{number}", 0, 0, None, None) for number in range(41)]
    telling = [SourceStatus("late", 0, 0, None, 9), SourceStatus("waiting", 0, 0, None, None, 2)]
    views_status._show_sources([*quiet, *telling], "en", every=False)
    *table, line = capsys.readouterr().out.splitlines()
    assert "source-" not in "".join(table) and "late" in table[1] and "waiting" in "".join(table)
    assert line.startswith("No delivery accepted yet from 41 sources: source-0, ")
    assert line.endswith("source-7 and 33 more (`ogp status --verbose` shows all)")
    views_status._show_sources([*quiet, *telling], "en", every=True)
    assert capsys.readouterr().out.count("source-") == 41


def test_in_spanish_run_status_and_check_hold_no_english_word(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    country.write("agency/updates.csv", BAD)
    file = tmp_path / "updates.csv"
    file.write_text(BAD, encoding="utf-8")
    call("run", country.folder, *THAT_DAY, "--lang", "es")
    call("status", country.folder, "--lang", "es")
    call("check", file, "--as", "agency", "-p", country.folder, "--lang", "es")
    said = capsys.readouterr().out
    assert "Rechazado" in said and "1 envío rechazado" in said and "última corrida" in said
    english = r"source|problems?|rows?|release|version|as of|deliver\w+|last|run|of|published|rejected|days?"
    assert not re.findall(rf"\b(?:{english})\b", re.sub(r"\S*/\S*|`[^`]*`", "", said))


def test_a_rollback_is_told_in_both_languages(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    why = "Se recibió el archivo de otro plan."
    assert call("rollback", "1.0.0", "--reason", why, "-p", country.folder, "--lang", "es") == 0
    said = capsys.readouterr().out
    assert "La versión 1.0.2 vuelve a decir" in said and "1.0.1" in said
    assert call("rollback", "1.0.0", "--reason", why, "-p", country.folder, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"to": "1.0.0", "version": None, "undone": []}
    assert call("releases", country.folder, "--lang", "es") == 0
    assert f"vuelve a 1.0.0: {why}" in capsys.readouterr().out
    assert call("run", country.folder, "--as-of", "2024-07-10", "--lang", "es") == 0
    assert f"retenido porque se revirtió: {why}" in capsys.readouterr().out
    assert call("rollback", "9.9.9", "--reason", why, "-p", country.folder) == 2


def test_what_a_killed_publisher_left_is_listed_then_removed(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("gc", country.folder, "--lang", "es") == 0
    assert "Nada que retirar" in capsys.readouterr().out
    left = country.folder / "var/public/data/20240301T120000Z-0011223344556677/plan/x.csv"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")
    assert call("gc", country.folder) == 0
    said = capsys.readouterr().out
    assert "data/20240301T120000Z-0011223344556677/plan/x.csv" in said and "--delete" in said and left.exists()
    assert call("gc", country.folder, "--delete", "--json") == 0
    removed = json.loads(capsys.readouterr().out)
    assert removed["removed"] and (country.folder / "var/public" / removed["tombstone"]).is_file()
    assert not left.exists() and call("verify", country.folder / "var/public") == 0


def test_in_spanish_diff_trace_reproduce_and_repair_hold_no_english_word(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    here = ("-p", country.folder, "--lang", "es")
    assert call("diff", "1.0.0", "1.0.1", "--table", "updates", "--limit", "0", *here) == 0
    assert call("trace", "updates", "XX0001.1/2024-H1", "status", *here) == 0
    assert call("trace", "metrics", "milestone_completion/XX-1/2024-H1/plan/XX-1/complete", *here) == 0
    assert call("reproduce", "1.0.0", *here) == 0
    assert call("repair", country.folder, "--lang", "es") == 0
    said = capsys.readouterr().out
    assert "y 1 renglón más" in said and "línea 2" in said and "se cuentan: 1" in said and "Nada que reparar" in said
    english = r"rows?|more|line|counted|known|from|release|files?|rebuilt|published|nothing|added|changed|removed"
    assert not re.findall(rf"\b(?:{english})\b", re.sub(r"--\S+|\S*/\S*|`[^`]*`", "", said))


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_a_number_is_traced_in_one_screen_and_all_of_it_on_demand(
    country: SmallCountry, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    key = "milestone_completion/XX-1/2024-H1/plan/XX-1/complete"
    asked = ("trace", "metrics", key, "-p", country.folder, "--lang", language)
    assert call(*asked) == 0
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) <= 20
    assert [line for line in shown[1:] if len(line) > 80] == []
    assert "1" in shown[1] and "3" in shown[1] and "33 %" in shown[1]
    assert any("updates.csv" in line for line in shown)
    assert call(*asked, "--all") == 0
    assert "XX0001.1,2024-H1,complete,Out." in capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_what_commands_list_fits_80_columns(
    published: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(views_run.OUT, "width", 80)
    for command in ("status", "releases", "receipts", "quarantine", "held"):
        assert call(command, published, "--lang", language) == 0
    assert call("schema", "milestones", "--lang", language) == 0
    assert misfits(capsys.readouterr().out.splitlines()) == []


def test_init_then_run_receives_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("init", tmp_path / "mx", "--country", "MX", "--lang", "es") == 0
    assert call("run", tmp_path / "mx") == 3
    said = capsys.readouterr().out
    assert "Nada recibido" in said and "Todavía nada de 9 fuentes" in said, "in the language of the programme"
    assert "No se recibió nada" not in said
    assert call("run", tmp_path / "mx", "--lang", "en") == 3
    assert "NothingReceived" in capsys.readouterr().out
    assert call("init", tmp_path / "mx", "--country", "MX") == 2
    assert "already there" in capsys.readouterr().err


def test_mistakes_in_the_programme_file_give_exit_code_2(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    path = country.folder / "programme.yaml"
    path.write_text(path.read_text().replace("scale: us-nap5", "scale: none"), encoding="utf-8")
    assert call("run", country.folder) == 2
    assert "programme.yaml:11" in capsys.readouterr().err


def test_going_back_in_time_is_refused(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("run", country.folder, "--as-of", "2024-01-15", "--json") == 1
    outcome = json.loads(capsys.readouterr().out)["outcome"]
    assert outcome["name"] == "Failed" and "would turn back" in outcome["reason"]


@pytest.mark.parametrize("language", ["es", "en"])
def test_check_shows_the_receipt_and_keeps_nothing(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    def kept() -> set[Path]:
        return {path for path in (country.folder / "var").rglob("*") if path.is_file()}

    before = kept()
    file = tmp_path / "updates.csv"
    file.write_text(BAD, encoding="utf-8")
    page = tmp_path / "receipt.html"
    arguments = ("check", file, "--as", "agency", "-p", country.folder, "--lang", language)
    assert call(*arguments, "--receipt", page) == 4
    said = capsys.readouterr().out
    assert "No Trackab" in said and {"es": "línea 2", "en": "line 2"}[language] in said
    assert f'lang="{language}"' in page.read_text(encoding="utf-8")
    assert kept() == before
    assert call(*arguments, "--json") == 4
    assert json.loads(capsys.readouterr().out)["verdict"] == "rejected"


EARLIER = """\
  - id: XX-0
    number: 2
    title: {es: Plan anterior, en: "Plan [of] before"}
    starts: 2022-01-01
    ends: 2023-12-31
    scale: us-nap5
    periods:
      - {id: 2023-H2, starts: 2023-07-01, ends: 2023-12-31, due: 2024-01-15}
suppliers:
"""


@pytest.mark.night
def test_levels_of_several_plans_stand_below_the_name_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("run", build(tmp_path / "one").folder) == 0
    assert "First plan" not in capsys.readouterr().out, "of one plan there is nothing to tell apart"
    country = build(tmp_path / "two", **{"suppliers:\n": EARLIER})
    country.write("forum/commitments.csv", FILES["forum/commitments.csv"] + "XX0101,XX-0,Open archives\n")
    more = "XX0101.1,XX0101,M1,Publish the list,2023-06-30,day\n"
    country.write("forum/milestones.csv", FILES["forum/milestones.csv"] + more)
    for command in ("run", "status"):
        call(command, country.folder, "--lang", "es")
        said = capsys.readouterr().out
        parts = re.split("Primer plan|Plan anterior", said)
        assert [part.count("No reportado") for part in parts] == [0, 2, 2], said
    call("status", country.folder)
    assert "Plan [of] before" in capsys.readouterr().out


def test_status_releases_and_diff_tell_what_stands(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("status", country.folder, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["last_run"]["outcome"]["name"] == "Published"
    newest = found["release"]["version"]
    assert call("releases", country.folder, "--json") == 0
    assert [item["version"] for item in json.loads(capsys.readouterr().out)] == [newest, "1.0.0"]
    assert call("diff", "1.0.0", newest, "-p", country.folder, "--table", "updates", "--json") == 0
    changes: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["changes"]
    told = [(line["op"], line["old"], line["new"]) for line in changes if line["field"] == "status"]
    assert told == [("change", "in_progress", "complete")]
    for command, said in (("status", "Complete"), ("releases", "1.0.0")):
        assert call(command, country.folder) == 0
        assert said in capsys.readouterr().out
    assert call("diff", "1.0.0", newest, "-p", country.folder, "--table", "updates") == 0
    assert "~ updates XX0001.1/2024-H1 status: in_progress -> complete" in capsys.readouterr().out
    assert call("diff", "1.0.0", newest, "-p", country.folder, "--table", "updates", "--limit", "0") == 0
    assert "... and 1 more row " in capsys.readouterr().out


def test_the_rules_are_told_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("schema", "--rules", "--lang", "es") == 0
    assert "Por corregir" in capsys.readouterr().out
    assert call("schema", "--rules", "--json") == 0
    rules = json.loads(capsys.readouterr().out)["rules"]
    assert {"period-late", "type-error"} <= {rule["rule_id"] for rule in rules}


def test_verify_names_what_was_tampered_with(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    public = country.folder / "var/public"
    assert call("verify", public) == 0
    assert "whole" in capsys.readouterr().out
    victim = next(path for path in (public / "data").rglob("updates.csv") if b"discussed" in path.read_bytes())
    data = victim.read_bytes()
    victim.unlink()
    victim.write_bytes(data.replace(b"discussed", b"dismissed"))
    assert call("verify", public, "--json") == 5
    found = json.loads(capsys.readouterr().out)["problems"]
    assert victim.relative_to(public).as_posix() in {one["key"] for one in found}


def test_a_publication_is_signed_and_its_key_replaced(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    public = country.folder / "var/public"
    assert call("keys", "new", tmp_path / "first.pem", "--json") == 0
    first = json.loads(capsys.readouterr().out)["fingerprint"]
    assert (tmp_path / "first.pem").stat().st_mode & 0o077 == 0
    assert call("keys", "new", tmp_path / "first.pem") == 1
    monkeypatch.setenv("OGP_SIGNING_KEY", str(tmp_path / "first.pem"))
    assert "Nothing that is published is signed yet, although OGP_SIGNING_KEY" in _status(country, capsys)
    assert call("rollback", "1.0.0", "--reason", "test", "-p", country.folder) == 0
    assert call("verify", public, "--key", tmp_path / "first.pem.pub", "--lang", "es") == 0
    assert f"Firmada con la clave {first}" in capsys.readouterr().out
    assert call("verify", public, "--key", "0" * 64, "--json") == 5
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)["problems"]] == ["key-unknown"]

    assert call("keys", "new", tmp_path / "second.pem", "--lang", "es") == 0
    assert call("keys", "rotate", tmp_path / "second.pem", "--reason", "once a year", "-p", country.folder) == 0
    capsys.readouterr()
    assert call("keys", "show", public) == 0
    said = capsys.readouterr().out
    assert first in said and "2. " in said and "(once a year)" in said
    assert call("rollback", "1.0.1", "--reason", "test", "-p", country.folder) == 1
    assert "is signed with the key" in capsys.readouterr().err
    assert "OGP_SIGNING_KEY is not the key that signs what is published" in _status(country, capsys)
    monkeypatch.setenv("OGP_SIGNING_KEY", (tmp_path / "second.pem").read_text())
    assert call("rollback", "1.0.1", "--reason", "test", "-p", country.folder) == 0
    assert call("verify", public, "--key", first) == 0
    signed = _status(country, capsys)
    assert (
        f"signed with the key {signing_key.from_file(tmp_path / 'second.pem').fingerprint[:12]}…; holds until" in signed
    )
    assert "OGP_SIGNING_KEY" not in signed
    _quiet_runs_renew_the_hint(country, signing_key.from_file(tmp_path / "second.pem"), capsys)
    monkeypatch.setenv("OGP_SIGNING_KEY", "nowhere.pem")
    assert call("run", country.folder, "--as-of", "2024-07-12") == 1


def _status(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert call("status", country.folder) == 0
    return capsys.readouterr().out


def _quiet_runs_renew_the_hint(
    country: SmallCountry, key: signing.SigningKey, capsys: pytest.CaptureFixture[str]
) -> None:
    latest, now = country.folder / "var/public/latest.json", datetime.now(UTC)

    def seal(days_ago: int) -> bytes:
        data = expiry.sealed(expiry.bare(latest.read_bytes()), key, Expiry(30, 7), now - timedelta(days=days_ago))
        latest.unlink()
        latest.write_bytes(data)
        return data

    fresh = seal(6)
    assert isinstance(country.run("quiet").outcome, Unchanged) and latest.read_bytes() == fresh
    seal(31)
    capsys.readouterr()
    assert call("verify", latest.parent) == 5
    assert "expired latest.json" in capsys.readouterr().out
    assert "expiry" in [check.name for check in doctor.look(country.open(), now) if not check.well]
    assert isinstance(country.run("quiet-again").outcome, Unchanged)
    assert call("verify", latest.parent, "--json") == 0
    until = datetime.fromisoformat(json.loads(capsys.readouterr().out)["expires"])
    assert timedelta(days=29) < until - now < timedelta(days=31)
    assert "expiry" not in [check.name for check in doctor.look(country.open(), now) if not check.well]


def test_what_the_law_wants_gone_is_listed_then_removed(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ["--by", "the officer", "--reason", "a name", "--law", "Ley 1", "-p", country.folder]
    private, public = country.folder / "var/private", country.folder / "var/public"
    assert call("purge", "1.0.1/progress/updates.csv", *said) == 1
    assert "the newest release, 1.0.1, holds progress/updates.csv" in capsys.readouterr().err
    [first] = [
        entry.delivery for entry in ledger.read(country.open().intake) if entry.source == "updates" and entry.n < 6
    ]
    assert call("purge", "1.0.0/progress/updates.*", "--delivery", first, *said, "--json") == 0
    planned = json.loads(capsys.readouterr().out)
    assert len(planned["public"]) == 3 and not planned["removed"]
    assert call("purge", "1.0.0/progress/updates.*", "--delivery", first, *said, "--delete") == 2
    assert call("keys", "new", tmp_path / "key.pem") == 0
    monkeypatch.setenv("OGP_SIGNING_KEY", str(tmp_path / "key.pem"))
    for _ in range(2):
        assert call("purge", "1.0.0/progress/updates.*", "--delivery", first, *said, "--delete", "--lang", "es") == 0
    assert "Eliminado de los dos almacenes" in capsys.readouterr().out
    gone = [public / key for one in planned["public"] for key in one["keys"]]
    gone += [private / key for one in planned["private"] for key in one["keys"]]
    assert len(gone) == 6 + 5 and not [path for path in gone if path.exists()]
    assert call("verify", public, "--key", tmp_path / "key.pem.pub", "--lang", "es") == 0
    assert "se retiró como exige la ley" in capsys.readouterr().out
    named = (public / "catalog-versions.ttl").read_text(encoding="utf-8")
    assert "/v/1.0.1/progress/updates.csv" in named and "/v/1.0.0/progress/updates.csv" not in named
    assert call("run", country.folder, *THAT_DAY) == 0
    assert call("reproduce", "1.0.0", "-p", country.folder) != 0
    newest = country.open().publication
    current = [entry.delivery for entry in ledger.read(country.open().intake)][-1]
    assert call("purge", "--delivery", current, *said) == 1 and newest.head("releases/2.json")
    assert "rows of today's tables" in capsys.readouterr().err


def test_trace_leads_to_the_line(country: SmallCountry, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("trace", "updates", "XX0001.1/2024-H1", "status", "-p", country.folder) == 0
    said = capsys.readouterr().out
    assert "updates.csv line 2" in said and "XX0001.1,2024-H1,complete,Out." in said
    key = "milestone_completion/XX-1/2024-H1/plan/XX-1/complete"
    assert call("trace", "metrics", key, "-p", country.folder, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["numerator"], found["denominator"]) == (1, 3)
    assert call("trace", "updates", "XX0009.1/2024-H1", "-p", country.folder) == 2
    assert "no row `XX0009.1/2024-H1`" in capsys.readouterr().err


def test_reproduce_compares_every_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    country = linked(published_once(), tmp_path / "copy")
    assert call("reproduce", "-p", country.folder, "--to", tmp_path / "again", "--json") == 0
    results = json.loads(capsys.readouterr().out)
    assert [(result["version"], result["differences"]) for result in results] == [("1.0.0", [])]
    assert (tmp_path / "again/1.0.0/datapackage.json").is_file()
    rows = next(p for p in (country.folder / "var/private/rows").glob("*.jsonl") if b"Ministry" in p.read_bytes())
    rows.chmod(0o644)
    rows.write_bytes(rows.read_bytes().replace(b"Ministry", b"Monastery"))
    assert call("reproduce", "1.0.0", "-p", country.folder) == 1
    assert "holds other bytes" in capsys.readouterr().err


def test_wrong_names_are_wrong_use_and_the_nearest_right_one_is_said(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong, meant in [
        (("statsu", country.folder), "'status'"),
        (("trace", "updaets", "x", "-p", country.folder), "`updates`"),
        (("trace", "updates", "XX0001.1/2024-H1", "Status", "-p", country.folder), "`status`"),
        (("template", "updates", "--for", "agncy", "-p", country.folder), "`agency`"),
        (("check", country.folder / "programme.yaml", "--as", "agenci", "-p", country.folder), "`agency`"),
        (("receipts", country.folder, "--source", "update"), "`updates`"),
        (("rollback", "1.0.00", "--reason", "x", "-p", country.folder), "`1.0.0`"),
        (("init", tmp_path / "new", "--from", "mexcio"), "`mexico`"),
        (("diff", "1.0.0", "1.0.0", "--table", "update", "-p", country.folder), "`updates`"),
        (("trace", "updates", "XX0001.1/2024-H2", "-p", country.folder), "`XX0001.1/2024-H1`"),
        (("template", "updates", "--for", "agency", "--period", "2024H1", "-p", country.folder), "`2024-H1`"),
    ]:
        assert call(*wrong) == 2, wrong
        said = " ".join(capsys.readouterr().err.replace("\u2502", " ").split())
        assert f"id you mean {meant}?" in said, said


def test_other_wrong_use_says_what_can_be_meant(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_text('{"seals": []}')
    for wrong, told in [
        (("run", tmp_path / "nowhere"), "nowhere: there is no such file; `ogp init FOLDER` makes one"),
        (("run", country.folder, "--as-of", "2024-13-01"), "'2024-13-01' is no day; write it as 2024-02-29"),
        (("receipts", country.folder, "--since", "yesterday"), "'yesterday' is no day; write it as 2024-02-29"),
        (("verify", tmp_path / "nowhere"), "is not a folder, and no http:// or https:// address"),
        (("verify", country.folder / "var/public", "--since", "3:9f86"), "must be N:HASH as `ogp verify` says it"),
        (("verify", country.folder / "var/public", "--key", tmp_path / "key"), "no statement about a key"),
        (("retain", country.folder), "every file is kept for ever"),
        (("schema", "xyz"), "decisions, decision_positions and "),
    ]:
        assert call(*wrong) == 2, wrong
        assert told in " ".join(capsys.readouterr().err.replace("\u2502", " ").split()), told


@pytest.mark.parametrize(("country_code", "zone"), [("GT", "America/Guatemala"), ("XX", "UTC"), ("CL", "UTC  # CL: ")])
def test_a_new_programme_has_its_countrys_clocks(tmp_path: Path, country_code: str, zone: str) -> None:
    assert call("init", tmp_path, "--country", country_code) == 0
    text = (tmp_path / "programme.yaml").read_text(encoding="utf-8")
    assert f"\ntimezone: {zone}" in text and (country_code != "CL" or "America/Santiago" in text)


@pytest.mark.parametrize("code", ["ZZ", "QQ", "mx", "MEX", ""])
def test_a_code_that_is_no_countrys_is_wrong_use(tmp_path: Path, code: str) -> None:
    assert call("init", tmp_path, "--country", code) == 2
    assert not list(tmp_path.iterdir())


def test_quiet_says_errors_only_and_verbose_names_each_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("init", tmp_path, "--quiet") == 0 and capsys.readouterr() == ("", "")
    assert call("--verbose", "run", tmp_path) == 3
    said = capsys.readouterr()
    assert "forum-clusters" in said.err.splitlines()[0] and "NothingReceived" in said.out
    assert call("run", tmp_path / "nowhere", "--quiet") == 2
    assert "there is no such file" in capsys.readouterr().err


def test_help_shows_the_commands_in_groups_and_init_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--help") == 0
    said = capsys.readouterr().out
    places = [said.index(f"─ {group} ─") for group in GROUPS]
    assert places == sorted(places) and "─ Commands ─" not in said
    assert said.index(" init ", places[0]) < said.index(" check ", places[0]) < said.index(" map ") < places[1]


def test_schema_lists_the_tables_and_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ((), ("updates",), ("progress_status",)):
        assert call("schema", *arguments) == 0
        said = capsys.readouterr().out
        assert max(map(len, said.splitlines())) <= 80 and "`" not in said and "](" not in said


@pytest.mark.parametrize("language", ["es", "en"])
def test_schema_explains_a_table(capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert call("schema", "milestones", "--lang", language) == 0
    assert {"es": "Hito", "en": "Milestone"}[language] in capsys.readouterr().out
    assert call("schema", "nonsense") == 2
    assert "no table or code list `nonsense`" in capsys.readouterr().err


@for_every("name", COMMANDS)
def test_every_command_takes_json_and_every_option_has_help(name: str) -> None:
    for command in getattr(COMMANDS[name], "commands", {name: COMMANDS[name]}).values():
        options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
        assert "--json" in {flag for option in options for flag in option.opts}
        assert all(getattr(option, "help", None) for option in options)


@for_every("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    assert f"`ogp {name}" in README


def test_report_writes_one_page_of_the_newest_release(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "informe.html"
    assert call("report", country.folder, "--lang", "es", "--to", page) == 0
    assert "Se escribió" in capsys.readouterr().out
    text = page.read_text(encoding="utf-8")
    assert '<html lang="es">' in text and "Informe del foro" in text and "../" not in text
    assert call("report", country.folder, "--period", "never", "--to", page) == 2
    assert "There are: --plan" in capsys.readouterr().err
    assert call("report", country.folder, "--to", page.parent / "nowhere" / "r.html") == 1
    assert "nowhere/r.html: No such file or directory" in "".join(capsys.readouterr().err.splitlines())


def test_who_reads_the_beginning_alone_is_no_failure() -> None:
    """As ``ogp schema | head`` does: the pipe is closed before the last line."""
    for_nobody, (told, tells) = os.pipe(), os.pipe()
    os.close(for_nobody[0])
    child = os.fork()  # a process of its own; a new one would import all for seconds
    if child == 0:
        code = 120  # of an interpreter that cannot say all at its end
        try:
            os.dup2(for_nobody[1], 1)
            os.dup2(tells, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
            sys.argv = ["ogp", "schema", "barriers"]
            with pytest.raises(SystemExit) as left:
                ogp()
            sys.stdout.flush()
            code = int(left.value.code or 0)
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(tells)
    os.close(for_nobody[1])
    with os.fdopen(told, "rb") as said:
        assert (said.read(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) == (b"", 0)


def test_a_colon_and_digits_are_no_picture(capsys: pytest.CaptureFixture[str]) -> None:
    """rich would write 💯 for `:100:`, as in the place of a mistake."""
    views_run.show_error(OgpError("programme.yaml:100: wrong"))
    views_run.ERR.print("programme.yaml:100: wrong")
    assert capsys.readouterr().err.count("programme.yaml:100: wrong") == 2


def test_a_terminal_that_holds_few_letters_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii", write_through=True))
    views_run.speak(quiet=False, verbose=False)
    views_run.OUT.print("años")
    views_run.print_json({"año": "ñ"})
    told, document = written.getvalue().split(b"\n", 1)
    assert told == b"a?os" and json.loads(document) == {"año": "ñ"}


def test_a_file_whose_name_is_in_another_encoding_is_checked(
    country: SmallCountry, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / os.fsdecode(b"updates-a\xf1o.csv")
    file.write_text(HEAD + "XX0001.1,2024-H1,complete,Out.\n", encoding="utf-8")
    assert call("check", file, "--as", "agency", "--source", "updates", "-p", country.folder, "--json") == 0
    [sent] = json.loads(capsys.readouterr().out)["files"]
    assert sent["name"].isprintable() and sent["name"].endswith("o.csv")


@pytest.mark.parametrize("command", ["releases", "mail list"])
def test_every_command_takes_its_programme_by_p_too(
    country: SmallCountry, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert call(*command.split(), "-p", country.folder, "--json") == 0
    by_option = capsys.readouterr().out
    assert call(*command.split(), country.folder, "--json") == 0
    assert capsys.readouterr().out == by_option


@pytest.mark.parametrize("place", ["app", "views_run.show_releases"])
def test_who_presses_ctrl_c_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, country: SmallCountry, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    """While the command begins, or while it works."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"ogp_pipeline.cli.app.{place}", interrupted)
    monkeypatch.setattr(sys, "argv", ["ogp", "releases", str(country.folder)])
    with pytest.raises(SystemExit) as left:
        ogp()
    assert left.value.code == 130
    assert capsys.readouterr().err.split("\n")[1].startswith("Stopped. What is done stands")


@pytest.mark.parametrize("raised", [OSError(errno.ENOSPC, "No space left on device"), FileCreateError("no space")])
def test_a_full_disk_is_told_and_leaves_no_half_template(
    monkeypatch: pytest.MonkeyPatch,
    country: SmallCountry,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    raised: Exception,
) -> None:
    def full(_: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise raised

    monkeypatch.setattr(templating.templates, "write", full)
    (tmp_path / "to").mkdir()
    assert call("template", "--for", "agency", "--to", tmp_path / "to", "-p", country.folder) == 1
    assert ".xlsx cannot be written: " in capsys.readouterr().err
    assert list((tmp_path / "to").iterdir()) == []
