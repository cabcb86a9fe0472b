"""Authority: a supplier writes only the tables it may, and only about the commitments that are its own.

Whose a commitment is, is judged by what was accepted before, never by the delivery itself: nobody can make
itself responsible in the same file in which it uses the right.
"""

from collections.abc import Iterator, Mapping

from ogp_pipeline.i18n.languages import ENGLISH, ENGLISH_FIRST
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.programme.model import Supplier
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope

# table -> columns which name who says it
_SAID_BY = {
    "barriers": ("raised_by",),
    "ripple_achievements": ("claimed_by",),
    "going_beyond": ("claimed_by",),
    "engagement": ("observed_by",),
    "lessons": ("learnt_by",),
}


@rule("authority-table")
def authority_table(scope: Scope) -> Iterator[Problem]:
    """``authority-table``: rows of a table that the supplier may not supply; said once for each file."""
    for name, rows in scope.rows.items():
        if name in scope.supplier.may_supply:
            continue
        allowed = {
            f"allowed_{language}": ", ".join(
                scope.schemas.tables[table].title[language]
                for table in scope.supplier.may_supply
                if table in scope.schemas.tables
            )
            for language in ENGLISH_FIRST
        }
        for row in {row.row.file: row for row in reversed(rows)}.values():
            yield scope.problem(
                "authority-table", row, supplier=scope.supplier.id, allowed=allowed[f"allowed_{ENGLISH}"], **allowed
            )


@rule("authority-commitment")
def authority_commitment(scope: Scope) -> Iterator[Problem]:
    """``authority-commitment``: a row about a commitment that is not the supplier's (``commitments`` of the
    programme).

    A commitment that does not exist is left to ``foreign-key``.
    """
    mine = own_commitments(scope.supplier, scope.known.institutions_of)
    if mine is None:
        return
    for rows in scope.rows.values():
        for row in rows:
            for field, commitment in _subjects(row, scope):
                if commitment in scope.known.plan_of and commitment not in mine:
                    yield scope.problem(
                        "authority-commitment",
                        row,
                        field,
                        commitment=commitment,
                        supplier=scope.supplier.id,
                        own=", ".join(sorted(mine)),
                    )
                    break


@rule("authority-assessor")
def authority_assessor(scope: Scope) -> Iterator[Problem]:
    """``authority-assessor``: an assessment in the name of somebody else.

    Everybody assesses in the name of their own institution; only a secretariat files what others have assessed.
    """
    own = own_name(scope.supplier)
    if own is None:
        return
    for row in scope.of("assessments"):
        assessor = row.values.get("assessor_id")
        if assessor and assessor != own:
            yield scope.problem("authority-assessor", row, "assessor_id", own=own)


@rule("authority-claim")
def authority_claim(scope: Scope) -> Iterator[Problem]:
    """``authority-claim``: a barrier, an achievement, an observation or a lesson in another's name.

    As with assessments, only a secretariat files what others have said.
    """
    own = own_name(scope.supplier)
    if own is None:
        return
    for name, columns in _SAID_BY.items():
        for row in scope.of(name):
            for column in columns:
                if row.values.get(column) and row.values[column] != own:
                    yield scope.problem("authority-claim", row, column, own=own)


@rule("authority-confirmation")
def authority_confirmation(scope: Scope) -> Iterator[Problem]:
    """``authority-confirmation``: a confirmation in the file of who speaks in its own name only.

    Nobody confirms a claim of its own, and nobody says for others that they confirm it.
    """
    if own_name(scope.supplier) is None:
        return
    for name in ("ripple_achievements", "going_beyond"):
        for row in scope.of(name):
            filled = [column for column in ("confirmed_by", "confirmed_on") if row.values.get(column)]
            if filled:
                yield scope.problem("authority-confirmation", row, filled[0])


@rule("key-taken")
def key_taken(scope: Scope) -> Iterator[Problem]:
    """``key-taken``: a row under a key of another supplier; only a secretariat corrects what others have sent."""
    if own_name(scope.supplier) is None:
        return
    for name, rows in scope.rows.items():
        primary_key = scope.schemas.table(name).primary_key
        for row in rows:
            key = tuple(row.values.get(column, "") for column in primary_key)
            by = scope.known.supplier_of.get((name, key))
            if by is not None and by != scope.supplier.id:
                yield scope.problem("key-taken", row, primary_key[0], " / ".join(key), by=by)


def speaks_in(table: str) -> tuple[str, ...]:
    """The columns of a table that name who says it."""
    others = {"assessments": ("assessor_id",), "proposals": ("proposer_id",)}
    return _SAID_BY.get(table, ()) or others.get(table, ())


def own_name(supplier: Supplier) -> str | None:
    """The one institution in whose name a supplier speaks; None if it may file what anybody said."""
    if supplier.institution is None and supplier.commitments == "all":
        return None
    return supplier.institution or supplier.id


def own_commitments(supplier: Supplier, institutions_of: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """The commitments on which a supplier may write; None if on all. ``institutions_of``: as in ``PriorState``."""
    chosen = supplier.commitments
    if chosen == "all":
        return None
    if chosen == "own":
        mine = supplier.institution
        return frozenset(commitment for commitment, held_by in institutions_of.items() if mine in held_by)
    return frozenset(chosen)


def _subjects(row: MappedRow, scope: Scope) -> Iterator[tuple[str, str]]:
    """The commitments that a row is about, each with the column that says so."""
    values = row.values
    if row.table in (
        "proposals",
        "responses",
    ):  # what the public asked: about no commitment of an agency's own
        return
    if milestone := values.get("milestone_id"):
        # What is known wins over what the delivery says: a milestone cannot be taken over by redefining it.
        yield "milestone_id", scope.known.commitment_of.get(milestone, scope.commitment_of.get(milestone, ""))
    if commitment := values.get("commitment_id"):
        yield "commitment_id", commitment
    if subject := values.get("subject_id"):
        if values.get("subject_table") == "commitments":
            yield "subject_id", subject
        elif values.get("subject_table") == "milestones":
            yield "subject_id", scope.commitment_of.get(subject, "")
