"""The release step on a throw-away repository: one commit, one tag, a dated heading, and nothing when it refuses."""

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = ("CHANGELOG.md", "Makefile", "ogp_pipeline/version.py", "tools/release.py")
NEXT = "7.1.0"


def call(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "MAKE"))}
    who = {"GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@example.org"}
    who |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in who.items()}
    environment = {**inherited, **who, "GIT_CONFIG_GLOBAL": os.devnull}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def git(folder: Path, *arguments: str) -> str:
    done = call(folder, "git", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def make(folder: Path, version: str) -> subprocess.CompletedProcess[str]:
    return call(folder, "make", "release", f"VERSION={version}", f"PYTHON={sys.executable}")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a repository with the files that the step reads, as they are here, and something unreleased."""
    origin = tmp_path / "origin"
    for name in FILES:
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, origin / name)
    changelog = origin / "CHANGELOG.md"
    heading = "## Unreleased\n"
    text = changelog.read_text(encoding="utf-8")
    assert heading in text
    changelog.write_text(
        text.replace(heading, f"{heading}\n### Added\n\n- A thing for this test.\n", 1), encoding="utf-8"
    )
    git(tmp_path, "init", "--quiet", str(origin))
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "--message", "First")
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    return tmp_path / "clone"


def test_a_release_is_one_commit_and_one_tag(clone: Path) -> None:
    done = make(clone, NEXT)
    assert done.returncode == 0, done.stderr
    assert f"git push --atomic origin HEAD v{NEXT}" in done.stdout
    assert git(clone, "log", "-1", "--format=%s") == f"release: Version {NEXT}"
    assert git(clone, "rev-list", "--count", "HEAD") == "2"
    assert git(clone, "rev-parse", f"v{NEXT}^{{commit}}") == git(clone, "rev-parse", "HEAD")
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "show", "--name-only", "--format=", "HEAD").split() == ["CHANGELOG.md", "ogp_pipeline/version.py"]
    assert f'\nVERSION = "{NEXT}"\n' in (clone / "ogp_pipeline/version.py").read_text(encoding="utf-8")


def test_the_changelog_gets_a_dated_heading_below_an_empty_one(clone: Path) -> None:
    before = (clone / "CHANGELOG.md").read_text(encoding="utf-8")
    days = {str(datetime.now(UTC).date())}
    assert make(clone, NEXT).returncode == 0
    days.add(str(datetime.now(UTC).date()))
    after = (clone / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", after, re.M)
    assert heads[0] == "Unreleased" and heads[1] in {f"{NEXT} - {day}" for day in days}
    assert after.replace(f"\n## {heads[1]}\n", "", 1) == before
    assert after.index(heads[1]) < after.index("A thing for this test")


def test_a_second_release_needs_something_new_to_say(clone: Path) -> None:
    make(clone, NEXT)
    done = make(clone, "7.2.0")
    assert done.returncode and "says nothing under `## Unreleased`" in done.stderr


def test_a_version_that_the_file_says_already_can_be_released_once(clone: Path) -> None:
    file = clone / "ogp_pipeline/version.py"
    file.write_text(re.sub(r"^VERSION = .*$", f'VERSION = "{NEXT}"', file.read_text(encoding="utf-8"), flags=re.M))
    git(clone, "commit", "--quiet", "--all", "--message", "Second")
    assert make(clone, NEXT).returncode == 0
    git(clone, "tag", "--delete", f"v{NEXT}")
    done = make(clone, NEXT)
    assert done.returncode and f"has {NEXT} already" in done.stderr, "also in a clone without tags"


@pytest.mark.parametrize(
    ("version", "said"),
    [("", "Which version?"), ("0.0.1", "does not follow"), ("7.1", "is no version"), ("v7.1.0", "is no version")],
)
def test_a_version_that_is_none_or_goes_back_is_refused(clone: Path, version: str, said: str) -> None:
    done = make(clone, version)
    assert done.returncode and said in done.stderr
    assert git(clone, "status", "--porcelain") == "" and git(clone, "tag", "--list") == ""


def test_a_changed_tree_is_refused(clone: Path) -> None:
    (clone / "new.txt").write_text("work")
    done = make(clone, NEXT)
    assert done.returncode and "not clean" in done.stderr
    assert git(clone, "tag", "--list") == "" and git(clone, "rev-list", "--count", "HEAD") == "1"


def test_a_tag_is_never_moved(clone: Path) -> None:
    git(clone, "tag", f"v{NEXT}")
    done = make(clone, NEXT)
    assert done.returncode and "already" in done.stderr
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "rev-list", "--count", "HEAD") == "1"


def test_every_released_version_in_the_changelog_has_a_day_and_says_what_kind_of_change() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.M)
    assert heads[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", head) for head in heads[1:])
    assert set(re.findall(r"^### (.+)$", text, re.M)) <= {
        "Added",
        "Changed",
        "Deprecated",
        "Removed",
        "Fixed",
        "Security",
    }
