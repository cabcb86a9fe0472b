"""What is asked of a server, made of what people write."""

import pytest

from ogp_pipeline.programme.addresses import datastore, exported
from tests.every import for_every

DOCUMENT = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOp"


@for_every(
    ("shown", "kind", "asked"),
    [
        (f"{DOCUMENT}/edit#gid=42", "csv", f"{DOCUMENT}/export?format=csv&gid=42"),
        (f"{DOCUMENT}/edit?gid=42#gid=42", "csv", f"{DOCUMENT}/export?format=csv&gid=42"),
        (f"{DOCUMENT}/edit?usp=sharing", "csv", f"{DOCUMENT}/export?format=csv"),
        (DOCUMENT, "xlsx", f"{DOCUMENT}/export?format=xlsx"),
        (f"{DOCUMENT}/edit#gid=42", "ods", f"{DOCUMENT}/export?format=ods"),
        (
            "https://docs.google.com/spreadsheets/d/e/2PACX-1vAbCdEf/pubhtml?gid=7",
            "csv",
            "https://docs.google.com/spreadsheets/d/e/2PACX-1vAbCdEf/pub?output=csv&gid=7&single=true",
        ),
    ],
)
def test_a_spreadsheet_of_google_is_asked_for_by_its_export(shown: str, kind: str, asked: str) -> None:
    assert exported(shown, kind) == asked
    assert exported(asked, kind) == asked


@pytest.mark.parametrize(
    "url",
    [
        "https://data.example.org/spreadsheets/d/1AbCdEfGhIjKlMnOp/edit",
        "https://docs.google.com/document/d/1AbCdEfGhIjKlMnOp/edit",
        "https://docs.google.com/spreadsheets/u/0/",
    ],
)
def test_other_addresses_stay_as_they_are(url: str) -> None:
    assert exported(url, "csv") == url


def test_a_table_of_ckan_is_asked_for_in_the_order_of_its_records() -> None:
    assert datastore("https://ckan.example.org/", "abc-1", {}) == (
        "https://ckan.example.org/api/3/action/datastore_search?resource_id=abc-1&sort=_id&include_total=true"
    )
    assert datastore("https://ckan.example.org", "abc-1", {"plan": "NAP 5"}).endswith(
        "&filters=%7B%22plan%22%3A+%22NAP+5%22%7D"
    )
