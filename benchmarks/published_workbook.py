"""What a large table costs in a release's workbook: writing it and proving it, each in two ways.

    cells      XlsxWriter's own functions, cell by cell
    ours       ``release.xlsx_format``: a column at a time; the same bytes, which is checked
    openpyxl   reading every cell back with openpyxl, as releases were once proven, without comparing
    proof      ``release.proof.check_workbook``: calamine, and every cell compared

    python -m benchmarks.published_workbook [--rows 7200] [--rounds 3] [--json]

Each measurement is CPU seconds of this one process; the ways take turns. Beside them, what the other formats of the
same table cost.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from unittest import mock

import openpyxl
import pandas as pd
import pyarrow as pa

from ogp_pipeline.release import proof, xlsx_format, xlsx_rows
from ogp_pipeline.release.shape import arrow_schema, canonical
from ogp_pipeline.release.table_formats import TABLE_FORMATS
from ogp_pipeline.schema import schemas as schemas_module
from ogp_pipeline.schema.schemas import Field, Table
from tests.release.test_formats import cell_by_cell

TABLE, DATASET = "updates", "progress"
ABOUT = xlsx_format.About([{"en": "A title", "es": "Un título"}])
TEXT = "the ministry published a draft of its register & asked «civil society» for comments by the 3rd of March"
WORDS = TEXT.split(" ")


def updates(table: Table, number: int) -> pa.Table:
    """Made-up rows, with some sixty words of text in each language, as agencies write."""
    chance = random.Random(1)

    def value(field: Field, row: int) -> object:
        if field.type == "date":
            return date(2024, 1, 1) + timedelta(days=row % 700)
        if field.type in ("integer", "number"):
            return chance.randrange(101)
        if field.type == "boolean":
            return chance.random() < 0.5
        if field.name.startswith("progress_"):
            return " ".join(chance.choices(WORDS, k=60))
        return f"XX{row:05d}.{row % 9}"

    columns = {
        field.name: pd.Series([value(field, row) for row in range(number)], dtype=object) for field in table.fields
    }
    return canonical(pd.DataFrame(columns), table)


def ways(folder: Path, number: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """The name of each way, and what is measured."""
    schemas = schemas_module.load()
    tables = schemas.dataset_tables(DATASET)
    rows = {table.name: arrow_schema(table).empty_table() for table in tables}
    rows[TABLE] = updates(schemas.tables[TABLE], number)
    ours, theirs = folder / "ours.xlsx", folder / "theirs.xlsx"

    def by_cell() -> None:
        with mock.patch.object(xlsx_rows, "append", cell_by_cell):
            xlsx_format.write(rows, tables, ABOUT, theirs)

    def by_openpyxl() -> None:
        for sheet in openpyxl.load_workbook(ours, read_only=True).worksheets:
            for _ in sheet.iter_rows(values_only=True):
                pass

    yield "cells", by_cell
    yield "ours", lambda: xlsx_format.write(rows, tables, ABOUT, ours)
    yield "openpyxl", by_openpyxl
    yield "proof", lambda: proof.check_workbook(ours, rows, tables)
    for form in TABLE_FORMATS:
        path = folder / f"{TABLE}.{form.ending}"
        yield form.ending, lambda form=form, path=path: form.write(rows[TABLE], path)  # type: ignore[misc]


def main() -> None:
    parser = argparse.ArgumentParser(description="What a large table costs in a release's workbook.")
    parser.add_argument("--rows", type=int, default=7_200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ogp-workbook-") as folder:
        measured: dict[str, list[float]] = {}
        told = list(ways(Path(folder), options.rows))
        for _ in range(options.rounds):
            for name, way in told:
                started = time.process_time()
                way()
                measured.setdefault(name, []).append(time.process_time() - started)
        same = Path(folder, "ours.xlsx").read_bytes() == Path(folder, "theirs.xlsx").read_bytes()
    medians = {name: round(statistics.median(seconds), 2) for name, seconds in measured.items()}
    if not same:
        raise SystemExit("the two writers' bytes differ")
    if options.json:
        print(json.dumps({"rows": options.rows, "cpu_seconds": medians}))  # noqa: T201
    else:
        for name, seconds in medians.items():
            print(f"{name:10} {seconds:8.2f} s")  # noqa: T201


if __name__ == "__main__":
    main()
