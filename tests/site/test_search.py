"""Full-text search: every page is found by what stands on it; the index is the same bytes each time."""

import gzip
import json
import re

import pagefind_bin
import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.i18n.languages import DEFAULT
from ogp_pipeline.site.entity.context import EntityContext
from ogp_pipeline.site.entity.facets import choices
from ogp_pipeline.site.entity.standing import Standing
from ogp_pipeline.site.pages import pages
from ogp_pipeline.site.report.published import Published
from ogp_pipeline.site.search import documents
from ogp_pipeline.site.search.bundle import bundle
from ogp_pipeline.site.words import words
from tests.site.rich import AS_OF, SCHEMAS, rich_tables


@pytest.fixture(scope="module")
def spanish(programme):
    publication = programme.publication.model_copy(update={"languages": ["es"]})
    return programme.model_copy(update={"publication": publication})


@pytest.fixture(scope="module")
def rich(chain, spanish):
    newest = chain[-1].model_copy(update={"as_of": AS_OF})
    return pages(rich_tables(), newest, [newest], spanish, SCHEMAS)


@pytest.fixture(scope="module")
def made(rich):
    return bundle(rich.items(), "es", "es")


NAMELESS = ("card", "commitments", "report", "picture", "release")  # a release is found in the history


def fragments(made):
    """Page -> what the search shows of it."""
    told = [json.loads(gzip.decompress(data).removeprefix(b"pagefind_dcd")) for name, data in made.items()
            if name.endswith(".pf_fragment")]  # fmt: skip
    return {fragment["url"].removeprefix("/"): fragment for fragment in told}


def facets(made):
    named = {name.rpartition("/")[2].partition(".")[0]: json.loads(gzip.decompress(data).removeprefix(b"pagefind_dcd"))
             for name, data in made.items() if name.endswith(".pf_fragment")}  # fmt: skip
    return {named[line[0]]["url"].removeprefix("/"): line[1:] for line in json.loads(made["es/search/facets.json"])}


def test_everything_that_has_a_name_can_be_found_and_nothing_else(rich, made):
    own = {path.removeprefix("es/") for path in rich if path.startswith("es/")}
    named = {path for path in own if "/" in path and path.split("/")[0] not in NAMELESS}
    assert set(fragments(made)) == named
    assert len(named) > 15


def test_what_is_shown_is_what_stands_on_the_page_without_menus_and_headings_of_columns(made):
    told = fragments(made)["commitment/XX0001.html"]
    assert told["meta"]["title"] == "XX0001 Publicar la calidad del agua"
    assert "Tablero público" in told["content"] and "Datos mensuales" in told["content"]
    assert not any(word in told["content"] for word in ("Panorama", "ogp trace", "Para citar"))


def test_what_pagefind_is_spared_changes_no_byte_of_the_index(rich, made, monkeypatch):
    spared = {document.path: len(document.html) for document in documents.documents(rich.items(), "es", "es")}
    monkeypatch.setattr(documents, "_UNREAD", re.compile(r"(?!)"))
    whole = {document.path: len(document.html) for document in documents.documents(rich.items(), "es", "es")}
    assert sum(spared.values()) < 0.9 * sum(whole.values())
    assert bundle(rich.items(), "es", "es") == made


def test_a_page_is_filtered_by_what_its_thing_is(made):
    of = facets(made)
    assert of["commitment/XX0001.html"] == ["commitments", "in_progress", "agua", "agua", "1"]
    assert of["commitment/XX0003.html"] == ["commitments", "not_reported", "", "", ""]
    assert of["proposal/p1.html"] == ["proposals", "", "", "foro", ""]
    assert of["decision/d1.html"] == ["decisions", "", "agua", "agua", ""]
    assert of["institution/agua.html"] == ["institutions", "", "", "agua", ""]
    assert of["theme/agua.html"] == ["clusters", "", "agua", "", ""]
    assert of["metric/milestone_completion.html"] == ["metric_definitions", "", "", "", ""]


def test_only_what_a_search_page_asks_for_is_published(made):
    plain = {name for name in made if not name.endswith((".pf_fragment", ".pf_index", ".pf_meta"))}
    ours = {"facets.json", "README.txt", "pagefind-entry.json", "pagefind.js", "pagefind-worker.js"}
    assert plain == {f"es/search/{name}" for name in (*ours, "wasm.es.pagefind")}


def test_the_same_pages_give_the_same_bytes_whatever_the_machine_says(rich, made, monkeypatch, tmp_path):
    monkeypatch.setenv("PAGEFIND_EXCLUDE_SELECTORS", "h1")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert bundle(reversed(rich.items()), "es", "es") | {"es/search/facets.json": b""} == made | {
        "es/search/facets.json": b""
    }
    assert bundle(rich.items(), "es", "es") == made


def test_a_page_that_changed_leaves_what_is_shown_of_the_others_as_it_was(rich, made):
    page = rich["es/commitment/XX0001.html"].replace("Tablero público".encode(), b"Panel abierto")
    again = bundle({**rich, "es/commitment/XX0001.html": page}.items(), "es", "es")
    new = {name for name in again if name.endswith(".pf_fragment")} - set(made)
    assert len(new) == 1
    assert again["es/search/pagefind.js"] == made["es/search/pagefind.js"]


def test_where_nothing_has_a_page_there_is_nothing_to_search(rich):
    assert bundle([(name, rich[name]) for name in ("index.html", "es/index.html")], "es", "es") == {}


def test_an_index_that_cannot_be_made_is_an_error_that_says_why(rich, monkeypatch):
    monkeypatch.setattr(pagefind_bin, "get_executable", lambda: "/bin/false")
    with pytest.raises(OgpError, match="the search index could not be made: pagefind ended with 1"):
        bundle(rich.items(), "es", "es")


def test_a_publication_without_search_has_no_way_to_it(chain, spanish):
    quiet = spanish.model_copy(update={"publication": spanish.publication.model_copy(update={"search": False})})
    made = pages(rich_tables(), chain[-1], [chain[-1]], quiet, SCHEMAS)
    assert not any(b"search.html" in data for data in made.values()) and "es/search.html" not in made


@pytest.mark.parametrize("language", DEFAULT)
def test_filters_offer_what_a_commitment_has_and_no_more(language):
    published = Published(rich_tables(), SCHEMAS, AS_OF)
    offered = choices(EntityContext(published, Standing(published), language, words(language)))
    assert [code for code, _ in offered.statuses] == ["in_progress", "not_reported"]
    assert [code for code, _ in offered.themes] == ["agua"] == [code for code, _ in offered.institutions]
    assert {"commitments", "proposals", "decisions"} <= {code for code, _ in offered.kinds}
