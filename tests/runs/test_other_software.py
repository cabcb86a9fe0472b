"""Other software: what it computes otherwise is published and says so; what it computes the same costs one run."""

import csv
import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline import version
from ogp_pipeline.cli import app
from ogp_pipeline.errors import OgpError
from ogp_pipeline.intake import layout
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.release.content import Content
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.runs import publication
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.upkeep import reproduction
from ogp_pipeline.upkeep.rollback import roll_back
from tests.sample import by_day
from tests.small_country import NOW, SmallCountry, build, linked, published_once

WHY = "The numbers of this version are wrong."
COMMIT = "c" * 40


class Software:
    """The code that runs: its hash, how often it computed, and whether it counts otherwise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.computed = 0
        self.code = version.code()
        self.wrong = False
        self._content_of: Callable[..., Content] = publication.content_of
        monkeypatch.setattr(version, "code", lambda: self.code)
        for module in (publication, reproduction):
            monkeypatch.setattr(module, "content_of", self.compute)

    def compute(self, *arguments: Any) -> Content:
        self.computed += 1
        made = self._content_of(*arguments)
        if not self.wrong:
            return made
        metrics = made.tables["metrics"].copy()
        metrics["missing"] = metrics["missing"] + 1
        return replace(made, tables={**made.tables, "metrics": metrics}, rows={})

    def changes(self, code: str, *, wrong: bool = False) -> None:
        self.code, self.wrong, self.computed = code * 64, wrong, 0


@pytest.fixture
def software(monkeypatch: pytest.MonkeyPatch) -> Software:
    return Software(monkeypatch)


@pytest.fixture(scope="module")
def published() -> Path:
    """One release, made once."""
    return published_once()


@pytest.fixture(scope="module")
def published_wrong(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, and a second release by software ``b``, which counts wrongly; made once."""
    made = linked(published, tmp_path_factory.mktemp("wrong") / "country")
    with pytest.MonkeyPatch.context() as patch:
        software = Software(patch)
        software.changes("b", wrong=True)
        assert isinstance(made.run("second").outcome, Published) and software.computed == 1
    return made.folder


@pytest.fixture
def country(published: Path, tmp_path: Path, software: Software) -> SmallCountry:
    return linked(published, tmp_path / "country")


@pytest.fixture
def wrong(published_wrong: Path, tmp_path: Path, software: Software) -> SmallCountry:
    """The country after the second release, in the hands of the software that made that."""
    software.changes("b", wrong=True)
    return linked(published_wrong, tmp_path / "wrong")


def manifests(country: SmallCountry) -> list[Manifest]:
    return [one.manifest for one in history.releases(country.open().publication)]


def lines(country: SmallCountry, name: str) -> list[dict[str, str]]:
    data = country.public_files()[f"latest/{name}"]
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_release_says_which_software_made_it(country: SmallCountry) -> None:
    [record] = manifests(country)
    assert (record.software, record.commit, record.code) == (version.VERSION, version.commit(), version.code())


@pytest.mark.night
def test_a_commit_that_nobody_knows_is_null(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "commit", lambda: None)
    country = build(tmp_path)
    country.run("first")
    said = json.loads(country.public_files()["releases/1.json"])
    assert said["commit"] is None and said["code"] == version.code()
    assert verify(DirectoryReader(country.folder / "var/public")).problems == ()


def test_the_same_software_computes_nothing_on_a_quiet_night(country: SmallCountry, software: Software) -> None:
    assert country.run("second").outcome == Unchanged("1.0.0")
    assert software.computed == 0


def test_other_software_that_says_the_same_publishes_nothing_and_computes_once(
    country: SmallCountry, software: Software
) -> None:
    before = country.public_files()
    software.changes("b")
    assert country.run("second").outcome == Unchanged("1.0.0")
    assert software.computed == 1
    assert country.run("third").outcome == Unchanged("1.0.0")
    assert software.computed == 1, "it is remembered"
    assert country.public_files() == before


