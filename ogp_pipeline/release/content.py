"""What a release holds: every table of the schemas, as canonical frames.

A table's *logical hash* is the sha256 of its canonical CSV; the hash over a whole release, tables and what is
said about them, is ``datapackage.content_hash``.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa

from ogp_pipeline.errors import OgpError
from ogp_pipeline.evaluation.registry import statistic_of
from ogp_pipeline.release import csv_format
from ogp_pipeline.release.shape import TableShape, arrow_schema, canonical, frame_of, names
from ogp_pipeline.schema import rulebook
from ogp_pipeline.schema.schemas import Schemas, Table


@dataclass(frozen=True)
class Content:
    """The tables to publish by name, in the schemas' order; canonical (see ``shape``), perhaps empty.

    ``rows``: the same as Arrow rows, of the tables of which they are at hand.
    """

    tables: Mapping[str, pd.DataFrame]
    rows: Mapping[str, pa.Table] = field(default_factory=dict)


def assemble(frames: Mapping[str, pd.DataFrame], schemas: Schemas) -> Content:
    """Everything to publish: folded tables, provenance, metrics and findings as given; definitions, codes and rules
    from the schemas.

    A table of the schemas that nobody supplied is published empty. OgpError: a frame that no schema knows, or
    one that is not what its schema says.
    """
    unknown = sorted(set(frames) - set(schemas.tables))
    if unknown:
        raise OgpError(f"no schema describes these tables: {', '.join(unknown)}")
    given = {
        **frames,
        "metric_definitions": metric_definitions(schemas),
        "code_lists": code_lists(schemas),
        "rules": rules(schemas),
    }
    rows = {
        table.name: canonical(given[table.name], table) if table.name in given else arrow_schema(table).empty_table()
        for table in schemas.tables.values()
    }
    return Content({name: frame_of(lines) for name, lines in rows.items()}, rows)


def metric_definitions(schemas: Schemas) -> pd.DataFrame:
    """One row per metric: unit, statistic, and the five texts in the languages of the publication."""
    texts = ("title", "definition", "numerator", "denominator", "source")
    rows = [
        {"metric_id": metric.id, "unit": metric.unit, "statistic": statistic_of(metric.id)}
        | {f"{text}_{language}": getattr(metric, text)[language] for text in texts for language in schemas.languages}
        for metric in schemas.metrics.values()
    ]
    return _frame(rows, schemas.tables["metric_definitions"])


def code_lists(schemas: Schemas) -> pd.DataFrame:
    """One row per code of each list and scale, with its labels in the languages of the publication."""
    rows = [
        {
            "list": code.list,
            "scale": code.scale,
            "code": code.code,
            "version": code.version,
            "order": code.order,
            **{f"label_{language}": code.label.get(language) for language in schemas.languages},
            **{f"description_{language}": code.description.get(language) for language in schemas.languages},
        }
        for codes in schemas.codes.values()
        for code in codes
    ]
    return _frame(rows, schemas.tables["code_lists"])


def rules(schemas: Schemas) -> pd.DataFrame:
    """One row per rule of the check, with its texts in the languages of the publication."""
    return _frame(rulebook.rows(schemas), schemas.tables["rules"])


def logical_hash(frame: pd.DataFrame, table: TableShape) -> str:
    """sha256 of the table's canonical CSV, without writing it."""
    digest = hashlib.sha256()
    for piece in csv_format.render(canonical(frame, table)):
        digest.update(piece)
    return digest.hexdigest()


def _frame(rows: Sequence[Mapping[str, Any]], table: Table) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=names(table)) if rows else pd.DataFrame(columns=names(table), dtype="string")
