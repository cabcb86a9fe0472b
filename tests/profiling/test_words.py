"""What a heading or a value means, in every language that we speak; what may mean two things means nothing."""

import pytest

from ogp_pipeline.profiling.words import Meaning, code_of, meanings, nearest, parted
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.model import Code
from tests.every import for_every

CODES = schemas.load().codes["progress_status"]
SCALE = [code for code in CODES if code.scale == "ogp-completion-2015"]


@for_every(
    ("heading", "meaning"),
    [
        ("Commitment No.", Meaning.COMMITMENT_ID),
        ("commitment_status", Meaning.STATUS),
        ("Comitment title", Meaning.COMMITMENT),
        ("Lead agency (ministry)", Meaning.INSTITUTION),
        ("Dependencia responsable", Meaning.INSTITUTION),
        ("Fecha límite", Meaning.DUE),
        ("% de avance", Meaning.PROGRESS),  # a percentage by what it holds
        ("_milestone/deadline/en", Meaning.DUE),
        ("label/en", Meaning.TITLE),
        ("Título (español)", Meaning.TITLE),
    ],
)
def test_headings(heading: str, meaning: Meaning) -> None:
    assert meanings([heading]) == {heading: meaning}


def test_a_heading_that_names_a_round_and_what_is_reported_in_it_is_no_column_of_periods() -> None:
    rounds = [f"Trimestre {number} {what}" for number in (1, 2) for what in ("Avance", "Estado")]
    assert list(meanings(rounds).values()) == [Meaning.PROGRESS, Meaning.STATUS] * 2
    assert meanings(["Semestre I avance", "Semestre II avance"]) == {
        "Semestre I avance": Meaning.PROGRESS,
        "Semestre II avance": Meaning.PROGRESS,
    }
    assert meanings(["Periodo de avance"]) == {"Periodo de avance": Meaning.PERIOD}


@pytest.mark.parametrize("heading", ["layout", "x", "Unnamed 3", "latitude"])
def test_a_heading_that_says_nothing_we_know(heading: str) -> None:
    assert meanings([heading]) == {}


@for_every(
    ("value", "code"),
    [
        ("Complete", "complete"),
        ("COMPLETED", "complete"),
        ("Cumplido", "complete"),
        ("Sin inciar", "not_started"),
        ("substantialy complete", "substantial"),
        ("Incomplete", None),
        ("Incumplido", None),
        ("Not complete", None),
        ("Delayed", None),
        ("", None),
    ],
)
def test_values_of_a_status(value: str, code: str | None) -> None:
    assert code_of(value, SCALE) == code


def test_a_period_of_another_year_is_another_period() -> None:
    choices = [("Primer semestre de 2025", "2025-H1"), ("Segundo semestre de 2025", "2025-H2")]
    assert nearest("Primer semestre 2025", choices) == "2025-H1"
    assert nearest("Primer semestre 2024", choices) is None


def test_the_language_at_the_end_of_a_heading() -> None:
    assert parted("Title_en") == ("title", "en") and parted("Nombre (inglés)") == ("nombre", "en")
    assert parted("Progress") == ("progress", None)


def level(meaning: str) -> Code:
    return Code("progress_status", "own", "1", "level", 1, {"en": "Level"}, {}, meaning)


@pytest.mark.parametrize("value", ["Delayed", "Behind schedule", "Atrasado", "Con retraso", "En retard"])
def test_what_is_delayed_is_said_in_every_language(value: str) -> None:
    """Only where the scale has such a level: for another one somebody has to decide."""
    assert code_of(value, [level("delayed")]) == "level"
    assert code_of(value, [level("started")]) is None
