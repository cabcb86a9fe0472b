"""Bytes from outside must not keep a run for ever: for each of these, a pattern of ours once took minutes or more.

All are read in a process of their own, which a generous deadline for each ends.
"""

import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 60

PROGRAM = """
import hashlib, json, sys
from pathlib import Path
from ogp_pipeline.sources.delivery import DeliveredFile
from ogp_pipeline.formats.csv import CsvReader
from ogp_pipeline.formats.markdown import MarkdownReader
from ogp_pipeline.sources.reading import read
from ogp_pipeline.validation.rules import personal

def told(path):
    data = path.read_bytes()
    reader = MarkdownReader(kind="markdown") if path.suffix == ".md" else CsvReader(kind="csv")
    result = read(DeliveredFile(path.name, path, hashlib.sha256(data).hexdigest(), len(data)), reader)
    return [[problem.rule for problem in result.problems], [row.values.get("_body", "") for row in result.rows]]

def phones():
    long = ["tel" + ". " * 1_000_000 + "x", "+" + " ." * 1_000_000 + "x"]
    short = ["Tel.: +52 (55) 5555-5555", "call +52 55 5555 5555 55"]
    return [[phone.text for phone in personal.phones(text)][:1] for text in [*long, *short]]

for line in sys.stdin:
    asked = line.strip()
    print(json.dumps(told(Path(asked)) if asked != "phones" else phones()), flush=True)
"""


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[[object], Any]]:
    """What the process answers to a file's path, or to ``phones``."""
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def ask(what: object) -> Any:
            print(what, file=asked, flush=True)
            if not select.select([answers], [], [], DEADLINE_S)[0]:
                process.kill()
            line = answers.readline()
            assert line, f"no answer within {DEADLINE_S} s, or the process has died"
            return json.loads(line)

        yield ask
        asked.close()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("comments.csv", b"<!---->" * 40 + b"x,y\n1,2\n", [[], [""]]),
        ("spaces.csv", b"<!-- -->" + b" " * 4000 + b"x,y\n1,2\n", [[], [""]]),
        ("lines.md", b"---\nid: A1\n---\na" + b"\n" * 1_000_000 + b"b\n<br>\n", [["over-limit"], []]),
        ("breaks.md", b"---\nid: A1\n---\na<br/> <BR>\n" * 1 + b"<br>" * 200_000, [[], ["a"]]),
    ],
    ids=["comments", "a comment and spaces", "empty lines", "breaks"],
)  # fmt: skip
def test_a_hostile_file_is_read(
    ask: Callable[[object], Any], tmp_path: Path, name: str, content: bytes, expected: list[list[str]]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert ask(path) == expected


def test_a_web_page_behind_comments_is_still_one(tmp_path: Path) -> None:
    from ogp_pipeline.formats.csv import FORMAT, CsvReader
    from ogp_pipeline.formats.format import File

    for head in (b"", b"<!-- a --> <!---->\n<!-- <b> -->", b"\xef\xbb\xbf \n<!-- x -->"):
        found = FORMAT.misfit(File("f.csv", tmp_path / "f.csv", head + b"<!DOCTYPE html><p>"), CsvReader(kind="csv"))
        assert found is not None and found.rule == "not-a-table"


def test_a_text_that_is_nearly_a_telephone_number_is_read(ask: Callable[[object], Any]) -> None:
    assert ask("phones") == [[], [], ["Tel.: +52 (55) 5555-5555"], ["+52 55 5555 5555 55"]]
