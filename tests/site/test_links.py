"""A site as it is published: every link leads somewhere, old places stand, and the search is one of its views."""

import json

import pytest

from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.runs import publication
from tests.site.links import broken, clicks
from tests.small_country import SmallCountry, published

ROOT = "https://data.example.org"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> SmallCountry:
    return published(tmp_path_factory.mktemp("site") / "country", **{"search: false": "search: true"})


@pytest.fixture(scope="module")
def files(country: SmallCountry) -> dict[str, bytes]:
    return country.public_files()


def test_every_link_leads_to_a_page_a_place_or_a_file(files: dict[str, bytes]) -> None:
    assert sum(key.endswith(".html") for key in files) > 30
    assert list(broken(files, ROOT)) == []


def test_every_page_is_at_most_three_clicks_from_home_without_a_search(files: dict[str, bytes]) -> None:
    reached = clicks(files, "en/index.html")
    pages = {key for key in files if key.startswith("en/") and key.endswith(".html") and "/card/" not in key}
    assert {key: reached.get(key) for key in pages if reached.get(key, 4) > 3} == {}


def test_links_that_lead_nowhere_are_noticed(files: dict[str, bytes]) -> None:
    wrong = {
        "en/index.html": (b'href="commitments.html"', b'href="commitment.html"'),
        "en/commitment/XX0001.html": (b'href="../../latest/', b'href="../latest/'),
        "en/commitments/due.html": (b'href="../commitments.html"', b'href="../commitments.html#nowhere"'),
        "es/search.html": (f'href="{ROOT}/es/'.encode(), f'href="{ROOT}/'.encode()),
    }
    changed = {page: files[page].replace(old, new) for page, (old, new) in wrong.items()}
    assert {line.partition(": ")[0] for line in broken({**files, **changed}, ROOT)} == set(wrong)


def test_places_of_the_one_page_of_earlier_versions_stand_on_the_list(files: dict[str, bytes]) -> None:
    listed = files["en/commitments.html"].decode()
    assert 'id="XX0001"' in listed and 'id="XX0001.1"' in listed


def test_the_search_is_listed_verified_and_made_again(country: SmallCountry, files: dict[str, bytes]) -> None:
    key = "es/search/facets.json"
    assert key in {page["key"] for page in json.loads(files["pages.json"])["pages"]}
    reader = DirectoryReader(country.folder / "var/public")
    assert verify(reader).problems == ()
    lost = country.folder / "var/public" / key
    lost.unlink()
    lost.write_bytes(b"[]")
    assert {finding.key for finding in verify(reader).problems} == {key}
    publication.complete(country.open(), thorough=True)
    assert lost.read_bytes() == files[key] and verify(reader).problems == ()
