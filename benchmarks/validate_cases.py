"""What `validate.py` times: one function for each contender, from a path to what it reported.

A contender's imports are done by its function, before the clock starts. Each then gets the same task, "is this file
what its schema says, and if not, what is wrong", and does it as its own documentation would. What the peers cannot
say is written down in ``NOT_REPORTED``, and is the reason why they are not simply used.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from validate_data import AGENCIES, COMMITMENT_SCHEMA, NAMES, STATUSES, descriptor

if TYPE_CHECKING:  # a contender is measured without the imports of the others
    import frictionless as library
    import polars as pl

Said = dict[str, Any]
Work = Callable[[Path], Said]

NOT_REPORTED: Mapping[str, str] = {
    "frictionless": "nothing: it is the authority",
    "ours": "nothing: the same report",
    "parse": "anything: no check at all, only what any report needs (cells, md5, sha256)",
    "pandera": "ragged rows, quoting faults, repeated headers (the parser stops or hides them); numbers of records in "
    "the file as read by csv; what stood in a cell that could not be cast (null); md5, sha256",
    "dataframely": "ragged rows, quoting faults, repeated headers (the parser stops or hides them); row numbers (the "
    "bad rows themselves, without their place); the cell and the message (a rule's name); md5, sha256",
}


def _resource(path: Path) -> "library.Resource":
    import frictionless as library

    keyed = path.name.startswith("keyed")
    encoding = "cp1252" if "cp1252" in path.name else "utf-8"
    own = descriptor(path.name, encoding=encoding, keyed=keyed)
    if not keyed:
        return library.Resource.from_descriptor(own, basepath=str(path.parent))
    other = {"name": "commitments", "path": "commitments.csv", "type": "table", "encoding": "utf-8"}
    resources = [own, other | {"schema": COMMITMENT_SCHEMA, "dialect": {"csv": {"delimiter": ","}}}]
    package = library.Package.from_descriptor({"name": "bench", "resources": resources}, basepath=str(path.parent))
    return package.get_resource("updates")


def frictionless() -> Work:
    import frictionless as library

    del library  # imported for the clock's sake: `_resource` finds it loaded

    def work(path: Path) -> Said:
        report = _resource(path).validate(limit_errors=0)
        errors = report.tasks[0].errors
        rows = {error.row_number for error in errors if hasattr(error, "row_number")}
        return {"errors": len(errors), "bad_rows": len(rows), "json_mb": len(report.to_json()) / 2**20}

    return work


def ours() -> Work:
    """The report complete, and its JSON as it would be sent or stored: piece by piece."""
    from ogp_pipeline.validation.fast import Task, json_parts, validate

    def work(path: Path) -> Said:
        report = validate(_resource(path), limit_errors=0)
        task = report.tasks[0]
        letters = sum(map(len, json_parts(report)))
        strategy = {name: task.stats[name] for name in ("strategy", "strategy_reason")}
        rows = task.log.rows() if isinstance(task, Task) else None  # else frictionless itself made the report
        return {"errors": report.stats["errors"], "bad_rows": rows, "json_mb": letters / 2**20, **strategy}

    return work


def parse() -> Work:
    """The floor: nobody can report on a file's cells and hashes without this."""
    import pyarrow as pa
    from pyarrow import csv

    def work(path: Path) -> Said:
        types = csv.ConvertOptions(column_types=dict.fromkeys(NAMES, pa.string()))
        rows = 0
        for batch in csv.open_csv(path, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=types):
            rows += batch.num_rows
        with path.open("rb") as file:
            hashes = hashlib.md5(usedforsecurity=False), hashlib.sha256()
            while block := file.read(2**20):
                for one in hashes:
                    one.update(block)
        return {"errors": 0, "bad_rows": 0, "rows": rows}

    return work


def _text_with_days(path: Path) -> "pl.DataFrame":
    """Text, as the peers want it: they cast numbers themselves; polars no longer casts text to a date for them."""
    import polars as pl

    frame = pl.read_csv(path, infer_schema=False)
    return frame.with_columns(pl.col("reported").str.to_date("%Y-%m-%d", strict=False))


def pandera() -> Work:
    import pandera.polars as pa
    import polars as pl
    from pandera.errors import SchemaErrors

    first = pl.date(2020, 1, 1)
    schema = pa.DataFrameSchema(
        {
            "id": pa.Column(str, pa.Check.str_matches(r"^U\d{8}$"), unique=True),
            "commitment": pa.Column(str, pa.Check.str_matches(r"^C\d{2}\.\d$")),
            "agency": pa.Column(str, pa.Check.isin(AGENCIES)),
            "title": pa.Column(str, pa.Check.str_length(max_value=120), nullable=True),
            "reported": pa.Column(pl.Date, pa.Check(lambda data: data.lazyframe.select(pl.col(data.key) >= first))),
            "percent": pa.Column(pl.Int64, pa.Check.in_range(0, 100), nullable=True),
            "budget": pa.Column(pl.Float64, pa.Check.ge(0), nullable=True),
            "status": pa.Column(str, pa.Check.isin(STATUSES), nullable=True),
        },
        coerce=True,
    )

    def work(path: Path) -> Said:
        frame = _text_with_days(path)
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as found:
            cases = found.failure_cases
            rows = cases["index"].drop_nulls().n_unique() if "index" in cases.columns else 0
            text = cases.cast(pl.String).write_json()
            return {"errors": cases.height, "bad_rows": rows, "json_mb": len(text) / 2**20}
        return {"errors": 0, "bad_rows": 0}

    return work


def dataframely() -> Work:
    import datetime as dt

    import dataframely as dy
    import polars as pl

    class Updates(dy.Schema):
        id = dy.String(primary_key=True, regex=r"^U\d{8}$")
        commitment = dy.String(nullable=False, regex=r"^C\d{2}\.\d$")
        agency = dy.String(nullable=False, check=lambda column: column.is_in(AGENCIES))
        title = dy.String(nullable=True, max_length=120)
        reported = dy.Date(nullable=False, min=dt.date(2020, 1, 1))
        percent = dy.Int64(nullable=True, min=0, max=100)
        budget = dy.Float64(nullable=True, min=0)
        status = dy.String(nullable=True, check=lambda column: column.is_in(STATUSES))

    def work(path: Path) -> Said:
        _, failure = Updates.filter(_text_with_days(path), cast=True)
        text = failure.details().cast(pl.String).write_json() if len(failure) else ""
        return {"errors": sum(failure.counts().values()), "bad_rows": len(failure), "json_mb": len(text) / 2**20}

    return work


CONTENDERS: Mapping[str, Callable[[], Work]] = {
    "frictionless": frictionless,
    "ours": ours,
    "parse": parse,
    "pandera": pandera,
    "dataframely": dataframely,
}
