"""Whatever people open is valid HTML: the public pages, receipts, mails and the desk."""

import re
from pathlib import Path

import pytest

from ogp_pipeline.i18n.languages import DEFAULT, LANGUAGES
from ogp_pipeline.intake.receipt import to_html
from ogp_pipeline.mail.letters import Block, Letter
from ogp_pipeline.schema import schemas as schema_files
from ogp_pipeline.schema.schemas import speaking
from ogp_pipeline.site.pages import pages as site_pages
from tests.browser.conftest import _receipts
from tests.desk.conftest import Served, portal, published, send, served, upload  # noqa: F401 - fixtures
from tests.html.checker import complaints
from tests.inbox_country import GOOD
from tests.sample import by_day
from tests.site.conftest import chain, document, programme, sample, schemas  # noqa: F401 - fixtures
from tests.site.rich import AS_OF, SCHEMAS, rich_tables

WRONG = '<!DOCTYPE html><html lang="en"><head><title>x</title></head><body><p id="a"></p><p id="a"></p></body></html>'
MANY = re.compile(r"/(?:commitment|card|institution|proposal|metric)/(?!XX0001|agua|p3|milestone_completion)")
BLOCKS = (
    Block("heading", "Qué corregir <hoy> & mañana"),
    Block("paragraph", "Dos renglones."),
    Block("item", "D7: «half done»"),
    Block("item", "D9"),
    Block("link", "Abrir", "https://desk.example.org/entrega/enter/x?a=1&b=2"),
)


def _site(chain, programme, language: str) -> dict[str, str]:  # noqa: F811
    """One page of each kind, of a country in which there is something to say everywhere."""
    publication = programme.publication.model_copy(update={"languages": [language]})
    newest = chain[-1].model_copy(update={"as_of": AS_OF})
    named, spoken = programme.model_copy(update={"publication": publication}), speaking(SCHEMAS, DEFAULT, [language])
    made = site_pages(rich_tables(), newest, [newest], named, spoken)
    return {name: data.decode() for name, data in made.items() if name.endswith(".html") and not MANY.search(name)}


@pytest.mark.parametrize("language", by_day(LANGUAGES, ["es"]))
def test_public_pages_receipts_and_mails_are_valid(
    tmp_path: Path,
    chain,  # noqa: F811
    programme,  # noqa: F811
    language: str,
) -> None:
    written = _site(chain, programme, language)
    assert len({name.split("/")[1] for name in written if name.count("/") > 1}) > 8, "one page of each kind"
    for kind, receipt in _receipts().items():
        if kind != "hundreds":
            written[f"receipt {kind}"] = to_html(receipt, schema_files.load(), language)
    written["mail"] = Letter("receipt", "R-1", "a@example.org", language, "Asunto <1>", BLOCKS).html
    written["wrong"] = WRONG
    said = complaints(tmp_path, written)
    assert [line for line in said if not line.startswith("wrong: ")] == []
    assert any("Duplicate ID" in line for line in said), "else nothing would be noticed"


@pytest.mark.parametrize("language", by_day(LANGUAGES, ["es"]))
def test_the_desks_pages_are_valid(tmp_path: Path, served: Served, language: str) -> None:  # noqa: F811
    client = served.client()
    written = {"without a link": client.get("/").text}
    entered = client.get(served.entrance(served.link()), headers={"accept-language": language})
    written |= {"overview": entered.text, "template": client.get("/").text}
    written["refused"] = upload(client, "avances.csv", GOOD.replace("complete", "half done")).text
    checked = upload(client, "avances.csv", GOOD)
    written |= {"checked": checked.text, "sent": send(client, checked).text, "nowhere": client.get("/nowhere").text}
    assert complaints(tmp_path, written) == []
