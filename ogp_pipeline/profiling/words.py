"""What a heading or a value means: compared with the words that people use for our columns and codes.

The words stand in the catalogue in every language: ``map.words.<meaning>``, ``map.state.<meaning of a code>``. What is
written alike but not the same is found by rapidfuzz; what may be two things is nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cache, lru_cache

from babel import Locale
from rapidfuzz import fuzz

from ogp_pipeline.formats.vocabulary import fold
from ogp_pipeline.i18n.catalogue import has, say, texts
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.schema.model import Code

_SLIP = 88  # of 100: one or two letters in a word
_PART = 90  # the words stand in a longer heading; less for each further word
SURE = 97  # a heading that says this, perhaps with a slip in it
_LEAST = 72
_SHORTEST = 5  # letters in which a slip can be told from another word
_NUMBERS = re.compile(r"\d+")
_PARTED = re.compile(r"[/|()\n]|\s[-–—]\s")  # between a text and the same in another language
_PERCENT_SIGN = re.compile(r"(?:^|\s)\(?%\)?\s*$")  # at the end, it is what is counted
_NO_ANSWER = re.compile(r"[-–—_.…?/ ]+")  # signs that stand for nothing


class Meaning(StrEnum):
    """What a column may mean. ``id``, ``title`` and ``description`` are those of whatever a row is about."""

    CLUSTER = "cluster"
    COMMITMENT_ID = "commitment_id"
    COMMITMENT = "commitment"
    COMMITMENT_DESCRIPTION = "commitment_description"
    MILESTONE_ID = "milestone_id"
    MILESTONE = "milestone"
    ID = "id"
    TITLE = "title"
    DESCRIPTION = "description"
    INSTITUTION = "institution"
    PARTNER = "partner"
    START = "start"
    DUE = "due"
    PERIOD = "period"
    STATUS = "status"
    PERCENT = "percent"
    PROGRESS = "progress"
    CHALLENGES = "challenges"
    NEXT_STEPS = "next_steps"
    EVIDENCE = "evidence"
    COMPLETED_ON = "completed_on"
    URL = "url"


REPORTED = (Meaning.STATUS, Meaning.PERCENT, Meaning.PROGRESS, Meaning.CHALLENGES, Meaning.NEXT_STEPS)


@cache
def _words() -> dict[Meaning, tuple[str, ...]]:
    words: dict[Meaning, dict[str, None]] = {meaning: {} for meaning in Meaning}
    for language in LANGUAGES:
        for name, listed in texts("map.words.", language).items():
            words[Meaning(name)].update(dict.fromkeys(fold(word) for word in listed.split(",")))
    return {meaning: tuple(filter(None, told)) for meaning, told in words.items()}


def is_nothing(value: str) -> bool:
    """Whether it says that there is nothing, in any language: ``n/a``, ``à déterminer``, ``—``."""
    return fold(value) in _nothing() or _NO_ANSWER.fullmatch(value) is not None


@cache
def _nothing() -> frozenset[str]:
    return frozenset(
        fold(word)
        for language in LANGUAGES
        if has(key := "map.nothing", language)
        for word in say(key, language).split(",")
    )


@cache
def date_formats() -> tuple[str, ...]:
    """The formats of days in words, of all languages; each once."""
    key = "map.date_formats"
    written = [form for language in LANGUAGES if has(key, language) for form in say(key, language).split(";")]
    return tuple(dict.fromkeys(form.strip() for form in written))


@lru_cache(1 << 14)  # a heading is tried as that of each row, of each table, and of the whole
def score(heading: str, meaning: Meaning) -> float:
    """How well a heading says it, of 100."""
    folded, language = parted(heading)
    if not folded and language is not None:
        return 100 if meaning is Meaning.TITLE else 0
    points = max((_alike(folded, word) for word in _words()[meaning]), default=0)
    # "Commitment status" is a status: what a row is about is said beside many things.
    return points - 8 if meaning in (Meaning.COMMITMENT, Meaning.MILESTONE) and points < SURE else points


def parted(heading: str) -> tuple[str, str | None]:
    """A heading without the language that it ends with, and that language: ``title_en``, ``label/es``, ``Name (FR)``.

    Of ``_choice/deadline/en`` only what stands in the object is a heading.
    """
    written = heading.partition("/")[2] if heading.startswith("_") else heading
    folded = fold(_PERCENT_SIGN.sub(f" {Meaning.PERCENT}", written))
    head, _, tail = folded.rpartition(" ")
    language = _languages().get(tail)
    return (head, language) if language is not None else (folded, None)


@cache
def _languages() -> dict[str, str]:
    """What a language is called in every language, and its code."""
    named = {
        fold(str(Locale(language).get_display_name(other))): language for language in LANGUAGES for other in LANGUAGES
    }
    return {**named, **{code: code for code in LANGUAGES}}


def best(heading: str) -> float:
    """How well a heading says anything that we know."""
    return max(score(heading, meaning) for meaning in Meaning)


def meanings(headings: Sequence[str]) -> dict[str, Meaning]:
    """What each heading means, the surest first; a meaning may be that of several, in the order of the file."""
    sure = {heading: _surest(heading, tuple(Meaning)) for heading in headings}
    said = {heading: meaning for heading, (points, meaning) in sure.items() if points >= _LEAST}
    return said | _of_rounds([heading for heading, meaning in said.items() if meaning is Meaning.PERIOD])


def _surest(heading: str, among: Sequence[Meaning]) -> tuple[float, Meaning]:
    return max(((score(heading, meaning), meaning) for meaning in among), key=lambda pair: pair[0])


def _of_rounds(headings: Sequence[str]) -> dict[str, Meaning]:
    """What is reported in headings that name their round, too, such as "Quarter 1 progress" and "Quarter 2 progress".

    A round has a number, or there are several of them; else it is a column of periods.
    """
    surest = {heading: _surest(heading, REPORTED) for heading in headings}
    reported = {heading: meaning for heading, (points, meaning) in surest.items() if points >= _LEAST}
    several = [meaning for meaning, count in Counter(reported.values()).items() if count > 1]
    return {heading: meaning for heading, meaning in reported.items() if meaning in several or _NUMBERS.search(heading)}


def _alike(folded: str, word: str) -> float:
    if folded == word:
        return 100
    if _is_slip(folded, word):
        return SURE
    given, wanted = folded.split(), word.split()
    if not wanted or not _holds(given, wanted):
        return 0
    first = 3 if given[: len(wanted)] == wanted else 1 if given[-len(wanted) :] == wanted else 0
    return min(SURE - 1, _PART + first + 2 * len(wanted) - 3 * (len(given) - len(wanted)))


def _holds(given: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(list(given[i : i + len(wanted)]) == list(wanted) for i in range(len(given) - len(wanted) + 1))


@cache
def _states() -> dict[str, frozenset[str]]:
    states: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for meaning, listed in texts("map.state.", language).items():
            states.setdefault(meaning, set()).update(fold(word) for word in listed.split(","))
    return {meaning: frozenset(words) for meaning, words in states.items()}


def code_of(value: str, codes: Sequence[Code]) -> str | None:
    """The code that a value means, also if it says so twice (``En cours / In progress``); None if it may be several."""
    if (code := _code_of(value, codes)) is not None:
        return code
    parts = [part.strip() for part in _PARTED.split(value) if fold(part)]
    said = {_code_of(part, codes) for part in parts} if len(parts) > 1 else set()
    return said.pop() if len(said) == 1 else None


def _code_of(value: str, codes: Sequence[Code]) -> str | None:
    folded = fold(value)
    called = {code.code: {fold(code.code), *map(fold, code.label.values())} for code in codes}
    meant = {code.code: _states().get(code.meaning, frozenset()) for code in codes}
    for words in (called, meant):
        if named := [code for code, spellings in words.items() if folded in spellings]:
            return named[0] if len(named) == 1 else None
    near = [code for code in called if any(_is_slip(folded, word) for word in called[code] | meant[code])]
    return near[0] if len(near) == 1 else None


def _is_slip(folded: str, word: str) -> bool:
    """Whether one is the other with a slip of the pen in it. The beginning counts: incomplete is not complete."""
    alike = folded[:1] == word[:1] and len(folded.split()) == len(word.split())
    return alike and min(len(folded), len(word)) >= _SHORTEST and fuzz.ratio(folded, word) >= _SLIP


def nearest(value: str, choices: Iterable[tuple[str, str]]) -> str | None:
    """The one of ``choices`` (words, name) that a value means: the same words, or these among others."""
    folded = fold(value)
    points: dict[str, float] = {}
    for words, name in choices:
        other = fold(words)
        if set(_NUMBERS.findall(folded)) == set(_NUMBERS.findall(other)):  # the first half of another year is another
            whole = fuzz.ratio(folded, other) if folded[:1] == other[:1] else 0
            points[name] = max(points.get(name, 0), whole, _alike(folded, other), _alike(other, folded))
    top = max(points.values(), default=0)
    sure = [name for name, reached in points.items() if reached == top]
    return sure[0] if top >= _SLIP and len(sure) == 1 else None
