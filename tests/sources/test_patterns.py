"""Bytes from outside must not keep a run for ever: for each of these, a pattern of ours once took minutes or more.

Each is read in a process of its own, which a generous deadline ends.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60

READ = """
import hashlib, sys
from pathlib import Path
from ogp_pipeline.sources.delivery import DeliveredFile
from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.markdown import MarkdownReader
from ogp_pipeline.sources.reading import read
path = Path(sys.argv[1])
data = path.read_bytes()
reader = MarkdownReader(kind="markdown") if path.suffix == ".md" else CsvReader(kind="csv")
found = read(DeliveredFile(path.name, path, hashlib.sha256(data).hexdigest(), len(data)), reader)
print([problem.rule for problem in found.problems], len(found.rows), end=" ")
print([row.values.get("_body", "") for row in found.rows])
"""
PHONE = """
from ogp_pipeline.validation.rules import personal
print(list(personal.phones("tel" + ". " * 1_000_000 + "x")), list(personal.phones("+" + " ." * 1_000_000 + "x")))
print([next(personal.phones(text)).text for text in ("Tel.: +52 (55) 5555-5555", "call +52 55 5555 5555 55")])
"""


def ran(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=DEADLINE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("comments.csv", b"<!---->" * 40 + b"x,y\n1,2\n", "[] 1 ['']"),
        ("spaces.csv", b"<!-- -->" + b" " * 4000 + b"x,y\n1,2\n", "[] 1 ['']"),
        ("lines.md", b"---\nid: A1\n---\na" + b"\n" * 1_000_000 + b"b\n<br>\n", "['over-limit'] 0 []"),
        ("breaks.md", b"---\nid: A1\n---\na<br/> <BR>\n" * 1 + b"<br>" * 200_000, "[] 1 ['a']"),
    ],
    ids=["comments", "a comment and spaces", "empty lines", "breaks"],
)  # fmt: skip
def test_a_hostile_file_is_read(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert ran(READ, str(path)).strip() == expected


def test_a_web_page_behind_comments_is_still_one(tmp_path: Path) -> None:
    from ogp_pipeline.formats.csv import FORMAT, CsvReader
    from ogp_pipeline.formats.format import File

    for head in (b"", b"<!-- a --> <!---->\n<!-- <b> -->", b"\xef\xbb\xbf \n<!-- x -->"):
        found = FORMAT.misfit(File("f.csv", tmp_path / "f.csv", head + b"<!DOCTYPE html><p>"), CsvReader(kind="csv"))
        assert found is not None and found.rule == "not-a-table"


def test_a_text_that_is_nearly_a_telephone_number_is_read() -> None:
    assert ran(PHONE).splitlines() == ["[] []", "['Tel.: +52 (55) 5555-5555', '+52 55 5555 5555 55']"]
