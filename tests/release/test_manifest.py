"""The record of a release has one set of bytes and one hash."""

import json
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from ogp_pipeline.release.manifest import LedgerHead, Manifest, ManifestFile
from tests.every import for_every


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


@for_every(
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
        {"commit": "main"},
        {"code": "abc"},
    ],
)
def test_what_a_record_cannot_say_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        manifest(**changes)


def test_a_record_from_before_software_was_said_keeps_its_bytes() -> None:
    said = json.loads(manifest().to_bytes())
    assert not {"code", "commit", "back_to"} & said.keys()


@pytest.mark.parametrize("commit", ["d" * 40, "d" * 40 + "-dirty", None])
def test_a_record_says_which_software_made_it(commit: str | None) -> None:
    made = manifest(commit=commit, code="b" * 64)
    said = json.loads(made.to_bytes())
    assert (said["software"], said["commit"], said["code"]) == ("0.1.0", commit, "b" * 64)
    assert Manifest.model_validate_json(made.to_bytes()) == made


def test_a_field_that_a_later_version_adds_is_passed_over() -> None:
    later = {**json.loads(manifest().to_bytes()), "later": {"any": "thing"}}
    assert Manifest.model_validate(later) == manifest()


def test_only_other_code_under_the_same_inputs_makes_the_software_the_cause() -> None:
    old, same = manifest(code="a" * 64).inputs, manifest(code="b" * 64).inputs
    assert same.by_software(old) and not same.by_software(same)
    assert same.by_software(manifest().inputs), "software that did not say its code is other software"
    assert not manifest().inputs.by_software(old), "it knew no such cause"
    for other in (
        {"as_of": date(2024, 3, 2)},
        {"programme": "d" * 64},
        {"ledger_head": LedgerHead(n=4, hash="e" * 64)},
    ):
        assert not manifest(code="b" * 64, **other).inputs.by_software(old)
