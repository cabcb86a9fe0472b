"""What a release tells people: facts from the rows that differ, and sentences made of them."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release import sentences
from ogp_pipeline.release.base import BaseRelease
from ogp_pipeline.release.changes import Snapshot, compare
from ogp_pipeline.release.edition import Edition
from ogp_pipeline.release.gathering import gather
from ogp_pipeline.release.news import MOST, NO_DUES, Dues, Fact, FormerDue, Kind, Named, News, Told, parse
from tests.site.rich import SCHEMAS, rich_tables

SAMPLE = yaml.safe_load(Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8"))["programme"]
AGENCY = {"id": "agua", "names": {"es": "Agua", "en": "Water Agency"}, "sector": "government", "language": "es",
          "may_supply": ["updates"], "commitments": "all"}  # fmt: skip
PROGRAMME = Programme.model_validate({**SAMPLE, "suppliers": [AGENCY]})
DATASETS = {name: table.dataset for name, table in SCHEMAS.tables.items()}
JUDGED = ("joint_evaluation", "decisions", "correction_results")


TODAY = date(2023, 1, 16)
LATE = "XX0001.2 Tablero público became late; it was due on 29 January 2023."


def news(
    old: Mapping[str, pd.DataFrame],
    new: Mapping[str, pd.DataFrame],
    *,
    by_software: bool = False,
    days: tuple[date | None, date] = (TODAY, TODAY),
    dues: Dues = NO_DUES,
) -> News:
    before, now = (Snapshot(frames, SCHEMAS.tables, DATASETS) for frames in (old, new))
    changes = compare(before, now, by_software=by_software)
    told_before = News(since="0.9.0", version="1.0.0", dues=dues).to_bytes()
    document = {"asOf": days[0].isoformat()} if days[0] else {}
    base = BaseRelease("1.0.0", document, "", None, before, {}, {}, lambda: told_before)
    release = Edition("1.0.1", "2023-01-16T12:00:00Z", days[1])
    return gather(base, now, changes, release, PROGRAMME, SCHEMAS, by_software=by_software)


def said(told: News, language: str = "en") -> list[str]:
    return [sentence.text for sentence in sentences.few(told, language)]


@pytest.fixture
def old() -> dict[str, pd.DataFrame]:
    return rich_tables()


@pytest.fixture
def new() -> dict[str, pd.DataFrame]:
    return rich_tables()


def place(frames: Mapping[str, pd.DataFrame], table: str, name: str, column: str, value: object) -> None:
    frame = frames[table]
    frame.loc[frame[frame.columns[0]] == name, column] = value


def test_a_level_that_moves_is_told_of_the_commitment_and_of_the_milestone(old, new) -> None:
    place(old, "updates", "XX0001.2", "status", "not_started")
    place(old, "continuity", "XX0001", "level", "not_started")
    told = news(old, new)
    assert said(told) == [
        "XX0001 Publish water quality moved from not started to in progress.",
        "XX0001.2 Tablero público moved from not started to in progress.",
        "1 report on a milestone came in or was changed.",
    ]
    assert said(told, "es")[0] == "XX0001 Publicar la calidad del agua pasó de «no iniciado» a «en proceso»."
    assert told.news[1].facts[0].what.within == "XX0001", "by which a page finds its address"


def test_what_was_silent_is_told_as_reported_and_what_is_taken_back_as_said_no_more(old, new) -> None:
    old["updates"] = old["updates"].iloc[:2]
    place(old, "continuity", "XX0001", "level", None)
    told = said(news(old, new))
    assert "The status of XX0001 Publish water quality was reported for the first time: in progress." in told
    back = said(news(new, old))
    assert "What was said of XX0001.2 Tablero público is said no more; it was in progress." in back


def test_who_withdrew_is_named(old, new) -> None:
    for frames in (old, new):
        place(frames, "action_plans", "plan-1", "scale", "ogp-completion-2015")
    place(new, "updates", "XX0001.2", "status", "withdrawn")
    place(new, "continuity", "XX0001", "level", "withdrawn")
    told = said(news(old, new))
    assert "XX0001 Publish water quality was withdrawn by Water Agency." in told
    assert "XX0001.2 Tablero público was withdrawn by Water Agency." in told


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        ("2022-12-01", "2022-12-31", "The due date of {} moved from 1 December 2022 to 31 December 2022."),
        (None, "2022-12-31", "{} now has a due date: 31 December 2022."),
        ("2022-12-31", None, "{} has no due date any more; it was 31 December 2022."),
    ],
)
def test_due_dates_that_move_are_told(old, new, before, now, sentence) -> None:
    for frames, day in ((old, before), (new, now)):
        place(frames, "milestones", "XX0001.1", "due_date", pd.Timestamp(day).date() if day else None)
    assert said(news(old, new)) == [sentence.format("XX0001.1 First data")]


def test_earlier_due_dates_are_taken_over_from_release_to_release(old, new) -> None:
    place(new, "milestones", "XX0001.2", "due_date", date(2023, 6, 30))
    place(old, "milestones", "XX0003.1", "due_date", None)
    place(new, "milestones", "XX0003.1", "due_date", date(2023, 6, 30))  # it had none before
    first = FormerDue(due=date(2022, 12, 31), version="1.0.0", as_of=date(2023, 1, 2))
    new["provenance"].loc[0, ["table", "key"]] = ["milestones", "XX0001.2"]
    told = news(old, new).dues["XX0001.2"][0]
    assert told.file == "a.csv" and told.by["en"] == "Water Agency", "the delivery that gave the new date"
    second = FormerDue(due=date(2023, 1, 29), version="1.0.1", as_of=TODAY, by=told.by, file="a.csv")
    told = news(old, new, dues={"XX0001.2": (first,), "XX0001.1": (first,)})
    assert told.dues == {"XX0001.2": (first, second), "XX0001.1": (first,)}
    read = parse(told.to_bytes())
    assert read == told and read.dues["XX0001.2"][0] == first
    assert news(new, new, dues=told.dues).dues == told.dues, "a release that moves none forgets none"


@pytest.mark.parametrize(
    ("before", "now", "late"),
    [
        (date(2022, 12, 31), date(2023, 1, 29), []),  # XX0001.1 is complete; the other's last day in time is today
        (
            date(2023, 1, 29),
            date(2023, 1, 30),
            ["XX0001.2 Tablero público became late; it was due on 29 January 2023."],
        ),
        (date(2023, 1, 30), date(2023, 4, 30), []),  # it was late already
        (None, date(2023, 4, 30), []),  # nobody knows since when
        (date(2023, 4, 30), date(2023, 1, 1), []),  # a version taken back to an earlier day
    ],
)
def test_what_became_late_by_the_calendar_alone_is_told_once(old, new, before, now, late) -> None:
    told = [line for line in said(news(old, new, days=(before, now))) if not line.startswith("Nothing moved")]
    assert told == late


def test_what_is_given_up_is_not_told_as_late_nor_what_was_late_by_its_earlier_date(old, new) -> None:
    days = (date(2023, 1, 29), date(2023, 5, 1))
    late = {fact.what.id for fact in news(old, new, days=days).news[0].facts}
    assert late == {"XX0001.2", "XX0002.1"}, "also that of which nobody said anything"
    for frames in (old, new):
        place(frames, "action_plans", "plan-1", "scale", "ogp-completion-2015")
        place(frames, "updates", "XX0001.2", "status", "withdrawn")
    place(old, "milestones", "XX0002.1", "due_date", date(2023, 1, 1))
    assert [told.kind for told in news(old, new, days=days).news] == [Kind.DUE_MOVED]


def test_disagreement_decisions_dissent_and_corrections_are_told(old, new) -> None:
    for table in JUDGED:
        old[table] = old[table].iloc[:0]
    assert said(news(old, new)) == [
        "The sides now disagree about XX0001 Publish water quality: completion.",
        "The sides now disagree about XX0001 Publish water quality: relevance.",
        "The forum decided on XX0001 Publish water quality: completion, limited.",
        "Dissent was newly recorded on XX0001 Publish water quality: completion.",
        "Civic Forum corrected XX0001.1 First data: status, from in progress to complete.",
    ]


@pytest.mark.parametrize(
    ("text", "language", "sentence"),
    [
        ("Write to them.", "en", "The forum decided on XX0001 Publish water quality: “Write to them”."),
        ("Write to them.", "es", "El foro decidió sobre XX0001 Publicar la calidad del agua: «Write to them»."),
        (None, "en", "The forum took a decision on XX0001 Publish water quality."),
    ],
)
def test_a_decision_that_is_no_level_is_told_in_the_forums_words(old, new, text, language, sentence) -> None:
    old["decisions"] = old["decisions"].iloc[:0]
    new["decisions"] = new["decisions"].assign(code=None, text_en=text)
    assert sentence in said(news(old, new), language)


def test_new_things_and_things_gone_are_told_once_with_their_milestones(old, new) -> None:
    for table in ("commitments", "milestones", "continuity"):
        old[table] = old[table].loc[old[table]["commitment_id"] != "XX0003"]
    assert said(news(old, new)) == ["XX0003 A budget that can be read is new."]
    [gone] = said(news(new, old))
    assert gone.startswith("XX0003 A budget that can be read is no longer in the data")


def test_where_nothing_moves_that_people_follow_that_is_said(old, new) -> None:
    place(new, "institutions", "agua", "acronym", "AG")
    [sentence] = said(news(old, new))
    assert sentence.startswith("Nothing moved that people follow")


def test_what_only_the_software_changed_is_told_as_nobodys_news(old, new) -> None:
    place(new, "continuity", "XX0001", "level", "complete")
    first, second = said(news(old, new, by_software=True))
    assert first.startswith("Nobody said anything new") and "moved from in progress to complete" in second


def test_a_long_list_is_bounded_and_its_total_true() -> None:
    facts = tuple(Fact(what=Named(table="commitments", id=f"XX{n:04}")) for n in range(MOST))
    told = News(since="1.0.0", version="1.0.1", news=(Told(kind=Kind.COMMITMENTS_ADDED, total=1200, facts=facts),))
    lines = said(told)
    assert lines[0] == "1,200 commitments are new." and len(lines) == 1 + sentences.FEW
    [group] = sentences.groups(told, "en", 25)
    assert (len(group.sentences), group.more) == (25, 1175)


def test_the_file_holds_the_first_hundred_of_all_that_is_new(old, new) -> None:
    more = [{"commitment_id": f"ZZ{n:04}", "plan_id": "plan-1", "title_en": f"Number {n}"} for n in range(MOST + 7)]
    new["commitments"] = pd.concat([new["commitments"], pd.DataFrame(more)], ignore_index=True)
    [told] = news(old, new).news
    assert (told.total, len(told.facts), told.facts[-1].what.id) == (MOST + 7, MOST, "ZZ0099")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_told_in_every_language(language: str) -> None:
    fact = Fact(what=Named(table="commitments", id="XX0001"))
    for kind in Kind:
        facts = () if kind in (Kind.REPORTS, Kind.EVIDENCE) else (fact,)
        told = News(since="1.0.0", version="1.0.1", news=(Told(kind=kind, total=2, facts=facts),))
        [group] = sentences.groups(told, language)
        assert "2" in group.title and "{" not in group.title + "".join(line.text for line in group.sentences)


def test_the_news_are_read_back_and_those_of_a_later_software_are_let_be(old, new) -> None:
    place(old, "continuity", "XX0001", "level", None)
    told = news(old, new)
    assert parse(told.to_bytes()) == told
    assert parse(told.to_bytes().replace(b"commitments_first", b"commitments_praised")) is None
