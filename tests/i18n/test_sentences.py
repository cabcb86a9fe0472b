"""Whatever a sender or a reader sees stands in the catalogue or in ``schemas/``; code holds the engineer's words only.

The line between them: what is said of a delivery, a row or the data, and whatever stands on a page, in a workbook, a
receipt or a catalogue, is a person's. What is said to whoever runs or changes the software (exceptions, the log, the
command line's own help, mistakes in the programme file or in ``schemas/``) is the engineer's, and in English.
"""

from functools import cache
from pathlib import Path

import pytest

import ogp_pipeline
from tests.every import for_every
from tests.i18n.code_strings import Found, files, sentences, sentences_of_template

PACKAGE = Path(ogp_pipeline.__file__).parent
# The rooms from which something reaches people; ``formats`` where readers have a room of their own.
ROOMS = (
    "evaluation", "formats", "intake", "metadata", "release", "schema", "site", "sources", "tables", "templates",
    "validation", "workbooks",
)  # fmt: skip
TEMPLATES = ("intake", "site")
# The beginning of a file's path or of a text, and why it may stand in code.
ALLOWED = {
    "schema/": "mistakes in schemas/, told to whoever changes them",
    "sources/http.py": "why an address could not be fetched: told to the operator, as the exceptions there",
    "sources/feed.py": "why an address is asked again: told to the operator, as the exceptions there",
    "sources/declared_pages.py": "what the programme file says of pages and is not so: told to the operator",
    "metadata/openapi.py": "what addresses answer: told to whoever writes a program, in the one language of its tools",
    "metadata/quality.py": "names of EU's own metadata quality measures, printed by a tool of the engineer's",
    "site/search/": "what an index is given, and whose its programs are: told to whoever copies them",
    "release/personal_data.py": "why a release is refused: told to the operator, in an exception",
    "validation/fast/": "frictionless's own words: the fast way must say what the slow one says",
    "validation/setting_doubts.py": "what the programme file lacks: told to the engineer, in the run's record",
    "breaks off after {} of {} bytes": "why an inbox could not be read: told to the operator, in an exception",
    "the number of records changed": "why a feed could not be fetched: told to the operator, in an exception",
    "open document": "the name of a way to read a workbook: for tests and benchmarks",
    "taken, and not there": "what a broken ledger is expected to hold: told to the operator, in an exception",
    "Data theme": "the title of the EU's table, in the language that is named beside it",
    "Creative Commons ": "a proper name, by which CKAN finds the licence",
    "Open Data Commons ": "a proper name, by which CKAN finds the licence",
    "JSON Lines": "a proper name",
    "default-src ": "what a page may load: told to browsers",
    "[object ": "what JavaScript writes in place of a value: looked for, and never said",
    "the source declares the encoding": "a mistake in the programme file: the text of an exception",
    "there is no folder {}": "a mistake in the operator's folder: the text of an exception",
    "{} must be a folder of its own": "a mistake in the operator's folder: the text of an exception",
    "nobody fills in `{}`": "a mistake on the command line: the text of an exception",
}


@cache
def _in_code() -> list[Found]:
    code = [(file, source) for file, source in files(PACKAGE, "*.py") if file.split("/")[0] in ROOMS]
    return [found for file, source in code for found in sentences(file, source)]


def _allowed(found: Found) -> set[str]:
    return {start for start in ALLOWED if found.file.startswith(start) or found.text.startswith(start)}


def test_no_sentence_for_people_stands_in_code() -> None:
    strange = [f"{found.file}:{found.line}: {found.text}" for found in _in_code() if not _allowed(found)]
    assert not strange, "put it into locale/*/LC_MESSAGES/ogp.po or schemas/:\n" + "\n".join(strange)


def test_every_exception_is_still_needed() -> None:
    assert set(ALLOWED) == {start for found in _in_code() for start in _allowed(found)}


@pytest.mark.parametrize("room", TEMPLATES)
def test_no_sentence_for_people_stands_in_a_page(room: str) -> None:
    pages = list(files(PACKAGE / room, "*.html.j2"))
    assert pages
    assert not [found for file, source in pages for found in sentences_of_template(file, source)]


@for_every(
    "code",
    [
        'KIND = Kind("an Excel workbook", "un libro")',
        'def f():\n    return FileProblem("unreadable", where, None, {"reason": "it is nested too deeply"})',
        'def f(count):\n    return over_limit(where, f"It has {count} columns")',
        'NAMES = {";": ("semicolons", "puntos y comas")}',
        'def f(self):\n    sheet.write_string(0, 0, "An empty cell means nothing.")',
        'LINES = [f"Tiene {count} columnas de más"]',
        'label = "Not reported" if late else ""',
    ],
)
def test_a_sentence_that_comes_back_is_found(code: str) -> None:
    assert sentences("sources/sample.py", code)


@for_every(
    "code",
    [
        '"""A module\'s own words."""\n\n\ndef f():\n    """What it does, in a sentence."""',
        'def f():\n    raise OgpError(f"there is no supplier {name}")',
        'log.warning("source %s was not checked", name)',
        'PATTERN = re.compile(r"date of birth")',
        'KEY = "reading.kind.xlsx"',
        'RULES = {"two words": 1}',
        'TYPE = "text/html; charset=utf-8"',
        'if str(error) == "unexpected end of data":\n    pass',
    ],
)
def test_the_engineers_words_are_left_alone(code: str) -> None:
    assert not sentences("sources/sample.py", code)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>What comes next</p>", ["What comes next"]),
        ("<p>{{ 'What comes next' }}</p>", ["What comes next"]),
        ('<p class="a b">{{ say("receipt.next") }} {# not for people #}</p>', []),
    ],
)
def test_a_sentence_in_a_page_is_found(page: str, found: list[str]) -> None:
    assert [one.text for one in sentences_of_template("site/sample.html.j2", page)] == found
