"""Which colour or pattern each level of a scale has: pale to strong by its place among the amounts of progress.

*Withdrawn* and *no evidence* are no amounts of progress: they have patterns, on every scale.
"""

from collections.abc import Mapping, Sequence

from ogp_pipeline.evaluation.scales import NO_EVIDENCE as NONE
from ogp_pipeline.evaluation.scales import WITHDRAWN as GIVEN_UP
from ogp_pipeline.schema.schemas import Code
from ogp_pipeline.site.bar import NO_EVIDENCE, WITHDRAWN, shade

_BY_NAME = {"no_evidence": NO_EVIDENCE, "withdrawn": WITHDRAWN}  # codes that every list of ours writes so


def of_scale(codes: Sequence[Code]) -> Mapping[str, str]:
    """Code -> colour or pattern, of a progress scale: by what its codes mean."""
    patterns = {NONE: NO_EVIDENCE, GIVEN_UP: WITHDRAWN}
    ladder = [code.code for code in codes if code.progress not in patterns]
    return {code.code: patterns.get(code.progress) or shade(ladder.index(code.code), len(ladder)) for code in codes}


def of_codes(codes: Sequence[str]) -> Mapping[str, str]:
    """Code -> colour or pattern, of any ordered list."""
    ladder = [code for code in codes if code not in _BY_NAME]
    return {code: _BY_NAME.get(code) or shade(ladder.index(code), len(ladder)) for code in codes}
