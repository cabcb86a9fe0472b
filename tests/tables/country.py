"""A small country made by hand: its programme, and a ledger that takes rows as plain dictionaries."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake.accepted import AcceptedRow
from ogp_pipeline.intake.ledger import Entry
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.schema import schemas as schemas_module
from ogp_pipeline.tables.fold import fold
from ogp_pipeline.tables.tables import Tables

SCHEMAS = schemas_module.load()
PROGRAMME_SHA256 = "c" * 64
Rows = Mapping[str, Sequence[Mapping[str, str]]]


def period(name: str, starts: str, ends: str, due: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": name, "starts": starts, "ends": ends, "due": due or ends, **more}


def plan(name: str, scale: str, *periods: dict[str, Any], starts="2022-12-28", ends="2024-12-31", number=1):
    return {
        "id": name,
        "number": number,
        "title": {"en": f"Plan {name}"},
        "starts": starts,
        "ends": ends,
        "scale": scale,
        "periods": list(periods),
    }


def programme(*plans: dict[str, Any], **more: Any) -> Programme:
    return Programme.model_validate(
        {
            "id": "exemplia",
            "country": "XX",
            "title": {"en": "Exemplia"},
            "languages": ["en", "es"],
            "plans": list(plans),
            "suppliers": [],
            "sources": [],
            "publication": {
                "title": {"en": "Exemplia"},
                "description": {"en": "A country for tests."},
                "licence": {"id": "CC0-1.0", "title": "CC0", "url": "https://example.org/cc0"},
                "base_url": "https://example.org/data",
                "store": {"directory": "public"},
                "intake": {"directory": "private"},
            },
            **more,
        }
    )


@dataclass
class Ledger:
    """Entries in order of acceptance; each delivery is one file whose line n + 1 holds row n."""

    entries: list[Entry] = field(default_factory=list)
    rows: dict[str, list[AcceptedRow]] = field(default_factory=dict)

    def deliver(self, known_on: str, rows: Rows, source: str = "agency", whole: bool = False) -> Entry:
        n = len(self.entries) + 1
        name = f"delivery-{n}.csv"
        accepted = [
            AcceptedRow(table, values, {c: Where(name, line, column=c.upper()) for c in values}, Where(name, line))
            for table, lines in rows.items()
            for line, values in enumerate(lines, start=2)
        ]
        entry = Entry(
            delivery=hashlib.sha256(name.encode()).hexdigest(),
            source=source,
            supplier=f"{source}-supplier",
            received_at=f"{known_on}T12:00:00Z",
            known_on=date.fromisoformat(known_on),
            known_why=None,
            programme=PROGRAMME_SHA256,
            mapping="m",
            schemas=SCHEMAS.version,
            whole=whole,
            tables=tuple(rows),
            rows=f"rows-{n}",
            counts={table: len(lines) for table, lines in rows.items()},
            files=((name, hashlib.sha256(f"bytes of {name}".encode()).hexdigest()),),
            receipt=f"receipts/{n}.json",
            n=n,
            previous=None,
        )
        self.entries.append(entry)
        self.rows[entry.rows] = accepted
        return entry

    def read(self, entry: Entry) -> Iterator[AcceptedRow]:
        return iter(self.rows[entry.rows])

    def fold(self, country: Programme, as_of: str) -> Tables:
        return fold(self.entries, self.read, country, PROGRAMME_SHA256, SCHEMAS, date.fromisoformat(as_of))


def known(country: Programme, rows: Rows, as_of: str) -> Tables:
    """The tables of a country in which everything was delivered at once, the day before ``as_of``."""
    ledger = Ledger()
    ledger.deliver((date.fromisoformat(as_of) - timedelta(days=1)).isoformat(), rows)
    return ledger.fold(country, as_of)


def update(milestone: str, round_: str, status: str = "", **more: str) -> dict[str, str]:
    return {"milestone_id": milestone, "period_id": round_, "status": status, **more}


def evidence(milestone: str, round_: str, kind: str, number: str = "1") -> dict[str, str]:
    return {"milestone_id": milestone, "period_id": round_, "number": number, "kind": kind}
