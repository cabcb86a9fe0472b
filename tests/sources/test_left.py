"""Files that no source takes: each named once, with the reason and the likely name."""

import os
from datetime import UTC, datetime

import pytest

from ogp_pipeline.sources.left import left
from ogp_pipeline.sources.patterns import leads_into, matches
from tests.every import for_every

TAKEN = ("updates.csv", "evidence*.csv", "2024/*.xlsx", "Informe técnico.xlsx")
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def told(folder, taken=TAKEN, named=(), now=NOW):
    return {file.name: (file.reason, file.proposal) for file in left(folder, taken, named, now)}


@pytest.mark.parametrize(
    ("name", "reason", "proposal"),
    [
        ("Updates.CSV", "near", "updates.csv"),
        ("updates (1).csv", "near", "updates.csv"),
        ("updates - copia.csv", "near", "updates.csv"),
        (" Up dates.csv", "near", "updates.csv"),
        ("informe_tecnico.xlsx", "near", "Informe técnico.xlsx"),
        ("INFORME TÉCNICO final.XLSX", "near", "Informe técnico.xlsx"),
        ("Evidence 2.CSV", "near", "evidence 2.csv"),
        ("evidence.CSV", "near", "evidence.csv"),
        ("2024/a.XLSX", "near", "2024/a.xlsx"),
        ("updates.ods", "ending", "updates.csv"),
        ("Updates.xlsx", "ending", "updates.csv"),
        ("Informe (final).xlsx", "unknown", ""),
        ("README.md", "unknown", ""),
        ("updates", "ending", "updates.csv"),
        ("2024/a.csv", "unknown", ""),
        ("u\udcff.csv", "unknown", ""),
    ],
)
def test_a_file_that_nobody_takes_is_told_with_its_likely_name(tmp_path, name, reason, proposal):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    assert told(tmp_path) == {name.replace("\udcff", r"\xff"): (reason, proposal)}
    if reason == "near":
        assert any(matches(pattern, proposal.split("/")) for pattern in TAKEN)


@pytest.mark.parametrize(
    "name", ["updates.csv", "evidence2.csv", "2024/a.xlsx", ".DS_Store", "Thumbs.db", "desktop.ini", "~$updates.xlsx",
             ".~lock.updates.ods#", ".hidden/a.csv"],
)  # fmt: skip
def test_what_is_taken_or_no_persons_is_not_told(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    assert told(tmp_path) == {}


def test_an_upload_is_told_when_a_day_has_passed(tmp_path):
    (tmp_path / "updates.csv.part").write_text("x")
    os.utime(tmp_path / "updates.csv.part", (1, 1))
    assert told(tmp_path) == {"updates.csv.part": ("unfinished", "")}
    assert told(tmp_path, now=datetime(1970, 1, 1, 12, tzinfo=UTC)) == told(tmp_path, now=None) == {}


def test_a_subfolder_is_told_once_if_it_holds_something(tmp_path):
    (tmp_path / "2023/deeper").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    for number in range(3):
        (tmp_path / f"2023/{number}.csv").write_text("x")
    assert told(tmp_path) == {"2023": ("subfolder", "")}
    assert told(tmp_path, named=[tmp_path / "2023/deeper"]) == {}


def test_what_the_programme_names_is_not_told(tmp_path):
    (tmp_path / "programme.yaml").write_text("x")
    assert told(tmp_path, named=[tmp_path / "programme.yaml"]) == {}
    assert set(told(tmp_path)) == {"programme.yaml"}


def test_links_and_pipes_are_told_and_not_followed(tmp_path):
    (tmp_path / "link").symlink_to("/")
    os.mkfifo(tmp_path / "pipe")
    assert set(told(tmp_path)) == {"link", "pipe"}


@for_every(
    ("pattern", "yes", "no"),
    [
        ("*", "a.csv", "a/b.csv"),
        ("*/b.csv", "a/b.csv", "b.csv"),
        ("**/b.csv", "b.csv", "b.txt"),
        ("**/b.csv", "x/y/b.csv", "x/y/b.csv/c"),
        ("x/**/*.csv", "x/b.csv", "y/b.csv"),
        ("./a[0-9].csv", "a1.csv", "ab.csv"),
        ("a?.csv", "ab.csv", "a.csv"),
        ("a.csv", "a.csv", "A.csv"),
    ],
)
def test_a_pattern_matches_a_way_down(pattern, yes, no):
    assert matches(pattern, yes.split("/")) and not matches(pattern, no.split("/"))
    folders = yes.split("/")[:-1]
    assert all(leads_into(pattern, folders[: n + 1]) for n in range(len(folders)))


def test_a_pattern_leads_into_no_other_folder():
    assert not leads_into("*.csv", ["a"]) and not leads_into("a/*.csv", ["b"]) and not leads_into("a/*", ["a", "b"])
