"""One real browser, and the pages that people read, in files."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.formats.records import Where
from ogp_pipeline.i18n.languages import DEFAULT
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.receipt import MarkedCopy, Receipt, Verdict, to_html
from ogp_pipeline.schema import schemas as schema_files
from ogp_pipeline.site.pages import pages as site_pages
from ogp_pipeline.site.pages import report_page
from ogp_pipeline.site.report.published import Published
from ogp_pipeline.site.report.reports import chosen
from ogp_pipeline.sources.delivery import DeliveredFile
from tests.sample import is_night
from tests.scheduling import is_over
from tests.site.conftest import chain, document, programme, sample, schemas  # noqa: F401 - fixtures
from tests.site.rich import AS_OF, SCHEMAS, rich_tables

_running = ExitStack()


@pytest.fixture(scope="session")
def browser() -> Any:
    """Chromium without a window, for all tests of this folder; by night the one that could have windows.

    ``--no-sandbox`` because continuous integration runs as root, ``--disable-gpu`` since to imitate one takes a tenth
    of the time.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium-headless-shell", "chromium")
    chromium = next(filter(None, map(shutil.which, reversed(names) if is_night() else names)), None)
    if chromium is None:
        pytest.skip("there is no chromium on the path")
    running = _running.enter_context(playwright.sync_playwright())
    started = running.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
    _running.callback(started.close)
    return started


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """End it with the folder: while Playwright waits, its thread has a running event loop, and Prefect, whose tests may
    be next, answers with coroutines there."""
    if is_over(Path(__file__).parent, nextitem):
        _running.close()


@pytest.fixture(scope="module")
def kept_page(browser: Any) -> Iterator[Any]:
    """One page for all tests of a file: a new one costs more than most of them do with it."""
    context = browser.new_context(offline=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(kept_page: Any) -> Iterator[Any]:
    """A page that reaches nothing but files. It tells its console in the list ``told``, and no test sees the media
    or the messages of another."""
    kept_page.told = []

    def tell(message: Any) -> None:
        kept_page.told.append(message.text)

    kept_page.on("console", tell)
    yield kept_page
    kept_page.remove_listener("console", tell)
    kept_page.emulate_media(media="null", color_scheme="null", forced_colors="null")
    kept_page.goto("about:blank")


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory, programme, schemas, sample, chain) -> dict[str, Path]:  # noqa: F811
    """Every kind of receipt and the site's pages, in both languages, by name."""
    folder = tmp_path_factory.mktemp("pages")
    found = {f"{kind}.{language}": to_html(receipt, schema_files.load(), language).encode()
             for kind, receipt in _receipts().items() for language in DEFAULT}  # fmt: skip
    both = programme.model_copy(
        update={"publication": programme.publication.model_copy(update={"languages": list(DEFAULT)})}
    )
    made = site_pages(sample.tables, chain[-1], chain, both, schemas)
    for language in DEFAULT:
        found[f"home.{language}"] = made[f"{language}/index.html"]
        found[f"commitments.{language}"] = made[f"{language}/commitments.html"]
    rich = Published(rich_tables(), SCHEMAS, AS_OF)
    for language in DEFAULT:
        found[f"report.{language}"] = report_page(rich, chosen(rich, "plan-1", "r2"), chain[-1], both, language)
    newest = chain[-1].model_copy(update={"as_of": AS_OF})
    tables = rich_tables()
    tables["clusters"].loc[0, "name_es"] = "Combatir la corrupción y asegurar la rendición de cuentas ante el público"
    tables["milestones"].loc[0, "url"] = "https://open.example.org/national-action-plan/5/XX0001-1/"
    whole = site_pages(tables, newest, [newest], both, SCHEMAS)
    for language in DEFAULT:
        for name in (
            "commitment/XX0001",
            "institution/agua",
            "metric/milestone_completion",
            "card/XX0001",
            "plan/plan-1",
            f"release/{newest.version}",
        ):
            found[f"{name.partition('/')[0]}.{language}"] = whole[f"{language}/{name}.html"]
        found[f"glance.{language}"] = whole[f"{language}/index.html"]
        found[f"search.{language}"] = whole[f"{language}/search.html"]
    found["reports.es"] = made["es/report/plan-1/index.html"]
    found["choice"] = made["index.html"]
    for name, content in found.items():
        (folder / f"{name}.html").write_bytes(content)
    return {name: folder / f"{name}.html" for name in found}


def _receipts() -> dict[str, Receipt]:
    name = "Avances del primer semestre de la Secretaría (versión final definitiva 2).xlsx"
    accepted = Receipt(
        delivery="d" * 64,
        source="avances",
        supplier="foro",
        supplier_names={"es": "Secretaría Anticorrupción y Buen Gobierno", "en": "Anti-corruption Secretariat"},
        language="es",
        verdict=Verdict.ACCEPTED,
        received_at=datetime(2024, 7, 1, 12, 0, 0, 7779, tzinfo=UTC),
        known_on=date(2024, 7, 1),
        files=(DeliveredFile(name, Path(name), "c" * 64, 1_234_567),),
        schemas=schema_files.load().version,
        counts={"updates": 1203, "evidence": 4},
        rows_read=1207,
        due=date(2024, 7, 15),
    )
    details = {"allowed": "complete, in_progress, not_started", "other": "12", "example": "2024-02-29"}
    wrong = Problem(
        "status-unknown",
        Severity.BLOCKS,
        Where(name, 7, "Avances por hito y compromiso", "D7", column="Estado de avance"),
        "updates",
        "status",
        "No Trackab" * 12,
        details,
    )
    named = replace(wrong, where=Where(name, 9, column="percent"), value="", field="percent", rule="bad-date")
    note = replace(wrong, rule="url-form", level=Severity.PLEASE_CHECK, value="www.example.org/" + "a" * 200)
    better = Problem("row-skipped", Severity.COULD_BE_BETTER, Where(name), details={"count": "3", "why": "—"})
    rejected = replace(
        accepted,
        verdict=Verdict.REJECTED,
        problems=(wrong, named, note, better),
        rows_to_mend=2,
        copies=(MarkedCopy(name, "acuse.xlsx", 2, 3), MarkedCopy("otro.xlsx", None, why="too_large")),
    )
    return {
        "accepted": accepted,
        "notes": replace(accepted, verdict=Verdict.ACCEPTED_WITH_NOTES, problems=(note, better)),
        "rejected": rejected,
        "hundreds": replace(rejected, problems=(wrong, named, note) * 70, rows_to_mend=140),
        "nothing": replace(
            accepted, verdict=Verdict.NOTHING_RECEIVED, counts={}, rows_read=0, known_on=date(2024, 8, 1)
        ),
        "failure": replace(accepted, verdict=Verdict.NOT_PROCESSED, counts={}, rows_read=0, due=None),
    }
