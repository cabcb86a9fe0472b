"""The small country of ``country.py``, in a folder of its own for each test."""

from pathlib import Path

import pytest

from ogp_pipeline.schema import schemas as schema_folder
from ogp_pipeline.schema.schemas import Schemas
from tests.validation.country import Country, build


@pytest.fixture(scope="session")
def schemas() -> Schemas:
    return schema_folder.load()


@pytest.fixture
def country(tmp_path: Path) -> Country:
    return build(tmp_path)
