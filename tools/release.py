"""The release step: `make release VERSION=0.3.0` makes one commit and one tag, and pushes nothing.

clean tree -> CHANGELOG's "Unreleased" gets the version and the day -> ogp_pipeline/version.py -> commit -> tag v0.3.0

Only the standard library is used, so that a clone without an environment can do it. Everything is checked before
anything is written.
"""

import argparse
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

VERSION_FILE = Path("ogp_pipeline/version.py")
CHANGELOG = Path("CHANGELOG.md")

_SAID = re.compile(r'^VERSION = "([^"]+)"$', re.M)
_NUMBER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_UNRELEASED = re.compile(r"^## Unreleased\n(.*?)(?=^## |\Z)", re.M | re.S)


class Refused(Exception):
    """The release cannot be made; nothing was written."""


def raise_version(text: str, version: str) -> str:
    """The version file with the new version, which may stand there already if it was not released yet.

    Refused if it is no version, or an earlier one.
    """
    found = _SAID.findall(text)
    if len(found) != 1:
        raise Refused(f'{VERSION_FILE} must hold one line VERSION = "…"')
    if _NUMBER.fullmatch(version) is None:
        raise Refused(f"{version} is no version: three numbers, for instance 0.3.0")
    if _numbers(version) < _numbers(found[0]):
        raise Refused(f"{version} does not follow {found[0]}")
    return _SAID.sub(f'VERSION = "{version}"', text)


def date_changelog(text: str, version: str, day: date) -> str:
    """The changelog with what was unreleased under the version and the day, below an empty "Unreleased"."""
    found = _UNRELEASED.search(text)
    if found is None:
        raise Refused(f"{CHANGELOG} has no heading `## Unreleased`")
    if re.search(rf"^## {re.escape(version)}(?: |$)", text, re.M):
        raise Refused(f"{CHANGELOG} has {version} already")
    if not re.search(r"^- ", found[1], re.M):
        raise Refused(f"{CHANGELOG} says nothing under `## Unreleased`: what does this version bring?")
    return text[: found.start(1)] + f"\n## {version} - {day}\n" + text[found.start(1) :]


def release(root: Path, version: str, day: date) -> str:
    """Make the release in the repository at ``root``; the name of its tag. Refused if it cannot be made."""
    version_file, changelog = root / VERSION_FILE, root / CHANGELOG
    raised = raise_version(version_file.read_text(encoding="utf-8"), version)
    dated = date_changelog(changelog.read_text(encoding="utf-8"), version, day)
    tag = f"v{version}"
    if _git(root, "status", "--porcelain"):
        raise Refused("the tree is not clean: commit or stash what `git status` shows")
    if _git(root, "tag", "--list", tag):
        raise Refused(f"there is a tag {tag} already")
    version_file.write_text(raised, encoding="utf-8")
    changelog.write_text(dated, encoding="utf-8")
    _git(root, "commit", "--quiet", "--message", f"release: Version {version}", "--", str(VERSION_FILE), str(CHANGELOG))
    _git(root, "tag", "--annotate", tag, "--message", f"Version {version}")
    return tag


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"git {arguments[0]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


def main() -> None:
    """``python tools/release.py 0.3.0``, from the root of a clone."""
    parser = argparse.ArgumentParser(description="Make a release: a commit and a tag, on this machine.")
    parser.add_argument("version", help="the new version, three numbers")
    try:
        tag = release(Path.cwd(), parser.parse_args().version, datetime.now(UTC).date())
    except Refused as refused:
        sys.exit(f"Nothing was released: {refused}")
    sys.stdout.write(f"{tag} is committed and tagged. Publish both: git push --atomic origin HEAD {tag}\n")


if __name__ == "__main__":
    main()
