"""The marked copy of a supplier's workbook: red cells block, amber ones are to be checked, each with a comment that
says what to write; and a first sheet which lists everything, with links to the cells.

It can be corrected and sent again: readers leave out the sheet that the workbook's property ``ogp_review`` names,
and the marks of an earlier copy are taken off before new ones are made. Only workbooks that were read are opened,
and of these none that claims too much (``verbatim_workbook``). Deterministic: same receipt, same bytes.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ogp_pipeline.formats.template_layout import REVIEW
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.intake import effect_wording
from ogp_pipeline.intake.advice import Advice, advise
from ogp_pipeline.intake.crowds import crowd_of, number_of
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.problem_groups import SHOWN, group
from ogp_pipeline.intake.receipt import HEADINGS, MarkedCopy, Receipt, Verdict, headline, next_steps, progress
from ogp_pipeline.intake.verbatim_workbook import Damaged, TooLarge, is_workbook, open_workbook, write_workbook
from ogp_pipeline.intake.wording import place as place_of
from ogp_pipeline.schema.schemas import Schemas

MARKED = 2_000  # cells: each comment is a drawing, and programs become slow with many
LISTED = 2_000_000  # letters of the list, about: a packed workbook holds them in some 100 kB
_FILLS = {
    Severity.BLOCKS: PatternFill("solid", fgColor="FFC7CE"),
    Severity.PLEASE_CHECK: PatternFill("solid", fgColor="FFE699"),
}
_WIDTHS = (16, 46, 26, 30, 52, 52)
_LETTERS = "Calibri"
_RULE = "\n\n"  # between a comment that was there and ours


def annotate(receipt: Receipt, schemas: Schemas, stem: str) -> Iterator[tuple[MarkedCopy, bytes | None]]:
    """A marked copy of each workbook of the delivery in which there is something to correct or to check.

    ``stem``: the copies are named ``stem.xlsx``, ``stem.2.xlsx``… None for a workbook that could not be copied.
    """
    number = 0
    for file in receipt.files:
        problems = [problem for problem in receipt.problems if problem.where.file == file.name]
        if not _worthwhile(receipt, problems, schemas):
            continue
        content = file.path.read_bytes()
        if not is_workbook(content):
            continue
        try:
            workbook = open_workbook(content, receipt.received_at)
            marked, cells = _mark(workbook, receipt, problems, schemas)
            written = write_workbook(workbook, receipt.received_at)
        except (TooLarge, Damaged) as error:
            why = "too_large" if isinstance(error, TooLarge) else "impossible"
            yield MarkedCopy(file.name, None, why=why), None
            continue
        number += 1
        name = f"{stem}.xlsx" if number == 1 else f"{stem}.{number}.xlsx"
        yield MarkedCopy(file.name, name, marked, cells), written


def _worthwhile(receipt: Receipt, problems: Sequence[Problem], schemas: Schemas) -> bool:
    """Whether there is something to mark, and the file was not refused as a whole: then it is not opened again."""
    if receipt.verdict is Verdict.NOT_PROCESSED:
        return False
    blocking = {problem.rule for problem in problems if problem.level is Severity.BLOCKS} - {"merged-cells"}
    if any(schemas.rule(rule).applies_to == "file" for rule in blocking):
        return False
    return any(problem.level in _FILLS for problem in problems)


def _mark(workbook: Workbook, receipt: Receipt, problems: Sequence[Problem], schemas: Schemas) -> tuple[int, int]:
    """Marks and list. The number of marked cells, and of those that there were to mark."""
    language = receipt.language
    author = say("review.author", language)
    _unmark(workbook)
    listed = group(problems, schemas, LISTED, (MARKED, *SHOWN)).shown
    told = [(problem, advise(problem, schemas, language), _place(workbook, problem)) for problem in listed]
    marked: dict[tuple[str, str], list[tuple[Severity, Advice]]] = {}
    for level in _FILLS:  # what blocks first: it must be among the marked ones
        for problem, advice, place in told:
            if problem.level is level and place is not None and (place in marked or len(marked) < MARKED):
                marked.setdefault(place, []).append((level, advice))
    for (sheet, cell), advices in marked.items():
        _mark_cell(workbook[sheet][cell], advices, author)
    places = {_place(workbook, problem) for problem in problems if problem.level in _FILLS}
    cells = len(places - {None}) + sum(crowd_of(problem).count for problem in problems if problem.level in _FILLS)
    told.sort(
        key=lambda advice_and_level: HEADINGS.index(advice_and_level[0].kind)
    )  # what is to be done comes first, as on the page
    _list(workbook, receipt, schemas, told, len(marked), cells, all_told=len(listed) == number_of(problems))
    return len(marked), cells


def _place(workbook: Workbook, problem: Problem) -> tuple[str, str] | None:
    """Sheet and cell to mark: the cell itself, an area's first, a heading, or the first of the row."""
    where = problem.where
    if where.sheet not in workbook.sheetnames:
        return None
    sheet = workbook[where.sheet]
    if not isinstance(sheet, Worksheet):
        return None
    if where.cell is not None:
        return sheet.title, where.cell.partition(":")[0]
    if where.line is None or where.line > sheet.max_row:
        return None
    cells = [cell for cell in sheet[where.line] if cell.value not in (None, "")]
    named = [cell for cell in cells if str(cell.value).strip() == where.column]
    chosen = next(iter(named or cells), None)
    return (sheet.title, chosen.coordinate) if chosen is not None else None


