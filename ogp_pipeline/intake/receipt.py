"""The receipt: what a supplier gets back for every delivery, also when it is our system that failed.

Two forms of the same content: JSON for machines (with ids, and the sentences in every language) and an HTML
page for people (sentences only, complete without any other file). Both are bounded (``problem_groups``): of a cause
that is there very often, the first are written out, and of all it is said how many they are and in which lines. The
same receipt is the same bytes: nothing here reads the clock.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from typing import Any

import jinja2
import rfc8785

from ogp_pipeline.i18n import catalogue, markup
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import quoted
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.intake import effect_wording, wording
from ogp_pipeline.intake.advice import Advice, advise, column_name
from ogp_pipeline.intake.causes import MOST, causes
from ogp_pipeline.intake.crowds import crowd_of, number_of
from ogp_pipeline.intake.effect import Change, Effect
from ogp_pipeline.intake.ledger import ByHand
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.problem_groups import WHOLE, ProblemGroup, group
from ogp_pipeline.programme.lateness import report_is_late
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import DeliveredFile

FORMAT = "ogp-receipt-1"
HEADINGS = ("blocks", "confirm", "waits", "please_check", "could_be_better")  # in this order: ``Problem.kind``


class Verdict(StrEnum):
    """What became of a delivery. In the ledger are those that enter."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_NOTES = "accepted_with_notes"
    REJECTED = "rejected"
    ACCEPTED_IN_PART = "accepted_in_part"
    HELD = "held"
    REFUSED = "refused"
    NOTHING_RECEIVED = "nothing_received"
    NOT_PROCESSED = "not_processed"
    SAME_AS_BEFORE = "same_as_before"

    @property
    def enters(self) -> bool:
        """Whether the rows count from now on."""
        return self in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_NOTES, Verdict.ACCEPTED_IN_PART)


