"""Differences that were found once, shrunk, and mended: each stays here."""

from collections.abc import Iterator

from tests.differential.case import Case


def cases() -> Iterator[tuple[str, Case]]:
    """Name -> case."""
    fields = [{"name": "id", "type": "date"}, {"name": "b", "type": "integer", "missingValues": ["NA"]}]
    resource = {"name": "table", "path": "table.csv", "schema": {"fields": fields, "primaryKey": ["id"]}}
    yield "a primary key without a value in a file of one row", Case({"table.csv": b"\xef\xbb\xbfid,b\n,1"}, resource)
    fields = [{"name": "y", "type": "year"}, {"name": "x", "type": "any"}]
    resource = {"name": "table", "path": "table.csv", "schema": {"fields": fields, "primaryKey": ["x", "y"]}}
    yield (
        "a refused year of four characters in a primary key",
        Case({"table.csv": b"y,x\n-999,\n,a\n-999,a\n"}, resource),
    )
    described = {"name": "table", "path": "table.csv"}
    yield "a mark, one heading and nothing else, without a schema", Case({"table.csv": b"\xef\xbb\xbfid"}, described)
