"""How a template workbook is laid out: one definition for who writes it and who reads it.

Sheets: first the instructions; then the table's, named after the table; a look-up sheet of the supplier's own
commitments; last, hidden, the codes of the drop-downs. On the table's sheet:

row 1   headings for people, in the template's language
row 2   hidden: the columns' machine names; a name that starts with ``_`` is context, printed for the person who
        fills the sheet in and not read back
row 3…  one row for each record

What the template was made for stands in the workbook's custom document properties.
"""

from ogp_pipeline.i18n.catalogue import say

TEMPLATE = "ogp_template"  # version of this layout
SUPPLIER = "ogp_supplier"
TABLE = "ogp_table"
PERIOD = "ogp_period"  # absent when the table has no period
LISTED = "ogp_listed"  # columns that are filled in beforehand: a row in which nothing else stands says nothing
SCHEMAS = "ogp_schemas"  # version of the schemas it was made from

VERSION = "1"

HEADINGS_ROW = 1
NAMES_ROW = 2
FIRST_ROW = 3

CONTEXT = "_"

CODES_SHEET = "_codes"

# Custom property of a marked copy (intake/annotation.py): the title of the sheet that lists what is to be corrected.
# Readers leave that sheet out, so that the corrected copy can be sent.
REVIEW = "ogp_review"


def yes_no(language: str) -> dict[str, str]:
    """What a drop-down of a yes-or-no column offers, and the value that each choice stands for."""
    return {say("template.yes", language): "true", say("template.no", language): "false"}