def test_what_is_remembered_may_be_lost(country: SmallCountry, software: Software) -> None:
    software.changes("b")
    country.run("second")
    (country.folder / "var/private" / layout.COMPUTED).write_bytes(b"nothing of ours")
    assert country.run("third").outcome == Unchanged("1.0.0")
    assert software.computed == 2
    country.run("fourth")
    assert software.computed == 2


@pytest.mark.night
def test_what_is_remembered_is_of_these_inputs_and_this_release_only(country: SmallCountry, software: Software) -> None:
    software.changes("b")
    country.run("second")
    country.write("agency/updates.csv", "milestone_id,period_id,status,progress_en\nXX0001.1,2024-H1,complete,Done.\n")
    assert country.run("third").outcome == Published("1.0.1")
    software.changes("a")
    assert country.run("fourth").outcome == Unchanged("1.0.1")
    assert software.computed == 1


def test_a_delivery_that_says_nothing_new_is_computed_once(country: SmallCountry, software: Software) -> None:
    path = country.folder / "programme.yaml"
    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("second", "third"):
        assert country.run(name).outcome == Unchanged("1.0.0")
    assert software.computed == 1


def test_fixed_numbers_are_published_and_say_that_the_software_changed(wrong: SmallCountry, software: Software) -> None:
    found = lines(wrong, "metrics/changes/metrics.csv")
    assert {(line["_op"], line["_fields"], line["_cause"], line["_known_on"]) for line in found} == {
        ("change", "missing", "software", "")
    }
    assert [one.code for one in manifests(wrong)][-1] == "b" * 64
    assert wrong.run("third").outcome == Unchanged(manifests(wrong)[-1].version)
    assert software.computed == 0
    changes = reproduction.compare(wrong.open(), *wrong.versions())
    assert set(changes.lines["metrics"]["cause"]) == {"software"}
    assert verify(DirectoryReader(wrong.folder / "var/public")).problems == ()


def test_a_delivery_beside_other_software_keeps_its_own_cause(country: SmallCountry, software: Software) -> None:
    software.changes("b", wrong=True)
    country.write("agency/updates.csv", "milestone_id,period_id,status,progress_en\nXX0001.1,2024-H1,complete,Done.\n")
    country.run("second")
    assert {line["_cause"] for line in lines(country, "metrics/changes/metrics.csv")} == {"computed"}
    assert "sent_again" in {line["_cause"] for line in lines(country, "progress/changes/updates.csv")}


@pytest.mark.night
def test_a_rollback_holds_while_other_software_says_the_same(country: SmallCountry, software: Software) -> None:
    country.write("agency/updates.csv", "milestone_id,period_id,status,progress_en\nXX0001.1,2024-H1,complete,Done.\n")
    country.run("second")
    roll_back(country.open(), "1.0.0", WHY, "back")
    software.changes("b")
    later = NOW + timedelta(days=30)
    assert country.run("third", later).outcome == Unchanged("1.0.2", WHY)
    assert software.computed == 1
    assert country.run("fourth", later).outcome == Unchanged("1.0.2", WHY)
    assert software.computed == 1, "that, too, is remembered"


@pytest.mark.night
def test_a_rollback_of_wrong_numbers_is_lifted_by_software_that_mends_them(
    wrong: SmallCountry, software: Software
) -> None:
    roll_back(wrong.open(), "1.0.0", WHY, "back")
    assert manifests(wrong)[-1].code == manifests(wrong)[0].code
    assert {line["_cause"] for line in lines(wrong, "metrics/changes/metrics.csv")} == {"software"}
    assert isinstance(wrong.run("third").outcome, Unchanged)
    wrong.write("agency/updates.csv", "milestone_id,period_id,status,progress_en\nXX0001.1,2024-H1,complete,Done.\n")
    software.changes("d")
    assert isinstance(wrong.run("fourth").outcome, Published)


