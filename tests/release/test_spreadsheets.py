"""Nothing that we publish is computed by a spreadsheet, whichever sign it takes for the end of a column.

LibreOffice opens the canonical CSV as people do who choose the wrong separator: every semicolon, tab and comma parts
columns, and formulas are evaluated.
"""

import csv
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from ogp_pipeline.release import csv_format
from ogp_pipeline.release.shape import CanonicalColumn, Shape
from ogp_pipeline.validation.rules.formula import formula

F01 = Path(__file__).parents[1] / "cases/hostile/F01_formula_delimiter.csv"
SHAPE = Shape("texts", (CanonicalColumn("id", "string"), CanonicalColumn("text", "string")), ("id",))
TEXTS = [
    "-Se capacitó (20 personas)",
    "+502 2222 3333",
    "- primero; - segundo; + tercero",
    "-¡Listo!",
    "+502 personas capacitadas (mujeres)",
    "x\n- y\t+ z",
    "@forum; #datos",
    "-servidor(a)s; +taller(es)",
    "---;===",
    "a;=1+1",
    "a\t+A1",
    "a\n-B2*3",
    'b;@SUM(A1)";"',
    "c;-1-2",
    "＝1+1",
    'd;+HYPERLINK("http://x")',
]
FILTER = "CSV:59/44/9,34,76,1,,1033,false,false,false,false,false,0,true"  # ; , and tab; UTF-8; evaluate formulas


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[str, str]]]:
    """What LibreOffice makes of three files: the kind of each filled cell, and its text."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc), so nothing can open a file")
    folder = tmp_path_factory.mktemp("spreadsheets")
    with F01.open(encoding="utf-8", newline="") as file:
        sent = [cell for row in csv.reader(file) for cell in row if cell]
    texts = [*sent, *TEXTS]
    published = [text for text in texts if formula(text) is None]
    refused = [text for text in texts if formula(text) is not None]
    for name, some in (("published", published), ("refused", refused)):
        frame = pd.DataFrame({"id": [f"r{n:03}" for n in range(len(some))], "text": some}, dtype="string")
        csv_format.write(frame, SHAPE, folder / f"{name}.csv")
    command = [
        soffice,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        f"--infilter={FILTER}",
        *("--convert-to", "xlsx", "--outdir", str(folder / "out")),
        *(str(folder / f"{name}.csv") for name in ("published", "refused")),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    books = {name: openpyxl.load_workbook(folder / "out" / f"{name}.xlsx") for name in ("published", "refused")}
    return {
        name: [(cell.data_type, str(cell.value)) for row in book.active for cell in row if cell.value is not None]
        for name, book in books.items()
    }


def test_what_passes_the_rule_is_text_in_a_spreadsheet(opened: dict[str, list[tuple[str, str]]]) -> None:
    cells = opened["published"]
    assert len(cells) > 20
    assert [text for kind, text in cells if kind == "f" and text.strip("=")] == [], "a drawn line computes nothing"


def test_what_the_rule_refuses_would_have_been_computed(opened: dict[str, list[tuple[str, str]]]) -> None:
    assert sum(kind == "f" for kind, _ in opened["refused"]) > 2, "the separator opens a way, so the rule is needed"
