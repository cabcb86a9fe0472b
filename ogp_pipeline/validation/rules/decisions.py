"""Decisions and seats of the forum: who sat there, what each said, and whether the decision will count.

Whether it counts is computed from the same tables at evaluation (``evaluation.decisions``); these rules tell the forum
while it can still mend what it wrote down. A decision and its positions may come in two deliveries: whichever comes
later is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from ogp_pipeline.i18n.languages import texts_in
from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.prior_state import Key, Row
from ogp_pipeline.validation.rules.registry import rule
from ogp_pipeline.validation.scope import Scope, day, number

_CONSENSUS, _OBJECTS, _ASIDE, _ABSENT = "consensus", "objects", "stands_aside", "absent"
_FOREVER = "9999-12-31"


@rule("decision-method")
def decision_method(scope: Scope) -> Iterator[Problem]:
    """``decision-method``: put to the vote where the programme asks for consensus."""
    rule = scope.programme.evaluation.decisions.rule
    for row in scope.of("decisions"):
        if rule == _CONSENSUS and row.values.get("method") not in (None, "", _CONSENSUS):
            label = next(code.label for code in scope.schemas.codes_of("decision_method") if code.code == rule)
            words = {f"way_{language}": text for language, text in label.items()}
            yield scope.problem("decision-method", row, "method", way=rule, **words)


@rule("consensus-with-objection")
def consensus_with_objection(scope: Scope) -> Iterator[Problem]:
    """``consensus-with-objection``: said to be a consensus, and a seat objected or a vote was cast against."""
    for name, decision, said, row in _touched(scope):
        against = number(decision.get("votes_against")) or 0
        objected = against > 0 or any(position.get("position") == _OBJECTS for position in said)
        if decision.get("method") == _CONSENSUS and objected:
            field = "method" if row.table == "decisions" else "position"
            yield scope.problem("consensus-with-objection", row, field, decision=name)


@rule("no-quorum")
def no_quorum(scope: Scope) -> Iterator[Problem]:
    """``no-quorum``: too few seats or parties by the positions or, without positions, by the column ``quorum``."""
    touched = list(_touched(scope))
    rule, terms = scope.programme.evaluation.decisions, _terms(scope) if touched else {}
    for name, decision, said, row in touched:
        on = decision.get("decided_on", "")
        present = {
            position.get("seat_id", ""): _held(terms, position, on)
            for position in said
            if position.get("position") != _ABSENT
        }
        parties = {term.get("party") for term in present.values() if term is not None}
        seats = sum(term is not None for term in present.values())
        enough = seats >= rule.quorum_seats and set(rule.parties) <= parties
        if not said:
            nothing_asked = rule.quorum_seats == 1 and not rule.parties
            enough = decision.get("quorum") == "true" or (not decision.get("quorum") and nothing_asked)
        if not enough:
            field = "quorum" if row.table == "decisions" else "decision_id"
            yield scope.problem("no-quorum", row, field, decision=name)


@rule("dissent-without-words")
def dissent_without_words(scope: Scope) -> Iterator[Problem]:
    """``dissent-without-words``: a seat objects or stands aside, and neither its note nor the decision says why."""
    decisions = scope.every("decisions") if scope.of("decision_positions") else {}
    for row in scope.of("decision_positions"):
        decision = decisions.get((row.values.get("decision_id", ""),), {})
        words = [*texts_in(row.values, "note"), *texts_in(decision, "dissent")]
        if row.values.get("position") in (_OBJECTS, _ASIDE) and not words:
            yield scope.problem("dissent-without-words", row, "position")


@rule("seat-not-held")
def seat_not_held(scope: Scope) -> Iterator[Problem]:
    """``seat-not-held``: the position of a seat that nobody holds on the day of the decision."""
    if not scope.of("decision_positions"):
        return
    decisions, terms = scope.every("decisions"), _terms(scope)
    for row in scope.of("decision_positions"):
        on = decisions.get((row.values.get("decision_id", ""),), {}).get("decided_on", "")
        if day(on) is not None and _held(terms, row.values, on) is None:
            yield scope.problem("seat-not-held", row, "seat_id", day=on)


@rule("seat-overlap")
def seat_overlap(scope: Scope) -> Iterator[Problem]:
    """``seat-overlap``: two terms of one seat share a day. A term without an end lasts."""
    delivered = _delivered(scope)
    for own, before in _successions(scope):
        if (before.get("ends_on") or _FOREVER) >= own["starts_on"]:
            # The later term is told, or the earlier one if only that was delivered.
            row, other = delivered.get(_key(own)), before
            if row is None:
                row, other = delivered.get(_key(before)), own
            if row is not None:
                holder = other.get("institution_id", "")
                yield scope.problem("seat-overlap", row, "starts_on", other=holder, seat=own["seat_id"])


@rule("seat-not-rotated")
def seat_not_rotated(scope: Scope) -> Iterator[Problem]:
    """``seat-not-rotated``: a seat that rotates, and whose next term has the same holder."""
    delivered = _delivered(scope)
    for own, before in _successions(scope):
        row = delivered.get(_key(own))
        same = own.get("institution_id") == before.get("institution_id")
        if row is not None and same and "true" in (own.get("rotates"), before.get("rotates")):
            yield scope.problem("seat-not-rotated", row, "institution_id", seat=own["seat_id"], starts=own["starts_on"])


@rule("seat-other-party")
def seat_other_party(scope: Scope) -> Iterator[Problem]:
    """``seat-other-party``: who holds the seat is of another sector than the party that the seat belongs to."""
    labels = {code.code: code.label for code in scope.schemas.codes_of("sector")}
    for row in scope.of("forum_seats"):
        party, sector = row.values.get("party", ""), scope.sector_of.get(row.values.get("institution_id", ""), "")
        if party in labels and sector in labels and party != sector:
            words = {f"party_{language}": text for language, text in labels[party].items()}
            words |= {f"sector_{language}": text for language, text in labels[sector].items()}
            seat = row.values.get("seat_id", "")
            yield scope.problem(
                "seat-other-party", row, "institution_id", seat=seat, party=party, sector=sector, **words
            )


@rule("seat-held-twice")
def seat_held_twice(scope: Scope) -> Iterator[Problem]:
    """``seat-held-twice``: an institution holds two seats on one day. A term without an end lasts."""
    delivered = _delivered(scope)
    terms = [term for terms_of_seat in _terms(scope).values() for term in terms_of_seat] if delivered else []
    running: dict[str, list[Row]] = {}  # institution -> its terms that have not ended
    told: set[Key] = set()
    for own in sorted(terms, key=lambda term: term["starts_on"]):
        before = running.get(own.get("institution_id", ""), [])
        before = [term for term in before if (term.get("ends_on") or _FOREVER) >= own["starts_on"]]
        running[own.get("institution_id", "")] = [*before, own]
        for other in (term for term in before if term.get("seat_id") != own.get("seat_id")):
            # The later term is told, or the earlier one if only that was delivered; each once.
            term_told, twin = (own, other) if _key(own) in delivered else (other, own)
            if _key(term_told) in delivered and _key(term_told) not in told:
                told.add(_key(term_told))
                row, seat = delivered[_key(term_told)], term_told.get("seat_id", "")
                yield scope.problem("seat-held-twice", row, "institution_id", seat=seat, other=twin.get("seat_id", ""))


@rule("decision-without-assessment")
def decision_without_assessment(scope: Scope) -> Iterator[Problem]:
    """``decision-without-assessment``: a judgement was settled that nobody is known to have made."""
    settling = [row for row in scope.of("decisions") if row.values.get("variable") and row.values.get("code")]
    columns = ("subject_table", "subject_id", "variable")
    assessments = scope.every("assessments").values() if settling else ()
    judged = {tuple(row.get(name) for name in columns) for row in assessments}
    for row in settling:
        if tuple(row.values.get(name) for name in columns) not in judged:
            yield scope.problem("decision-without-assessment", row, "subject_id")


def _terms(scope: Scope) -> Mapping[str, Sequence[Row]]:
    """Seat -> its terms, the first one first; a term whose first day cannot be read is left out."""
    every = [row for row in scope.every("forum_seats").values() if day(row.get("starts_on")) is not None]
    every.sort(key=lambda row: (row.get("seat_id", ""), row["starts_on"]))
    return {seat: list(terms) for seat, terms in groupby(every, key=lambda row: row.get("seat_id", ""))}


def _held(terms: Mapping[str, Sequence[Row]], position: Row, on: str) -> Row | None:
    """The term of a position's seat on a day."""
    here = terms.get(position.get("seat_id", ""), ())
    return next((term for term in here if term["starts_on"] <= on <= (term.get("ends_on") or _FOREVER)), None)


def _successions(scope: Scope) -> Iterator[tuple[Row, Row]]:
    """Every term with the one before it in its seat; nothing if no term was delivered."""
    if scope.of("forum_seats"):
        for terms in _terms(scope).values():
            yield from zip(terms[1:], terms, strict=False)


def _delivered(scope: Scope) -> Mapping[Key, MappedRow]:
    return {_key(row.values): row for row in scope.of("forum_seats")}


def _key(term: Row) -> Key:
    return term.get("seat_id", ""), term.get("starts_on", "")


def _touched(scope: Scope) -> Iterator[tuple[str, Row, Sequence[Row], MappedRow]]:
    """Every decision of which the delivery says something: its id, itself, its positions, and the row to answer to."""
    rows = {row.values.get("decision_id", ""): row for row in reversed(scope.of("decision_positions"))}
    rows |= {row.values.get("decision_id", ""): row for row in scope.of("decisions")}
    if not rows:
        return
    decisions = scope.every("decisions")
    said: dict[str, list[Row]] = {}
    for (name, _), position in scope.every("decision_positions").items():
        said.setdefault(name, []).append(position)
    for name, row in rows.items():
        if (name,) in decisions:
            yield name, decisions[name,], said.get(name, []), row
