"""The shapes of ``--json``: one for every command, read by people, and compared with what commands print."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ogp_pipeline.desk.links import Link
from ogp_pipeline.mail.post import Posted
from ogp_pipeline.publishing.deposit import Deposited
from ogp_pipeline.upkeep.retirement import Chosen
from tests import shapes
from tests.cli.test_cli import call
from tests.every import for_every
from tests.shapes import shaped  # noqa: F401 - every command below is compared
from tests.small_country import SmallCountry, published

NAMES = sorted(name for name, _ in shapes.commands())
UPDATES = "inbox/agency/updates.csv"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> SmallCountry:
    """One release; nothing below changes it."""
    return published(tmp_path_factory.mktemp("shapes") / "country")


def test_every_command_that_prints_json_has_a_shape_and_there_are_no_others() -> None:
    assert sorted(file.name.removesuffix(".json") for file in shapes.FOLDER.iterdir()) == NAMES


@for_every("name", NAMES)
def test_a_shape_is_a_schema_with_a_title_and_a_sentence(name: str) -> None:
    schema = json.loads((shapes.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == f"What `ogp {name.replace('-', ' ') if name != 'catch-up' else name}` prints"
    assert schema["description"].endswith(".")


@pytest.mark.parametrize(
    "arguments",
    [
        ("status", "{folder}"),
        ("releases", "{folder}"),
        ("quarantine", "{folder}"),
        ("receipts", "{folder}"),
        ("held", "{folder}"),
        ("gc", "{folder}"),
        ("repair", "{folder}"),
        ("doctor", "{folder}"),
        ("desk", "list", "{folder}"),
        ("mail", "list", "{folder}"),
        ("keys", "show", "{folder}/var/public"),
        ("verify", "{folder}/var/public"),
        ("schema", "updates"),
        ("schema", "--rules"),
        ("trace", "updates", "XX0001.1/2024-H1", "-p", "{folder}"),
        ("trace", "joint_evaluation", "x", "-p", "{folder}"),
        ("check", f"{{folder}}/{UPDATES}", "--as", "agency", "-p", "{folder}"),
        ("template", "updates", "--for", "agency", "--period", "2024-H1", "--to", "{new}", "-p", "{folder}"),
        ("report", "{folder}", "--to", "{new}/report.html"),
        ("report", "{folder}", "--session", "--to", "{new}/agenda.html"),
        ("map", f"{{folder}}/{UPDATES}", "--id", "again", "-p", "{folder}"),
        ("init", "{new}/made"),
    ],
    ids=lambda arguments: "-".join(part for part in arguments if part.isalpha()),
)
def test_what_a_command_prints_is_what_its_shape_says(
    country: SmallCountry, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """The fixture compares; a document that is otherwise fails here."""
    given = [part.format(folder=country.folder, new=tmp_path) for part in arguments]
    assert call(*given, "--json") in (0, 2)


def test_a_document_of_another_shape_is_noticed() -> None:
    with pytest.raises(AssertionError, match=r"schemas/cli/keys-new\.json"):
        shapes.check("keys-new", {"private": "k", "public": "k.pub"})


def test_the_fixture_knows_which_command_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    monkeypatch.setattr(shapes, "check", lambda name, document: compared.append(name))
    assert call("schema", "updates", "--json") == 0
    assert compared == ["schema"]


def test_what_needs_a_server_is_compared_by_its_values() -> None:
    """The documents of these commands are the fields of these values."""
    link = Link("id", "updates", "the agency", "2026-01-01T00:00:00+00:00", "2026-04-01T00:00:00+00:00")
    shapes.check("desk-link", {"url": "http://localhost/enter/x", **asdict(link)})
    shapes.check("desk-revoke", [asdict(link)])
    shapes.check("deposit", asdict(Deposited("1.0.0", "10.5281/zenodo.1", None, None, made=True)))
    shapes.check("mail-send", asdict(Posted()))
    chosen = json.loads(json.dumps(asdict(Chosen("updates")), default=str))
    shapes.check("retire", {"chosen": chosen, "rows": [], "comes_back": False, "entry": None})
