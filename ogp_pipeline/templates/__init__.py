"""Templates: a workbook made for one supplier, one table or all, and one period, which comes back clean.

    request       what is asked for, refused if the supplier may not send it
    prefill       what is known of the supplier's own commitments on a day
    choices       drop-downs: labels of the scale in force, the supplier's own ids, lists that hang on another cell
    lists         the hidden sheet behind the drop-downs, and the formulas that point into it
    columns       the columns of the table's sheet, and what each accepts
    rows          the rows that stand there already
    instructions  the first sheet, in plain words
    party         what a workbook of all tables of a supplier has beside them
    look_up       the sheet to look things up in
    validations   what a cell accepts, as Excel checks it while somebody types
    styles        how a template looks
    pages         how the sheets beside the table's are drawn
    texts         texts as cells take them
    workbook      all of that as XLSX, the same bytes each time

The layout that the reader relies on is ``ogp_pipeline.formats.template_layout``. Nothing here reads the clock: what is
known, and so the workbook, depends on the day that is passed in.
"""

from ogp_pipeline.templates.prefill import Prefill
from ogp_pipeline.templates.request import TemplateRequest, check, check_party, file_name
from ogp_pipeline.templates.rows import of_agenda
from ogp_pipeline.templates.workbook import Book, draw, draw_party, write

__all__ = [
    "Book",
    "Prefill",
    "TemplateRequest",
    "check",
    "check_party",
    "draw",
    "draw_party",
    "file_name",
    "of_agenda",
    "write",
]
