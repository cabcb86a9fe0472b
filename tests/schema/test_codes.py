"""The committed code lists: unique, ordered, bilingual, safe to read anywhere; no crosswalk guesses."""

import csv
from pathlib import Path

import pytest
from pandas._libs.parsers import STR_NA_VALUES

from ogp_pipeline.errors import SchemaError, UnknownName
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Schemas
from tests.every import for_every

LISTS = list(schemas.load().codes)
PROGRESS = "progress_status"


@for_every("name", LISTS)
def test_codes_are_unique_and_numbered_within_their_scale(name: str, committed: Schemas) -> None:
    scales: dict[str, list[tuple[str, int]]] = {}
    for code in committed.codes_of(name):
        scales.setdefault(code.scale, []).append((code.code, code.order))
    for pairs in scales.values():
        assert len({code for code, _ in pairs}) == len(pairs)
        assert [order for _, order in pairs] == list(range(1, len(pairs) + 1))


@for_every("name", LISTS)
def test_labels_are_bilingual_and_tell_codes_apart(name: str, committed: Schemas) -> None:
    for scale in {code.scale for code in committed.codes_of(name)}:
        codes = committed.codes_of(name, scale)
        for language in LANGUAGES:
            assert len({code.label[language] for code in codes}) == len(codes)
            assert all(code.description[language].endswith(".") for code in codes)


@for_every("name", LISTS)
def test_no_code_or_label_is_read_as_missing_by_pandas(name: str, committed: Schemas) -> None:
    texts = {text for code in committed.codes_of(name) for text in (code.code, *code.label.values())}
    assert not texts & STR_NA_VALUES


def test_every_column_s_list_is_used_or_is_the_scale_of_a_variable(committed: Schemas) -> None:
    used = {field.code_list for table in committed.tables.values() for field in table.fields}
    variables = {code.code for code in committed.codes_of("assessment_variable")}
    assert set(committed.codes) == (used - {None}) | variables | {"change_cause"}  # a column of changes.csv


def test_every_progress_scale_says_what_its_codes_mean_to_metrics(committed: Schemas) -> None:
    for name, codes in committed.codes.items():
        ordinal = name in {PROGRESS, "completion"}
        assert all(bool(code.meaning) is ordinal for code in codes)
    assert {code.meaning for code in committed.codes_of(PROGRESS, "us-nap5")} == {
        "not_started",
        "started",
        "complete",
    }


def test_a_scale_that_two_lists_share_is_the_same_in_both(committed: Schemas) -> None:
    def content(name: str) -> list[tuple[str, int, str, str]]:
        codes = committed.codes_of(name, "ogp-completion-2015")
        return [(code.code, code.order, code.label["en"], code.meaning) for code in codes]

    assert content("completion") == content(PROGRESS)


def test_scales_that_replaced_each_other_do_not_overlap(committed: Schemas) -> None:
    for older, newer in (("specificity", "verifiability"), ("potential_impact", "potential_for_results")):
        last = committed.codes_of(older)[0].valid_to
        first = committed.codes_of(newer)[0].valid_from
        assert last is not None and first == last + 1


def test_a_scale_is_found_by_name(committed: Schemas) -> None:
    assert [code.code for code in committed.codes_of(PROGRESS, "ca-nap")] == ["NS", "LP", "SP", "C"]
    with pytest.raises(SchemaError, match=r"us-nap9.*us-nap5, ca-nap"):
        committed.codes_of(PROGRESS, "us-nap9")
    with pytest.raises(UnknownName, match="no code list `mood`"):
        committed.codes_of("mood")


def test_a_crosswalk_is_given_when_every_code_has_one_exact_partner(committed: Schemas) -> None:
    assert committed.crosswalk(PROGRESS, "ca-nap", "ogp-completion-2015") == {
        "NS": "not_started",
        "LP": "limited",
        "SP": "substantial",
        "C": "complete",
    }


@pytest.mark.parametrize(
    ("source", "target", "lost"),
    [
        ("ca-nap", "us-nap5", "LP, SP"),  # both would become "in progress"
        ("us-nap5", "ca-nap", "in_progress"),  # nobody said how much was done
        ("us-nap5", "ogp-completion-2015", "in_progress"),
        ("ogp-completion-2015", "ca-nap", "no_evidence, withdrawn"),
    ],
)
def test_a_crosswalk_that_would_lose_or_invent_is_refused(
    source: str, target: str, lost: str, committed: Schemas
) -> None:
    with pytest.raises(SchemaError, match=f"no exact partner for {lost}$"):
        committed.crosswalk(PROGRESS, source, target)


def test_two_codes_cannot_share_an_exact_partner(copy: Path) -> None:
    _edit_crosswalk(copy, ["ca-nap", "SP", PROGRESS, "ogp-completion-2015", "substantial"], to_code="limited")
    with pytest.raises(SchemaError, match="two codes share a partner"):
        schemas.load(copy).crosswalk(PROGRESS, "ca-nap", "ogp-completion-2015")


def test_crosswalks_mirror_each_other(committed: Schemas) -> None:
    turned = {"exact": "exact", "broader": "narrower", "narrower": "broader", "related": "related"}
    pairs = {
        ((x.list, x.from_scale, x.from_code), (x.to_list, x.to_scale, x.to_code)): x.relation
        for x in committed.crosswalks
    }
    for (one, other), relation in pairs.items():
        assert pairs[other, one] == turned[relation]


def test_a_list_that_took_another_s_place_says_how_its_codes_read_and_never_the_same(committed: Schemas) -> None:
    across = [x for x in committed.crosswalks if x.list != x.to_list]
    assert {(x.from_code, x.to_code) for x in across if x.list == "specificity"} == {
        ("none", "no"), ("low", "no"), ("medium", "yes"), ("high", "yes"),
    }  # fmt: skip
    assert "exact" not in {x.relation for x in across}, "another question was asked"
    assert "worsened" not in {x.from_code for x in across}, "the list of 2021 cannot say it"
    with pytest.raises(SchemaError, match="specificity has no scale verifiability"):
        committed.crosswalk("specificity", "specificity", "verifiability")


def test_a_crosswalk_to_an_unknown_code_is_refused(copy: Path) -> None:
    _edit_crosswalk(copy, ["ca-nap", "SP", PROGRESS, "ogp-completion-2015", "substantial"], to_code="much")
    with pytest.raises(SchemaError, match=r"crosswalks.csv.*ogp-completion-2015 has no code much"):
        schemas.load(copy)


def _edit_crosswalk(root: Path, key: list[str], to_code: str) -> None:
    path = root / "codes" / "crosswalks.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    changed = [line for line in lines if line[1:6] == key]
    assert len(changed) == 1
    changed[0][5] = to_code
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def test_a_programme_can_use_the_scales_of_the_years_in_which_its_plans_begin(committed: Schemas) -> None:
    assert committed.scales_for("completion", [2024]) == ("ogp-completion-2015",)
    assert committed.scales_for("completion", [2011]) == ("mx-joint-2012",)
    assert committed.scales_for("completion", [2024, 2013]) == ("ogp-completion-2015", "mx-joint-2012")
    assert committed.scales_for("completion", []) == ("ogp-completion-2015", "mx-joint-2012")
