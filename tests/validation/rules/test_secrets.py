"""Keys and passwords in addresses: they block, no receipt repeats them, and the remedy opens the way."""

import pytest

from ogp_pipeline.intake.delivery_receipt import receipt_for
from ogp_pipeline.intake.receipt import to_html, to_json
from ogp_pipeline.validation.rules.secrets import secrets, without
from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import COMMITMENT, COMMITMENT_OK

KEY = "s3cr3t-k3y"
ROW = "MX0003,MX-4,Datos,2024-02-01,2024-12-01,"

CASES = [
    Case(
        "secret-in-link",
        "commitments",
        COMMITMENT + ROW + f"https://example.org/acta?id=4&token={KEY}\n",
        COMMITMENT_OK,
        2,
        "url",
        ("https://example.org/acta?id=4&token=***", "(token)", "como https://example.org/acta?id=4,"),
        ("(token)", "such as https://example.org/acta?id=4,"),
    ),
]


@pytest.mark.parametrize(
    ("address", "bare"),
    [
        (f"https://a.org/x?token={KEY}", "https://a.org/x"),
        (f"https://a.org/x?access_token={KEY}&p=2", "https://a.org/x?p=2"),
        (f"https://b.s3.example.org/x?X-Amz-Date=2&X-Amz-Signature={KEY}", "https://b.s3.example.org/x?X-Amz-Date=2"),
        (f"https://a.blob.example.net/x?sv=2020&sig={KEY}%3D&se=1", "https://a.blob.example.net/x?sv=2020&se=1"),
        (f"https://ana:{KEY}@a.org/x", "https://a.org/x"),
        (f"ftp://ana:{KEY}@a.org/x", "ftp://a.org/x"),
        (f"https://a.org/#access_token={KEY}", "https://a.org/"),
        (f"https://a.org/x?API_KEY={KEY}", "https://a.org/x"),
    ],
)
def test_a_secret_is_found_and_no_form_of_the_receipt_has_it(country, address: str, bare: str) -> None:
    assert without(address) == bare and not secrets(bare)
    delivery, report = country.send("commitments", COMMITMENT + ROW + address + "\n")
    assert [one.rule for one in report.problems if one.level == "blocks"] == ["secret-in-link"]
    receipt = receipt_for(delivery, report, country.programme, country.schemas)
    forms = to_json(receipt, country.schemas).decode() + "".join(
        to_html(receipt, country.schemas, language) for language in ("es", "en")
    )
    assert KEY not in forms and "***" in forms


@pytest.mark.parametrize(
    "address",
    [
        "https://docs.example.org/spreadsheets/ccc?key=0Ak3fj2",
        "https://drive.example.org/file/d/1x/view?usp=sharing&resourcekey=0-aaaa",
        "https://a.org/x?auth=no&page=3",
        "https://a.org/@forum/acta",
        "https://a.org/x?design=signature",
    ],
)
def test_what_only_shares_a_document_is_no_secret(country, address: str) -> None:
    report = country.send("commitments", COMMITMENT + ROW + address + "\n")[1]
    assert "secret-in-link" not in {one.rule for one in report.problems} and report.verdict.enters


def test_another_problem_of_the_same_row_does_not_repeat_it_either(country) -> None:
    text = f"Ver https://ana:{KEY}@example.org/x"
    _, report = country.send("commitments", COMMITMENT.replace("url", "description_es") + ROW + text + "\n")
    assert KEY not in str(report.problems) and "secret-in-link" in {one.rule for one in report.problems}
