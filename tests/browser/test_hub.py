"""A hub's pages pass axe in a real browser, fit a narrow screen, print, and its search finds commitments."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ogp_pipeline.hub.comparison import publish_comparison
from ogp_pipeline.publishing.publisher import Hooks
from ogp_pipeline.store.directory import DirectoryStore
from tests.browser.test_axe import OVERFLOW, WIDE, _violations
from tests.browser.visiting import NARROW, narrow_page
from tests.hub.countries import CANADIAN, HUB, Country, tables
from tests.publishing import synthetic

PAGES = (
    *("es/index.html", "fr/index.html", "en/country/bb.html", "en/country/cc.html", "es/plan/aa/plan-1.html"),
    *("fr/metric/commitment_completion.html", "en/metric/reporting_compliance.html", "fr/release/1.0.0.html"),
    "es/search.html",
)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The hub's folder, and its address."""
    folder = tmp_path_factory.mktemp("hub")
    countries = [Country(name, folder / name) for name in ("aa", "bb", "cc")]
    countries[0].publish(tables("CL"))
    countries[1].publish(tables("CA", scale="ca-nap", levels=CANADIAN))
    members = [country.member for country in countries]
    public = folder / "public"
    publish_comparison(members, HUB, DirectoryStore(public), synthetic.STARTED, hooks=Hooks(now=synthetic.moment))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(public)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield public, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nobody_scrolls_sideways(page: Any, place: tuple[Path, str], name: str) -> None:
    page.goto((place[0] / name).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for size, scheme in ((NARROW, "light"), (WIDE, "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        assert _violations(page) == []
        assert page.evaluate(OVERFLOW) == [False, []]


def test_on_paper_no_table_is_cut(page: Any, place: tuple[Path, str]) -> None:
    page.set_viewport_size({"width": 718, "height": 1000})
    page.goto((place[0] / "es/index.html").as_uri())
    page.emulate_media(media="print")
    assert page.evaluate(OVERFLOW.replace(".scroll, ", "")) == [False, []]


def test_the_search_finds_a_commitment_and_leads_to_the_countrys_page(browser: Any, place: tuple[Path, str]) -> None:
    with narrow_page(browser) as page:
        page.goto(f"{place[1]}/en/search.html?q=water&country=bb")
        link = page.locator("#results a").first
        link.wait_for()
        assert link.get_attribute("href") == "https://data.example.org/bb/en/commitment/XX0001.html"
        assert "Limited progress" in page.locator("#results li").first.inner_text()
        page.get_by_label("Status, in each country’s own words").select_option("Limited progress")
        page.locator("#told", has_text=re.compile(" 1$")).wait_for()
        page.get_by_label("Language of the text").select_option("es")
        page.get_by_role("searchbox").fill("calidad")
        page.locator("#results a[lang=es]").first.wait_for()
        assert page.told == []
