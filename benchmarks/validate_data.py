"""Tables for `validate.py`: updates on commitments, as a large country might send them. The same bytes every time.

A row's values are arithmetic on its number, so any number of rows is written in seconds, a million at a time. `share`
of the rows is bad, spread evenly, each in one of six ways which every validator can find. Titles have accents (so that
cp1252 and UTF-8 differ), commas and, in one row of fifty, quotes around a line end: what makes a CSV a CSV.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

BLOCK = 1_000_000
AGENCIES = tuple(f"AG{number:02}" for number in range(24))
STATUSES = ("not-started", "limited", "substantial", "completed")
FIRST_DAY = dt.date(2024, 1, 1)
COMMITMENTS = 960  # C00.0 … C95.9: what the foreign key refers to

SCHEMA: Mapping[str, Any] = {
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "pattern": r"U\d{8}"}},
        {"name": "commitment", "type": "string", "constraints": {"required": True, "pattern": r"C\d{2}\.\d"}},
        {"name": "agency", "type": "string", "constraints": {"required": True, "enum": list(AGENCIES)}},
        {"name": "title", "type": "string", "constraints": {"maxLength": 120}},
        {"name": "reported", "type": "date", "constraints": {"required": True, "minimum": "2020-01-01"}},
        {"name": "percent", "type": "integer", "constraints": {"minimum": 0, "maximum": 100}},
        {"name": "budget", "type": "number", "constraints": {"minimum": 0}},
        {"name": "status", "type": "string", "constraints": {"enum": list(STATUSES)}},
    ],
    "primaryKey": ["id"],
}
NAMES = tuple(field["name"] for field in SCHEMA["fields"])
REFERENCE = {"fields": ["commitment"], "reference": {"resource": "commitments", "fields": ["code"]}}
COMMITMENT_SCHEMA: Mapping[str, Any] = {"fields": [{"name": name, "type": "string"} for name in ("code", "title")]}


def blocks(rows: int, share: float) -> Iterator[pl.DataFrame]:
    """The table as text, in blocks."""
    for start in range(0, rows, BLOCK):
        yield _block(start, min(rows, start + BLOCK), share)


def _block(start: int, end: int, share: float) -> pl.DataFrame:
    n = pl.col("n")
    title = pl.format("Publicación de la información presupuestaria, año {}: avance n.º {}", 2020 + n % 5, n)
    frame = pl.DataFrame({"n": range(start, end)}).select(
        "n",
        id=pl.format("U{}", n.cast(pl.String).str.zfill(8)),
        commitment=pl.format("C{}.{}", (n % COMMITMENTS // 10).cast(pl.String).str.zfill(2), n % 10),
        agency=_one_of(AGENCIES, n // 7),
        title=pl.when(n % 50 == 0).then(pl.format('"Datos abiertos",\nfase {}', n)).otherwise(title),
        reported=(pl.lit(FIRST_DAY) + pl.duration(days=n % 700)).cast(pl.String),
        percent=(n * 7 % 101).cast(pl.String),
        budget=pl.format("{}.{}", n * 37 % 1_000_003, (n % 100).cast(pl.String).str.zfill(2)),
        status=_one_of(STATUSES, n // 3),
    )
    return _spoilt(frame, share).select(NAMES)


def _spoilt(frame: pl.DataFrame, share: float) -> pl.DataFrame:
    if not share:
        return frame
    every = round(1 / share)
    bad, kind = pl.col("n") % every == every // 2, pl.col("n") // every % 6
    slips = {
        "reported": "31/02/2024",
        "percent": "101",
        "budget": "12.000,50",
        "status": "done",
        "commitment": "C1",
        "agency": "",
    }
    return frame.with_columns(
        pl.when(bad & (kind == number)).then(pl.lit(wrong)).otherwise(pl.col(name)).alias(name)
        for number, (name, wrong) in enumerate(slips.items())
    )


def _one_of(values: tuple[str, ...], number: pl.Expr) -> pl.Expr:
    places = (number % len(values)).cast(pl.Int64)
    return pl.lit(pl.Series(list(values))).gather(places)


def write_csv(path: Path, rows: int, share: float, encoding: str = "utf-8") -> None:
    """A CSV, in UTF-8 unless told; a million rows are in memory at a time."""
    with path.open("wb") as file:
        for number, block in enumerate(blocks(rows, share)):
            text = block.write_csv(include_header=number == 0)
            file.write(text.encode(encoding))


def write_xlsx(path: Path, rows: int) -> None:
    """One sheet with numbers as numbers and the rest as text, as a person's workbook has it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("updates")
    sheet.write_row(0, 0, NAMES)
    number = 0
    for block in blocks(rows, 0):
        for row in block.iter_rows():
            number += 1
            for place, cell in enumerate(row):
                if NAMES[place] in {"percent", "budget"}:
                    sheet.write_number(number, place, float(cell))
                else:
                    sheet.write_string(number, place, cell)
    book.close()


def write_commitments(path: Path) -> None:
    """What the foreign key refers to."""
    lines = [f"C{number // 10:02}.{number % 10},Compromiso {number}\n" for number in range(COMMITMENTS)]
    path.write_text("code,title\n" + "".join(lines), encoding="utf-8")


def descriptor(path: str, *, encoding: str = "utf-8", keyed: bool = False) -> dict[str, Any]:
    """The resource as its supplier would declare it: nothing left to be guessed."""
    schema = {**SCHEMA, "foreignKeys": [REFERENCE]} if keyed else dict(SCHEMA)
    declared = {"name": "updates", "path": path, "type": "table", "schema": schema}
    if path.endswith("xlsx"):
        return declared
    return declared | {"encoding": encoding, "dialect": {"csv": {"delimiter": ","}}}
