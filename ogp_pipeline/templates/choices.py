"""What a drop-down offers. A label is offered only if it leads back to its one code; otherwise the code itself is.

A list may hang on other cells of its row: each value then has ``parents``, what those cells must say for it to be
offered, and the values of one parent stand together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from ogp_pipeline.formats.template_layout import CONTEXT, yes_no
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.schema.schemas import Code, Field, ForeignKey
from ogp_pipeline.templates.prefill import Prefill, Row
from ogp_pipeline.templates.request import TemplateRequest
from ogp_pipeline.validation.labels import fold

COMMITMENT = f"{CONTEXT}commitment"  # a chooser: it narrows the list of milestones and is not read back

# The column whose row says in ``variable`` which list its codes are from, and in ``scale`` (if any) which scale.
_CODE = "code"


class Strictness(Enum):
    """What happens to a value that is not in the list."""

    STOP = "stop"
    WARN = "warning"  # it may come in another file
    FREE = "free"  # several of them may stand in one cell


@dataclass(frozen=True)
class Choices:
    """``values`` in the order in which they are offered; ``parents``: for each of them, or none at all.

    ``sheet_of``: the table whose sheet, in the same workbook, holds them under its key: what is added there is offered.
    """

    values: tuple[str, ...]
    strictness: Strictness = Strictness.STOP
    parents: tuple[tuple[str, ...], ...] = ()
    parent_columns: tuple[str, ...] = ()
    sheet_of: str = ""


def labels(codes: Sequence[Code], language: str) -> dict[str, str]:
    """Code -> what stands in the list: its label, or the code where a label would lead to two codes."""
    meant: dict[str, set[str]] = {}
    for code in codes:
        for spoken in ENGLISH_FIRST:
            meant.setdefault(fold(code.label[spoken]), set()).add(code.code)
    return {
        code.code: code.label[language] if meant[fold(code.label[language])] == {code.code} else code.code
        for code in codes
    }


def codes_in_force(code_list: str, request: TemplateRequest) -> tuple[Code, ...]:
    """The codes of a list: where it has scales, of the plan's."""
    scales = {code.scale for code in request.schemas.codes_of(code_list)}
    plan = request.plan
    return request.schemas.codes_of(code_list, plan.scale if plan is not None and plan.scale in scales else None)


def scales(code_list: str, request: TemplateRequest) -> tuple[str, ...]:
    """The scales of a list that are in force for a plan of the programme: in any other nothing can be judged."""
    return request.schemas.scales_for(code_list, (plan.starts.year for plan in request.programme.plans))


def shown(field: Field, row: Row, request: TemplateRequest) -> str:
    """A known value as the sheet shows it: codes under their labels."""
    text = row.get(field.name, "")
    if not text:
        return ""
    if field.separator is not None and field.code_list is not None:
        names = labels(codes_in_force(field.code_list, request), request.language)
        return f"{field.separator} ".join(names.get(part.strip(), part.strip()) for part in text.split(field.separator))
    return _names(field, row, request).get(text, text)


def choices(field: Field, prefill: Prefill) -> Choices | None:
    """The drop-down of a column; None if it has none, or nothing is known that could stand there."""
    request = prefill.request
    if request.table.primary_key == (field.name,):
        return None  # a name that the supplier gives
    special = _SPECIAL.get((request.table.name, field.name)) or _SPECIAL.get(("", field.name))
    if special is not None:
        chosen = special(prefill)
    elif field.type == "boolean" or field.code_list is not None or "enum" in field.constraints:
        free = Strictness.FREE if field.separator is not None else Strictness.STOP
        chosen = Choices(tuple(_names(field, {}, request).values()), free)
    else:
        chosen = _references(field, prefill)
    return chosen if chosen is not None and chosen.values else None


def _names(field: Field, row: Row, request: TemplateRequest) -> Mapping[str, str]:
    """Canonical value -> what stands in the list."""
    language, schemas = request.language, request.schemas
    if field.type == "boolean":
        return {value: label for label, value in yes_no(language).items()}
    if field.code_list is not None:
        return labels(codes_in_force(field.code_list, request), language)
    if "enum" in field.constraints:  # names of tables
        values = [str(value) for value in field.constraints["enum"]]
        return {value: schemas.tables[value].title[language] if value in schemas.tables else value for value in values}
    variable = row.get("variable", "")
    if field.name == _CODE and variable in schemas.codes:
        within = [code for code in schemas.codes_of(variable) if row.get("scale") in (None, code.scale)]
        return labels(within, language)
    return {}


def _references(field: Field, prefill: Prefill) -> Choices | None:
    request = prefill.request
    key = next((key for key in request.table.foreign_keys if key.fields == (field.name,)), None)
    if key is None:
        return None
    ids = [row[key.reference_fields[0]] for row in prefill.rows[key.table]]
    if key.table == "institutions" and request.supplier.institution in ids:
        mine = request.supplier.institution
        ids.sort(key=lambda name: name != mine)  # theirs first, the rest in order
    return Choices(tuple(ids), _strictness(key))


