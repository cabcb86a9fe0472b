"""The list of rules: complete, each under its own name, each with a case in the module of its family."""

from dataclasses import replace
from importlib import import_module

import pytest

from ogp_pipeline.errors import OgpError
from ogp_pipeline.formats.records import RULES as READING
from ogp_pipeline.sources.records import RULES as MAPPING
from ogp_pipeline.validation.rules import OVER_CELLS, OVER_FILES, RULES
from ogp_pipeline.validation.rules.registry import rule
from tests.every import for_every


def test_every_rule_of_ours_is_found_in_one_place_and_nothing_else(schemas):
    ours = sorted(rule.id for rule in schemas.rules.values() if rule.origin == "ogp")
    assert sorted([*RULES, *OVER_CELLS, *OVER_FILES, *READING, *MAPPING]) == ours


@for_every("name", RULES)
def test_a_rule_is_the_function_of_its_name_and_says_what_it_finds(name):
    assert RULES[name].__name__ == name.replace("-", "_")
    assert RULES[name].__doc__.startswith(f"``{name}``: ")


def test_a_table_stands_after_those_in_which_its_rules_look(country):
    """So what looks there finds it, where sources come in this order (``ogp init --from mexico``)."""
    order, wrong = list(country.schemas.tables), set()
    families = {function.__module__.rpartition(".")[2] for function in RULES.values()}
    for case in (case for family in families for case in import_module(f"tests.validation.rules.test_{family}").CASES):
        looked: set[str] = set()

        def said(table, looked=looked):
            looked.add(table)
            return country.known.said(table)

        replace(country, known=replace(country.known, said=said)).send(case.table, case.good, **case.options)
        wrong |= {(case.table, table) for table in looked if order.index(table) > order.index(case.table)}
    told_later = {("decisions", "decision_positions"), ("proposals", "proposal_links")}
    assert wrong == told_later, "of these two, whichever comes later is told"


def test_every_rule_over_rows_has_a_case_in_the_module_of_its_family():
    families = {function.__module__.rpartition(".")[2] for function in RULES.values()}
    modules = {family: import_module(f"tests.validation.rules.test_{family}") for family in families}
    found = {(family, case.rule) for family, module in modules.items() for case in module.CASES}
    asked = {(function.__module__.rpartition(".")[2], name) for name, function in RULES.items()}
    assert asked == found | {("authority", "key-taken"), ("keys", "reference-not-yet")}, "these have tests of their own"


def test_the_reasons_why_a_row_waits_come_in_the_order_of_the_families():
    families = list(dict.fromkeys(function.__module__.rpartition(".")[2] for function in RULES.values()))
    assert families[:3] == ["keys", "authority", "calendar"], "whether it is known at all, whose it is, then when"
    assert list(RULES)[:4] == ["repeated-key", "foreign-key", "reference-not-yet", "hierarchy"]
    assert families[-1] == "participation"


def test_a_rule_cannot_be_registered_twice():
    with pytest.raises(OgpError, match="the rule foreign-key is registered twice"):
        rule("foreign-key")(lambda scope: iter(()))
