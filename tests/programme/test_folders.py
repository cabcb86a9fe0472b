"""Folders that a programme file names: of one that is not there, everybody hears once."""

from datetime import date
from pathlib import Path

import pytest

from ogp_pipeline import starter
from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.programme.file import load
from tests.tables.country import SCHEMAS


def test_a_folder_that_is_not_there_is_one_mistake_however_many_sources_read_it(tmp_path: Path) -> None:
    starter.create(tmp_path, "MX", "es", date(2024, 1, 1), SCHEMAS)
    (tmp_path / "inbox/forum").rename(tmp_path / "inbox/elsewhere")
    with pytest.raises(ProgrammeError) as caught:
        load(tmp_path / "programme.yaml", SCHEMAS)
    [(line, told)] = caught.value.mistakes
    assert line is not None and "inbox/forum" in (tmp_path / "programme.yaml").read_text().splitlines()[line - 1]
    assert told.startswith("there is no folder `inbox/forum` beside the programme file (for 6 sources); correct it")
