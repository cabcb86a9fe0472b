"""Finds in the changed cells of two releases what people are told of them (``news``)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from ogp_pipeline.evaluation.scales import COMPLETE, WITHDRAWN
from ogp_pipeline.i18n.natural import natural
from ogp_pipeline.programme.lateness import is_over
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.causes import Op
from ogp_pipeline.release.changes import Changes, Snapshot
from ogp_pipeline.release.edition import Edition
from ogp_pipeline.release.news import MOST, Dues, Fact, FormerDue, Kind, News, Told, Value
from ogp_pipeline.release.sides import ChangedRow, Sides
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas
from ogp_pipeline.tables.tables import CorrectionState

Findings = Iterator[tuple[Kind, str, Callable[[], Fact]]]
"""A kind, the code by which its facts are ordered, and what makes the fact: of most, nobody asks for it."""

_ON_MOVE = {
    "commitments": (
        Kind.COMMITMENTS_MOVED,
        Kind.COMMITMENTS_FIRST,
        Kind.COMMITMENTS_WITHDRAWN,
        Kind.COMMITMENTS_UNKNOWN,
    ),
    "milestones": (
        Kind.MILESTONES_MOVED,
        Kind.MILESTONES_FIRST,
        Kind.MILESTONES_WITHDRAWN,
        Kind.MILESTONES_UNKNOWN,
    ),
}
_COMING = {
    "commitments": Kind.COMMITMENTS_ADDED,
    "milestones": Kind.MILESTONES_ADDED,
    "proposals": Kind.PROPOSALS_ADDED,
    "events": Kind.EVENTS_ADDED,
}
_GOING = {
    "commitments": Kind.COMMITMENTS_GONE,
    "milestones": Kind.MILESTONES_GONE,
    "proposals": Kind.PROPOSALS_GONE,
}


def gather(
    base: BaseRelease,
    new: Snapshot,
    changes: Changes,
    release: Edition,
    programme: Programme,
    schemas: Schemas,
    *,
    by_software: bool,
) -> News:
    """The news of a release: what ``new`` holds that its base does not."""
    sides = Sides(base.tables.frames, new.frames, changes, programme, schemas, (base.as_of, release.as_of))
    waiting: dict[Kind, list[tuple[str, Callable[[], Fact]]]] = {kind: [] for kind in Kind}
    for find in _FINDERS:
        for kind, code, make in find(sides):
            waiting[kind].append((code, make))
    told = []
    for kind, findings in waiting.items():
        findings.sort(key=lambda finding: natural(finding[0]))
        if findings:
            facts = tuple(make() for _, make in findings[:MOST])
            told.append(Told(kind=kind, total=len(findings), facts=facts))
    for kind, table in ((Kind.REPORTS, "updates"), (Kind.EVIDENCE, "evidence")):
        total = sum(row.op is not Op.DELETE for row in sides.rows(table))
        told += [Told(kind=kind, total=total)] if total else []
    dues = _former_dues(sides, base.dues, release)
    return News(since=base.version, version=release.version, software=by_software, news=tuple(told), dues=dues)


def _levels(sides: Sides) -> Findings:
    """Commitments whose level, which is rolled up from their milestones, is another."""
    gone = sides.keys("commitments", Op.DELETE) | sides.keys("commitments", Op.ADD)
    for row in sides.rows("continuity"):
        name = row.key["commitment_id"]
        if row.has("level") and name not in gone:
            yield _moved(sides, "commitments", name, name, row.old.get("level"), row.new.get("level"))


def _statuses(sides: Sides) -> Findings:
    """Milestones without parts whose last status is another."""
    before, now = sides.statuses
    passed = sides.keys("milestones", Op.DELETE) | sides.keys("milestones", Op.ADD) | sides.new.divided
    for name in sorted((before.keys() | now.keys()) - passed):
        owner = sides.commitment_of(name)
        if owner is not None and before.get(name) != now.get(name):
            yield _moved(sides, "milestones", name, owner, before.get(name), now.get(name))


def _moved(
    sides: Sides, table: str, name: str, owner: str, old: str | None, new: str | None
) -> tuple[Kind, str, Callable[[], Fact]]:
    moved, first, withdrawn, unknown = _ON_MOVE[table]
    scale = sides.scale_of(owner)
    gave_up = new is not None and sides.meaning(scale, new) == WITHDRAWN
    kind = unknown if new is None else withdrawn if gave_up else first if old is None else moved

    def make() -> Fact:
        values = (sides.value(PROGRESS_STATUS, scale, code) for code in (old, new))
        before, now = values
        by = _who_gave_up(sides, table, name, scale) if gave_up else {}
        return Fact(what=sides.named(table, name), old=before, new=now, by=by)

    return kind, name, make


def _who_gave_up(sides: Sides, table: str, name: str, scale: str | None) -> Mapping[str, str]:
    """The names of who reported that it was given up."""
    for row in sides.rows("updates"):
        milestone = row.key["milestone_id"]
        its = milestone == name if table == "milestones" else sides.commitment_of(milestone) == name
        if its and sides.meaning(scale, row.new.get("status")) == WITHDRAWN:
            return sides.supplier_of("updates", f"{milestone}/{row.key['period_id']}")
    return {}


def _due_dates(sides: Sides) -> Findings:
    for row in sides.rows("milestones"):
        if row.op is Op.CHANGE and row.has("due_date"):
            yield Kind.DUE_MOVED, row.key["milestone_id"], _due(sides, row)


def _former_dues(sides: Sides, dues: Dues, release: Edition) -> Dues:
    """What the base knows of them, and those that this release changes."""
    moved = dict(dues)
    for row in sides.rows("milestones"):
        if row.op is Op.CHANGE and (due := row.old.get("due_date")):
            name = row.key["milestone_id"]
            by, file = sides.supplier_of("milestones", name), sides.file_of("milestones", name)
            former = FormerDue(
                due=date.fromisoformat(due), version=release.version, as_of=release.as_of, by=by, file=file
            )
            moved[name] = (*moved.get(name, ()), former)
    return moved


def _due(sides: Sides, row: ChangedRow) -> Callable[[], Fact]:
    return lambda: Fact(
        what=sides.named("milestones", row.key["milestone_id"]),
        old=_plain(row.old.get("due_date")),
        new=_plain(row.new.get("due_date")),
    )


def _lateness(sides: Sides) -> Findings:
    """Open milestones whose due date went by since the base: of such a one, no row need differ."""
    before, now = sides.days
    if before is None or before >= now:
        return
    passed = {
        name: due
        for name, due in sides.new.dues.items()
        if is_over(due, now) and not is_over(due, before) and name not in sides.new.divided
    }
    statuses = sides.last_statuses(sides.new, passed.keys()) if passed else {}
    for name, due in passed.items():
        earlier = sides.old.dues.get(name)
        was_over = earlier is not None and is_over(earlier, before)
        scale = sides.scale_of(sides.commitment_of(name) or "")
        if not was_over and sides.meaning(scale, statuses.get(name)) not in (COMPLETE, WITHDRAWN):
            yield Kind.BECAME_LATE, name, _late(sides, name, due)


def _late(sides: Sides, name: str, due: date) -> Callable[[], Fact]:
    return lambda: Fact(what=sides.named("milestones", name), old=_plain(due.isoformat()))


def _plain(text: str | None) -> Value | None:
    return None if text is None else Value(code=text)


def _joint(sides: Sides) -> Findings:
    """Where the sides began or ceased to differ, and where a decision has dissent on record that it had not."""
    for row in sides.rows("joint_evaluation"):
        if row.op is Op.DELETE:
            continue
        subject = (row.key["subject_table"], row.key["subject_id"])
        if row.new.get("differs") == "true":
            yield Kind.DISAGREED, subject[1], _judged(sides, row, subject)
        elif row.old.get("differs") == "true" and row.new.get("differs") == "false":
            yield Kind.AGREED, subject[1], _judged(sides, row, subject)
        if int(row.new.get("dissent", 0)) > int(row.old.get("dissent", 0)):
            yield Kind.DISSENT, subject[1], _judged(sides, row, subject)


def _judged(sides: Sides, row: ChangedRow, subject: tuple[str, str]) -> Callable[[], Fact]:
    return lambda: Fact(what=sides.named(*subject), field=_variable(sides, row.key["variable"]))


def _variable(sides: Sides, code: str | None) -> Mapping[str, str]:
    value = sides.value("assessment_variable", None, code)
    return (value.label or {sides.schemas.languages[0]: value.code}) if value else {}


def _decisions(sides: Sides) -> Findings:
    for row in sides.rows("decisions"):
        if row.op is Op.ADD:
            told = _judgement if row.new.get("code") else _said
            yield Kind.DECIDED, row.new["subject_id"], told(sides, row)


def _said(sides: Sides, row: ChangedRow) -> Callable[[], Fact]:
    """A decision that is no level: the forum's own words, where it has any."""
    texts = {tag: text for tag in sides.schemas.languages if (text := row.new.get(f"text_{tag}"))}
    return lambda: Fact(
        what=sides.named(row.new["subject_table"], row.new["subject_id"]),
        new=Value(code=row.key["decision_id"], label=texts) if texts else None,
    )