@dataclass(frozen=True, slots=True)
class MarkedCopy:
    """The copy of a workbook in which ``marked`` cells are marked (intake/annotation.py), stored beside the receipt.

    ``name``: its own; None with ``why`` (``too_large``, ``impossible``) if there is none. ``cells``: how many there
    would be to mark.
    """

    file: str
    name: str | None
    marked: int = 0
    cells: int = 0
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """A delivery that stands in the ledger: its id and when it was received."""

    delivery: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The receipt that the sender is correcting: its short number, and how many things there were to correct."""

    number: str
    to_correct: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """All that a supplier should know about one delivery.

    ``counts``: rows found for each table (entered only if the verdict says so). ``rows_read``: rows as the
    sender counts them; ``rows_to_mend``: those of them which hold something that blocks; ``rows_waiting``: those of
    which something was set aside; ``rows_in_part``: those of these of which something entered. ``skipped``: reason
    -> rows set aside by the mapping. ``due``: the next due date of the programme, if one is ahead.
    ``effect``: what it does to what stands, if it could enter. ``by_hand``: who let it in although it was on
    hold, or refused it. ``earlier``: the delivery that said the same. ``only_checked``: it was asked for, and nothing
    is recorded. ``at_desk``: asked for where it can be sent at once. ``short_number``: what people call it;
    ``corrects``: the receipt before, of the same file or the same tables, if something was to be corrected there.
    """

    delivery: str
    source: str
    supplier: str
    supplier_names: Mapping[str, str]
    language: str
    verdict: Verdict
    received_at: datetime
    known_on: date
    files: tuple[DeliveredFile, ...]
    schemas: str
    counts: Mapping[str, int]
    rows_read: int = 0
    rows_to_mend: int = 0
    rows_waiting: int = 0
    rows_in_part: int = 0
    problems: tuple[Problem, ...] = ()
    skipped: tuple[tuple[Text, int], ...] = ()
    due: date | None = None
    copies: tuple[MarkedCopy, ...] = ()
    earlier: Earlier | None = None
    only_checked: bool = False
    at_desk: bool = False
    effect: Effect | None = None
    by_hand: ByHand | None = None
    short_number: str | None = None
    corrects: Predecessor | None = None

    @property
    def to_correct(self) -> int:
        """How many things its sender has to correct, without what only waits for another file."""
        return number_of([problem for problem in self.of(Severity.BLOCKS) if problem.kind != "waits"])

    def of(self, level: Severity) -> tuple[Problem, ...]:
        """The problems of one level that are held, in order (``crowds``)."""
        return tuple(problem for problem in self.problems if problem.level is level)

    @property
    def is_waiting(self) -> bool:
        """Whether all that blocks it is that another file has to come first."""
        return {problem.kind for problem in self.of(Severity.BLOCKS)} == {"waits"}

    def number(self, level: Severity) -> int:
        """How many problems of one level there are."""
        return number_of(self.problems, level)


def headline(receipt: Receipt, language: str) -> str:
    """The first line: how many things, in how many rows."""
    blocking = receipt.of(Severity.BLOCKS)
    notes = number_of(receipt.problems) - number_of(blocking)
    if receipt.verdict is Verdict.NOT_PROCESSED:
        return say("receipt.unchecked", language)
    if receipt.verdict is Verdict.REJECTED:
        mistakes = [problem for problem in blocking if problem.kind != "waits"]
        if not mistakes:
            return say("receipt.waits", language)
        things = catalogue.count("receipt.count.thing_to_correct", number_of(mistakes), language)
        if receipt.rows_to_mend:
            rows = catalogue.part("receipt.count.row_of", receipt.rows_to_mend, receipt.rows_read, language)
            return f"{things} {say('receipt.among', language, rows=rows)}"
        files = catalogue.count("receipt.count.file", len({problem.where.file for problem in blocking}), language)
        return f"{things} {say('receipt.inside', language, files=files)}"
    if receipt.verdict is Verdict.SAME_AS_BEFORE and receipt.earlier is not None:
        return say("receipt.same", language, day=catalogue.day(receipt.earlier.received_at.date(), language))
    if receipt.verdict is Verdict.ACCEPTED_IN_PART:
        set_aside_by_mapping = sum(rows for _, rows in receipt.skipped)
        entered = receipt.rows_read - receipt.rows_waiting - set_aside_by_mapping
        recorded = catalogue.count("receipt.count.row_recorded", entered, language)
        if receipt.rows_in_part:
            recorded += f", {catalogue.count('receipt.count.row_in_part', receipt.rows_in_part, language)}"
        return f"{recorded}, {catalogue.count('receipt.count.row_to_correct', receipt.rows_waiting, language)}"
    if receipt.verdict is Verdict.HELD and receipt.effect is not None:
        return say("effect.on_hold", language, **effect_wording.words_of_first(receipt.effect.holds, language))
    if receipt.verdict is Verdict.REFUSED:
        return say("receipt.refused", language)
    received = _received(receipt, language)
    if receipt.verdict is Verdict.ACCEPTED_WITH_NOTES:
        return f"{received}, {catalogue.count('receipt.count.thing_to_check', notes, language)}"
    return received


def progress(receipt: Receipt, language: str) -> str:
    """How much is left of what the receipt before asked for; '' if that is no news, or no less than then."""
    before, left = receipt.corrects, receipt.to_correct
    if before is None or left >= before.to_correct or receipt.verdict is Verdict.NOT_PROCESSED:
        return ""
    key = "receipt.left" if left else "receipt.none_left"
    words = {"left": catalogue.number(left, language), "before": catalogue.number(before.to_correct, language)}
    return say(key, language, number=before.number, **words)


def _received(receipt: Receipt, language: str) -> str:
    """How many rows were received, and how many are withdrawn by what is not among them; or that nothing changes."""
    received = catalogue.count("receipt.count.row_received", receipt.rows_read, language)
    if receipt.effect is None or not receipt.effect.tables:
        return received
    if receipt.effect.is_nothing:
        return f"{received}, {say('effect.headline.nothing', language)}"
    withdrawn = receipt.effect.total(Change.WITHDRAWN)
    if not withdrawn:
        return received
    return f"{received}, {catalogue.count('effect.count.withdrawn', withdrawn, language)}"


def next_steps(receipt: Receipt, language: str) -> list[str]:
    """What happens next, and by when."""
    due = ""
    if receipt.due is not None:
        key = "receipt.overdue" if report_is_late(receipt.due, receipt.known_on) else "receipt.due"
        due = say(key, language, day=catalogue.day(receipt.due, language))
    words = {"due": due, "delivery": receipt.delivery[:12]}
    manner = _manner(receipt)
    if receipt.at_desk and manner in ("only_checked", "checked_changing"):
        manner = "desk_checked"
    steps = catalogue.texts(f"receipt.step.{manner}.", language).values()
    told = [step.format_map(words) for step in steps]
    if receipt.by_hand is not None:
        key = "receipt.refused_by" if receipt.verdict is Verdict.REFUSED else "receipt.let_in"
        told.insert(0, say(key, language, by=receipt.by_hand.by, reason=receipt.by_hand.reason))
    return told


def _manner(receipt: Receipt) -> str:
    """Which sentences apply: those of the verdict, or of a check; others if something that stood is lost."""
    changing = receipt.effect is not None and receipt.effect.is_grave
    if receipt.only_checked and receipt.verdict is Verdict.HELD:
        return "checked_held"
    if receipt.only_checked and receipt.verdict.enters:
        return "checked_changing" if changing else "only_checked"
    if receipt.verdict is Verdict.REJECTED and receipt.is_waiting:
        return "rejected_waiting"
    return "accepted_changing" if changing and receipt.verdict is Verdict.ACCEPTED else receipt.verdict.value


def to_json(receipt: Receipt, schemas: Schemas) -> bytes:
    """The receipt for machines, in canonical JSON."""
    return b"".join(json_parts(receipt, schemas))


def json_parts(receipt: Receipt, schemas: Schemas) -> Iterator[bytes]:
    """The same, piece by piece."""
    grouped = group(receipt.problems, schemas)
    document: dict[str, Any] = {
        "format": FORMAT,
        "delivery": receipt.delivery,
        "source": receipt.source,
        "supplier": receipt.supplier,
        "language": receipt.language,
        "verdict": receipt.verdict.value,
        "received_at": receipt.received_at.isoformat(),
        "known_on": receipt.known_on.isoformat(),
        "due": receipt.due.isoformat() if receipt.due else None,
        "schemas": receipt.schemas,
        "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in receipt.files],
        "rows": {"read": receipt.rows_read, "to_mend": receipt.rows_to_mend},
        "counts": dict(receipt.counts),
        "skipped": [
            {"why": {language: why.get(language) for language in schemas.languages}, "rows": rows}
            for why, rows in receipt.skipped
        ],
        "summary": {language: headline(receipt, language) for language in schemas.languages},
        "next": {language: next_steps(receipt, language) for language in schemas.languages},
        "copies": [asdict(copy) for copy in receipt.copies],
        "problem_counts": grouped.counts(),
        "problem_groups": [group.to_json() for group in grouped.groups],
        "causes": [cause.to_json(schemas) for cause in causes(receipt.problems)[:MOST]],
        "problems": [],
    }
    if receipt.rows_waiting:
        document["rows"]["waiting"] = receipt.rows_waiting
    if receipt.rows_in_part:
        document["rows"]["in_part"] = receipt.rows_in_part
    if receipt.earlier is not None:
        document["earlier"] = {
            "delivery": receipt.earlier.delivery,
            "received_at": receipt.earlier.received_at.isoformat(),
        }
    document |= {"only_checked": True} if receipt.only_checked else {}
    document |= {"number": receipt.short_number} if receipt.short_number is not None else {}
    if progress(receipt, receipt.language):
        document["progress"] = {language: progress(receipt, language) for language in schemas.languages}
    if receipt.effect is not None:
        document["effect"] = effect_wording.to_json(receipt.effect, schemas)
    # Quotation marks inside texts are escaped, so these bytes can only be the key itself.
    before, after = rfc8785.dumps(_clean(document)).split(b'"problems":[')
    yield before + b'"problems":['
    for number, problem in enumerate(grouped.shown):
        yield (b"," if number else b"") + rfc8785.dumps(_clean(_problem(problem, schemas)))
    yield after


def _problem(problem: Problem, schemas: Schemas) -> dict[str, Any]:
    advice = {language: advise(problem, schemas, language) for language in schemas.languages}
    length = len(problem.value or "")
    return {
        "rule": problem.rule,
        "level": problem.level.value,
        "where": {key: value for key, value in asdict(problem.where).items() if value is not None},
        "table": problem.table,
        "field": problem.field,
        "value": problem.value and problem.value[:WHOLE],
        "details": dict(problem.details),
        "wrong": {language: text.wrong for language, text in advice.items()},
        "todo": {language: text.todo for language, text in advice.items()},
    } | ({"value_length": length} if length > WHOLE else {})


def to_html(receipt: Receipt, schemas: Schemas, language: str) -> str:
    """The receipt for people: one page in ``language`` which needs nothing from elsewhere."""
    return "".join(html_parts(receipt, schemas, language))


def html_parts(receipt: Receipt, schemas: Schemas, language: str) -> Iterator[str]:
    """The same, piece by piece."""
    counts = [(schemas.table(table).title[language], rows) for table, rows in sorted(receipt.counts.items())]
    page = _template().generate(
        receipt=receipt,
        language=language,
        say=partial(say, language=language),
        quoted=partial(quoted, language=language),
        count=partial(catalogue.count, language=language),
        number=partial(catalogue.number, language=language),
        headline=headline(receipt, language),
        lead=say(f"receipt.lead.{_manner(receipt)}", language),
        steps=next_steps(receipt, language),
        progress=progress(receipt, language),
        sections=list(_sections(receipt, schemas, language)),
        counts=counts,
        effect=effect_wording.of_page(receipt.effect, schemas, language, enters=receipt.verdict.enters),
        name=receipt.supplier_names.get(language) or next(iter(receipt.supplier_names.values()), receipt.supplier),
        received=catalogue.moment(receipt.received_at, language),
    )
    return (legible(part, lines=True) for part in page)


@dataclass(frozen=True, slots=True)
class _Section:
    """The problems under one heading of the page; ``rest``: a sentence on each group of which not all are there."""

    level: str
    title: str
    total: int
    problems: Iterator[Advice]
    rest: list[str]


def _sections(receipt: Receipt, schemas: Schemas, language: str) -> Iterator[_Section]:
    grouped = group(receipt.problems, schemas)
    totals: Counter[str] = Counter()
    for problem in receipt.problems:
        totals[problem.kind] += 1 + crowd_of(problem).count
    for kind in HEADINGS:
        if total := totals[kind]:
            here = [problem for problem in grouped.shown if problem.kind == kind]
            told = (advise(problem, schemas, language) for problem in here)
            rest = [_rest(group, schemas, language) for group in grouped.unfinished if _of_group(group).kind == kind]
            yield _Section(kind, say(f"receipt.level.{kind}", language), total, told, rest)


def _of_group(group: ProblemGroup) -> Problem:
    """A problem as those of the group are."""
    return Problem(group.rule, group.level, group.first, group.table, group.field)


def _rest(group: ProblemGroup, schemas: Schemas, language: str) -> str:
    """How many there are of a group, and where."""
    parts = [group.first.file, say("receipt.in_sheet", language, sheet=group.first.sheet) if group.first.sheet else ""]
    parts.append(wording.lines(group.lines.runs, language, more=group.lines.more))
    return say(
        "receipt.rest",
        language,
        column=column_name(_of_group(group), schemas, language) or "–",
        count=catalogue.number(group.count, language),
        shown=catalogue.number(group.shown, language),
        places=", ".join(part for part in parts if part),
    )


@cache
def _template() -> jinja2.Template:
    return markup.environment("ogp_pipeline.intake").get_template("receipt.html.j2")


def _clean(value: object) -> Any:  # noqa: ANN401 - a JSON document
    """The same document, with every illegible letter written out."""
    if isinstance(value, str):
        return legible(value, lines=True)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