def test_what_other_software_rebuilds_otherwise_is_not_proven_and_names_its_maker(wrong: SmallCountry) -> None:
    [other] = reproduction.reproduce(wrong.open(), "1.0.0", None, lambda *_: None)
    assert other.unproven is not None and (other.unproven.kind, other.differences) == ("bytes", ())
    assert "metrics/metrics.csv" in other.unproven.detail
    assert other.unproven.made_by == reproduction.maker_of(manifests(wrong)[0])


@pytest.mark.night
def test_each_software_rebuilds_its_own(wrong: SmallCountry, software: Software) -> None:
    results = {one.version: one for one in reproduction.reproduce(wrong.open(), None, None, lambda *_: None)}
    assert [one.unproven or one.differences for one in results.values()][1:] == [()]
    software.code, software.wrong = str(manifests(wrong)[0].code), False
    back = {one.version: one for one in reproduction.reproduce(wrong.open(), None, None, lambda *_: None)}
    assert back["1.0.0"].unproven is None and back["1.0.0"].differences == ()
    assert [one.unproven is None for one in back.values()] == [True, False]


def test_a_release_by_other_code_that_gives_the_same_bytes_is_proven(country: SmallCountry, software: Software) -> None:
    software.changes("b")
    [result] = reproduction.reproduce(country.open(), None, None, lambda *_: None)
    assert (result.unproven, result.differences) == (None, ())


def test_a_difference_under_the_same_code_stays_one(country: SmallCountry, software: Software) -> None:
    software.wrong = True
    [result] = reproduction.reproduce(country.open(), None, None, lambda *_: None)
    assert result.unproven is None and "metrics/metrics.csv" in {one.name for one in result.differences}


def test_what_other_software_refuses_does_not_stop_the_rest(
    wrong: SmallCountry, software: Software, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute = reproduction.content_of

    def refuse(*arguments: Any) -> Content:
        if software.computed == 0:
            software.computed += 1
            raise OgpError("a row that this software does not take")
        return compute(*arguments)

    monkeypatch.setattr(reproduction, "content_of", refuse)
    first, second = reproduction.reproduce(wrong.open(), None, None, lambda *_: None)
    assert first.unproven and (first.unproven.kind, first.unproven.detail) == (
        "refused",
        "a row that this software does not take",
    )
    assert (second.unproven, second.differences) == (None, ())


@pytest.mark.parametrize(
    ("language", "said"),
    by_day([EN := ("en", "take the software that made it"), ("es", "tome el programa que la hizo")], [EN]),
)
def test_the_command_says_at_the_end_what_to_check_out(
    wrong: SmallCountry, software: Software, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        app.main(["reproduce", "-p", str(wrong.folder), "--lang", language])
    assert end.value.code == 1, "not proven, and no difference"
    told = capsys.readouterr().out
    command = reproduction.maker_of(manifests(wrong)[0]).commands[-1]
    assert said in " ".join(told.split()) and told.rstrip().endswith(command)
    assert told.index("1.0.1") < told.index("1.0.0"), "those that could be rebuilt come first"


def test_releases_of_software_that_did_not_say_its_code_are_read_and_found(
    country: SmallCountry, software: Software
) -> None:
    """0.1.0 wrote neither commit nor code. Its records keep their bytes, and a date leads to its commit."""
    [record] = manifests(country)
    maker = reproduction.maker_of(record.model_copy(update={"commit": COMMIT}))
    assert (maker.commands, maker.exact) == ((f"git checkout {COMMIT}",), True)
    older = record.model_copy(update={"code": None, "commit": None, "software": "0.1.0"})
    assert not {"code", "commit"} & json.loads(older.to_bytes()).keys()
    assert Manifest.model_validate_json(older.to_bytes()).to_bytes() == older.to_bytes()
    maker = reproduction.maker_of(older)
    assert not maker.exact
    root = Path(__file__).resolve().parents[2]
    if (root / ".git").exists():
        command = maker.commands[0].replace(record.created, "2037-01-01T00:00:00Z").replace("git checkout ", "echo ")
        done = subprocess.run(["bash", "-c", command], cwd=root, capture_output=True, text=True, check=True)
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
        assert done.stdout == head.stdout
