"""An intake store in a folder, and a country whose suppliers send files."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from ogp_pipeline.intake import ledger
from ogp_pipeline.intake.acceptance import Recorded, record
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.ledger import EntryDraft
from ogp_pipeline.intake.recognition import ExaminationContext, context, recognise
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.sources.delivery import Delivery
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Store
from tests.validation.country import Country, build

PROGRAMME_SHA256 = "a" * 64
MAPPING_SHA256 = "b" * 64


@dataclass(frozen=True)
class Office:
    """Does what a run does with one delivery: recognise, examine, settle."""

    country: Country
    store: Store

    def now(self, programme: str = PROGRAMME_SHA256, mapping: str = MAPPING_SHA256) -> ExaminationContext:
        return context(programme, mapping, self.country.schemas.version, ledger.read(self.store))

    def seen(self, delivery: Delivery, programme: str = PROGRAMME_SHA256, mapping: str = MAPPING_SHA256) -> object:
        return recognise(delivery, self.store, self.now(programme, mapping), ledger.read(self.store))

    def settle(self, delivery: Delivery, report: Examination, store: Store | None = None) -> Recorded:
        source: Source = TypeAdapter(Source).validate_python(
            {
                "id": delivery.envelope.source,
                "supplier": delivery.envelope.supplier,
                "kind": "folder",
                "path": ".",
                "read": {"kind": "csv"},
                "tables": {"updates": {"columns": {}}},
            }
        )
        programme, schemas = self.country.programme, self.country.schemas
        return record(delivery, report, source, self.now(), store or self.store, programme, schemas)


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "private")


@pytest.fixture
def country(tmp_path: Path) -> Country:
    return build(tmp_path)


@pytest.fixture
def office(country: Country, store: DirectoryStore) -> Office:
    return Office(country, store)


@pytest.fixture
def draft() -> Callable[..., EntryDraft]:
    """A draft; ``draft("b.csv", rows="…")`` changes what matters."""
    plain = EntryDraft(
        delivery="d" * 64,
        source="avances",
        supplier="foro",
        received_at=datetime(2024, 7, 1, 12, tzinfo=UTC).isoformat(),
        known_on=date(2024, 7, 1),
        known_why=None,
        programme=PROGRAMME_SHA256,
        mapping=MAPPING_SHA256,
        schemas="1.0.0",
        whole=False,
        tables=("updates",),
        rows="b" * 64,
        counts={"updates": 1},
        files=(("a.csv", "c" * 64),),
        receipt="receipts/foro/x.json",
    )

    def make(name: str = "a.csv", sha256: str = "c" * 64, **changes: object) -> EntryDraft:
        return replace(plain, files=((name, sha256),), **changes)

    return make
