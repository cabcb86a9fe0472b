"""The agenda of a session says what the tables say: who differs since when, who is late, what was left to be done."""

from datetime import date

import pandas as pd
import pytest

from ogp_pipeline.site.report.published import Published
from ogp_pipeline.site.session.agenda import agenda
from ogp_pipeline.site.session.context import SessionContext, plan_of
from ogp_pipeline.site.session.disputes import MOST, disputes
from ogp_pipeline.site.words import words
from tests.release.conftest import sample_frame
from tests.site.rich import AS_OF, SCHEMAS, rich_tables

DAY = date(2023, 3, 7)
SCALE = "relevance"


def _judged(name: str, assessor: str, code: str, day: date, reason: str | None = None) -> dict[str, object]:
    row = {"assessment_id": name, "subject_table": "commitments", "subject_id": "XX0001", "assessor_id": assessor}
    row |= {"variable": "relevance", "scale": SCALE, "code": code, "stage": "design", "assessed_on": day}
    return {**row, "rationale_en": reason}


@pytest.fixture
def tables() -> dict[str, pd.DataFrame]:
    """Two sides on the relevance of a commitment; of the seats, the day and the decisions nothing yet."""
    made = rich_tables()
    rows = [
        _judged("a1", "agua", "no", date(2022, 2, 1)),
        _judged("a2", "agua", "yes", date(2022, 3, 1), "It opens the data."),
        _judged("c1", "foro", "no", date(2022, 4, 5), "It opens nothing."),
    ]
    made["assessments"] = sample_frame(rows, SCHEMAS.tables["assessments"])
    return made


def _context(tables: dict[str, pd.DataFrame], language: str = "en") -> SessionContext:
    published = Published(tables, SCHEMAS, AS_OF)
    return SessionContext(published, plan_of(published, None), DAY, language, words(language))


def _texts(value: object) -> str:
    """Everything that a block or cell says."""
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list | tuple):
        return " | ".join(_texts(part) for part in value)
    parts = [getattr(value, name, None) for name in ("text", "code", "title", "date", "names", "lines")]
    return " ".join(_texts(part) if not isinstance(part, date) else part.isoformat() for part in parts if part)


def _section(tables: dict[str, pd.DataFrame], name: str) -> str:
    made = {section.id: section for section in agenda(_context(tables)).sections}
    return _texts(list(made[name].blocks))


def test_a_dispute_stands_since_the_second_side_spoke_and_with_the_newest_word_of_each(
    tables: dict[str, pd.DataFrame],
) -> None:
    """What somebody said before and took back does not count. A decision that does not count is to be taken again."""
    disputed = {dispute.row["subject_id"]: dispute for dispute in disputes(_context(tables))}
    assert sorted(disputed) == ["XX0001", "XX0002"]
    assert disputed["XX0001"].since == date(2022, 4, 5)
    assert [voice["assessment_id"] for voice in disputed["XX0001"].voices] == ["a2", "c1"]
    assert disputed["XX0002"].row["fault"] == "no_quorum"
    told = _section(tables, "agenda-differ")
    for words_of_it in ("1. XX0001 Publish water quality: Relevance", "5 April 2022", "It opens the data.", "☐"):
        assert words_of_it in told


def test_who_is_late_is_named_with_the_days_and_what_was_said(tables: dict[str, pd.DataFrame]) -> None:
    updates = tables["updates"]
    late = updates["milestone_id"] == "XX0001.2"
    tables["updates"] = updates.assign(challenges_en=updates["progress_en"].mask(late, "The vendor is gone."))
    told = _section(tables, "agenda-late")
    assert "XX0001.2" in told
    assert "Water Commission" in told
    assert "30" in told.split("2023-01-29")[1]
    assert "The vendor is gone." in told


def test_what_was_decided_is_done_open_or_overdue(tables: dict[str, pd.DataFrame]) -> None:
    base = {
        "subject_table": "commitments",
        "subject_id": "XX0001",
        "method": "consensus",
        "decided_on": date(2023, 2, 1),
    }
    each = [
        {"decision_id": "d1", "text_en": "Ask the vendor.", "owner_id": "agua", "due_on": date(2023, 2, 18)},
        {"decision_id": "d2", "text_en": "Send the file.", "owner_id": "salud", "done_on": date(2023, 2, 20)},
        {"decision_id": "d3", "text_en": "Meet again."},
        {"decision_id": "d4", "text_en": "Write a guide.", "owner_id": "salud", "due_on": date(2023, 5, 1)},
    ]
    tables["decisions"] = sample_frame([{**base, **row} for row in each], SCHEMAS.tables["decisions"])
    last = _section(tables, "agenda-last")
    for words_of_it in ("days overdue: 10", "Done on 20 February 2023", "Nothing to be done", "still open"):
        assert words_of_it in last
    view = agenda(_context(tables))
    assert view.open_actions == ["d1", "d4"]
    actions = _section(tables, "agenda-actions")
    assert actions.index("Ask the vendor.") < actions.index("Write a guide.")
    assert "Send the file." not in actions


def test_proposals_wait_since_their_day_and_the_silent_are_named(tables: dict[str, pd.DataFrame]) -> None:
    waiting = _section(tables, "agenda-proposals")
    assert "Datos de pozos" in waiting
    assert "2021-11-01" in waiting
    assert str((AS_OF - date(2021, 11, 1)).days) in waiting
    assert "Secretaría de Salud" in _section(tables, "agenda-heard")


def test_the_sheet_has_a_free_number_for_every_dispute_also_for_those_that_the_paper_only_names(
    tables: dict[str, pd.DataFrame],
) -> None:
    joint = tables["joint_evaluation"]
    more = joint[joint["variable"] == "relevance"]
    copies = [more.assign(subject_id=f"XX01{number:02}") for number in range(MOST + 2)]
    tables["joint_evaluation"] = pd.concat([joint, *copies], ignore_index=True)
    taken = {"decision_id": f"{DAY}-01", "decided_on": DAY}
    tables["decisions"] = pd.concat([tables["decisions"], tables["decisions"].assign(**taken)], ignore_index=True)
    view = agenda(_context(tables))
    names = [line.cells["decision_id"] for line in view.results]
    assert names == [f"{DAY}-{number:02}" for number in range(2, MOST + 6)]
    assert "8. XX" in _section(tables, "agenda-differ")
