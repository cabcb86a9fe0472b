"""The process that opens a workbook has limits of its own, and each of its ends is told in a sentence."""

import sys
from pathlib import Path

import pytest

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.workbooks import guard
from ogp_pipeline.workbooks.answer import Answer, ReadRequest, Refusal, SheetColumn, pack, unpack
from tests.workbooks.bombs import repeated_string, sheet, small


def test_a_workbook_that_takes_too_long_is_refused_at_the_deadline(tmp_path):
    rows = (f'<row r="{n}"><c r="A{n}"><f>B{n}</f></c><c r="B{n}"><v>1</v></c></row>' for n in range(1, 200_001))
    (tmp_path / "slow.xlsx").write_bytes(sheet("".join(rows).encode()))
    answer = guard.read(tmp_path / "slow.xlsx", ReadRequest(), Limits(workbook_seconds=1).bounds)
    assert answer.refusal is not None
    assert answer.refusal == Refusal("reading.over.seconds", {"limit": 1}, "reading.most.seconds")


def test_memory_that_runs_out_in_native_code_is_a_refusal_with_the_limit(tmp_path):
    (tmp_path / "big.xlsx").write_bytes(repeated_string())
    answer = guard.read(tmp_path / "big.xlsx", ReadRequest(), Limits(workbook_mb=300, unpacked_mb=4000).bounds)
    assert answer.refusal is not None
    assert answer.refusal == Refusal("reading.over.memory", {"limit": 300}, "reading.most.megabytes")


def test_the_process_sees_nothing_of_our_environment(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    (tmp_path / "small.xlsx").write_bytes(small())
    assert guard.read(tmp_path / "small.xlsx", ReadRequest(), Limits().bounds).refusal is None


def test_starting_the_process_imports_nothing_heavy():
    import subprocess

    program = "import sys, ogp_pipeline.workbooks.child; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path.cwd())
    heavy = {"pydantic", "requests", "openpyxl", "numpy", "frictionless", "pandas", "polars", "python_calamine"}
    assert not heavy & set(loaded.stdout.split())


@pytest.mark.parametrize(
    "answer",
    [
        Answer(),
        Answer(sheet="Hoja «1»", titles=("a", "b"), properties={"x": "é"}, merged=("A1:B2",), faults=((1, 2, "=1"),)),
        Answer(
            lane="calamine",
            columns=(SheetColumn(["", "á\n\u2028", "😀"], 1), SheetColumn(["", "", ""], "010"), SheetColumn([""] * 3)),
        ),
    ],
)
def test_an_answer_survives_the_pipe(answer):
    assert unpack(b"".join(pack(answer))) == answer


@pytest.mark.parametrize("cut", [0, 1, 20, -1])
def test_half_an_answer_is_none(cut):
    whole = b"".join(pack(Answer(columns=(SheetColumn(["a", "b"]),))))
    with pytest.raises(ValueError):
        unpack(whole[:cut])
