"""Search and filters in a real browser, from a host that knows nothing of them, under its pages' policies."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.site.pages import pages
from ogp_pipeline.site.search.bundle import bundle
from tests.browser.test_axe import _violations
from tests.browser.visiting import narrow_page
from tests.site.conftest import chain, document, programme, sample, schemas  # noqa: F401 - fixtures
from tests.site.rich import AS_OF, SCHEMAS, rich_tables


class _Host(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, chain, programme) -> Path:  # noqa: F811
    place = tmp_path_factory.mktemp("searched")
    publication = programme.publication.model_copy(update={"languages": ["es"]})
    newest = chain[-1].model_copy(update={"as_of": AS_OF})
    made = pages(rich_tables(), newest, [newest], programme.model_copy(update={"publication": publication}), SCHEMAS)
    for key, data in {**made, **bundle(made.items(), "es", "es")}.items():
        (place / key).parent.mkdir(parents=True, exist_ok=True)
        (place / key).write_bytes(data)
    return place


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Host, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/es"
        server.shutdown()


@pytest.fixture
def visitor(browser: Any) -> Iterator[Any]:
    """A page on a narrow screen that tells what its policy forbade and what it asked of other hosts."""
    with narrow_page(browser, forced_colors="active") as page:
        page.on("pageerror", lambda error: page.told.append(str(error)))
        yield page


def hits(page: Any, told: str) -> list[str]:
    page.locator("#told", has_text=told).wait_for()
    return [link.get_attribute("href").rpartition("/es/")[2] for link in page.locator("#results a").all()]


def test_a_stranger_finds_things_by_their_words_codes_and_names(visitor: Any, address: str) -> None:
    page = visitor
    page.goto(f"{address}/index.html")
    page.get_by_role("searchbox").fill("tableros publicos")  # the page has "Tablero público"
    page.keyboard.press("Enter")
    assert hits(page, "Resultados: ")[0] == "commitment/XX0001.html"
    box = page.get_by_role("searchbox")
    for asked, found in (
        ("XX0003.1", "commitment/XX0003.html"),
        ("xx0002", "commitment/XX0002.html"),
        ("Secretaria de SALUD", "institution/salud.html"),
        ("pozo", "proposal/p1.html"),
        ("presupuestos", "commitment/XX0003.html"),
        ("mesa agua", "event/mesa-1.html"),
    ):
        box.fill(asked)
        page.wait_for_url(f"**q={asked.split()[0]}*")
        page.locator(f"#results li:first-child a[href$='{found}']").wait_for()
    box.fill("xilófono")
    assert hits(page, "Nada coincide") == []
    assert _violations(page) == []
    assert page.told == []


def test_filters_stand_in_the_address_and_the_keyboard_reaches_them(visitor: Any, address: str) -> None:
    page = visitor
    page.goto(f"{address}/search.html?kind=commitments")
    assert hits(page, "Resultados: 3") == [f"commitment/XX000{n}.html" for n in (1, 2, 3)]
    page.get_by_label("Solo atrasados").focus()
    page.keyboard.press("Space")
    assert hits(page, "Resultados: 1") == ["commitment/XX0001.html"]
    assert page.url.endswith("?kind=commitments&late=1")
    page.goto(f"{address}/search.html?theme=agua&status=in_progress&institution=agua")
    assert hits(page, "Resultados: 1") == ["commitment/XX0001.html"]
    page.get_by_role("button", name="Quitar filtros").press("Enter")
    page.wait_for_url("**/search.html")
    assert page.locator("#results li").count() == 0

    page.goto(f"{address}/commitments.html?status=not_reported")
    assert page.locator(".list tbody tr:visible").count() == 2
    assert "2 de 3" in page.inner_text("#told") and page.locator(".jumps li:visible").count() == 1
    page.get_by_role("link", name="Por institución").click()
    assert page.url.endswith("/commitments/institution.html?status=not_reported")
    page.get_by_role("searchbox").fill("SALUD expedientes")
    assert page.locator(".list tbody tr:visible").count() == 1
    assert page.told == []


def test_where_it_cannot_search_the_page_says_so_and_leads_to_the_lists(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/search.html?q=agua")
    assert "necesita un navegador" in page.inner_text("main") and not page.locator("form").is_visible()
    page.get_by_role("link", name="Compromisos: solo atrasados").click()
    assert page.url.endswith("/commitments/late.html")
    context.close()
    context = browser.new_context()
    page = context.new_page()
    page.route("**/facets.json", lambda route: route.abort())
    page.goto(f"{address}/search.html?q=agua")
    assert hits(page, "No se pudo leer el índice") == []
    context.close()


def test_from_a_disk_it_says_that_it_does_not_work_there(page: Any, folder: Path) -> None:
    page.goto(f"{(folder / 'es/search.html').as_uri()}?q=agua")
    assert hits(page, "No se pudo leer el índice") == []