def _judgements(sides: Sides) -> Findings:
    for row in sides.rows("assessments"):
        if row.op is Op.ADD:
            yield Kind.ASSESSED, row.new["subject_id"], _judgement(sides, row)


def _judgement(sides: Sides, row: ChangedRow) -> Callable[[], Fact]:
    """A judgement of one side, or the forum's decision."""
    return lambda: Fact(
        what=sides.named(row.new["subject_table"], row.new["subject_id"]),
        new=_word(sides, row),
        by=sides.institution(row.new.get("assessor_id")),
        field=_variable(sides, row.new.get("variable")),
    )


def _word(sides: Sides, row: ChangedRow) -> Value | None:
    """Some judge completion in the scale of progress."""
    variable, scale, code = (row.new.get(name) for name in ("variable", "scale", "code"))
    value = sides.value(variable or "", scale, code)
    return value if value is None or value.label else sides.value(PROGRESS_STATUS, scale, code)


def _answers(sides: Sides) -> Findings:
    for row in sides.rows("responses"):
        if row.op is Op.ADD and "proposal_id" in row.new:
            yield Kind.ANSWERED, row.new["proposal_id"], _answer(sides, row)


def _answer(sides: Sides, row: ChangedRow) -> Callable[[], Fact]:
    return lambda: Fact(
        what=sides.named("proposals", row.new["proposal_id"]),
        new=sides.value("response_outcome", None, row.new.get("outcome")),
    )


