"""A page of a feed that was saved as a file: what did not come would count as withdrawn."""

import hashlib
import json
from pathlib import Path

import pytest

from ogp_pipeline.programme.sources import FolderSource
from ogp_pipeline.schema import schemas
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery
from ogp_pipeline.sources.envelope import envelope
from ogp_pipeline.validation import file_check
from tests.sources.downloads import NOW, source

FOLDER = {"id": "f", "supplier": "a1", "kind": "folder", "path": ".", "files": "f.json", "whole": True}


def told(folder: Path, *documents: object, kind: str = "folder", **parts: object) -> list[str]:
    parts = {"read": {"kind": "json", "at": "/data"}, "tables": {"updates": {"columns": {}}}, **parts}
    here = FolderSource.model_validate({**FOLDER, **parts}) if kind == "folder" else source("http://x/", **parts)
    files = []
    for number, document in enumerate(documents):
        path = folder / f"{number}.json"
        path.write_bytes(data := json.dumps(document).encode())
        files.append(DeliveredFile(path.name, path, hashlib.sha256(data).hexdigest(), len(data)))
    delivery = Delivery(envelope(here, NOW, "x"), tuple(files))
    problems = list(file_check._missing_records(delivery, here, schemas.load()))
    assert {problem.rule for problem in problems} <= {"not-all-records-noted"}
    return [problem.details["found"] for problem in problems]


ROWS = [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize(
    ("documents", "found"),
    [
        ([{"data": ROWS, "total": 5}], ["2 of 5 records came"]),
        ([{"data": ROWS, "truncated": True}], ["2 records came, and the answer says that there are more"]),
        ([{"data": ROWS, "total": 4}, {"data": ROWS, "total": 4}], []),
        ([{"data": ROWS, "total": 2, "_links": {"next": "/f?offset=2"}}], []),
        ([{"data": ROWS}], []),
        ([{"data": 1}], []),
    ],
    ids=range(6),
)
def test_missing_records_are_noted(tmp_path: Path, documents: list[object], found: list[str]) -> None:
    assert told(tmp_path, *documents) == found


def test_what_the_programme_calls_whole_is_whole(tmp_path: Path) -> None:
    assert told(tmp_path, {"data": ROWS, "total": 5}, kind="http", pages="one") == []
