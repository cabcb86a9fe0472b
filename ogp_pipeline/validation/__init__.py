"""Validation: what a delivery goes through before it counts.

examine.py      the examination: files -> rows -> Examination
labels.py       what a person chose from a list -> its code
mending.py      a slip that can mean one thing only -> what it means
table_check.py  frictionless over the rows of each table
fast/           frictionless' report on a file, at the speed of parsing: ``validate``
template_check.py  is a filled template the right one
table_check.py  frictionless over the rows of each table (the seam for the fast lane)
scope.py        what a rule may look at
rules/          our rules, one module for each family
parting.py      rows that enter and rows that are set aside
known.py        what was known before
report.py       what was found
"""

from ogp_pipeline.validation.examine import examine
from ogp_pipeline.validation.fast import comparable, validate
from ogp_pipeline.validation.prior_state import PriorState
from ogp_pipeline.validation.report import Examination

__all__ = ["Examination", "PriorState", "comparable", "examine", "validate"]
