"""Examples that a sender knows: the programme's own identifiers and periods, not those of another country."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.validation.rules import authority
from ogp_pipeline.validation.rules.keys import natural
from ogp_pipeline.validation.scope import Scope

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
    """An identifier that is known, of the supplier's own commitments if there is one; else the schema's example."""
    referred = next((key.table for key in table.foreign_keys if key.fields == (name,)), None)
    if referred is None and table.primary_key == (name,):
        referred = table.name
    if referred in ("action_plans", "reporting_periods"):
        keys = scope.keys.get(referred)
    else:
        keys = scope.known.keys.get(referred or "", frozenset())
    ids = sorted((key[0] for key in keys), key=natural)
    mine = authority.own_commitments(scope.supplier, scope.known.institutions_of)
    if mine is not None and referred in ("commitments", "milestones"):
        commitment_of = scope.known.commitment_of
        ids = [one for one in ids if commitment_of.get(one, one) in mine] or ids
    return ids[0] if ids else _COUNTRY.sub(scope.programme.country, table.field(name).example)
