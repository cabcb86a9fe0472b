"""Files read as a source would read them, with the options that they need: format, separator, rows of headings."""

import csv as standard_csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ogp_pipeline.errors import OgpError
from ogp_pipeline.formats import FORMATS, content, csv, delimiter
from ogp_pipeline.formats.format import File, Options
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, RawRow
from ogp_pipeline.formats.surroundings import ending
from ogp_pipeline.profiling import collections, headings, sheets
from ogp_pipeline.sources import reading
from ogp_pipeline.sources.delivery import DeliveredFile

_TRIED = 200
_BLANK = 0.3  # of a column: cells that mean what stands above
_ENDINGS = {
    "yml": "yaml",
    "ndjson": "jsonl",
    "md": "markdown",
    "htm": "html",
    "xlsm": "xlsx",
    "tsv": "csv",
    "txt": "csv",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """``options``: what stands under ``read:``. ``rows``: of all files. ``problems``: of reading them. ``notes``: of
    what a workbook holds besides.
    """

    files: tuple[DeliveredFile, ...]
    options: Mapping[str, Any]
    rows: tuple[RawRow, ...]
    problems: tuple[FileProblem, ...]
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Every heading, in the order of the files."""
        return list(dict.fromkeys(name for row in self.rows for name in row.values if name != "_file"))


def model(options: Mapping[str, Any]) -> Options:
    """The options as a reader takes them."""
    read: Options = FORMATS[options["kind"]].model.model_validate(options)
    return read


def take(paths: Sequence[Path], title: str | None = None, area: str | None = None) -> Sample:
    """The files, read; of workbooks the sheet of this ``title`` and the ``area`` (none: those that are most like ours).

    OgpError if they are of no format that we read, or hold no rows.
    """
    files = tuple(_delivered(path) for path in paths)
    first = files[0]
    options, notes = _options(File(first.name, first.path, first.path.read_bytes()), title, area)
    readings = [reading.read(file, model(options)) for file in files]
    rows = tuple(row for file_read in readings for row in _without_ending(file_read.rows))
    problems = tuple(problem for file_read in readings for problem in file_read.problems)
    if not rows:
        told = ", ".join(dict.fromkeys(problem.rule for problem in problems)) or "it holds no rows"
        raise OgpError(f"{first.name} cannot be read as {options['kind']}: {told}")
    if "fill_down" in FORMATS[options["kind"]].model.model_fields and (blank := _filled_from_above(rows)):
        options = {**options, "fill_down": blank}
        rows = tuple(row for file in files for row in _without_ending(reading.read(file, model(options)).rows))
    return Sample(files, options, rows, problems, tuple(notes))


def _without_ending(rows: Iterable[RawRow]) -> list[RawRow]:
    """The rows without the sums and the foot note below them, as a run reads them."""
    left = list(rows)
    while len(left) > 1 and left[-1].nested is None and ending(left[-1].values.values(), len(left[-1].values)):
        left.pop()
    return left


def _delivered(path: Path) -> DeliveredFile:
    data = path.read_bytes()
    return DeliveredFile(path.name, path.absolute(), hashlib.sha256(data).hexdigest(), len(data))


def _options(file: File, title: str | None, area: str | None) -> tuple[dict[str, Any], list[str]]:
    kind = _kind(file)
    if "merged" in FORMATS[kind].model.model_fields:
        return sheets.options(file, kind, title, area)
    if title is not None or area is not None:
        raise OgpError(f"{file.name} is no workbook: it has no sheets and no areas")
    if kind == "csv":
        return _of_csv(file), []
    if "at" in FORMATS[kind].model.model_fields:
        return {"kind": kind, **collections.place(file.content, kind)}, []
    return {"kind": kind}, []


def _kind(file: File) -> str:
    """By what the bytes are, then by the ending."""
    ending = Path(file.name).suffix.lower().lstrip(".")
    kind = _ENDINGS.get(ending, ending)
    recognised = content.recognise(file.content)
    if recognised in (content.XLSX, content.ODS):
        return "xlsx" if recognised is content.XLSX else "ods"
    if kind not in FORMATS and recognised is content.JSON:
        return "json"
    if kind in FORMATS:
        return kind
    if recognised is None and not content.is_web_page(file.content):
        return "markdown" if file.content.startswith(b"---") else "csv"
    raise OgpError(f"{file.name} is of no format that is read; there are {', '.join(sorted(FORMATS))}")


def _of_csv(file: File) -> dict[str, Any]:
    text = file.content.decode("utf-8-sig", "replace")
    sign = max(delimiter.SIGNS, key=lambda sign: _columns_under(text, sign))
    options: dict[str, Any] = {"kind": "csv"}
    if sign != ",":
        options["delimiter"] = sign
    records = csv.grid(file, csv.CsvReader.model_validate(options), Limits())
    return options | headings.find(records, spread=True).options


def _columns_under(text: str, sign: str) -> int:
    """How many columns most of the records have, times how many these are."""
    try:
        records = list(islice(standard_csv.reader(io.StringIO(text, newline=""), delimiter=sign), _TRIED))
    except standard_csv.Error:
        return 0
    widths = Counter(len(record) for record in records if len(record) > 1)
    return max((count * min(width, 50) for width, count in widths.items()), default=0)


def _filled_from_above(rows: Sequence[RawRow]) -> list[str]:
    """The first columns, where a cell that is empty means what stands above: blank often, and never at the top.

    Only as long as each is blank wherever the one before is not written anew.
    """
    names: list[str] = []
    for name in rows[0].values:
        cells = [row.values.get(name, "").strip() for row in rows]
        if not cells[0] or cells.count("") < _BLANK * len(cells) or len(set(filter(None, cells))) < 2:
            break
        names.append(name)
    return names
