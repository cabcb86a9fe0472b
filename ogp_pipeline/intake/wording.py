"""How a receipt writes places and received values. Its sentences are in the catalogue (``receipt.…``), those about
single problems in schemas/rules.csv.
"""

from collections.abc import Sequence

from ogp_pipeline.formats.records import Where
from ogp_pipeline.i18n.catalogue import number, say
from ogp_pipeline.intake.lines import written_lines


def place(where: Where, language: str) -> str:
    """A place as a person looks for it: file, then sheet and cell, or line, or path."""
    parts = [where.file]
    if where.sheet is not None:
        parts.append(say("receipt.in_sheet", language, sheet=where.sheet))
    if where.cell is not None:
        key = "receipt.in_cells" if ":" in where.cell else "receipt.in_cell"
        parts.append(say(key, language, cell=where.cell))
    elif where.line is not None:
        parts.append(say("receipt.in_line", language, line=where.line))
    elif where.pointer:
        parts.append(say("receipt.in_place", language, place=where.pointer))
    return ", ".join(part for part in parts if part)


def lines(runs: Sequence[Sequence[int]], language: str, *, more: bool) -> str:
    """Several lines of a file, or the one that there is; '' if there is none. ``more``: there are others behind."""
    written = written_lines(runs, more=more)
    if not written:
        return ""
    is_single = len(runs) == 1 and runs[0][0] == runs[0][1] and not more
    return (
        say("receipt.in_line", language, line=written)
        if is_single
        else say("receipt.in_lines", language, lines=written)
    )


def shorten(value: str | None, length: int, language: str) -> str:
    """A value to show; '' if there is none to show. A shortened one says how long it was."""
    if value is None:
        return ""
    if value == "":
        return say("receipt.empty", language)
    if len(value) <= length:
        return value
    return value[:length] + say("receipt.shortened", language, length=number(len(value), language))
