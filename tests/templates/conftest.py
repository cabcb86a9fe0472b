"""Two countries whose files were accepted: a small one with every kind of party, and the real example."""

import shutil
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from ogp_pipeline.runs import run, templating
from ogp_pipeline.runs.templating import Made
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from tests.small_country import NOW, SmallCountry
from tests.templates.country import many_parties

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2024, 7, 10)


@pytest.fixture(scope="package")
def country(tmp_path_factory: pytest.TempPathFactory) -> SmallCountry:
    return many_parties(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="package")
def united_states(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(ROOT / "examples/us-nap5", folder / "examples/us-nap5")
    workspace = open_workspace(folder / "examples/us-nap5")
    for source in workspace.programme.sources:
        run.collect_source(workspace, source.id, NOW.replace(year=2026))
    return workspace


class Maker:
    """Makes templates into a folder of the test."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.workspace, self.folder = workspace, folder

    def __call__(
        self,
        table: str,
        supplier: str = "agency",
        period: str | None = "2024-H2",
        language: str = "es",
        today: date = TODAY,
    ) -> Made:
        return templating.make(
            self.workspace, supplier, today, table=table, period=period, language=language, to=self.folder
        )


@pytest.fixture
def make(country: SmallCountry, tmp_path: Path) -> Maker:
    return Maker(country.open(), tmp_path)


Template = Callable[..., Workbook]


@pytest.fixture(scope="package")
def template(country: SmallCountry, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A template as it opens, made once; ask as a ``Maker``, and only read it."""
    workspace = country.open()

    @cache
    def template(*arguments: object, **more: object) -> Workbook:
        make = Maker(workspace, tmp_path_factory.mktemp("template"))
        return openpyxl.load_workbook(make(*arguments, **more).path)  # type: ignore[arg-type]

    return template
