"""The desk, driven end to end as a person without a mouse drives it, on a narrow screen and without scripts."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from ogp_pipeline.desk import links
from ogp_pipeline.desk.app import Desk
from ogp_pipeline.desk.requests import Address, Office
from tests.browser.test_axe import OVERFLOW, WIDE, _violations
from tests.browser.visiting import NARROW, narrow_page
from tests.inbox_country import GOOD, UPDATES, InboxCountry, open_country
from tests.small_country import NOW

WRONG = UPDATES + "XX0001.1,2024-H1,half done,A draft\nXX0001.2,2024-H1,complete,\n"
MOST_TABS = 40


@dataclass(frozen=True)
class Site:
    """A real server on the loopback. ``enter``: the address of a link that works."""

    country: InboxCountry
    url: str
    enter: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("desk")
    country = InboxCountry(open_country(folder / "country").folder)
    country.collect()
    (folder / "drafts").mkdir()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    office = Office(country.folder)
    desk = Desk(office, Address(url), folder / "drafts", lambda: NOW)
    server = uvicorn.Server(uvicorn.Config(desk.app(), log_level="error"))
    running = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    running.start()
    while not server.started and running.is_alive():
        time.sleep(0.02)
    workspace = country.open()
    link = links.issue(workspace.intake, links.inbox_of(workspace.programme, "updates"), "", NOW, 7)
    yield Site(country, url, f"{url}/enter/{links.token(office.key, link)}")
    server.should_exit = True
    running.join()


@pytest.fixture
def visitor(browser: Any) -> Iterator[Any]:
    """A page that tells what its policy forbade and what it asked of other hosts."""
    with narrow_page(browser, locale="es-MX") as page:
        page.on("filechooser", lambda chooser: None)  # from the beginning: asked for later, it may come too late
        yield page


def tab_to(page: Any, words: str) -> None:
    """Press Tab until what has the focus says these words; it must be in sight, and show that it has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "() => { const one = document.activeElement, box = one.getBoundingClientRect();"
            "return [one.textContent || one.labels?.[0]?.textContent || '', getComputedStyle(one).outlineStyle,"
            " box.top >= 0 && box.bottom <= innerHeight + 1]; }"
        )
        if words in focus[0]:
            assert focus[1] != "none" and focus[2], focus
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


def press(page: Any, words: str) -> None:
    """Press Enter where these words are, and wait for the page that comes."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Any, file: Path, label: str, button: str) -> None:
    tab_to(page, label)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(file)
    press(page, button)


def looks_right(page: Any) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert page.evaluate(OVERFLOW) == [False, []], f"{page.url} at {size['width']} px"
        assert _violations(page) == [], f"{page.url} at {size['width']} px"
    page.set_viewport_size(NARROW)


def looks_right_in_the_dark(page: Any) -> None:
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 31)"
    assert _violations(page) == [], f"{page.url} in the dark"
    page.emulate_media(color_scheme="light")


def test_a_person_without_a_mouse_makes_mistakes_corrects_them_and_sends(
    site: Site, visitor: Any, tmp_path: Path
) -> None:
    page, file = visitor, tmp_path / "avances.csv"
    page.goto(site.enter)
    looks_right(page)

    file.write_text(WRONG)
    choose(page, file, "Archivo (", "Revisar este archivo")
    assert "half done" in page.inner_text("main") and page.locator("text=Enviar este archivo").count() == 0
    looks_right(page)
    looks_right_in_the_dark(page)

    file.write_text(GOOD)
    choose(page, file, "Archivo (", "Revisar este archivo")
    looks_right(page)
    press(page, "Enviar este archivo")
    assert site.country.inbox() == {"avances.csv": GOOD.encode()}
    looks_right(page)

    site.country.collect()
    press(page, "English")
    press(page, "avances.csv")
    assert "2 rows received" in page.inner_text("h1")
    looks_right(page)
    assert visitor.told == []


def test_without_scripts_and_in_french_it_works_the_same(site: Site, browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(viewport=NARROW, java_script_enabled=False)
    page, file = context.new_page(), tmp_path / "rapport.csv"
    file.write_text(WRONG)
    page.goto(site.enter)
    page.click("text=Français")
    page.set_input_files("#file", file)
    page.click("text=Vérifier ce fichier")
    assert "half done" in page.inner_text("main")
    page.click("text=Quitter")
    assert page.inner_text("h1") in ("Open your personal link", "Ouvrez votre lien personnel")
    context.close()
