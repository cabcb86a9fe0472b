"""The committed tables: complete in two languages, valid by their own rules, referring to what exists."""

import re

import frictionless

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Schemas, Table
from tests.every import for_every

TABLES = list(schemas.load().tables.values())
SUPPLIED_BY_NOBODY = {
    "action_plans",
    "agreement",
    "code_lists",
    "commitment_quality",
    "continuity",
    "correction_results",
    "forecasts",
    "joint_evaluation",
    "metric_definitions",
    "metric_history",
    "metrics",
    "participation_gaps",
    "proposal_trail",
    "provenance",
    "reporting_periods",
    "requirement_results",
    "rules",
    "side_agreement",
}


of_every_table = for_every("table", TABLES, named=lambda table: table.name)


def _report(table: Table, *rows: list[str]) -> frictionless.Report:
    resource = frictionless.Resource(data=[list(table.field_names), *rows], schema=table.frictionless())
    return resource.validate()


@of_every_table
def test_the_examples_make_a_valid_row(table: Table) -> None:
    report = _report(table, [field.example for field in table.fields])
    assert report.valid, report.flatten(["fieldName", "note"])


@of_every_table
def test_a_row_without_any_value_is_refused(table: Table) -> None:
    required = {field.name for field in table.fields if field.required}
    first = table.fields[0]
    row = ["" for _ in table.fields]
    row[0] = first.example
    found = {name for (name,) in _report(table, row).flatten(["fieldName"])}
    assert found == required - {first.name}


@of_every_table
def test_every_part_of_the_key_is_required(table: Table) -> None:
    assert all(table.field(name).required for name in table.primary_key)


@of_every_table
def test_titles_and_descriptions_exist_in_both_languages(table: Table) -> None:
    for described in (table, *table.fields):
        for language in LANGUAGES:
            assert described.title[language] and described.description[language]
        assert described.description["en"] != described.description["es"]


@of_every_table
def test_a_column_s_description_is_a_sentence(table: Table) -> None:
    texts = [text for field in table.fields for text in field.description.values()]
    assert [text for text in texts if not text.endswith(".")] == []


@of_every_table
def test_foreign_keys_lead_to_the_key_of_an_existing_table(table: Table, committed: Schemas) -> None:
    for key in table.foreign_keys:
        target = committed.table(key.table)
        assert key.reference_fields == target.primary_key
        for name, reference in zip(key.fields, key.reference_fields, strict=True):
            assert table.field(name).type == target.field(reference).type
            assert table.field(name).constraints["pattern"] == target.field(reference).constraints["pattern"]


@of_every_table
def test_identifiers_cannot_hold_a_slash(table: Table) -> None:
    columns = [name for name in table.field_names if name.endswith("_id") or name in table.primary_key]
    fields = [table.field(name) for name in columns if (table.name, name) != ("provenance", "key")]
    spoilt = [field for field in fields if field.type == "string"]
    rows = [[f"a/{each.example}" if each is field else each.example for each in table.fields] for field in spoilt]
    told = {(row, name) for row, name in _report(table, *rows).flatten(["rowNumber", "fieldName"]) if name}
    assert told >= {(number, field.name) for number, field in enumerate(spoilt, start=2)}


@of_every_table
def test_text_of_people_comes_in_both_languages(table: Table) -> None:
    stems = {name[:-3] for name in table.field_names if name.endswith(("_en", "_es"))}
    for stem in stems:
        place = table.field_names.index(f"{stem}_en")
        assert table.field_names[place + 1] == f"{stem}_es"


def test_a_table_comes_after_those_it_refers_to(committed: Schemas) -> None:
    order = list(committed.tables)
    for table in committed.tables.values():
        for key in table.foreign_keys:
            assert order.index(key.table) <= order.index(table.name)


def test_every_table_belongs_to_one_dataset(committed: Schemas) -> None:
    grouped = [table.name for dataset in schemas.DATASETS for table in committed.dataset_tables(dataset)]
    assert grouped == list(committed.tables)


def test_only_the_pipeline_s_own_tables_are_not_supplied(committed: Schemas) -> None:
    assert {table.name for table in committed.tables.values() if not table.supplied} == SUPPLIED_BY_NOBODY


def test_a_column_with_an_unscaled_list_holds_only_its_codes(committed: Schemas) -> None:
    for table in committed.tables.values():
        for field in table.fields:
            if field.code_list is None:
                continue
            codes = [code.code for code in committed.codes_of(field.code_list)]
            scaled = committed.codes_of(field.code_list)[0].scale != field.code_list
            assert field.constraints.get("enum") == (None if scaled or field.separator else codes)
            parts = field.example.split(field.separator) if field.separator else [field.example]
            assert set(parts) <= set(codes)


def test_the_example_of_an_assessment_is_a_code_of_its_scale(committed: Schemas) -> None:
    example = {field.name: field.example for field in committed.table("assessments").fields}
    codes = committed.codes_of(example["variable"], example["scale"])
    assert example["code"] in {code.code for code in codes}


def test_booleans_are_true_and_false_only(committed: Schemas) -> None:
    updates = committed.table("updates")
    row = {field.name: field.example for field in updates.fields}
    for written, valid in (("true", True), ("false", True), ("1", False), ("yes", False), ("TRUE", False)):
        assert _report(updates, list({**row, "nil": written}.values())).valid is valid


@of_every_table
def test_the_published_descriptor_holds_nothing_that_only_this_program_reads(table: Table) -> None:
    assert not {"dataset", "supplied"} & set(table.descriptor)
    assert table.descriptor["missingValues"] == [""]


def test_foreign_keys_stay_only_when_asked_for(committed: Schemas) -> None:
    milestones = committed.table("milestones")
    assert milestones.frictionless().foreign_keys == []
    kept = milestones.frictionless(drop_foreign_keys=False).foreign_keys
    assert {key["reference"]["resource"] for key in kept} == {"commitments", "", "institutions"}


def test_a_schema_handed_out_can_be_changed_without_harm(committed: Schemas) -> None:
    committed.table("updates").frictionless().fields[0].constraints["required"] = False
    assert committed.table("updates").field("milestone_id").required
    assert committed.table("updates").frictionless().fields[0].required


def test_the_schemas_of_a_package_check_the_references_between_them(committed: Schemas) -> None:
    names = ("action_plans", "clusters", "institutions", "commitments", "milestones")
    package = frictionless.Package(resources=[_filled(committed.table(name)) for name in names])
    found = {tuple(row) for row in package.validate().flatten(["type", "rowNumber"])}
    # the examples name a parent that is not there: two self-references and nothing else
    assert found == {("foreign-key", 2)}


def _filled(table: Table) -> frictionless.Resource:
    return frictionless.Resource(
        name=table.name,
        data=[list(table.field_names), [field.example for field in table.fields]],
        schema=table.frictionless(drop_foreign_keys=False),
    )


def test_spanish_has_one_word_for_a_cluster(committed: Schemas) -> None:
    metrics = [
        text for metric in committed.metrics.values() for text in (metric.definition["es"], metric.denominator["es"])
    ]
    fields = [field.description["es"] for table in committed.tables.values() for field in table.fields]
    for text in (*metrics, *fields):
        assert not re.search(r"grupos? temáticos?|\bejes?\b(?! temáticos?)", text), text