def _strictness(key: ForeignKey) -> Strictness:
    programme_says = key.table in ("action_plans", "reporting_periods")
    return Strictness.STOP if programme_says else Strictness.WARN


def _period(prefill: Prefill) -> Choices:
    period = prefill.request.period
    return Choices((period.id,) if period is not None else ())


def _commitments(prefill: Prefill) -> Choices:
    strictness = Strictness.STOP if prefill.may_write is not None else Strictness.WARN
    return Choices(tuple(row["commitment_id"] for row in prefill.own), strictness)


def _any_commitment(prefill: Prefill) -> Choices:
    return Choices(tuple(row["commitment_id"] for row in prefill.rows["commitments"]), Strictness.WARN)


def _milestones(prefill: Prefill) -> Choices:
    """Those of the commitment that the row names, in its own column or in the chooser."""
    parent = "commitment_id" if "commitment_id" in prefill.request.table.field_names else COMMITMENT
    pairs = [((row["commitment_id"],), row["milestone_id"]) for row in prefill.own_milestones]
    strictness = Strictness.STOP if prefill.may_write is not None else Strictness.WARN
    return _nested(pairs, (parent,), strictness)


def _parent_milestone(prefill: Prefill) -> Choices:
    milestones = _milestones(prefill)
    return Choices(milestones.values, Strictness.WARN, milestones.parents, milestones.parent_columns)


def _subjects(prefill: Prefill) -> Choices:
    """Commitments, milestones or plans, as ``subject_table`` says."""
    request = prefill.request
    names = _names(request.table.field("subject_table"), {}, request)
    ids = {
        "commitments": [row["commitment_id"] for row in prefill.own],
        "milestones": [row["milestone_id"] for row in prefill.own_milestones],
        "action_plans": [plan.id for plan in request.programme.plans],
    }
    pairs = [((names[table],), subject) for table in names for subject in ids.get(table, ())]
    return _nested(pairs, ("subject_table",), Strictness.WARN)


def _assessor(prefill: Prefill) -> Choices | None:
    return _own_name(prefill, "assessor_id")


def _proposer(prefill: Prefill) -> Choices | None:
    return _own_name(prefill, "proposer_id")


def _own_name(prefill: Prefill, column: str) -> Choices | None:
    """Everybody assesses and proposes in their own name; only a secretariat files what others have said."""
    supplier = prefill.request.supplier
    if supplier.institution is None and supplier.commitments == "all":
        return _references(prefill.request.table.field(column), prefill)
    return Choices((supplier.institution or supplier.id,))


def _scales(prefill: Prefill) -> Choices:
    pairs = [
        ((label,), scale)
        for variable, label in _variables(prefill.request)
        for scale in scales(variable, prefill.request)
    ]
    return _nested(pairs, ("variable",), Strictness.STOP)


def _codes(prefill: Prefill) -> Choices:
    request = prefill.request
    with_scale = "scale" in request.table.field_names
    pairs: list[tuple[tuple[str, ...], str]] = []
    for variable, label in _variables(request):
        codes = request.schemas.codes_of(variable)
        for scale in scales(variable, request) if with_scale else (None,):
            within = [code for code in codes if scale in (None, code.scale)]
            parents = (label,) if scale is None else (label, scale)
            pairs += [(parents, name) for name in labels(within, request.language).values()]
    return _nested(pairs, ("variable", "scale") if with_scale else ("variable",), Strictness.STOP)


def _variables(request: TemplateRequest) -> Iterable[tuple[str, str]]:
    """What is assessed, with its label; each names the code list of its values."""
    names = labels(request.schemas.codes_of("assessment_variable"), request.language)
    return [(variable, label) for variable, label in names.items() if variable in request.schemas.codes]


def _nested(
    pairs: Sequence[tuple[tuple[str, ...], str]], parent_columns: tuple[str, ...], strictness: Strictness
) -> Choices:
    parents = dict.fromkeys(parent for parent, _ in pairs)
    together = [(parent, value) for parent in parents for of_parent, value in pairs if of_parent == parent]
    return Choices(
        tuple(value for _, value in together), strictness, tuple(parent for parent, _ in together), parent_columns
    )


# (table, column) -> its list; '' for every table that has no entry of its own
_SPECIAL: Mapping[tuple[str, str], Callable[[Prefill], Choices | None]] = {
    ("", "period_id"): _period,
    ("", "commitment_id"): _commitments,
    ("responses", "commitment_id"): _any_commitment,
    ("", "milestone_id"): _milestones,
    ("milestones", "parent_id"): _parent_milestone,
    ("assessments", "subject_id"): _subjects,
    ("assessments", "assessor_id"): _assessor,
    ("proposals", "proposer_id"): _proposer,
    ("assessments", "scale"): _scales,
    ("assessments", "code"): _codes,
    ("decisions", "subject_id"): _subjects,
    ("decisions", "code"): _codes,
}
