"""Claims: what was achieved, outdone or seen, by whom it is said, and by whom else.

Parties are sectors: an institution of the sector that claims something can confirm it, but that is not another party.
"""

from collections.abc import Iterator

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import ENGLISH, ENGLISH_FIRST, text_column, texts_in
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.authority import own_name
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, day

_CLAIMED = ("ripple_achievements", "going_beyond")
# table -> days on which something happened: nobody can know of them before. Events, terms and due dates may come.
HAPPENED = {
    "proposals": ("received_on",),
    "proposal_links": ("linked_on",),
    "responses": ("responded_on",),
    "updates": ("completed_on", "submitted_on"),
    "assessments": ("assessed_on",),
    "decisions": ("decided_on", "done_on"),
    "barriers": ("raised_on", "resolved_on"),
    "ripple_achievements": ("claimed_on", "confirmed_on"),
    "going_beyond": ("claimed_on", "confirmed_on"),
    "engagement": ("observed_on",),
    "lessons": ("learnt_on",),
    "requirement_checks": ("checked_on",),
    "corrections": ("made_on",),
}
_UNEXPLAINED = "other"  # the kind that says nothing by itself


@rule("self-confirmed")
def self_confirmed(scope: Scope) -> Iterator[Problem]:
    """``self-confirmed``: the institution that claims something confirms it."""
    for row in _confirmable(scope):
        claims, confirms = row.values.get("claimed_by"), row.values.get("confirmed_by")
        if confirms and confirms == claims:
            yield scope.problem("self-confirmed", row, "confirmed_by")


@rule("same-party-confirmed")
def same_party_confirmed(scope: Scope) -> Iterator[Problem]:
    """``same-party-confirmed``: another institution of the claimant's own sector confirms it."""
    for row in _confirmable(scope):
        claims, confirms = row.values.get("claimed_by", ""), row.values.get("confirmed_by", "")
        sector = scope.sector_of.get(claims, "")
        if confirms and confirms != claims and sector and scope.sector_of.get(confirms) == sector:
            codes = scope.schemas.codes_of("sector")
            label = next((code.label for code in codes if code.code == sector), {})
            words = {f"sector_{language}": text for language, text in label.items()}
            yield scope.problem("same-party-confirmed", row, "confirmed_by", other=claims, sector=sector, **words)


@rule("confirmation-incomplete")
def confirmation_incomplete(scope: Scope) -> Iterator[Problem]:
    """``confirmation-incomplete``: who confirmed it without when, or when without who."""
    for row in _confirmable(scope):
        for field, other in (("confirmed_by", "confirmed_on"), ("confirmed_on", "confirmed_by")):
            if row.values.get(other) and not row.values.get(field):
                yield scope.problem("confirmation-incomplete", row, field, **_titled(scope, row, other))


@rule("kind-unexplained")
def kind_unexplained(scope: Scope) -> Iterator[Problem]:
    """``kind-unexplained``: a ripple achievement of the kind *other* that is not described in any language."""
    for row in scope.of("ripple_achievements"):
        if row.values.get("kind") == _UNEXPLAINED and not _told(row, "description"):
            yield scope.problem("kind-unexplained", row, text_column("description", scope.programme.languages[0]))


@rule("delivered-missing")
def delivered_missing(scope: Scope) -> Iterator[Problem]:
    """``delivered-missing``: more was done than promised, and nothing says what."""
    for row in scope.of("going_beyond"):
        if not _told(row, "delivered"):
            yield scope.problem("delivered-missing", row, text_column("delivered", scope.programme.languages[0]))


@rule("claim-without-evidence")
def claim_without_evidence(scope: Scope) -> Iterator[Problem]:
    """``claim-without-evidence``: nobody can look at what is claimed."""
    for row in _claims(scope):
        if not row.values.get("evidence_url"):
            yield scope.problem("claim-without-evidence", row, "evidence_url")


@rule("self-observed")
def self_observed(scope: Scope) -> Iterator[Problem]:
    """``self-observed``: an institution tells how its own officials go about a commitment."""
    for row in scope.of("engagement"):
        if row.values.get("observed_by") and row.values.get("observed_by") == row.values.get("institution_id"):
            yield scope.problem("self-observed", row, "observed_by")


@rule("date-in-future")
def date_in_future(scope: Scope) -> Iterator[Problem]:
    """``date-in-future``: something that has happened, on a day after the forum came to know of it."""
    for name, columns in HAPPENED.items():
        for row in scope.of(name):
            for column in columns:
                happened = day(row.values.get(column))
                if happened is not None and happened > scope.known_on:
                    required = scope.schemas.table(name).field(column).required
                    key = "rule.hold_row_back" if required else "rule.leave_empty"
                    words = {f"otherwise_{language}": say(key, language) for language in ENGLISH_FIRST}
                    yield scope.problem("date-in-future", row, column, received=scope.known_on.isoformat(), **words)


def _claims(scope: Scope) -> Iterator[MappedRow]:
    for name in _CLAIMED:
        yield from scope.of(name)


def _confirmable(scope: Scope) -> Iterator[MappedRow]:
    """Claims of whoever may write confirmations down; the others are told so (``authority-confirmation``)."""
    if own_name(scope.supplier) is None:
        yield from _claims(scope)


def _told(row: MappedRow, text: str) -> bool:
    return any(texts_in(row.values, text))


def _titled(scope: Scope, row: MappedRow, column: str) -> dict[str, str]:
    """A column as ``{other}`` of a rule's text."""
    title = scope.schemas.table(row.table).field(column).title
    return {"other": title[ENGLISH], **{f"other_{language}": text for language, text in title.items()}}
