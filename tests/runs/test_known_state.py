"""The state of the tables on a day, and how often it is folded to publish."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from ogp_pipeline.intake import ledger
from ogp_pipeline.publishing import history
from ogp_pipeline.runs import known_state, publication
from ogp_pipeline.runs.known_state import known_tables, tables_of_reference_date
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.tables.reference_date import reference_date
from ogp_pipeline.tables.tables import Tables
from tests.frames import assert_same
from tests.small_country import NOW, SmallCountry, build, published

TODAY = NOW.date()
DAYS = [TODAY + timedelta(days=days) for days in (0, 1, 5, 6, 90, 400)]
NEXT_PLAN = "  - {id: XX-2, number: 2, title: {en: Next}, starts: 2025-01-01, ends: 2027-12-31, scale: ca-nap}\n"


def same(one: Tables, other: Tables) -> bool:
    assert_same(one.frames, other.frames)
    return (one.origins, one.rulings, one.unfit) == (other.origins, other.rulings, other.unfit)


@pytest.fixture
def folds(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days of which the tables were made."""
    days: list[date] = []
    tables_of = known_state.tables_of

    def counted(*arguments):
        days.append(arguments[-1])
        return tables_of(*arguments)

    monkeypatch.setattr(known_state, "tables_of", counted)
    return days


@pytest.mark.parametrize(
    ("replaced", "anew"),
    [
        pytest.param({}, [], marks=pytest.mark.night),
        ({"suppliers:\n": NEXT_PLAN + "suppliers:\n"}, [1, 90]),
        ({"languages: [en]\n": "languages: [en]\nclosed_on: 2024-07-09\n"}, [0, 1, 5, 6, 90, 400]),
    ],
    ids=["plain", "a plan that has not begun", "closed before the deliveries came"],
)
def test_the_tables_of_a_reference_date_are_what_a_fold_of_that_day_gives(
    tmp_path: Path, folds: list[date], replaced: dict[str, str], anew: list[int]
) -> None:
    country = build(tmp_path, **replaced)
    country.collect()
    workspace = country.open()
    entries = ledger.read(workspace.intake)
    folded_anew = []
    for today in DAYS:
        of_today = known_tables(workspace, entries, today)
        as_of = reference_date(today, entries, workspace.programme, of_today)
        assert as_of is not None
        folds.clear()
        tables = tables_of_reference_date(workspace, entries, as_of, today, of_today)
        if folds:
            folded_anew.append((today - TODAY).days)
        assert same(tables, known_tables(workspace, entries, as_of))
    assert folded_anew == anew


def publish(country: SmallCountry, today: date, publish_id: str) -> Published | Unchanged:
    workspace = country.open()
    head = history.head(workspace.publication)
    return publication.publish_newest(workspace, ledger.read(workspace.intake), today, publish_id, head)


class Folded(Exception):
    """All is built: what comes then folds nothing."""


def test_what_cannot_be_new_is_known_without_a_fold_and_what_is_not_after_one(
    tmp_path: Path, folds: list[date], monkeypatch: pytest.MonkeyPatch
) -> None:
    country = published(tmp_path / "country")
    tomorrow, late = DAYS[1], DAYS[3]
    for today, publish_id, outcome, folded in (
        (TODAY, f"first-{TODAY}", Published("1.0.0"), []),
        (TODAY, "again", Unchanged("1.0.0"), []),
        (tomorrow, "tomorrow", Unchanged("1.0.0"), [tomorrow]),
    ):
        folds.clear()
        assert (publish(country, today, publish_id), folds) == (outcome, folded)
    folds.clear()

    def enough(*_: object) -> None:
        raise Folded

    monkeypatch.setattr(publication, "publish", enough)
    with pytest.raises(Folded):
        publish(country, late, "late")
    assert folds.count(late) == 1, "once, and other days only for the history"
