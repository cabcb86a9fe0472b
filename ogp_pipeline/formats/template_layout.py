"""How a template workbook is laid out: one definition for who writes it and who reads it.

Sheets: first the instructions; then the table's, named after the table; a look-up sheet of the supplier's own
commitments; last, hidden, the codes of the drop-downs. On the table's sheet:

row 1   headings for people, in the template's language
row 2   hidden: the columns' machine names; a name that starts with ``_`` is context, printed for the person who
        fills the sheet in and not read back
row 3…  one row for each record

A party's workbook has such a sheet for each table that the party may send, named after the table's title, and one more
sheet, on the columns, behind the look-up. What is in a language that is not the template's stands in hidden columns.

What the template was made for stands in the workbook's custom document properties.
"""

from collections.abc import Mapping

from ogp_pipeline.i18n.catalogue import say

TEMPLATE = "ogp_template"  # version of this layout
SUPPLIER = "ogp_supplier"
TABLE = "ogp_table"
SHEET_OF = "ogp_sheet."  # of a party's workbook: with a table's name behind it, the title of the table's sheet
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


def is_template(properties: Mapping[str, str]) -> bool:
    """Was the workbook made by ``ogp template``?"""
    return TEMPLATE in properties and (TABLE in properties or is_of_party(properties))


def is_of_party(properties: Mapping[str, str]) -> bool:
    """Does it hold a sheet for each of a party's tables?"""
    return TEMPLATE in properties and any(name.startswith(SHEET_OF) for name in properties)


def tables_by_sheet(properties: Mapping[str, str]) -> dict[str, str]:
    """Title of a sheet -> the table that it is for."""
    if TABLE in properties:
        return {properties[TABLE]: properties[TABLE]}
    return {title: name.removeprefix(SHEET_OF) for name, title in properties.items() if name.startswith(SHEET_OF)}


def yes_no(language: str) -> dict[str, str]:
    """What a drop-down of a yes-or-no column offers, and the value that each choice stands for."""
    return {say("template.yes", language): "true", say("template.no", language): "false"}