def _mark_cell(cell: Cell, advices: Sequence[tuple[Severity, Advice]], author: str) -> None:
    first = _visible(cell)
    theirs = f"{first.comment.text}{_RULE}" if first.comment is not None else ""
    ours = _RULE.join(f"{advice.wrong}\n{advice.todo}" for _, advice in advices)
    text = _clean(theirs + ours)
    first.comment = Comment(text, author, height=40 + 20 * (len(text) // 40 + text.count("\n") + 1), width=320)
    first.fill = copy(_FILLS[min((level for level, _ in advices), key=list(_FILLS).index)])
    font = copy(first.font)
    font.color = "FF000000"  # on red or amber, whatever it was
    first.font = font


def _visible(cell: Cell) -> Cell:
    """The cell itself, or the first one of the merged area that hides it: only that one can be marked."""
    for area in cell.parent.merged_cells.ranges:
        if cell.coordinate in area:
            return cell.parent.cell(area.min_row, area.min_col)
    return cell


def _unmark(workbook: Workbook) -> None:
    """Takes off an earlier copy's list and marks; a supplier's own comments stay."""
    authors = {say("review.author", language) for language in LANGUAGES}
    if REVIEW not in workbook.custom_doc_props.names:
        return
    title = workbook.custom_doc_props[REVIEW].value
    del workbook.custom_doc_props[REVIEW]
    if title in workbook.sheetnames and len(workbook.sheetnames) > 1:
        del workbook[title]
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author in authors:
                    cell.comment = None
                    cell.fill = PatternFill()


def _list(
    workbook: Workbook,
    receipt: Receipt,
    schemas: Schemas,
    told: Sequence[tuple[Problem, Advice, tuple[str, str] | None]],
    marked: int,
    cells: int,
    *,
    all_told: bool,
) -> None:
    """The first sheet: what the receipt says, line by line. Every value is text, whatever sign it begins with."""
    language = receipt.language
    sheet = workbook.create_sheet(say("review.sheet", language), 0)  # openpyxl adds a number if the name is taken
    lines = [headline(receipt, language), *_named(receipt, language)]
    if receipt.effect is not None:
        lines += effect_wording.reasons(receipt.effect, schemas, language)
        lines += effect_wording.sentences(receipt.effect, schemas, language)
    lines += next_steps(receipt, language)
    if marked < cells:
        lines.append(say("review.more_marks", language, marked=catalogue.number(marked, language)))
    if not all_told:
        lines.append(say("review.more_lines", language, listed=catalogue.number(len(told), language)))
    for number, line in enumerate(lines, 1):
        _write(sheet.cell(number, 1), line)
        sheet.cell(number, 1).font = Font(_LETTERS, 14 if number == 1 else 11, bold=number == 1)
    top = len(lines) + 2
    for column, heading in enumerate(_headings(language), 1):
        _write(sheet.cell(top, column), heading)
        sheet.cell(top, column).font = Font(_LETTERS, 11, bold=True)
        sheet.column_dimensions[sheet.cell(top, column).column_letter].width = _WIDTHS[column - 1]
    for row, (problem, advice, place) in enumerate(told, top + 1):
        level = say(f"receipt.level.{problem.kind}", language)
        where = place_of(replace(problem.where, file=""), language) or advice.where  # the file is this one
        values = (level, where, advice.column, advice.value, advice.wrong, advice.todo)
        for column, value in enumerate(values, 1):
            _write(sheet.cell(row, column), value)
            sheet.cell(row, column).font = Font(_LETTERS, 11)
            sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
        tall = max(len(value) // width + 1 for value, width in zip(values, _WIDTHS, strict=True))
        sheet.row_dimensions[row].height = min(16 * tall, 400)  # a row cannot be higher than 409 points
        if problem.level in _FILLS:
            sheet.cell(row, 1).fill = copy(_FILLS[problem.level])
        if place is not None:
            _link(sheet.cell(row, 2), place, say("review.link", language))
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = False  # one page wide, as many long as it takes
    _show_first(workbook, sheet)


def _named(receipt: Receipt, language: str) -> Iterator[str]:
    """What the receipt is called, and how much is left of what the one before asked for."""
    if receipt.short_number is not None:
        yield f"{say('receipt.receipt', language)} {receipt.short_number}"
    if told := progress(receipt, language):
        yield told


def _headings(language: str) -> Iterator[str]:
    yield say("review.level", language)
    for key in ("receipt.where", "receipt.column", "receipt.value", "receipt.wrong", "receipt.todo"):
        yield say(key, language)


def _write(cell: Cell, text: str) -> None:
    cell.value = _clean(text)
    cell.data_type = "s"  # never a formula: a value may begin with =


def _link(cell: Cell, place: tuple[str, str], tip: str) -> None:
    sheet, coordinate = place
    target = "'" + sheet.replace("'", "''") + "'!" + coordinate
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target, tooltip=tip)
    cell.font = Font(_LETTERS, 11, color="FF0563C1", underline="single")


def _show_first(workbook: Workbook, sheet: Worksheet) -> None:
    """The list is what is seen first; a second selected sheet would make both change at once."""
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is sheet
    workbook.active = 0
    workbook.custom_doc_props.append(StringProperty(name=REVIEW, value=sheet.title))


def _clean(text: str) -> str:
    """Without the control characters that a workbook cannot hold."""
    written: str = ILLEGAL_CHARACTERS_RE.sub("\ufffd", legible(text, lines=True))
    return written[:32_000]
