"""A programme in French and Inuktitut: what it publishes is in the languages that it is in, and says so."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ogp_pipeline.metadata.vocabulary import language as address_of
from ogp_pipeline.runs.outcomes import Published
from tests.small_country import FILES, PROGRAMME, SmallCountry

IN_FRENCH = (
    PROGRAMME.replace("languages: [en]", "languages: [fr, iu]\ntimezone: America/Mexico_City")
    .replace("{es: ", "{fr: ")
    .replace(", en: ", ", iu: ")
    .replace("language: en", "language: fr")
    .replace("language: es", "language: fr")
)
EVENING = datetime(2024, 7, 16, 1, tzinfo=UTC)  # there it is still the 15th, on which reports are due


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> SmallCountry:
    country = SmallCountry(tmp_path_factory.mktemp("languages"))
    for name, text in FILES.items():
        country.write(name, text.replace("_en", "_fr"))
    milestones = FILES["forum/milestones.csv"].replace("title_en", "title_iu")
    country.write("forum/milestones.csv", milestones)
    (country.folder / "programme.yaml").write_text(IN_FRENCH, encoding="utf-8")
    record = country.run(now=EVENING)
    assert isinstance(record.outcome, Published), record.outcome
    return country


def _public(country: SmallCountry, name: str) -> str:
    return (country.folder / "var/public" / name).read_text(encoding="utf-8")


def test_texts_have_columns_in_the_programmes_languages(country: SmallCountry) -> None:
    latest = json.loads(_public(country, "latest.json"))
    folder = country.folder / "var/public/v" / latest["version"]
    with (folder / "plan/milestones.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [name for name in rows[0] if name.startswith("title_")] == ["title_fr", "title_iu"]
    assert rows[0]["title_iu"] == "Publish the draft"
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    [milestones] = [one for one in described["resources"] if one["name"] == "milestones"]
    assert milestones["fr"]["title"] == "Jalons" and "es" not in milestones
    [column] = [one for one in milestones["schema"]["fields"] if one["name"] == "title_iu"]
    assert column["title"] == "Title (Inuktitut)" and column["fr"]["title"] == "Titre (inuktitut)"
    grouped = json.loads((folder / "csvw-metadata.json").read_text(encoding="utf-8"))
    assert [said["@language"] for said in grouped["dc:title"]] == ["fr", "iu"]
    assert {said["@language"] for table in grouped["tables"] for said in table["dc:title"]} == {"en", "fr"}


def test_pages_speak_french(country: SmallCountry) -> None:
    assert json.loads(_public(country, "releases/1.json"))["as_of"] == "2024-07-15"
    page = _public(country, "fr/index.html")
    assert '<html lang="fr">' in page and "Vue d’ensemble" in page and "15 juillet 2024" in page
    assert "Nous ne parlons pas" not in page and "Non commencé" in page
    assert 'lang="iu"' in _public(country, "fr/commitments.html")


def test_a_page_in_a_language_without_a_catalogue_says_so_and_marks_each_text(country: SmallCountry) -> None:
    page = _public(country, "iu/commitments.html")
    assert '<html lang="en">' in page and "We do not speak Inuktitut yet" in page
    assert '<span lang="fr">Open budgets</span>' in page
    assert '<span lang="iu">Publish the draft</span>' in _public(country, "iu/commitment/XX0001.html")
    assert 'changes.iu.atom"' in page
    assert 'xml:lang="en"' in _public(country, "changes.iu.atom")
    assert 'lang="fr" hreflang="fr"' in page and 'lang="iu" hreflang="iu" aria-current="true"' in page


def test_catalogues_tag_each_text_with_its_own_language(country: SmallCountry) -> None:
    catalog = _public(country, "catalog.ttl")
    assert '"Engagements"' not in catalog and '"Compromisos"@fr' in catalog and '"Commitments"@iu' in catalog
    assert "@es" not in catalog and address_of("iu") in catalog


def test_receipts_are_in_french(country: SmallCountry) -> None:
    pages = sorted((country.folder / "var/private").rglob("receipts/**/*.html"))
    assert {Path(page.stem).suffix for page in pages} == {".en", ".fr"}
    [french, *_] = [page for page in pages if page.name.endswith(".fr.html")]
    assert "Accusé de réception" in french.read_text(encoding="utf-8")


def test_a_change_of_languages_gives_the_tables_other_columns(country: SmallCountry) -> None:
    (country.folder / "programme.yaml").write_text(
        IN_FRENCH.replace("languages: [fr, iu]", "languages: [fr, iu, en]"), encoding="utf-8"
    )
    record = country.run("again", EVENING)
    assert isinstance(record.outcome, Published) and record.version is not None
    headings = _public(country, f"v/{record.version}/plan/milestones.csv").partition("\n")[0]
    assert "title_en,title_fr,title_iu" in headings
