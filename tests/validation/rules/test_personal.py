"""Addresses, telephones and numbers of identity: in disguise too, and nothing else for one."""

import time

import pytest

from ogp_pipeline.intake.delivery_receipt import receipt_for
from ogp_pipeline.intake.receipt import to_html
from ogp_pipeline.validation.rules import identity_numbers, personal
from tests.every import for_every
from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)
from tests.validation.rules.rows import COMMITMENT

CASES = [
    Case(
        "email-in-public-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Escriba a alguien@example.org,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,Datos @ abiertos,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("«title_es»",),
        ("title_es",),
    ),
    Case(
        "identity-in-public-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,A cargo de HEGG560427MVZRRL04,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,Folio 330030524001234 del acuerdo 18-2024,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("CURP",),
        ("CURP",),
    ),
    Case(
        "likely-personal",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Write to ana at example dot org,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,Write to ana at example dot org (public),2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("ana at example dot org",),
        ("ana at example dot org",),
    ),
    Case(
        "phone-in-public-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Informes al Tel. (55) 5004-2400,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,Destinar 1 250 000 pesos según la ley 20240115,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("«title_es»",),
        ("“title_es”",),
    ),
]


@for_every(
    "text",
    [
        "ana@example.org",
        "ana\uff20example.org",
        "ana (arroba) example.org",
        "ana[at]example.org",
        "ana [at] example [dot] org",
        "ana(arroba)example(punto)org",
        "ana arroba example.gob.gt",
        "ana&#64;example.org",
        "ana&#x40;example.org",
        "ana%40example.org",
        "a\u200bna@exa\u200bmple.org",
    ],
)
def test_an_address_in_disguise_is_an_address(text: str) -> None:
    assert personal.email(f"Escriba a {text}, por favor") is not None


@pytest.mark.parametrize("text", ["meet at example.org", "100 arrobas de maíz", "look (at) this", "Datos @ abiertos"])
def test_what_is_no_address(text: str) -> None:
    assert personal.email(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "t. 2222 3333",
        "t: 22223333",
        "(502) 2222-3333",
        "(2222-3333)",
        "cel. 5555-1234",
        "WhatsApp 5555 1234",
        "PBX: 2222-3333",
        "tels. 2222-3333 y 4444-5555",
        "informes (55) 5004-2400.",
        "+502 2222 3333",
    ],
)
def test_a_telephone_is_published_when_it_is_confirmed_to_be_public(country, text: str) -> None:
    for ending, told in (("", ["phone-in-public-text"]), (" (público)", []), (" (public)", [])):
        sent = country.send("commitments", COMMITMENT + f"MX0001,MX-4,{text.rstrip('.')}{ending},,,\n")[1]
        if "y 4444" not in text:
            assert [one.rule for one in sent.problems] == told


@for_every(
    "text",
    [
        "(2019-2023)",
        "(2020) 1234567",
        "(14.6349, -90.5069)",
        "art. 1234567",
        "Decreto 57-2008",
        "Q 1,250,000.00",
        "SNIP 0123456",
        "Acuerdo Gubernativo 18-2024 (2024-2026)",
        "expediente 330030524001234",
        "https://example.org/2024/12345678901234",
        "found at www.example.gov",
        "centrally at Evaluation.gov",
    ],
)
def test_laws_budgets_codes_and_places_are_nobodys_number(text: str) -> None:
    assert not [*personal.phones(text), *personal.likely(text), *identity_numbers.find(text)]
    assert personal.email(text) is None


@for_every(
    ("text", "kind", "certain"),
    [
        ("HEGG560427MVZRRL04", "CURP", True),
        ("HEGG560427MVZRRL05", "CURP", False),
        ("GODE561231GR8", "RFC", True),
        ("GODE561231GR7", "RFC", False),
        ("2255 12343 0101", "CUI", True),
        ("DPI 2255123430101", "CUI", True),
        ("2255123430101", "CUI", False),
        ("529.982.247-25", "CPF", True),
        ("CPF 52998224725", "CPF", True),
    ],
)
def test_a_number_of_identity_is_certain_by_its_check_digit(text: str, kind: str, certain: bool) -> None:
    assert [(one.kind, one.certain) for one in identity_numbers.find(f"de {text}.")] == [(kind, certain)]


@pytest.mark.parametrize(
    "text", ["2255 12344 0101", "2255 12343 9901", "529.982.247-24", "111.111.111-11", "GOD561231GR8"]
)
def test_a_number_with_another_check_digit_is_none(text: str) -> None:
    assert not list(identity_numbers.find(text))


@pytest.mark.parametrize(
    "piece", ["(", "+ .", "tel", "a at ", "1", "@", "a@", "ana (arroba ", "AAAA", "t. ", "(1", "DPI "]
)
def test_a_long_text_is_looked_at_in_its_own_time(piece: str) -> None:
    started = time.process_time()
    text = piece * (40_000 // len(piece))
    for find in (personal.email, personal.likely, personal.phones, identity_numbers.find):
        list(find(text) or ())
    assert time.process_time() - started < 4


@pytest.mark.parametrize(
    "text", ["tel 5550042400", "WhatsApp: +52 55 5004 2400", "llame al +525550042400", "Cel. 55-5004-2400"]
)
def test_numbers_that_people_call(country, text):
    _, report = country.send("commitments", COMMITMENT + f"MX0001,MX-4,{text},,,\n")
    assert [one.rule for one in report.problems] == ["phone-in-public-text"]


@pytest.mark.parametrize(
    "text",
    ["Ley 1712 de 2014", "hotel 2024", "1.250.000 pesos", "expediente 330030524001234", "del 2022-12-01 al 2024-12-31"],
)
def test_numbers_that_nobody_calls(country, text):
    assert not country.send("commitments", COMMITMENT + f"MX0001,MX-4,{text},,,\n")[1].problems


def test_only_the_row_that_is_to_be_confirmed_waits_also_where_bad_rows_refuse_a_file(country):
    called, plain = "MX0001,MX-4,tel. 2222-3333,,,\n", "MX0002,MX-4,Datos,,,\n"
    delivery, report = country.send("commitments", COMMITMENT + called + plain)
    assert (report.verdict, [row.values["commitment_id"] for row in report.rows]) == ("accepted_in_part", ["MX0002"])
    assert [row.key for row in report.quarantined] == [("MX0001",)]
    receipt = receipt_for(delivery, report, country.programme, country.schemas)
    assert "Por confirmar" in to_html(receipt, country.schemas, "es")
    confirmed = called.replace("3333", "3333 (público)")
    assert country.send("commitments", COMMITMENT + confirmed + plain)[1].verdict.enters
    wrong = country.send("commitments", COMMITMENT + called + plain.replace("MX-4", "MX-9"))[1]
    assert wrong.verdict == "rejected" and wrong.rows == (), "one thing that is wrong refuses the file as ever"
    assert country.send("commitments", COMMITMENT + called)[1].verdict == "rejected", "nothing else is in it"
