"""The sitemap by its XML schema; and what robots may read."""

from pathlib import Path
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import xmlschema

from ogp_pipeline.metadata.sitemap import sitemap

SCHEMA = Path(__file__).parents[1] / "validators" / "sitemap" / "sitemap.xsd"
SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
ROOT = "https://data.example.org/xx"


def _without_alternates(data: bytes) -> ElementTree.Element:
    root = ElementTree.fromstring(data)
    for url in root.findall("s:url", SPACE):
        for link in url.findall("x:link", SPACE):
            url.remove(link)
    return root


def test_the_sitemap_is_valid_and_a_spoilt_one_is_not(folder: Path) -> None:
    schema = xmlschema.XMLSchema(SCHEMA)
    root = _without_alternates((folder / "sitemap.xml").read_bytes())
    schema.validate(root)
    root.find("s:url/s:lastmod", SPACE).text = "yesterday"
    assert not schema.is_valid(root)
    empty = ElementTree.fromstring(b'<urlset xmlns="%s"><url/></urlset>' % SPACE["s"].encode())
    assert not schema.is_valid(empty)


def test_every_page_stands_there_with_its_twin(folder: Path) -> None:
    root = ElementTree.fromstring((folder / "sitemap.xml").read_bytes())
    listed = {url.findtext("s:loc", None, SPACE): url for url in root.findall("s:url", SPACE)}
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    unlisted = {page for page in made if "/card/" in page} | {"404.html"}  # cards are for frames in other pages
    pages = made - unlisted
    assert unlisted < made
    assert set(listed) == {f"{ROOT}/{page}" for page in pages} and len(pages) > 4
    for address, url in listed.items():
        twins = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", SPACE)}
        if address == f"{ROOT}/index.html":
            assert not twins
        else:
            assert address in twins.values() and set(twins) == {"es", "en"}
            assert set(twins.values()) <= set(listed)


def test_robots_may_read_all_but_what_is_there_twice(folder: Path, published) -> None:
    robots = RobotFileParser()
    robots.parse((folder / "robots.txt").read_text().splitlines())
    assert robots.site_maps() == [f"{ROOT}/sitemap.xml"]
    for key in ("es/index.html", "latest/plan/commitments.csv", "v/1.0.1/datapackage.json", "catalog.ttl", "data.json"):
        assert robots.can_fetch("*", f"{ROOT}/{key}")
    assert not robots.can_fetch("*", f"{ROOT}/{published.chain[0].files[0].key}")


def test_a_site_in_one_language_names_no_other(published) -> None:
    publication = published.programme.publication.model_copy(update={"languages": ["es"]})
    programme = published.programme.model_copy(update={"publication": publication})
    root = ElementTree.fromstring(sitemap(["index.html", "es/index.html"], programme, "2024-07-11T12:00:00Z"))
    assert [link.get("hreflang") for link in root.findall(".//x:link", SPACE)] == ["es"]
