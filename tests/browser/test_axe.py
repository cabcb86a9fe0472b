"""What people read passes axe in a real browser, fits a narrow screen and large letters, and shows the focus."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.visiting import NARROW
from tests.sample import by_day, is_night

RECEIPTS = ("accepted", "notes", "rejected", "hundreds", "nothing", "failure")
LIKE_SPANISH = {f"{kind}.en" for kind in RECEIPTS if kind != "notes"}  # but for shorter words
LIKE_SPANISH |= {"commitments.en", "home.en", "report.en"}
LIKE_SPANISH |= {"commitment.en", "institution.en", "metric.en", "card.en", "glance.en", "search.en"}
LIKE_SPANISH |= {"release.en", "plan.en"}
LIKE_OTHERS = (
    *("notes.es", "hundreds.es", "choice"),
    "institution.es",
    "metric.es",
    "card.es",
    "glance.es",
    "accepted.es",
    "nothing.es",
    "failure.es",
    "reports.es",
    "release.es",
    "plan.es",
)  # nothing that the other pages have not
BY_DAY = (
    *("rejected.es", "home.es", "commitments.es", "commitment.es", "report.es"),
    "notes.en",
    "search.es",
)
PAGES = by_day([*BY_DAY, *LIKE_OTHERS, *sorted(LIKE_SPANISH)], BY_DAY)
WIDE = {"width": 1280, "height": 800}

OVERFLOW = """() => {
    const width = document.documentElement.clientWidth;
    const wide = [...document.querySelectorAll("body *")].filter(one => {
        for (let up = one; up; up = up.parentElement)
            if (up.matches(".scroll, .hidden, .skip, thead")) return false;
        return one.getBoundingClientRect().right > width + 1;
    });
    return [document.documentElement.scrollWidth > width, wide.map(one => one.outerHTML.slice(0, 120))];
}"""

# Nobody reads selectors, nor what passes.
VIOLATIONS = """() => axe.run({resultTypes: ["violations"], selectors: false}).then(({violations}) =>
    violations.map(({id, nodes}) => ({id, nodes: nodes.map(node => node.html)})))"""


# Leaves two of the rows and entries that differ in words alone: what axe finds in one of them it finds in all.
THIN = """() => {
    const seen = new Map();
    const place = one => one ? `${place(one.parentElement)} ${one.tagName}.${one.className}` : "";
    const own = one => [one.tagName, one.className, one.style.cssText, one.getAttributeNames()];
    const shape = one => [...own(one), ...[...one.children].map(shape)].join();
    for (const one of document.querySelectorAll("tbody tr, li, dt, dd")) {
        const same = place(one.parentElement) + shape(one);
        seen.set(same, (seen.get(same) ?? 0) + 1);
        if (seen.get(same) > 2) one.remove();
    }
}"""


BROKEN = """() => [...document.querySelectorAll(".panel thead th")].filter(heading => {
    const text = document.createRange();
    text.selectNodeContents(heading);
    return !/\\s/.test(heading.textContent.trim()) && text.getClientRects().length > 1;
}).map(heading => heading.textContent)"""  # headings of one word that do not stand on one line


def _open(page: Any, file: Path, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def _open_thinned(page: Any, file: Path, size: dict[str, int]) -> None:
    """All of it by night."""
    _open(page, file, size)
    if not is_night():
        page.evaluate(THIN)


def _violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe.Axe().axe_script)
    violations = page.evaluate(VIOLATIONS)
    return [f"{one['id']}: {[html[:150] for html in one['nodes']]}" for one in violations]


def test_axe_finds_what_is_wrong(page: Any) -> None:
    """Else the tests below would find nothing because nobody looks."""
    page.set_content("<html lang=en><title>A</title><main><h1>A</h1><p style='color: #bbb'>Too pale<p><img src=c.png>")
    assert _violations(page) == [
        "color-contrast: ['<p style=\"color: #bbb\">Too pale</p>']",
        "image-alt: ['<img src=\"c.png\">']",
    ]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_on_a_wide_screen(page: Any, files: dict[str, Path], name: str) -> None:
    _open_thinned(page, files[name], WIDE)
    assert _violations(page) == []


@pytest.mark.parametrize(
    "name",
    by_day(
        ["rejected.es", "notes.en", "home.es", "commitments.en", "commitment.es", "report.es"],
        ["notes.en", "home.es", "commitment.es", "report.es"],
    ),
)
def test_axe_finds_nothing_on_a_narrow_screen(page: Any, files: dict[str, Path], name: str) -> None:
    _open_thinned(page, files[name], NARROW)
    assert _violations(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_nobody_has_to_scroll_sideways(page: Any, files: dict[str, Path], name: str) -> None:
    _open(page, files[name], NARROW)
    for size, letters in ((NARROW, 100), (WIDE, 200), ({"width": 640, "height": 800}, 200)):
        page.set_viewport_size(size)
        page.evaluate(f"document.documentElement.style.fontSize = '{letters}%'")
        assert page.evaluate(OVERFLOW) == [False, []], f"{size['width']} px, letters at {letters} %"
        if letters == 100:
            assert page.evaluate(BROKEN) == []


def test_axe_finds_nothing_on_a_dark_screen(page: Any, files: dict[str, Path]) -> None:
    page.emulate_media(color_scheme="dark")
    for name in ("commitment.es", "rejected.es"):
        _open_thinned(page, files[name], WIDE)
        assert _violations(page) == [], name


def test_a_commitment_is_one_page_of_paper(page: Any, files: dict[str, Path]) -> None:
    _open(page, files["commitment.es"], WIDE)
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "1cm"))
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_a_report_of_three_commitments_is_five_pages_of_paper_with_its_definitions_once(
    page: Any, files: dict[str, Path]
) -> None:
    _open(page, files["report.es"], WIDE)
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "1cm"))
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 5
    page.emulate_media(media="print")
    assert page.locator(".annex dt").count() > 0 and page.locator(".annex").is_visible()


def test_the_list_is_filtered_and_sorted_where_scripts_run(page: Any, files: dict[str, Path]) -> None:
    _open(page, files["commitments.en"], WIDE)
    institution = page.get_by_label("Led by")
    institution.select_option(index=1)
    rows = page.locator(".list tbody tr:visible")
    assert rows.count() == 1 and "1 of 2 shown" in page.locator("#told").inner_text()
    institution.select_option(index=0)
    page.locator(".list thead button").first.click()
    assert page.locator(".list thead th").first.get_attribute("aria-sort") == "ascending"
    assert page.told == []  # the policy lets this script run, and it does not stumble


def test_an_old_address_leads_to_the_page(page: Any, files: dict[str, Path]) -> None:
    target = files["commitments.en"].parent / "commitment" / "MX0001.html"
    target.parent.mkdir()
    target.write_text("<!DOCTYPE html><title>MX0001</title>", encoding="utf-8")
    page.goto(f"{files['commitments.en'].as_uri()}#MX0001.1", wait_until="commit")
    page.wait_for_url("**/commitment/MX0001.html#MX0001.1", wait_until="commit")


@pytest.mark.parametrize("name", ["report.es", "report.en"])
def test_on_paper_no_table_is_cut_and_nothing_to_click_is_printed(page: Any, files: dict[str, Path], name: str) -> None:
    _open(page, files[name], {"width": 718, "height": 1000})  # A4 with margins of a centimetre
    page.emulate_media(media="print")
    assert page.evaluate(OVERFLOW.replace(".scroll, ", "")) == [False, []]
    shown = "() => [...document.querySelectorAll('nav, details, .skip')].filter(one => one.checkVisibility()).length"
    assert page.evaluate(shown) == 0


@pytest.mark.parametrize("name", by_day(["rejected.es", "home.en"], ["rejected.es"]))
def test_the_keyboard_reaches_what_scrolls_and_shows_it(page: Any, files: dict[str, Path], name: str) -> None:
    _open(page, files[name], WIDE)
    regions = page.locator(".scroll").count()
    assert regions > 0
    reached = set()
    for _ in range(page.locator("a, summary, [tabindex]").count()):
        page.keyboard.press("Tab")
        place, outline = page.evaluate(
            """() => {
                const one = document.activeElement;
                return [[...document.querySelectorAll(".scroll")].indexOf(one), getComputedStyle(one).outlineStyle];
            }"""
        )
        if place >= 0:
            assert outline == "solid"
            reached.add(place)
        if len(reached) == regions:
            break
    assert reached == set(range(regions))


def test_on_a_narrow_screen_each_value_says_what_it_is(page: Any, files: dict[str, Path]) -> None:
    """The headings of the table are out of sight there."""
    _open(page, files["rejected.es"], NARROW)
    told = page.evaluate(
        """() => [...document.querySelector(".problems tbody tr").children]
            .map(cell => getComputedStyle(cell, "::before").content)"""
    )
    assert told == ['"Dónde"', '"Columna"', '"Lo que recibimos"', '"Qué pasa"', '"Qué escribir"']
