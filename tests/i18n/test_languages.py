"""One list of languages: code names none by hand, and one more is a line, a catalogue and its texts in ``schemas/``."""

import csv
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import ogp_pipeline
from ogp_pipeline.i18n.languages import ENGLISH, ENGLISH_FIRST, LANGUAGES, OTHERS
from ogp_pipeline.schema.schemas import schemas_root
from tests.every import for_every
from tests.i18n.code_strings import Found, files, languages, languages_of_template

PACKAGE = Path(ogp_pipeline.__file__).parent
# The beginning of a file's path, and why a language may be named there.
ALLOWED = {
    "i18n/languages.py": "the list itself",
    "starter/__init__.py": "Mexico speaks Spanish",
    "starter/mexico": "columns of the example's own tables, and a README that exists in two languages whole",
}


@cache
def _named() -> list[Found]:
    found = [one for file, source in files(PACKAGE, "*.py") for one in languages(file, source)]
    return found + [one for file, source in files(PACKAGE, "*.j2") for one in languages_of_template(file, source)]


def test_no_code_names_a_language_outside_the_list() -> None:
    strange = [one for one in _named() if not one.file.startswith(tuple(ALLOWED))]
    assert not strange, "ask ogp_pipeline/i18n/languages.py:\n" + "\n".join(map(str, strange))


def test_every_place_that_may_name_one_still_does() -> None:
    assert all(any(one.file.startswith(start) for one in _named()) for start in ALLOWED)


@for_every(
    "code",
    [
        'for language in ("es", "en"):\n    pass',
        'words = {"en": title}',
        'row["title_es"]',
        "plan.title.es",
        'Text(es="A")',
        "class File:\n    label_en: str",
        "class File:\n    es: Spanish",
    ],
)
def test_a_language_that_is_named_by_hand_is_found(code: str) -> None:
    assert languages("sample.py", code)
    assert not languages("sample.py", 'row[f"title_{language}"]')


def test_a_language_that_a_page_names_by_hand_is_found() -> None:
    assert languages_of_template("sample.j2", "{% if language == 'es' %}")
    assert not languages_of_template("sample.j2", '<html lang="{{ language }}">')


def test_the_orders_of_the_languages_hold_each_once() -> None:
    assert sorted(LANGUAGES) == sorted(ENGLISH_FIRST) == sorted((ENGLISH, *OTHERS))


RUN = """
import json, sys
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from ogp_pipeline import starter
from ogp_pipeline.cli.app import main
from ogp_pipeline.schema import schemas
starter.create(Path("new"), "XX", "pt", date(2026, 1, 1), schemas.load())
file = Path("new/programme.yaml")
text = file.read_text(encoding="utf-8")
assert "language: pt" in text and "\\nlanguages: [" in text, text
file.write_text(text.replace("languages: [pt]", "languages: [pt, en]"), encoding="utf-8")
clusters = Path("new/inbox/forum/clusters.csv")
clusters.write_bytes(b"PK\\x03\\x04 no table")
sys.argv = ["ogp", "run", "new", "--lang", "pt"]
main()
"""


@pytest.mark.night
def test_one_more_language_is_a_line_a_catalogue_and_its_texts_in_schemas(tmp_path: Path) -> None:
    """A throw-away copy of the software that speaks Portuguese: the English texts, each marked."""
    package = tmp_path / "site" / "ogp_pipeline"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "_schemas"))
    shutil.copytree(schemas_root(), package / "_schemas")
    _list(package)
    _translate_catalogue(package)
    _translate_schemas(package / "_schemas")
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    command = [sys.executable, "-P", "-c", RUN]
    ran = subprocess.run(
        command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert "PT " in ran.stdout, ran.stdout + ran.stderr
    receipts = tmp_path / "new" / "var" / "private" / "receipts"
    pages = {path.name.split(".")[-2] for path in receipts.rglob("*.html")}
    assert pages == {ENGLISH, "pt"}
    [refused] = [path for path in receipts.rglob("*.pt.html") if "a compressed archive" in path.read_text("utf-8")]
    assert "PT a compressed archive" in refused.read_text("utf-8")
    receipt = json.loads(refused.with_name(refused.name.replace(".pt.html", ".json")).read_text("utf-8"))
    assert receipt["problems"][0]["wrong"].keys() == {ENGLISH, "pt"}
    assert receipt["problems"][0]["wrong"]["pt"].startswith("PT ")


def _list(package: Path) -> None:
    """The one line of code."""
    path = package / "i18n" / "languages.py"
    text = path.read_text(encoding="utf-8")
    line = '    Spoken("pt", "por", "pt_BR", "Português", ("“", "”")),\n'
    marker = ")\n\nBY_CODE"
    assert text.count(marker) == 1
    path.write_text(text.replace(marker, line + marker), encoding="utf-8")


def _translate_catalogue(package: Path) -> None:
    locale = package / "i18n" / "locale"
    text = (locale / ENGLISH / "LC_MESSAGES" / "ogp.po").read_text(encoding="utf-8")
    head, _, entries = text.partition("\n\n#. What to do after")
    for before in ('msgstr "', 'msgstr[0] "', 'msgstr[1] "'):
        entries = entries.replace(f"\n{before}", f"\n{before}PT ")
    folder = locale / "pt" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    head = head.replace("Language: en", "Language: pt")
    (folder / "ogp.po").write_text(f"{head}\n\n#. What to do after{entries}", encoding="utf-8")


def _translate_schemas(root: Path) -> None:
    for path in root.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            headings, *lines = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(_with_portuguese(headings, headings, "_pt"))
            writer.writerows(_with_portuguese(line, headings, None) for line in lines)
    for path in root.rglob("*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        if path.parent.name == "metrics":
            for text in document.values():
                if isinstance(text, dict):
                    text["pt"] = f"PT {text['en']}"
        for field in document.get("fields", ()):
            if isinstance(field["example"], dict):
                field["example"]["pt"] = f"PT {field['example']['en']}"
        for told in (document, *document.get("fields", [])) if path.parent.name == "tables" else ():
            told["pt"] = {name: f"PT {told[name]}" for name in ("title", "description")}
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def _with_portuguese(cells: list[str], headings: list[str], ending: str | None) -> list[str]:
    """The line with a Portuguese cell after the last of the same text's others."""
    made: list[str] = []
    english = ""
    for cell, heading in zip(cells, headings, strict=True):
        text, _, language = heading.rpartition("_")
        made.append(cell)
        english = cell if language == ENGLISH else english
        if text and language == OTHERS[-1]:
            made.append(f"{text}{ending}" if ending else f"PT {english}")
    return made
