"""The pages: complete, from published content only, harmless, and readable by everybody."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from importlib import resources
from itertools import pairwise

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.site.pages import archived_pages, pages

OURS = {(resources.files("ogp_pipeline.site") / name).read_text(encoding="utf-8") for name in ("list.js", "search.js")}
VOID = {"meta", "link", "br", "input"}
SVG_VOID = {"rect", "path", "line", "circle", "polyline", "polygon"}


@pytest.fixture(scope="module")
def site(sample, chain, programme, schemas):
    return pages(sample.tables, chain[-1], chain, programme, schemas)


@pytest.fixture(scope="module")
def soup(site):
    """Path -> parsed page. Nobody changes it."""
    return {path: BeautifulSoup(data.decode(), "html.parser") for path, data in site.items() if path.endswith(".html")}


def cells(table):
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]


ENTITIES = (
    *("commitment/MX0001", "commitment/MX0002", "card/MX0001", "card/MX0002", "plan/plan-1"),
    *("theme/agua", "theme/salud", "event/mesa-1"),
    *(f"institution/{name}" for name in ("conagua", "conagua.sub", "salud", "foro")),
    *(f"metric/{name}" for name in ("milestone_completion", "commitment_completion", "reporting_compliance")),
)
PICTURES = ("index", "commitment/MX0001", "commitment/MX0002")
RELEASES = ("release/1.0.0", "release/2.0.0")
LISTS = ("commitments", *(f"commitments/{order}" for order in ("status", "institution", "due", "late")))


def test_exactly_these_pages_are_made(site):
    reports = ("report/plan-1/index", "report/plan-1/r1", "report/plan-1/r2")
    names = ("index", "search", *LISTS, *ENTITIES, *RELEASES, *reports)
    assert set(site) == {
        "index.html",
        "404.html",
        *(f"{language}/{name}.html" for language in ("es", "en") for name in names),
        *(f"{language}/picture/{name}.png" for language in ("es", "en") for name in PICTURES),
    }


def test_the_same_release_gives_the_same_bytes(site, tables, chain, programme, schemas):
    assert pages(tables, chain[-1], chain, programme, schemas) == site


def test_only_the_languages_of_the_publication_are_made(tables, chain, programme, schemas):
    publication = programme.publication.model_copy(update={"languages": ["es"]})
    made = pages(tables, chain[-1], chain, programme.model_copy(update={"publication": publication}), schemas)
    assert {path.partition("/")[0] for path in made} == {"index.html", "404.html", "es"}


def test_headline_totals_have_numerator_and_denominator(soup):
    commitments, milestones = soup["en/index.html"].select(".panel table")
    assert cells(milestones) == [
        ["Level", "Count", "Share"],
        ["Not started", "0 of 4", "0 %"],
        ["In progress", "1 of 4", "25 %"],
        ["Complete", "1 of 4", "25 %"],
        ["Not reported", "2 of 4", "50 %"],
    ]
    assert cells(commitments)[3] == ["Complete", "0 of 2", "0 %"]
    assert milestones.caption.get_text() == "Round: Round 2"


def test_labels_are_in_the_pages_language(soup):
    milestones = soup["es/index.html"].select(".panel table")[1]
    assert [row[0] for row in cells(milestones)] == [
        "Nivel",
        "No iniciado",
        "En proceso",
        "Completo",
        "No reportado",
    ]


def test_the_bar_has_the_tables_numbers_as_its_text(soup):
    bar = soup["en/index.html"].select("svg.bar")[1]
    title = bar.find("title")
    assert bar["role"] == "img"
    assert bar["aria-labelledby"] == title["id"]
    assert title.get_text() == "Bar chart, Milestones: In progress 1, Complete 1, Not reported 2"
    widths = [float(rect["width"]) for rect in bar.find_all("rect", recursive=False)]
    assert [round(width / 150) for width in widths] == [1, 1, 2]


def test_themes_and_institutions_not_heard_from_are_rows(soup):
    page = soup["en/index.html"]
    themes = page.find("caption", string=re.compile("^Milestones. Round: Round 2")).parent
    assert cells(themes)[1:] == [["Water", "0", "1", "1", "1", "3"], ["Health", "0", "0", "0", "1", "1"]]
    silent = page.find_all("h3", string="Not heard from")[-1].find_next("table")
    assert cells(silent)[1:] == [["Ministry of Health", "0 of 1"]]


def test_every_file_of_the_release_can_be_downloaded_and_checked(soup, chain):
    page = soup["en/index.html"]
    listed = {link["href"] for link in page.find_all("a") if link["href"].startswith("../v/2.0.0/")}
    assert listed == {f"../v/2.0.0/{file.name}" for file in chain[-1].files}
    sums = {cell.get_text() for cell in page.select(".sum")}
    assert sums == {file.sha256 for file in chain[-1].files if file.dataset}


def test_the_history_says_what_changed_newest_first(soup):
    rows = soup["es/index.html"].find(id="history").find_next("table").tbody.find_all("tr")
    newest, first = (row.get_text(" ", strip=True) for row in rows)
    assert newest.startswith("2.0.0 releases/2.json 28 de febrero de 2023 1 de marzo de 2023")
    assert "Plan: renglones modificados 2, renglones retirados 1" in newest
    assert "La tabla clusters ya no tiene la columna colour" in newest
    assert "166 renglones vienen de otra entrega" in newest
    assert "Primera versión" in first
    assert "Plan: renglones agregados 18" in first


def test_older_versions_are_on_pages_of_their_own_which_lead_back_to_the_first(tables, chain, programme, schemas):
    first, second = chain
    later = [second.model_copy(update={"release": n, "version": f"2.{n}.0", "back_to": 3}) for n in range(21, 24)]
    made = pages(tables, later[-1], later, programme, schemas, Lineage().after(first))
    for k in (1, 2):
        own = [(first if n == 1 else second).model_copy(update={"release": n}) for n in range(10 * k - 9, 10 * k + 1)]
        made |= archived_pages(own, programme, k)
    place, told = "en/index.html", []
    while place:
        page = BeautifulSoup(made[place].decode(), "html.parser")
        _Balance().check(made[place].decode())
        rows = page.find(id="history").find_next("table").tbody.find_all("tr")
        told += [int(re.search(r"releases/(\d+)\.json", row.get_text())[1]) for row in rows]
        for link in page.find_all("a", href=re.compile(r"\.html")):
            assert _resolve(place.rpartition("/")[0], link["href"].partition("#")[0]) in made, link
        older = page.find("a", string="Older versions")
        place = _resolve(place.rpartition("/")[0], older["href"]) if older else None
    assert told == [23, 22, 21, *range(20, 0, -1)]
    assert "#3" in BeautifulSoup(made["en/index.html"], "html.parser").get_text(), "one that is listed no more"
    assert made["archives/1/history.en.html"].decode().count("First version") == 1
    assert b"First version" not in made["archives/2/history.en.html"] + made["en/index.html"]


def test_a_commitment_shows_its_milestones_round_by_round_in_the_words_of_who_reports(soup):
    page = soup["en/commitment/MX0001.html"]
    assert page.h1.get_text() == "MX0001 Publish water quality"
    top = page.find(id="MX0001.1")
    newest, first = top.find("ol", class_="rounds").find_all("li", recursive=False)
    assert "Round 2" in newest.get_text() and "Done, see evidence." in newest.get_text()
    assert "Round 1" in first.get_text() and "Begun." in first.get_text()
    part = top.find(id="MX0001.1.1")
    assert part.select_one(".tag").get_text() == "In progress"
    assert part.find("span", lang="es").get_text() == "Avance parcial."
    silent = page.find(id="MX0001.2")
    assert "Not reported" in silent.get_text() and not silent.select_one(".tag")
    assert "Nothing to report." in silent.get_text()
    assert "By fall 2022" in silent.get_text()


def test_a_milestone_nobody_wrote_about_says_so(soup):
    told = soup["en/commitment/MX0002.html"].find(id="MX0002.1").get_text()
    assert "No report on this milestone has been received." in told


def test_a_report_without_a_word_is_a_report(tables, chain, programme, schemas):
    updates = tables["updates"]
    updates.loc[updates["milestone_id"] == "MX0001.1.1", ["progress_en", "progress_es"]] = None
    made = pages(tables, chain[-1], chain, programme, schemas)["en/commitment/MX0001.html"].decode()
    part = BeautifulSoup(made, "html.parser").find(id="MX0001.1.1")
    assert part.select_one(".tag").get_text() == "In progress" and "No report" not in part.get_text()


def test_text_in_another_language_says_which_it_is(soup):
    title = soup["en/commitment/MX0002.html"].h1
    assert title.find("span", lang="es").get_text() == 'Comillas "dobles", comas y ; punto y coma'
    assert soup["es/commitment/MX0002.html"].h1.find("span", lang=True) is None


def test_only_web_addresses_become_links(soup):
    evidence = soup["en/commitment/MX0001.html"].find(id="MX0001.1").select_one(".evidence")
    assert [link["href"] for link in evidence.find_all("a")] == ["https://example.org/agua?a=1&b=2"]
    assert "not a link (Link)" in evidence.get_text()


def test_what_suppliers_write_is_never_markup(tables, chain, programme, schemas):
    tables["updates"].loc[1, "progress_en"] = '<script>alert("x")</script><img src=x onerror=y>'
    tables["clusters"].loc[0, "name_en"] = "</h2><b>bold"
    made = pages(tables, chain[-1], chain, programme, schemas)
    for data in (data for path, data in made.items() if path.endswith(".html")):
        page = BeautifulSoup(data.decode(), "html.parser")
        assert not page.find_all(["img", "b", "iframe"]) and not _programs(page)
        assert all(form["role"] == "search" for form in page.find_all("form"))
    assert b"&lt;script&gt;" in made["en/commitment/MX0001.html"]


def _programs(page):
    """Script elements that a browser would run: JSON-LD is data, and of others the policy must name the hash."""
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    scripts = [script for script in page.find_all("script") if script.get("type") != "application/ld+json"]
    digests = [base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode() for script in scripts]
    assert all(re.search(rf"script-src [^;]*'sha256-{re.escape(digest)}'", policy) for digest in digests)
    return [script for script in scripts if script.string not in OURS]


def test_the_programmes_own_words_cannot_end_the_data_in_a_page(tables, chain, programme, schemas):
    title = Text(en="</script><script>alert(1)</script><!--")
    named = programme.model_copy(update={"publication": programme.publication.model_copy(update={"title": title})})
    made = pages(tables, chain[-1], chain, named, schemas)["en/index.html"].decode()
    [data] = BeautifulSoup(made, "html.parser").find_all("script")
    assert json.loads(data.string)["@graph"][0]["name"] == "</script><script>alert(1)</script><!--"


def test_nothing_is_fetched_from_elsewhere_and_nothing_runs(soup):
    for page in soup.values():
        assert not page.find_all(["img", "iframe", "object", "embed", "font"]) and not _programs(page)
        assert not page.find_all("link", rel="stylesheet")
        assert not re.search(r"url\((?!#)|@import", str(page.style))
        policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert policy.startswith("default-src 'none'")


def test_every_page_says_how_to_cite_it_and_leads_machines_to_the_catalogue(soup, chain):
    newest = chain[-1]
    for path, page in soup.items():
        if "/card/" in path or path == "404.html":
            continue
        turtle, *_ = page.find_all("link", type=["text/turtle", "application/ld+json", "application/rdf+xml"])
        assert (turtle["rel"], turtle["type"]) == (["alternate"], "text/turtle")
        assert turtle["href"] == "../" * path.count("/") + "catalog.ttl"
        if path.removesuffix(".html").partition("/")[2] in ENTITIES:
            assert page.footer.find("a", rel="license") and page.footer.find("a", href=re.compile(re.escape(path)))
            assert newest.version not in page.get_text()  # it stays as it is while nothing of its thing changes
        elif path != "index.html" and "release/1.0.0" not in path:  # which is cited as that version
            cited = page.find(id="cite").find_parent("section")
            assert f"{newest.version}, {newest.created[:10]}" in cited.text
            assert newest.file("datapackage.json").sha256 in cited.text
            assert cited.find("a", rel="license") and cited.find("a", type="application/yaml")


def test_no_email_address_is_on_any_page(site):
    assert not any(re.search(rb"[\w.]+@[\w.]+\.[a-z]{2,}", data) for data in site.values())


@pytest.mark.parametrize(
    "path",
    [
        *("index.html", "es/index.html", "es/commitments.html", "en/commitments/due.html", "en/report/plan-1/r2.html"),
        *("en/commitment/MX0001.html", "es/institution/conagua.html", "en/metric/milestone_completion.html"),
        *("en/plan/plan-1.html", "es/theme/agua.html", "en/card/MX0001.html"),
    ],
)
def test_a_page_is_well_formed_and_has_what_assistive_technology_needs(soup, site, path):
    page = soup[path]
    assert page.html["lang"] in ("es", "en")
    assert page.title.get_text(strip=True)
    assert len(page.find_all("h1")) == 1
    assert len(page.find_all("main")) == 1
    identities = [tag["id"] for tag in page.find_all(id=True)]
    assert len(identities) == len(set(identities))
    for tag in page.find_all(attrs={"aria-labelledby": True}):
        assert set(tag["aria-labelledby"].split()) <= set(identities)
    for table in page.find_all("table"):
        assert all(cell.get("scope") == "col" for cell in table.thead.find_all("th"))
        assert all(row.find("th", scope="row") for row in table.tbody.find_all("tr"))
    levels = [int(heading.name[1]) for heading in page.find_all(re.compile("^h[1-6]$"))]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    _Balance().check(site[path].decode())


def test_links_between_pages_and_within_them_lead_somewhere(soup):
    for path, page in soup.items():
        folder = path.rpartition("/")[0]
        for link in page.find_all("a"):
            target, _, fragment = link["href"].partition("#")
            if target.startswith("http"):
                continue
            resolved = _resolve(folder, target) if target else path
            if resolved.endswith(".html"):
                assert resolved in soup
                assert not fragment or soup[resolved].find(id=fragment)
            else:
                assert re.match(r"(v|releases|latest)/|catalog\.ttl$|changes\.(es|en)\.atom$", resolved)


def test_before_any_round_the_pages_say_that_there_are_no_results(tables, chain, programme, schemas):
    for name in ("metrics", "updates", "evidence"):
        tables[name] = tables[name].iloc[:0]
    made = pages(tables, chain[-1], chain, programme, schemas)
    home = BeautifulSoup(made["en/index.html"].decode(), "html.parser")
    assert "There are no results of a reporting round yet." in home.get_text()
    assert not home.select("svg")
    commitment = BeautifulSoup(made["en/commitment/MX0001.html"].decode(), "html.parser")
    assert not commitment.select(".tag, .rounds, svg")


def test_a_commitment_without_a_theme_is_not_lost(tables, chain, programme, schemas):
    tables["commitments"].loc[1, "cluster_id"] = pd.NA
    page = BeautifulSoup(pages(tables, chain[-1], chain, programme, schemas)["en/commitments.html"], "html.parser")
    assert [heading.get_text() for heading in page.select("main h2")] == [
        "On this page",
        "Water",
        "Without a theme",
    ]


def test_codes_are_ordered_by_their_numbers():
    codes = ["US0113.10", "US0113.9", "US0113", "US0113.9.1", "US0113.0"]
    assert sorted(codes, key=natural) == ["US0113", "US0113.0", "US0113.9", "US0113.9.1", "US0113.10"]


def test_the_style_sheet_is_the_same_on_every_page_and_a_card_has_what_it_needs_of_it(soup):
    cards = [page for path, page in soup.items() if "/card/" in path]
    pages = [page for path, page in soup.items() if "/card/" not in path]
    assert len({hashlib.sha256(str(page.style).encode()).hexdigest() for page in pages}) == 1
    [style] = {str(page.style) for page in cards}
    assert len(style) < 3_000 and "forced-colors" in style and "prefers-color-scheme:dark" in style
    for name in {name for page in cards for tag in page.body.find_all(class_=True) for name in tag["class"]} - {
        "number"
    }:
        assert f".{name}" in style or f".{name}" not in str(pages[0].style), name


def _resolve(folder, target):
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


class _Balance(HTMLParser):
    """Every element that is opened is closed, in order."""

    def check(self, text):
        self.open = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID | SVG_VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in SVG_VOID:
            assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"


@pytest.fixture
def unasked(tables):
    """The second round asked for no status; the first one, of which the same is known, did."""
    metrics = tables["metrics"]
    levels = metrics.loc[metrics["metric_id"].isin(["milestone_completion", "commitment_completion"])]
    asked = levels.assign(period_id="r1").astype(metrics.dtypes)
    silent = levels["category"] == "not_reported"
    renamed = levels["category"].mask(silent, "not_asked")
    others = metrics.loc[~metrics.index.isin(levels.index)]
    return {**tables, "metrics": pd.concat([others, levels.assign(category=renamed), asked], ignore_index=True)}


def test_the_headline_rests_on_the_newest_round_that_asked_for_a_status(unasked, chain, programme, schemas):
    made = pages(unasked, chain[-1], chain, programme, schemas)
    home = BeautifulSoup(made["en/index.html"].decode(), "html.parser")
    _, milestones = home.select(".panel table")
    assert milestones.caption.get_text() == "Round: Round 1"
    assert "Not asked" not in milestones.get_text() and "Not reported" in milestones.get_text()
    told = " ".join(home.get_text(" ", strip=True).split())
    assert "This round did not ask for a status. Round: Round 2. The numbers here are of the newest round" in told
    assert "Esta ronda no pidió un estado" in made["es/index.html"].decode()


def test_the_report_of_a_round_that_did_not_ask_says_so_and_reproaches_nobody(unasked, chain, programme, schemas):
    made = pages(unasked, chain[-1], chain, programme, schemas)
    report = BeautifulSoup(made["en/report/plan-1/r2.html"].decode(), "html.parser")
    status = report.find(id="status").find_parent("section")
    assert "This round did not ask for a status." in status.get_text()
    assert "Not reported" not in status.get_text()