def _corrections(sides: Sides) -> Findings:
    """Corrections of the forum that came into force."""
    for row in sides.rows("correction_results"):
        if row.new.get("state") == CorrectionState.APPLIED:
            correction = sides.new.row("corrections", "correction_id", row.key["correction_id"])
            if correction is not None:
                yield Kind.CORRECTED, str(correction["key"]), _corrected(sides, correction)


def _corrected(sides: Sides, correction: Mapping[str, object]) -> Callable[[], Fact]:
    table, column = sides.schemas.tables.get(str(correction["table"])), str(correction["field"])
    field = table.field(column) if table and column in table.field_names else None
    identity = str(correction["key"]).partition("/")[0]
    named = "milestones" if correction["table"] in ("updates", "evidence") else str(correction["table"])
    owner = sides.commitment_of(identity) if named == "milestones" else identity

    def value(cell: object) -> Value | None:
        if not cell:
            return None
        if field is None or field.code_list is None:
            return Value(code=str(cell))
        scale = sides.scale_of(owner or "") if field.code_list == PROGRESS_STATUS else None
        return sides.value(field.code_list, scale, str(cell))

    return lambda: Fact(
        what=sides.named(named, identity),
        old=value(correction["expected"]),
        new=value(correction["value"]),
        by=sides.institution(str(correction["made_by"])),
        field=dict(field.title) if field else {sides.schemas.languages[0]: column},
    )


def _come_and_gone(sides: Sides) -> Findings:
    """Things with a name that are new or gone. Milestones of a commitment that is, are told with it."""
    for kinds, op in ((_COMING, Op.ADD), (_GOING, Op.DELETE)):
        whole = sides.keys("commitments", op)
        for table, kind in kinds.items():
            for row in sides.rows(table):
                name, owner = next(iter(row.key.values())), {**row.old, **row.new}.get("commitment_id")
                if row.op is op and not (table == "milestones" and owner in whole):
                    yield kind, name, _named(sides, table, name)


def _named(sides: Sides, table: str, name: str) -> Callable[[], Fact]:
    return lambda: Fact(what=sides.named(table, name))


_FINDERS = (
    _levels,
    _statuses,
    _due_dates,
    _lateness,
    _joint,
    _decisions,
    _corrections,
    _judgements,
    _answers,
    _come_and_gone,
)
