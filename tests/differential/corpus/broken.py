"""Files by hand, each broken in one way that real ones are, under a small schema."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.differential.case import Case
from tests.differential.files import gzipped, json_lines, workbook, zipped

HEAD = b"id,name,day\n"
GOOD = b"1,a,2020-01-05\n"
SCHEMA: Mapping[str, Any] = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "name", "type": "string"},
        {"name": "day", "type": "date"},
    ]
}
COMMA = {"csv": {"delimiter": ","}}
MEBIBYTE = 2**20


def _case(content: bytes, path: str = "table.csv", options: Mapping[str, Any] | None = None, **more: Any) -> Case:
    resource = {"name": "table", "path": path, "schema": SCHEMA, "dialect": COMMA, "encoding": "utf-8"} | more
    return Case(
        {path: content}, {key: value for key, value in resource.items() if value is not None}, (), options or {}
    )


CSV: Mapping[str, bytes] = {
    "empty file": b"",
    "one line end": b"\n",
    "one byte": b"i",
    "only a BOM": b"\xef\xbb\xbf",
    "only the header": HEAD,
    "the header without line end": HEAD[:-1],
    "a BOM": b"\xef\xbb\xbf" + HEAD + GOOD,
    "two BOMs": b"\xef\xbb\xbf\xef\xbb\xbf" + HEAD + GOOD,
    "a BOM in the middle": HEAD + b"\xef\xbb\xbf1,a,2020-01-05\n",
    "a BOM before a quoted header": b'\xef\xbb\xbf"id",name,day\n' + GOOD,
    "no last line end": HEAD + GOOD[:-1],
    "CRLF": (HEAD + GOOD * 3).replace(b"\n", b"\r\n"),
    "CR alone": (HEAD + GOOD * 3).replace(b"\n", b"\r"),
    "line ends mixed": HEAD + b"1,a,2020-01-05\r2,b,2020-01-05\r\n3,c,2020-01-05\n\r4,d,2020-01-05\r\r\n",
    "line ends in cells": HEAD + b'1,"a\nb\r\nc\rd",2020-01-05\n2,"\n",x\n',
    "blank lines": HEAD + b"\n" + GOOD + b"\n\n" + GOOD + b"\n",
    "rows of nothing but commas": HEAD + b",,\n" + GOOD + b",,,\n,\n",
    "rows of blanks": HEAD + b" , ,  \n" + GOOD,
    "ragged rows": HEAD + b"1\n1,a\n1,a,2020-01-05,x\n1,a,2020-01-05,,\n" + GOOD,
    "a stray quote": HEAD + b'1,a"b,2020-01-05\n2,"a"b,2020-01-05\n3, "a",2020-01-05\n4,"a" ,2020-01-05\n',
    "doubled quotes": HEAD + b'1,"""",2020-01-05\n2,"a""b",2020-01-05\n3,"",2020-01-05\n4,""x"",2020-01-05\n',
    "a quote never closed": HEAD + GOOD + b'2,"a,2020-01-05\n' + GOOD * 5,
    "a quote never closed at the end": HEAD + GOOD + b'2,a,"2020',
    "a quote opened at the very end": HEAD + GOOD + b'"',
    "a quoted header with a line end": b'"id","na\nme",day\n' + GOOD,
    "NUL": HEAD + b"1,a\x00b,2020-01-05\n\x00,a,2020-01-05\n1,\x00,\x00\n",
    "NUL in the header": b"i\x00d,name,day\n" + GOOD,
    "control characters": HEAD + b"1,\x1a,2020-01-05\n1\x1a,\x0b,\x0c\n1,\x1c\x1d,\x7f\n",
    "unicode line ends": HEAD + "1,a\u2028b,2020-01-05\n1,\x85,2020-01-05\n\u2029,a,2020-01-05\n".encode(),
    "not UTF-8": HEAD + b"1,a\xf1o,2020-01-05\n",
    "not UTF-8, far away": HEAD + GOOD * 9_000 + b"1,a\xf1o,2020-01-05\n" + GOOD,
    "half a character at the end": HEAD + GOOD + b"1,a\xc3",
    "a surrogate": HEAD + b"1,\xed\xa0\x80,2020-01-05\n",
    "an overlong slash": HEAD + b"1,\xc0\xaf,2020-01-05\n",
    "a repeated header": b"id,id,day\n" + GOOD,
    "a missing header": b"id,day\n" + GOOD,
    "an extra header": b"id,name,day,more\n1,a,2020-01-05,x\n" + GOOD,
    "headers in another order": b"day,name,id\n2020-01-05,a,1\n",
    "headers in another case": b"ID,Name,DAY\n" + GOOD,
    "blank headers": b"id,,\n" + GOOD,
    "headers with blanks around": b" id , name,day \n" + GOOD,
    "no header at all": GOOD * 3,
    "titles above the header": b"Informe\n2020\n" + HEAD + GOOD * 5,
    "a header of one column": b"id\n1\n2\nx\n",
    "the header again in the middle": HEAD + GOOD + HEAD + GOOD,
    "semicolons": (HEAD + GOOD * 3).replace(b",", b";"),
    "tabs": (HEAD + GOOD * 3).replace(b",", b"\t"),
    "sep= of Excel": b"sep=,\n" + HEAD + GOOD,
    "a very long cell": HEAD + b"1," + b"x" * 200_000 + b",2020-01-05\nz,y,x\n",
    "a very long quoted cell": HEAD + b'1,"' + b'a""\n' * 50_000 + b'",2020-01-05\nz,y,x\n',
    "a very long line": HEAD + b"1,a,2020-01-05" + b",x" * 300 + b"\n" + GOOD,
    "a web page": b"<!DOCTYPE html>\n<html><head><title>Login</title></head>\n<body>a, b</body></html>\n",
    "a workbook under the name of a CSV": workbook([["id", "name", "day"], ["1", "a", "2020-01-05"]]),
    "all bytes": HEAD + bytes(range(256)) + b"\n" + GOOD,
    "backslashes": HEAD + b'1,a\\,b,2020-01-05\n2,"a\\"b",2020-01-05\n3,\\,2020-01-05\n',
    "formulas": HEAD + b"1,=1+1,2020-01-05\n+1,@x,2020-01-05\n-1,+a,2020-01-05\n",
    "a thousand errors exactly": HEAD + b"x,a,2020-01-05\n" * 1_000 + GOOD * 3,
    "more than a thousand errors": HEAD + GOOD * 700 + b"x,a,y,z\n" * 400 + GOOD * 700,
    "CRLF in a cell at each chunk's end": HEAD + b'1,"a\r\nb",2020-01-05\r\n' * 60_000 + b"x,y,z\r\n",
}


