"""What is wrong after a run, and what of it is news: new, known, or over.

A file that nobody mends is refused in every run, and a source that is down fails in every run; people are told when it
begins and when it ends. Only what a run has looked at can be over: a release asks no source.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from ogp_pipeline.i18n import languages
from ogp_pipeline.i18n.catalogue import count, say
from ogp_pipeline.i18n.legible import presentable
from ogp_pipeline.intake.held import Held as Waiting
from ogp_pipeline.runs import causes_told, disk, standing_troubles
from ogp_pipeline.runs.outcomes import Failed, NothingReceived, Outcome
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.standing_troubles import Kind, News, Trouble
from ogp_pipeline.runs.workspace import Workspace

_TAKEN = ("accepted", "in_part", "same")
_CAUSES = 3  # of a refusal: the receipt has all of them
RELEASE = "release"


def news(
    workspace: Workspace,
    today: date,
    results: Sequence[SourceResult],
    on_hold: Sequence[Waiting],
    outcome: Outcome | None = None,
) -> News:
    """What is wrong, compared with what was known. ``outcome``: None of a run that only collected.

    Nothing is written: ``standing_troubles.keep`` does that once it was told.
    """
    met = [*_of_results(workspace, results, today), *_held(workspace, on_hold, today)]
    met += _of_outcome(workspace, results, outcome, today)
    met += [Trouble(Kind.DISK, folder, "", today, said) for folder, said in disk.low(workspace)]

    def is_over(trouble: Trouble) -> bool:
        return _is_over(workspace, trouble, results, whole=outcome is not None)

    return compare(workspace, met, is_over, frozenset(result.source for result in results))


def of_checks(workspace: Workspace, today: date, ill: Iterable[tuple[str, str]]) -> News:
    """What a doctor found not well (name of the check, and what it says), compared with what it found before."""
    kinds = {"signing key": Kind.UNSIGNED, "expiry": Kind.UNSIGNED, "disk": Kind.DISK}
    met = [Trouble(kinds.get(name, Kind.UNWELL), name, "", today, f"{name}: {said}") for name, said in ill]
    return compare(workspace, met, lambda trouble: trouble.kind in (Kind.UNWELL, Kind.UNSIGNED), frozenset())


def compare(
    workspace: Workspace, met: Sequence[Trouble], is_over: Callable[[Trouble], bool], asked: frozenset[str]
) -> News:
    """``met`` against what is kept. ``is_over``: whether one that was not met now has an end."""
    standing = standing_troubles.read(workspace)
    kept = {trouble.identity: trouble for trouble in standing.troubles}
    now = {trouble.identity: trouble for trouble in met}
    return News(
        new=tuple(trouble for key, trouble in now.items() if key not in kept),
        known=tuple(replace(trouble, since=kept[key].since) for key, trouble in now.items() if key in kept),
        cured=tuple(trouble for key, trouble in kept.items() if key not in now and is_over(trouble)),
        asked=asked - standing.asked_since.keys(),
    )


def _is_over(workspace: Workspace, trouble: Trouble, results: Sequence[SourceResult], *, whole: bool) -> bool:
    """Whether a trouble that this run has not met has an end, or was only not looked at.

    A refused file is over when its source has given something that counts: that it was taken away mends nothing.
    """
    match trouble.kind:
        case Kind.HELD | Kind.DISK:
            return True
        case Kind.NOTHING:
            return whole
        case Kind.UNWELL | Kind.UNSIGNED:
            return False
        case _ if trouble.subject == RELEASE:
            return whole
    if trouble.subject not in {source.id for source in workspace.programme.sources}:
        return True
    result = next((result for result in results if result.source == trouble.subject), None)
    if result is None:
        return False
    if trouble.kind is Kind.REJECTED:
        return any(item.state in _TAKEN for item in result.deliveries)
    return result.state != "failed" or trouble.kind is not Kind.FAILED


def _of_results(workspace: Workspace, results: Sequence[SourceResult], today: date) -> Iterator[Trouble]:
    language = languages.spoken(workspace.programme.languages[0])
    for result in results:
        place = f"{_supplier(workspace, result.supplier, language)} ({result.source})"
        if result.state == "failed":
            said = say("run.trouble.failed", language, source=place, reason=result.reason or "?")
            yield Trouble(Kind.FAILED, result.source, "", today, said)
        if result.stale_days is not None:
            said = f"{place}: {count('run.stale', result.stale_days, language)}"
            yield Trouble(Kind.SILENT, result.source, "", today, said)
        for item in result.deliveries:
            if item.state == "rejected":
                reason = _reason(workspace, item.receipt, language) or item.reason or "?"
                said = say("run.trouble.rejected", language, source=place, reason=reason)
                yield Trouble(Kind.REJECTED, result.source, item.id, today, said, item.receipt)


def _held(workspace: Workspace, on_hold: Iterable[Waiting], today: date) -> Iterator[Trouble]:
    language = languages.spoken(workspace.programme.languages[0])
    for note in on_hold:
        place = f"{_supplier(workspace, note.supplier, language)} ({note.source})"
        command = f"ogp accept {note.delivery[:12]}"
        said = say("run.trouble.held", language, source=place, command=command, reason=" ".join(note.why[language]))
        yield Trouble(Kind.HELD, note.source, note.delivery, today, said, note.receipts.get("json"))


def _of_outcome(
    workspace: Workspace, results: Sequence[SourceResult], outcome: Outcome | None, today: date
) -> Iterator[Trouble]:
    """What no source is to blame for."""
    language = languages.spoken(workspace.programme.languages[0])
    if isinstance(outcome, NothingReceived):
        yield Trouble(Kind.NOTHING, RELEASE, "", today, say("run.outcome.NothingReceived", language))
    if isinstance(outcome, Failed) and not any(result.state == "failed" for result in results):
        yield Trouble(Kind.FAILED, RELEASE, "", today, presentable(outcome.reason, lines=True))


def _reason(workspace: Workspace, receipt: str | None, language: str) -> str:
    """What blocks, by cause, each with what to do."""
    if receipt is None:
        return ""
    causes = causes_told.of_receipt(workspace, receipt, language)
    told = [f"{cause.sentence} {cause.todo}" for cause in causes.shown[:_CAUSES]]
    rest = len(causes.shown) - len(told) + causes.more
    return " · ".join([*told, *([count("run.causes.more", rest, language)] if rest else [])])


def _supplier(workspace: Workspace, supplier: str, language: str) -> str:
    names = (item.names.get(language) for item in workspace.programme.suppliers if item.id == supplier)
    return next(names, supplier)
