"""The committed schemas, and a copy of them that a test may break."""

import shutil
from pathlib import Path

import pytest

from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Schemas


@pytest.fixture(scope="session")
def committed() -> Schemas:
    return schemas.load()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(schemas.schemas_root(), tmp_path / "schemas"))
