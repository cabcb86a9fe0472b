"""Examples that a sender knows: the programme's own identifiers and periods, not those of another country."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.validation.rules import authority
from ogp_pipeline.validation.rules.keys import natural
from ogp_pipeline.validation.scope import Scope

_ELSEWHERE = {"subject_id": "commitments", "seat_id": "forum_seats"}  # references that no foreign key states
_COUNTRY = re.compile(r"^US(?=[\d-])")  # the schemas' examples are real ones, of a plan of the United States


def tell(problems: Iterable[Problem], table: Table, scope: Scope) -> Iterator[Problem]:
    """The problems, each with an example of the programme's own where its text shows an identifier."""
    examples: dict[str, str] = {}
    for problem in problems:
        if "example" not in problem.details or problem.field not in table.field_names:
            yield problem
            continue
        if problem.field not in examples:
            examples[problem.field] = _example(problem.field, table, scope)
        yield replace(problem, details={**problem.details, "example": examples[problem.field]})


def _example(name: str, table: Table, scope: Scope) -> str:
    """An identifier that is known and that the supplier may write there; else the schema's example."""
    ids = _known(name, table, scope)
    return ids[0] if ids else _COUNTRY.sub(scope.programme.country, table.field(name).example)


def _known(name: str, table: Table, scope: Scope) -> list[str]:
    """The identifiers that could stand there, the supplier's own first."""
    referred = next((key.table for key in table.foreign_keys if key.fields == (name,)), None) or _ELSEWHERE.get(name)
    if referred is None and table.primary_key == (name,):
        referred = table.name
    if referred == "reporting_periods":
        return _periods(scope)
    in_scope = referred == "action_plans"
    keys = scope.keys.get(referred or "") if in_scope else scope.known.keys.get(referred or "", frozenset())
    ids = sorted((key[0] for key in keys), key=natural)
    mine = authority.own_commitments(scope.supplier, scope.known.institutions_of)
    if mine is not None and referred in ("commitments", "milestones"):
        commitment_of = scope.known.commitment_of
        ids = [identifier for identifier in ids if commitment_of.get(identifier, identifier) in mine] or ids
    if referred == "institutions" and scope.supplier.institution in ids and name not in table.primary_key:
        return [scope.supplier.institution]
    return ids


def _periods(scope: Scope) -> list[str]:
    """The plan's periods: first the newest that has begun, on which a report is due."""
    begun = sorted(
        (period.starts, period.ends, id_)
        for id_, (_, period) in scope.periods.items()
        if period.starts <= scope.known_on
    )
    newest = [begun[-1][2]] if begun else []
    return [*newest, *sorted(scope.periods.keys() - set(newest), key=natural)]
