"""The rows object: what went in comes out, the same rows are the same bytes, other bytes are refused."""

import pytest

from ogp_pipeline.errors import BrokenHistory, NotFound
from ogp_pipeline.formats.records import RawRow, Where
from ogp_pipeline.intake import accepted, layout
from ogp_pipeline.sources.records import MappedRow

RAW = RawRow("Avances ñ.xlsx", 1, {"Estado": "Listo"}, line=7, sheet="Hoja 1")
ROW = MappedRow(
    "updates",
    {"status": "complete", "progress_es": "uno\ndos", "challenges_es": ""},
    {
        "status": Where("Avances ñ.xlsx", 7, "Hoja 1", "D7", column="Estado"),
        "progress_es": Where("Avances ñ.xlsx", 9, "Hoja 1", "E7", column="Avance"),
    },
    RAW,
)


def test_rows_come_back_with_their_places(store):
    sha256 = accepted.write(store, [ROW])
    (row,) = accepted.read(store, sha256)
    assert row == accepted.AcceptedRow("updates", ROW.values, ROW.origins, RAW.locate())


def test_the_same_rows_are_one_object(store):
    assert accepted.write(store, [ROW]) == accepted.write(store, iter([ROW]))
    assert len(list(store.list("rows/"))) == 1
    assert accepted.write(store, [ROW, ROW]) != accepted.write(store, [ROW])


def test_no_rows_are_an_object_too(store):
    assert list(accepted.read(store, accepted.write(store, []))) == []


def test_an_unknown_object_is_not_found(store):
    with pytest.raises(NotFound):
        list(accepted.read(store, "0" * 64))


def test_changed_bytes_are_refused(store, tmp_path):
    sha256 = accepted.write(store, [ROW])
    path = tmp_path / "private" / layout.rows(sha256)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"complete", b"COMPLETE"))
    with pytest.raises(BrokenHistory):
        list(accepted.read(store, sha256))
