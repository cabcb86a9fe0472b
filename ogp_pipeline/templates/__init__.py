"""Templates: a workbook made for one supplier, one table and one period, which comes back clean.

request.py       what is asked for, refused if the supplier may not send it
picture.py       what is known of the supplier's own commitments on a day
choices.py       drop-downs: labels of the scale in force, the supplier's own ids, lists that hang on another cell
columns.py       the columns of the table's sheet, and what each accepts
rows.py          the rows that stand there already
instructions.py  the first sheet, in plain words
look_up.py       the sheet to look things up in
texts.py         texts as cells take them
workbook.py      all of that as XLSX, the same bytes each time

The layout that the reader relies on is ``ogp_pipeline.formats.template_layout``. Nothing here reads the clock: what is
known, and so the workbook, depends on the day that is passed in.
"""

from ogp_pipeline.templates.prefill import Prefill
from ogp_pipeline.templates.request import TemplateRequest, check
from ogp_pipeline.templates.workbook import Sheet, draw, write

__all__ = ["Prefill", "Sheet", "TemplateRequest", "check", "draw", "write"]
