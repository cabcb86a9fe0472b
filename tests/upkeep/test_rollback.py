"""Going back to an older release: a new one with the old content, which the next run does not undo."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.errors import NotFound, OgpError
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publisher import Hooks
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.upkeep import reproduction
from ogp_pipeline.upkeep.rollback import RolledBack, roll_back
from tests.small_country import NOW, SmallCountry, corrected_once, linked

UPDATES = "milestone_id,period_id,status,progress_en\n"
WHY = "The ministry sent another plan's file."


def chain(country: SmallCountry) -> list[Release]:
    return history.releases(country.open().publication)


@pytest.fixture(scope="module")
def wrong() -> Path:
    """Two releases, of which the second is wrong."""
    return corrected_once()


@pytest.fixture(scope="module")
def right(wrong: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after a rollback."""
    country = copy_of(wrong, tmp_path_factory.mktemp("right"))
    assert roll_back(country.open(), "1.0.0", WHY, "back") == RolledBack("1.0.0", "1.0.2", ("1.0.1",))
    return country.folder


def copy_of(folder: Path, to: Path) -> SmallCountry:
    return linked(folder, to / "copy")


@pytest.fixture
def country(wrong: Path, tmp_path: Path) -> SmallCountry:
    """Two releases, of which the second is wrong."""
    return copy_of(wrong, tmp_path)


@pytest.fixture
def rolled(right: Path, tmp_path: Path) -> SmallCountry:
    """The same after a rollback."""
    return copy_of(right, tmp_path)


def test_the_old_content_is_a_new_release_with_a_reason(wrong: Path, rolled: SmallCountry) -> None:
    before = SmallCountry(wrong).public_files()
    first, second, third = chain(rolled)
    assert (third.version, third.manifest.reason, third.manifest.back_to) == ("1.0.2", WHY, 1)
    assert third.manifest.content == first.manifest.content != second.manifest.content
    assert third.manifest.previous == second.hash
    files = rolled.public_files()
    assert files["latest/progress/updates.csv"] == before["v/1.0.0/progress/updates.csv"]
    assert {key: files[key] for key in before if key.startswith(("data/", "releases/", "v/"))}.items() <= before.items()
    assert WHY in files["en/index.html"].decode().replace("&#39;", "'")
    assert verify(DirectoryReader(rolled.folder / "var/public")).problems == ()


def test_bytes_that_the_older_release_holds_are_not_uploaded_again(rolled: SmallCountry) -> None:
    first, _, third = chain(rolled)
    same = {"progress/updates.csv", "progress/updates.parquet", "metrics/metrics.csv"}
    assert all(third.manifest.file(name) == first.manifest.file(name) for name in same)
    attempt = {file.key.split("/")[1] for file in third.manifest.files} - {
        file.key.split("/")[1] for record in chain(rolled)[:2] for file in record.manifest.files
    }
    new = [file for file in third.manifest.files if file.key.split("/")[1] in attempt]
    assert new and all(file.table is None for file in new), "what names the version, or says what changed"


def test_a_rollback_is_rebuilt_to_the_same_bytes(rolled: SmallCountry) -> None:
    results = reproduction.reproduce(rolled.open(), None, None, lambda *_: None)
    assert [(one.version, one.differences) for one in results] == [("1.0.0", ()), ("1.0.1", ()), ("1.0.2", ())]


def test_the_next_run_does_not_undo_it(rolled: SmallCountry) -> None:
    before = rolled.public_files()
    record = rolled.run("third")
    assert record.outcome == Unchanged("1.0.2", WHY)
    assert record.to_json()["outcome"]["held"] == WHY
    assert rolled.public_files() == before


def test_nor_does_a_day_on_which_something_falls_due(rolled: SmallCountry) -> None:
    assert rolled.run("third", NOW + timedelta(days=30)).outcome == Unchanged("1.0.2", WHY)


def test_a_corrected_delivery_lifts_it(rolled: SmallCountry) -> None:
    rolled.write("agency/updates.csv", UPDATES + "XX0001.1,2024-H1,complete,Out.\n")
    assert isinstance(rolled.run("third").outcome, Published)
    assert chain(rolled)[-1].manifest.reason is None
    assert rolled.run("fourth").outcome == Unchanged(rolled.versions()[-1])


