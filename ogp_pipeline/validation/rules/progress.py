"""Progress: statuses in the plan's own scale, and what goes with them."""

from collections.abc import Iterator

from ogp_pipeline.i18n.languages import ENGLISH_FIRST, text_column, texts_in
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Code
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, number, written_number

_BEHIND = (
    "none",
    "not_started",
    "started",
    "delayed",
    "paused",
    "broken",
)  # of a scale's meanings: NS and LP in Canada's
_CONTENT = ("status", "percent", "completed_on")


@rule("status-unknown")
def status_unknown(scope: Scope) -> Iterator[Problem]:
    """``status-unknown``: not a code of the scale which the milestone's plan has in force."""
    for row in scope.of("updates"):
        status = row.values.get("status")
        codes = _scale(scope, row)
        if status and codes is not None and status not in codes:
            words = {
                f"allowed_{language}": ", ".join(code.named(language) for code in codes.values())
                for language in ENGLISH_FIRST
            }
            yield scope.problem("status-unknown", row, "status", allowed=", ".join(codes), **words)


@rule("status-missing")
def status_missing(scope: Scope) -> Iterator[Problem]:
    """``status-missing``: the round asked for a status; the row gives none, no percentage that counts for one, and
    does not say "nothing".
    """
    for row in scope.of("updates"):
        asks = _asks(scope, row)
        by_percent = scope.programme.evaluation.counts_percent and row.values.get("percent")
        told = row.values.get("status") or by_percent or _is_nil(row)
        if asks is not None and "status" in asks and not told:
            codes = _scale(scope, row) or {}
            words = {
                f"allowed_{language}": ", ".join(code.named(language) for code in codes.values())
                for language in ENGLISH_FIRST
            }
            yield scope.problem(
                "status-missing",
                row,
                "status",
                period=row.values.get("period_id", ""),
                allowed=", ".join(codes),
                **words,
            )


@rule("status-not-asked")
def status_not_asked(scope: Scope) -> Iterator[Problem]:
    """``status-not-asked``: a status in a round whose form had none."""
    for row in scope.of("updates"):
        asks = _asks(scope, row)
        if asks is not None and "status" not in asks and row.values.get("status"):
            yield scope.problem("status-not-asked", row, "status", period=row.values.get("period_id", ""))


@rule("complete-without-evidence")
def complete_without_evidence(scope: Scope) -> Iterator[Problem]:
    """``complete-without-evidence``: said to be complete; nobody ever gave evidence for the milestone."""
    delivered = {row.values.get("milestone_id", "") for row in scope.of("evidence")}
    for row in scope.of("updates"):
        milestone = row.values.get("milestone_id", "")
        if _meaning(scope, row) == "complete" and not (milestone in delivered or milestone in scope.known.evidenced):
            yield scope.problem("complete-without-evidence", row, "status", milestone=milestone)


@rule("evidence-without-link")
def evidence_without_link(scope: Scope) -> Iterator[Problem]:
    """``evidence-without-link``: a page or a file, by its kind, that nobody can open."""
    for row in scope.of("evidence"):
        if row.values.get("kind") in ("link", "file") and not row.values.get("url"):
            yield scope.problem("evidence-without-link", row, "url")


@rule("challenges-missing")
def challenges_missing(scope: Scope) -> Iterator[Problem]:
    """``challenges-missing``: not begun, or most of it ahead, and not a word on why, in a round that asks for it."""
    for row in scope.of("updates"):
        asks = _asks(scope, row)
        told = any(texts_in(row.values, "challenges"))
        if asks is not None and "challenges" in asks and not told and _meaning(scope, row) in _BEHIND:
            code = (_scale(scope, row) or {})[row.values["status"]]
            words = {f"status_{language}": label for language, label in code.label.items()}
            field = text_column("challenges", scope.programme.languages[0])
            yield scope.problem("challenges-missing", row, field, **words)


@rule("percent-share")
def percent_share(scope: Scope) -> Iterator[Problem]:
    """``percent-share``: above 0 and below 1, as a spreadsheet holds 62 % that lost its format. Nobody can tell."""
    for row in scope.of("updates"):
        percent = number(row.values.get("percent"))
        if percent is not None and 0 < percent < 1:
            words = {"percent": written_number(percent), "meant": written_number(percent * 100)}
            yield scope.problem("percent-share", row, "percent", **words)


@rule("percent-status")
def percent_status(scope: Scope) -> Iterator[Problem]:
    """``percent-status``: complete below 100 percent, not started above 0, or 100 and not complete."""
    for row in scope.of("updates"):
        percent, meaning = number(row.values.get("percent")), _meaning(scope, row)
        if percent is None or meaning in (None, "withdrawn", "superseded"):
            continue
        wrong = (
            (meaning == "complete" and percent < 100)
            or (meaning in ("none", "not_started") and percent > 0)
            or (meaning != "complete" and percent == 100)
        )
        if wrong:
            status = row.values.get("status", "")
            yield scope.problem("percent-status", row, "percent", percent=written_number(percent), status=status)


@rule("nil-with-content")
def nil_with_content(scope: Scope) -> Iterator[Problem]:
    """``nil-with-content``: "nothing to report" beside something reported."""
    for row in scope.of("updates"):
        if not _is_nil(row):
            continue
        table = scope.schemas.table("updates")
        content = [field.name for field in table.fields if field.name in _CONTENT or field.text == "progress"]
        filled = [name for name in content if row.values.get(name)]
        if filled:
            titles = {
                f"other_{language}": ", ".join(f"«{table.field(name).title[language]}»" for name in filled)
                for language in ENGLISH_FIRST
            }
            yield scope.problem(
                "nil-with-content",
                row,
                "nil",
                other=", ".join(filled),
                **titles,
            )


def _is_nil(row: MappedRow) -> bool:
    return row.values.get("nil") == "true"


def _scale(scope: Scope, row: MappedRow) -> dict[str, Code] | None:
    """The codes in force for the row's milestone, or for its period's plan; None if neither is known."""
    scale = scope.scale_of(row)
    if scale is None:
        return None
    return {code.code: code for code in scope.schemas.codes_of(PROGRESS_STATUS, scale)}


def _meaning(scope: Scope, row: MappedRow) -> str | None:
    code = (_scale(scope, row) or {}).get(row.values.get("status", ""))
    return code.meaning if code is not None else None


def _asks(scope: Scope, row: MappedRow) -> list[str] | None:
    plan_and_period = scope.periods.get(row.values.get("period_id", ""))
    return list(plan_and_period[1].asks) if plan_and_period is not None else None
