"""Rows that were set aside: kept word for word, and never other than the ledger says."""

from dataclasses import replace
from datetime import date

import pytest

from ogp_pipeline.errors import BrokenHistory, NotFound
from ogp_pipeline.formats.records import Where
from ogp_pipeline.intake import accepted, layout, ledger, quarantine
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.quarantine import QuarantinedRow


def row(key: str, file: str = "a.csv", line: int = 3) -> QuarantinedRow:
    where = Where(file, line)
    cell, details = replace(where, column="Estado"), {"allowed": "C"}
    problem = Problem("status-unknown", Severity.BLOCKS, cell, "updates", "status", "¿? \ud83d", details)
    return QuarantinedRow("updates", (key, "2024-1"), where, (problem,))


def test_rows_come_back_as_they_were(store):
    rows = [row("MX0001.1"), row("", line=4)]
    sha256 = quarantine.write(store, rows)
    assert list(quarantine.read(store, sha256)) == rows
    assert quarantine.write(store, rows) == sha256
    assert [one.named for one in rows] == [("updates", "MX0001.1", "2024-1"), None]


def test_rows_that_are_gone_or_changed_are_found_out(store, tmp_path):
    sha256 = quarantine.write(store, [row("MX0001.1")])
    path = tmp_path / "private" / layout.quarantined(sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"MX0001.1", b"MX0001.2"))
    with pytest.raises(BrokenHistory, match="holds other bytes"):
        list(quarantine.read(store, sha256))
    with pytest.raises(NotFound):
        list(quarantine.read(store, "0" * 64))


def test_an_entry_without_rows_set_aside_is_written_as_before_there_were_any(store, draft):
    plain = ledger.append(store, draft("a.csv"))
    assert b"aside" not in plain.data
    parted = ledger.append(store, draft("b.csv", quarantined="e" * 64), [plain])
    assert ledger.read(store) == [plain, parted] and ledger.read(store)[1].quarantined == "e" * 64
    assert b'"aside":"' + b"e" * 64 in parted.data, "its stored name, whatever the attribute is called"


def test_a_row_whose_key_cannot_be_read_waits_for_its_file(store, draft, country):
    nothing = accepted.write(store, [])
    quarantined = quarantine.write(store, [row("")])
    entries = []
    for name, more in (("a.csv", {"quarantined": quarantined}), ("b.csv", {}), ("a.csv", {})):
        sha256 = str(len(entries)) * 64
        entries.append(ledger.append(store, draft(name, sha256, rows=nothing, **more), entries))
    counts = [len(quarantine.quarantined(entries[:n], store, country.schemas)) for n in range(4)]
    assert counts == [0, 1, 1, 0]


def test_only_the_same_source_can_mend_a_row(store, draft, country):
    quarantined = quarantine.write(store, [row("MX0001.1")])
    nothing = accepted.write(store, [])
    first = ledger.append(store, draft("a.csv", rows=nothing, quarantined=quarantined))
    other = ledger.append(
        store, draft("a.csv", "f" * 64, source="otra", rows=nothing, quarantined=quarantined), [first]
    )
    found = quarantine.quarantined([first, other], store, country.schemas)
    assert [(one.source, one.since) for one in found] == [("avances", date(2024, 7, 1)), ("otra", date(2024, 7, 1))]