def cases() -> Iterator[tuple[str, Case]]:
    """Everything above with a declared dialect, most of it also with all left to frictionless to find out."""
    for name, content in CSV.items():
        yield name, _case(content)
        if len(content) < MEBIBYTE:
            yield f"{name}, nothing declared", _case(content, dialect=None, encoding=None)
    for match in ("equal", "subset", "superset", "partial"):
        for name in ("a repeated header", "a missing header", "an extra header", "headers in another order"):
            yield f"{name}, {match}", _case(CSV[name], schema={**SCHEMA, "fieldsMatch": match})
    yield from _packed()
    yield from _limited()
    yield from _spoken()


def _packed() -> Iterator[tuple[str, Case]]:
    table = HEAD + GOOD + b"x,a,2020-1-5\n"
    rows = [["id", "name", "day"], ["1", "a", "2020-01-05"], ["x", "é", "2020-1-5"]]
    yield "TSV, CRLF in cells", _case(b'id\tname\tday\r\n1\t"a\r\nb"\t2020-01-05\r\n', "table.tsv", dialect=None)
    yield "gzip", _case(gzipped(table), "table.csv.gz")
    yield "gzip cut off", _case(gzipped(table)[:-9], "table.csv.gz")
    yield "zip", _case(zipped(table, "table.csv"), "table.csv.zip")
    yield "JSON lines", _case(json_lines(rows), "table.jsonl", dialect=None)
    yield "JSON lines of other types", _case(json_lines(rows, [1.5, True]), "table.jsonl", dialect=None)
    yield "JSON lines that are none", _case(b'{"id": 1}\n{"id"\n', "table.jsonl", dialect=None)
    yield "workbook", _case(workbook(rows), "table.xlsx", dialect=None)
    yield (
        "workbook of numbers",
        _case(workbook([rows[0], [1, 2.0, None], [], [1.5, True, 4]]), "table.xlsx", dialect=None),
    )
    yield "workbook that is none", _case(b"PK\x03\x04", "table.xlsx", dialect=None)
    yield "no such file", Case({}, _case(table).resource)


def _limited() -> Iterator[tuple[str, Case]]:
    bad = HEAD + GOOD * 400 + b"x,a,y\n" * 9 + GOOD * 400
    for limit in (0, 1, 2, 3, 17, 18, 19):
        yield f"at most {limit} errors", _case(bad, options={"limit_errors": limit})
    for limit in (1, 401, 809, 810):
        yield f"at most {limit} rows", _case(bad, options={"limit_rows": limit})
    yield "headers reach the limit", _case(b"a,b,c\n" + GOOD * 3, options={"limit_errors": 2})


def _spoken() -> Iterator[tuple[str, Case]]:
    spanish = "id,name,day\n1,año,2020-01-05\nx,Educación,2020-01-05\n"
    for encoding in ("cp1252", "iso-8859-1", "utf-16", "utf-8-sig", "utf-16-le"):
        yield f"{encoding}, declared", _case(spanish.encode(encoding), encoding=encoding)
        yield f"{encoding}, not declared", _case(spanish.encode(encoding), encoding=None)
    yield "cp1252 that is not", _case(HEAD + b"1,\x81\x8d,2020-01-05\n", encoding="cp1252")
    yield "UTF-8 declared as cp1252", _case(spanish.encode(), encoding="cp1252")
    yield "an encoding unheard of", _case(spanish.encode(), encoding="cp99999")
