"""The record of a release has one set of bytes and one hash."""

import json
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ogp_pipeline.release.manifest import LedgerHead, Manifest, ManifestFile


def manifest(**changes: Any) -> Manifest:
    values: dict[str, Any] = {
        "release": 1,
        "version": "1.0.0",
        "previous": None,
        "publish_id": "run",
        "created": "2024-03-01T12:00:00Z",
        "ledger_head": LedgerHead(n=3, hash="e" * 64),
        "programme": "a" * 64,
        "schemas": "1.0.0+0123456789ab",
        "software": "0.1.0",
        "as_of": date(2024, 3, 1),
        "content": "c" * 64,
        "files": [
            ManifestFile(
                name="plan/clusters.csv",
                dataset="plan",
                table="clusters",
                key="data/x/plan/clusters.csv",
                media_type="text/csv",
                bytes=3,
                sha256="f" * 64,
                rows=1,
                logical="f" * 64,
            )
        ],
        "datasets": {},
        "deliveries": {"rejected": 1, "accepted": 2},
    }
    return Manifest(**{**values, **changes})


def test_bytes_are_canonical_json_and_read_back_to_the_same() -> None:
    data = manifest(reason="volver a la versión anterior").to_bytes()
    assert json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == data
    assert Manifest.model_validate_json(data).to_bytes() == data


def test_the_hash_does_not_depend_on_the_order_of_counts() -> None:
    assert manifest().hash == manifest(deliveries={"accepted": 2, "rejected": 1}).hash
    assert manifest().hash != manifest(deliveries={"accepted": 2}).hash


def test_a_file_is_found_by_name() -> None:
    found = manifest().file("plan/clusters.csv")
    assert found and found.rows == 1
    assert manifest().file("plan/other.csv") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"release": 0},
        {"previous": "abc"},
        {"created": "2024-03-01 12:00"},
        {"created": "2024-03-01T12:00:00+02:00"},
        {"publish_id": ""},
        {"deliveries": {"accepted": -1}},
        {"format": "ogp-release/2"},
        {"outcome": "Failed"},
        {"unknown": 1},
    ],
)
def test_what_a_record_cannot_say_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        manifest(**changes)
