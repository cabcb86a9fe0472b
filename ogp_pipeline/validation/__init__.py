"""Validation: what a delivery goes through before it counts.

examine          the examination: files -> rows -> Examination
mapped_delivery  files -> rows of our tables, checked table by table
headings         the headings that a source reads
labels           what a person chose from a list -> its code
identifiers      an identifier as people copy it -> the one that is meant
setting_doubts   what our own settings did not foresee: the engineer's, not the supplier's
own_examples     identifiers that a sender knows, as examples
normalisation    a typo that can mean one thing only -> what it means
blank_texts      texts that say nothing, and signs that nobody sees
table_check      frictionless over the rows of each table
template_check   is a filled template the right one
effects          what a delivery would do to what stands
guarding         which guards hold it
declaration      what its sender declares about that
file_check       what is to be said of a delivery beside its rows
fast             frictionless' report on a file, at the speed of parsing: ``validate``
scope            what a rule may look at
rules            our rules, one module for each family
quarantining     rows that enter and rows that are quarantined
prior_state      what was known before
layers           mappings that lie over others
asked            what an examination looked up of it
"""

from ogp_pipeline.validation.examine import examine, weighed
from ogp_pipeline.validation.fast import comparable, validate
from ogp_pipeline.validation.prior_state import PriorState

__all__ = ["PriorState", "comparable", "examine", "validate", "weighed"]
