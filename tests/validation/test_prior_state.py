"""What is known before a delivery: the same from folded tables as from rows."""

import pickle
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from ogp_pipeline.formats.records import Where
from ogp_pipeline.tables.tables import Origin, Tables
from ogp_pipeline.validation import PriorState
from ogp_pipeline.validation.scope import Scope

ROWS = {
    "commitments": [{"commitment_id": "MX0001", "plan_id": "MX-4"}],
    "commitment_institutions": [
        {"commitment_id": "MX0001", "institution_id": "agencia", "role": "lead"},
        {"commitment_id": "MX0001", "institution_id": "otra", "role": "support"},
    ],
    "milestones": [{"milestone_id": "MX0001.1", "commitment_id": "MX0001"}],
    "evidence": [{"milestone_id": "MX0001.1", "period_id": "2024-1", "number": "1"}],
    "assessments": [{"assessment_id": "a1", "subject_table": "commitments", "subject_id": "MX0001"}],
}


@pytest.fixture
def tables(schemas):
    def origin(source):
        return Origin("d", "foro", source, date(2024, 1, 1), "a.csv", "c" * 64, Where("a.csv", 2), {})

    keys = {
        (name, tuple(row[column] for column in schemas.table(name).primary_key)): origin(f"foro-{name}")
        for name, rows in ROWS.items()
        for row in rows
    }
    frames = {
        name: pd.DataFrame(rows, columns=list(schemas.table(name).field_names), dtype="string")
        for name, rows in ROWS.items()
    }
    return Tables(frames, keys)


def test_tables_and_rows_tell_the_same(tables, schemas):
    known = PriorState.from_rows(ROWS, schemas)
    folded = PriorState.from_tables(tables, schemas)
    assert set(folded.supplier_of.values()) == {"foro"}
    assert replace(folded, supplier_of={}) == known
    assert known.keys["evidence"] == {("MX0001.1", "2024-1", "1")}
    assert known.commitment_of == {"MX0001.1": "MX0001"}
    assert known.plan_of == {"MX0001": "MX-4"}
    assert known.institutions_of == {"MX0001": {"agencia", "otra"}}
    assert known.evidenced == {"MX0001.1"}


def test_rows_that_their_source_is_about_to_restate_cannot_be_leant_on(tables, schemas):
    known = PriorState.from_tables(tables, schemas, restated_by="foro-milestones")
    assert known.keys["milestones"] == frozenset()
    assert known.keys["commitments"] == {("MX0001",)}
    assert known.commitment_of == {"MX0001.1": "MX0001"}
    assert (known.said("milestones"), set(known.said("commitments"))) == ({}, {("MX0001",)})


def test_rows_that_others_lean_on_are_known_when_their_source_restates_them(tables, schemas):
    by_milestones = PriorState.from_tables(tables, schemas, restated_by="foro-milestones")
    assert by_milestones.leaned_on == {"milestones": {("MX0001.1",): "evidence"}}
    by_commitments = PriorState.from_tables(tables, schemas, restated_by="foro-commitments")
    assert by_commitments.leaned_on == {"commitments": {("MX0001",): "assessments"}}
    by_evidence = PriorState.from_tables(tables, schemas, restated_by="foro-evidence")
    assert by_evidence.leaned_on == {"evidence": {}}
    assert PriorState.from_tables(tables, schemas).leaned_on == {}


def test_the_state_can_go_to_another_process(tables, schemas):
    for known in (PriorState.from_tables(tables, schemas, "foro-evidence"), PriorState.from_rows(ROWS, schemas)):
        there = pickle.loads(pickle.dumps(known))
        assert there == known
        assert there.said("milestones") == known.said("milestones") != {}


def test_before_anything_was_accepted_nothing_is_known(schemas):
    assert PriorState.from_tables(Tables({}, {}), schemas) == PriorState()


def test_what_a_table_says_is_read_once_and_joined_once(tables, schemas, country):
    read = []

    class Frames(dict):
        def get(self, name, default=None):
            read.append(name)
            return super().get(name, default)

    known = PriorState.from_tables(Tables(Frames(tables.frames), tables.origins), schemas)
    read.clear()
    scope = Scope({}, country.programme.suppliers[0], date(2024, 7, 1), known, country.programme, schemas)
    assert scope.every("milestones") is scope.every("milestones")
    assert scope.every("milestones") == replace(scope, rows={}).every("milestones")
    assert read == ["milestones"]