@pytest.mark.night
def test_a_programme_file_that_gives_the_same_content_does_not_lift_it(rolled: SmallCountry) -> None:
    path = rolled.folder / "programme.yaml"
    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert rolled.run("third").outcome == Unchanged("1.0.2", WHY)
    path.write_text(path.read_text(encoding="utf-8").replace("en: All of them.", "en: All."), encoding="utf-8")
    assert isinstance(rolled.run("fourth").outcome, Published)


def test_going_back_to_what_the_newest_says_is_nothing_to_do(rolled: SmallCountry) -> None:
    before = rolled.public_files()
    assert roll_back(rolled.open(), "1.0.0", WHY, "again") == RolledBack("1.0.0", None, ())
    assert roll_back(rolled.open(), "1.0.2", WHY, "again") == RolledBack("1.0.2", None, ())
    assert rolled.public_files() == before


def test_a_repeated_rollback_commits_once(rolled: SmallCountry) -> None:
    before = rolled.public_files()
    assert roll_back(rolled.open(), "1.0.0", WHY, "back") == RolledBack("1.0.0", "1.0.2", ("1.0.1",))
    assert rolled.public_files() == before


def test_a_rollback_can_be_rolled_back(rolled: SmallCountry) -> None:
    assert roll_back(rolled.open(), "1.0.1", "It was right after all.", "forth").version == "1.0.3"
    assert rolled.run("third").outcome == Unchanged("1.0.3")


def test_what_cannot_be_gone_back_to_is_refused(country: SmallCountry) -> None:
    before = country.public_files()
    with pytest.raises(NotFound, match=r"no release `9\.0\.0`"):
        roll_back(country.open(), "9.0.0", WHY, "back")
    with pytest.raises(OgpError, match="needs a reason"):
        roll_back(country.open(), "1.0.0", " ", "back")
    with pytest.raises(OgpError, match="e-mail address in the reason"):
        roll_back(country.open(), "1.0.0", "Ask someone@example.org", "back")
    assert country.public_files() == before


def test_a_record_without_a_rollback_has_the_bytes_it_always_had(country: SmallCountry) -> None:
    for record in chain(country):
        assert "back_to" not in json.loads(record.data)
        assert record.manifest.to_bytes() == record.data


class Killed(BaseException):
    """In place of a signal: tests/publishing/test_kills.py kills with real ones, at any step."""


@pytest.mark.parametrize("last", ["committed", pytest.param("version_manifest", marks=pytest.mark.night), "pages"])
def test_interrupted_and_repeated_it_is_completed(country: SmallCountry, last: str) -> None:
    def on_step(step: str) -> None:
        if step == last:
            raise Killed

    with pytest.raises(Killed):
        roll_back(country.open(), "1.0.0", WHY, "back", Hooks(on_step))
    for publish_id in ("back", "another"):
        assert roll_back(country.open(), "1.0.0", WHY, publish_id).version == (
            "1.0.2" if publish_id == "back" else None
        )
        assert verify(DirectoryReader(country.folder / "var/public")).problems == ()


def test_one_that_died_after_its_commit_is_completed_by_the_next_run(rolled: SmallCountry) -> None:
    """Its views are those of the release before, in part: what is killed at each step, the next sees at night."""
    public = rolled.folder / "var/public"
    before = rolled.public_files()
    for path in (public / "latest.json", public / "versions.json", public / "latest/progress/updates.csv"):
        path.unlink()
    shutil.rmtree(public / "v/1.0.2")
    assert rolled.run("third").outcome == Unchanged("1.0.2", WHY)
    assert verify(DirectoryReader(public)).problems == () and rolled.public_files().keys() == before.keys()


@pytest.mark.night
@pytest.mark.parametrize("last", ["ready", "committed", "hint"])
def test_interrupted_it_is_completed_or_done_again(country: SmallCountry, last: str) -> None:
    def on_step(step: str) -> None:
        if step == last:
            raise Killed

    with pytest.raises(Killed):
        roll_back(country.open(), "1.0.0", WHY, "back", Hooks(on_step))
    if last == "ready":
        assert country.versions() == ["1.0.0", "1.0.1"]
        roll_back(country.open(), "1.0.0", WHY, "again")
    assert country.run("third").outcome == Unchanged("1.0.2", WHY)
    assert verify(DirectoryReader(country.folder / "var/public")).problems == ()
