"""The formats of files that suppliers send: one module each, from bytes to rows of text and what is wrong with them.

A module is a format if it holds a ``Format`` value named ``FORMAT``; ``FORMATS`` finds them all.

    csv, html, json, jsonl, markdown, yaml  the formats
    ods, xls, xlsb, xlsx            those of workbooks
    sheet, out_of_sight             one sheet of a workbook (``workbooks``); what is hidden in it or beside it
    format                          what a format is: options, names, what it accepts, how it is read
    records                         what a reader gives: RawRow, Where, FileProblem, Reading
    limits, bounds                  how large a file may be; what is said of one that is larger
    content                         what a file really is, told by its bytes
    decoding, encodings, delimiter  bytes to text; text that is not UTF-8; which sign separates the columns
    markdown_table, quoted_lines    tables of Markdown, and lines in quotation marks, where CSV is expected
    tabular                         a grid of cells to rows under headings
    objects                         lists of objects to rows
    table_place                     where a table stands, if that is declared: rows of headings, sheets, an area
    elsewhere                       where in these something stands, if not where it is looked for
    nested                          objects in objects and lists in lists: columns of them, expressions over them
    vocabulary, surroundings        the headings that are read; what stands around a table and is no row
    template_layout                 how a template workbook is laid out
    template_sheet                  a filled template's sheet to rows
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ogp_pipeline.formats.format import Format
from ogp_pipeline.registration import Register, values

_formats: Register[str, Format[Any]] = Register("the format")
for _form in values(__name__, __path__, "FORMAT", Format):
    _formats.enter(_form.kind, _form)

FORMATS: Mapping[str, Format[Any]] = MappingProxyType(_formats)
