"""What one member's release holds must not stop the comparison of all."""

from typing import Any

import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.hub import fitness

MEMBER = {"member_id": "aa", "state": "read", "title_pt": "Compromissos"}
COMMITMENT = {
    **{"member_id": "aa", "commitment_id": "AA0001", "plan_id": "AA-1", "title_pt": "Abrir o orçamento"},
    **{"source_table": "commitments", "row_key": "AA0001"},
}


def test_rows_in_any_language_are_fit() -> None:
    fitness.check({"hub_members": [MEMBER], "commitment_index": [COMMITMENT]})
    assert fitness.languages({"commitment_index": [COMMITMENT]}) == {"pt"}


@pytest.mark.parametrize(
    ("table", "change", "told"),
    [
        ("commitment_index", {"commitment_id": "../../index"}, "'../../index' is not allowed there"),
        ("commitment_index", {"plan_id": None}, "no plan_id"),
        ("commitment_index", {"title_pt": "Escreva a ana@example.org"}, "e-mail address"),
        ("hub_members", {"country": "Brasil"}, "'Brasil' is not allowed there"),
        ("hub_members", {"state": "lost"}, "'lost' is not allowed there"),
        ("hub_members", {"release": "one"}, "release"),
    ],
)
def test_what_is_not_is_refused_and_said(table: str, change: dict[str, Any], told: str) -> None:
    row = MEMBER if table == "hub_members" else COMMITMENT
    with pytest.raises(OgpError, match=told):
        fitness.check({table: [{**row, **change}]})


def test_two_rows_with_one_key_are_refused() -> None:
    with pytest.raises(OgpError, match="stand twice"):
        fitness.check({"commitment_index": [COMMITMENT, COMMITMENT]})
