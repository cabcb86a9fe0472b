"""The release tests' sample, as the content and the records from which the site is made."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest
import yaml

from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.manifest import DatasetChanges, LedgerHead, Manifest, ManifestFile
from tests.release.as_base import built_sample

RELEASE_TESTS = Path(__file__).parents[1] / "release"


def _sample():
    spec = importlib.util.spec_from_file_location("release_sample", RELEASE_TESTS / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def document():
    return yaml.safe_load((RELEASE_TESTS / "sample.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def programme(document):
    return Programme.model_validate(document["programme"])


@pytest.fixture(scope="session")
def schemas(document):
    return _sample().sample_schemas(document)


@pytest.fixture(scope="session")
def sample(document, schemas):
    return _sample().sample_content(document, schemas)


@pytest.fixture
def tables(sample):
    """Copies, so that a test may change them."""
    return {name: frame.copy() for name, frame in sample.tables.items()}


@pytest.fixture(scope="session")
def chain(schemas):
    """Two releases: the first as built from the sample, the second a correction with a reason."""
    built = built_sample()
    files = [
        ManifestFile(
            name=file.name,
            dataset=file.dataset,
            table=file.table,
            key=f"data/x/{file.name}",
            media_type=file.media_type,
            bytes=file.bytes,
            sha256=file.sha256,
            rows=file.rows,
            logical=file.logical,
        )
        for file in built.files
    ]
    first = Manifest(
        release=1,
        version="1.0.0",
        previous=None,
        publish_id="run-1",
        created="2023-01-16T04:05:06Z",
        ledger_head=LedgerHead(n=3, hash="0" * 64),
        programme="0" * 64,
        schemas=schemas.version,
        software="0.1.0",
        as_of=date(2023, 1, 16),
        content=built.content_hash,
        files=files,
        datasets=built.datasets,
        deliveries={"accepted": 3},
    )
    second = first.model_copy(
        update={
            "release": 2,
            "version": "2.0.0",
            "previous": first.hash,
            "created": "2023-03-01T00:00:00Z",
            "as_of": date(2023, 2, 28),
            "reason": "A <correction> was asked for.",
            "datasets": {
                "plan": DatasetChanges(changed=2, removed=1, schema_changes=["clusters.colour: field_removed"]),
                "reference": DatasetChanges(origins=166),
            },
        }
    )
    return [first, second]
