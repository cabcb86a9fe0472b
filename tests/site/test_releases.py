"""The page of a release, and what home says of the newest: the news in sentences, with links; rows are folded."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from ogp_pipeline.metadata import feed
from ogp_pipeline.release.news import Chronicle, Fact, FormerDue, Kind, Named, News, Told, Value
from ogp_pipeline.site.pages import pages

MOVED = Fact(
    what=Named(table="milestones", id="MX0001.2", within="MX0001", title={"es": "Publicar <datos>", "en": "Publish"}),
    old=Value(code="NS", label={"es": "No iniciado", "en": "Not started"}),
    new=Value(code="C", label={"es": "Completo", "en": "Complete"}),
)
GONE = Fact(what=Named(table="proposals", id="P9", title={"en": "Open minutes"}))
NEWS = News(
    since="1.0.0",
    version="2.0.0",
    news=(
        Told(kind=Kind.MILESTONES_MOVED, total=60, facts=(MOVED,) * 30),
        Told(kind=Kind.PROPOSALS_GONE, total=1, facts=(GONE,)),
        Told(kind=Kind.REPORTS, total=3),
    ),
    dues={"MX0001.2": (FormerDue(due=date(2022, 8, 31), version="1.0.0", as_of=date(2022, 9, 3)),)},
)
TOLD = Chronicle({2: NEWS}, frozenset({1, 2}))


@pytest.fixture(scope="module")
def soup(sample, chain, programme, schemas):
    made = pages(sample.tables, chain[-1], chain, programme, schemas, told=TOLD)
    wanted = (
        "es/release/2.0.0.html",
        "en/release/1.0.0.html",
        "es/index.html",
        "en/index.html",
        "en/commitment/MX0001.html",
        "404.html",
    )
    return {path: BeautifulSoup(made[path].decode(), "html.parser") for path in wanted}


def test_a_release_says_since_which_version_what_moved_with_links_and_true_totals(soup) -> None:
    page = soup["es/release/2.0.0.html"]
    assert page.find(id="news").get_text() == "Desde la versión 1.0.0"
    text = page.main.get_text(" ", strip=True)
    assert "60 hitos cambiaron de nivel." in text and "Y 35 más." in text
    items = page.select_one(".told").select("li")
    assert len(items) == 25 and items[0].a["href"] == "../commitment/MX0001.html#MX0001.2"
    assert items[0].get_text(" ", strip=True) == "MX0001.2 Publicar <datos> pasó de «no iniciado» a «completo»."
    assert "renglones" not in text.partition("Cuántos renglones difieren")[0], "rows are counted below, folded"
    assert page.find("details").find("table")


def test_of_what_is_gone_the_name_remains_and_leads_nowhere(soup) -> None:
    """Its page is gone with it; who took it out, its sender or the secretariat, the data do not say."""
    for path in ("es/release/2.0.0.html", "en/index.html"):
        item = next(item for item in soup[path].select("li") if "P9" in item.get_text())
        assert item.a is None and "Open minutes" in item.get_text()


def test_a_page_for_what_is_not_there_leads_on_from_any_address_in_every_language(soup, programme) -> None:
    page, root = soup["404.html"], programme.publication.root
    assert [part["lang"] for part in page.select("section")] == ["es", "en"]
    links = [link["href"] for link in page.select("a")]
    assert f"{root}/en/index.html" in links and f"{root}/es/search.html" in links
    assert all(link.startswith(f"{root}/") for link in links)


def test_the_page_is_of_its_own_release_and_says_how_to_cite_that(soup) -> None:
    page = soup["en/release/1.0.0.html"]
    assert "The first version holds 2 commitments, 4 milestones." in page.get_text()
    assert "1.0.0, 2023-01-16" in page.find(id="cite").find_parent("section").get_text()
    assert page.find("a", href="../../v/1.0.0/metrics/metrics.csv")


def test_a_commitment_shows_the_earlier_due_dates_that_the_newest_news_hold(soup) -> None:
    milestone = soup["en/commitment/MX0001.html"].find(id="MX0001.2")
    assert milestone.find("a", href="../release/1.0.0.html").get_text().startswith("31 August 2022, changed in version")


def test_home_and_feed_say_the_same_sentences(soup, chain, programme) -> None:
    said = "MX0001.2 Publish moved from not started to complete."
    home = soup["en/index.html"]
    since = home.find(id="since").find_parent("section")
    assert [item.get_text(" ", strip=True) for item in since.select("li")][1] == said
    assert since.find("a", href="release/2.0.0.html")
    assert f"{said}\n".encode() in feed.feed(chain, programme, "en", told=TOLD)
    linked = home.find(id="history").find_next("table").find("a", href="release/1.0.0.html")
    assert linked is not None
    assert b"/en/release/2.0.0.html" in feed.feed(chain, programme, "en", told=TOLD)
