"""The register of rules over rows. ``@rule("id")`` stands above each; the id is one of schemas/rules.csv."""

from collections.abc import Callable, Iterator

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.registration import Register
from ogp_pipeline.validation.scope import Scope

Check = Callable[[Scope], Iterator[Problem]]

RULES: Register[str, Check] = Register("the rule")

rule = RULES.under
