"""What is asked of the reading process, and its answer: a line of JSON, then each column as text, cells parted by NUL.

No cell can hold NUL (XML cannot), so nothing needs escaping; a column of 50,000 cells is one join and one split. The
parent takes nothing from the process but text: no pickle, no marshal.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

SEPARATOR = "\0"


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Which sheet: the one that a template names, else ``sheet``, else the first that people see.

    ``template``: the custom property that marks a template; ``table``: the one that names its sheet; ``review``: the
    one that names a sheet of ours, which is passed over. ``careful``: openpyxl, and nothing else tried. ``alone``:
    nothing is told of other sheets.
    """

    sheet: str | None = None
    template: str = ""
    table: str = ""
    review: str = ""
    careful: bool = False
    alone: bool = False

    def wanted(self, properties: Mapping[str, str]) -> str | None:
        """The title of the sheet to read; None for the first."""
        return properties.get(self.table, self.sheet) if self.template in properties else self.sheet


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a workbook is not read. ``why``: the key of (half) a sentence; ``most``: that of the limit, if it breaks one.

    ``words`` fill both in. The texts themselves are not the reading process's affair.
    """

    why: str
    words: Mapping[str, str | int] = field(default_factory=dict)
    most: str | None = None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """The texts of a column, from row 1. ``typed``: which are written from a number, a date or a yes/no.

    ``typed`` is None (none), the number of rows before the first (all below are typed or empty), or a mark ``1`` or
    ``0`` for each row.
    """

    texts: list[str]
    typed: int | str | None = None


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet that was not read. ``rows``: how many of its rows hold something."""

    title: str
    visible: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One sheet. ``faults``: row, column (from 1) and text of formulas and error values; ``lane``: who read it.

    ``hidden_rows``, ``hidden_columns``, ``struck`` (row and column): what people do not see, or see struck out.
    ``comments``: cells with a comment; ``others``: sheets that were not read.
    ``names``: areas that have a name: its sheet and its cells.

    ``absent``: there is no such visible sheet; ``titles`` are those that there are.
    """

    refusal: Refusal | None = None
    absent: bool = False
    sheet: str | None = None
    titles: tuple[str, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    merged: tuple[str, ...] = ()
    faults: tuple[tuple[int, int, str], ...] = ()
    lane: str = ""
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    struck: tuple[tuple[int, int], ...] = ()
    comments: tuple[str, ...] = ()
    others: tuple[OtherSheet, ...] = ()
    columns: tuple[SheetColumn, ...] = ()


def pack(answer: Answer) -> list[bytes]:
    """The answer in pieces."""
    head = asdict(Answer(**{name: getattr(answer, name) for name in answer.__slots__ if name != "columns"}))
    blobs = [SEPARATOR.join(column.texts).encode("utf-8", "surrogatepass") for column in answer.columns]
    head["columns"] = [
        {"size": len(blob), "count": len(column.texts), "typed": column.typed}
        for blob, column in zip(blobs, answer.columns, strict=True)
    ]
    return [json.dumps(head).encode() + b"\n", *blobs]


def pack_all(answers: Iterable[Answer]) -> Iterator[bytes]:
    """Several answers, each behind a line with its length."""
    for answer in answers:
        pieces = pack(answer)
        yield b"%d\n" % sum(map(len, pieces))
        yield from pieces


def unpack_all(data: bytes) -> list[Answer]:
    """Several answers again. ValueError if the bytes are none."""
    answers = []
    start = 0
    while start < len(data):
        begin = data.index(b"\n", start) + 1
        start = begin + int(data[start:begin])
        answers.append(unpack(data[begin:start]))
    return answers


def unpack(data: bytes) -> Answer:
    """The answer again. ValueError if the bytes are none."""
    end = data.index(b"\n") + 1
    head = json.loads(data[:end])
    columns = []
    for column in head.pop("columns"):
        texts = data[end : end + column["size"]].decode("utf-8", "surrogatepass").split(SEPARATOR)
        if len(texts) != column["count"]:
            raise ValueError("a column has another number of cells than announced")
        columns.append(SheetColumn(texts, column["typed"]))
        end += column["size"]
    if end != len(data):
        raise ValueError("the answer has another length than announced")
    refusal = head.pop("refusal")
    if refusal is not None:
        refusal = Refusal(**refusal)
    for name in ("titles", "merged", "hidden_rows", "hidden_columns", "comments"):
        head[name] = tuple(head[name])
    head["names"] = {name: (title, area) for name, (title, area) in head["names"].items()}
    head["struck"] = tuple((row, column) for row, column in head["struck"])
    head["others"] = tuple(OtherSheet(**other) for other in head["others"])
    faults = tuple((row, column, text) for row, column, text in head.pop("faults"))
    return Answer(refusal=refusal, faults=faults, columns=tuple(columns), **head)
