"""Which software this is: its version, the commit of its code, and a hash of the code that decides what is published.

The version stands here and nowhere else; ``make release`` raises it, and pyproject.toml reads it. The commit comes from
git in a checkout, else from a small file that setup.py writes when a wheel or sdist is built. Nothing here is done at
import, and each question is answered once per process.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ogp_pipeline.errors import OgpError, OlderSoftware

VERSION = "0.2.0"

BUILT = "_build.json"  # in the package of a wheel, an sdist or an image; never in git
DIRTY = "-dirty"

# What turns accepted rows into the files of a release: rooms, and single modules of other rooms. A test holds this
# against the imports. Pages, catalogues and receipts are made by other rooms, and made again at any time. ``i18n`` is
# here with its texts: a release's readme, its data package and its workbook say some of them.
DECIDING = (
    "evaluation",
    "formats/records.py",
    "i18n",
    "intake/accepted.py",
    "intake/ledger.py",
    "programme",
    "registration.py",
    "release",
    "runs/publication.py",
    "schema",
    "sources/records.py",
    "tables",
)

_FORMAT = re.compile(r"(.+)[-/](\d+)\Z")  # "ogp-ledger-1", "ogp-release/1"
_PACKAGE = Path(__file__).resolve().parent


def refuse_newer(place: str, said: object, ours: str, made_by: str | None = None) -> None:
    """OlderSoftware if what stands at ``place`` is of a later version of the format ``ours``.

    ``made_by``: the version of the software that wrote it, where somebody knows. Every reader of a format asks this
    before anything else: what a later version means, this software cannot know (docs/migration.md).
    """
    theirs, own = _FORMAT.match(said) if isinstance(said, str) else None, _FORMAT.match(ours)
    if theirs is None or own is None or theirs[1] != own[1] or int(theirs[2]) <= int(own[2]):
        return
    needed = f"ogp-pipeline {made_by} or newer" if made_by else "the ogp-pipeline that wrote it, or a newer one"
    raise OlderSoftware(
        f"{place} is of the format {said}, and ogp-pipeline {VERSION} here reads {ours}: newer software wrote it. "
        f"Nothing was changed. Install {needed}, then run again."
    )


def refuse_newer_document(place: str, data: bytes, ours: str) -> None:
    """The same of a JSON object's bytes, which says ``format``, and ``software`` if it is of a later version."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(said, dict):
        made_by = said.get("software")
        refuse_newer(place, said.get("format"), ours, made_by if isinstance(made_by, str) else None)


@cache
def code() -> str:
    """sha256 over the code and texts of ``DECIDING``: the same in a checkout, a wheel and an image of the same code.

    OgpError if the source files were not installed.
    """
    return hash_of(_PACKAGE)


def hash_of(package: Path) -> str:
    """``code`` of the package in this folder."""
    import hashlib  # here, as below: each process that opens a workbook imports this module, and asks nothing of it

    digest = hashlib.sha256()
    for name in sorted(_deciding(package)):
        data = (package / name).read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()


def _deciding(package: Path) -> Iterator[str]:
    for name in DECIDING:
        files = [package / name] if name.endswith(".py") else [*_files(package / name)]
        if not files or not all(file.is_file() for file in files):
            raise OgpError(f"{package / name} has no source files. Install the software with its `.py` files")
        yield from (file.relative_to(package).as_posix() for file in files)


def _files(room: Path) -> Iterator[Path]:
    """A room's code, and its catalogues of texts."""
    for kind in ("*.py", "*.po"):
        yield from room.rglob(kind)


@cache
def commit() -> str | None:
    """The commit of the running code, with ``-dirty`` behind it if the code differs from it; None if nobody knows.

    In a checkout git says it; where it cannot (there is no git program, or it does not trust the folder), nobody knows.
    """
    return commit_of(_PACKAGE)


def commit_of(package: Path) -> str | None:
    """``commit`` of the package in this folder."""
    if (package.parent / ".git").exists():  # a file in a worktree
        return _said_by_git(package.parent)
    try:
        built = json.loads((package / BUILT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    commit = built["commit"]
    return commit if isinstance(commit, str) else None


def _said_by_git(root: Path) -> str | None:
    """One question to git: the commit, and whether what is packed into a wheel differs from it."""
    import subprocess

    command = ["git", "status", "--porcelain=v2", "--branch", "--untracked-files=all", "--", "ogp_pipeline", "schemas"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # set within hooks
    environment = {**inherited, "GIT_OPTIONAL_LOCKS": "0"}  # a question must not write
    try:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    oid, dirty = None, ""
    for line in os.fsdecode(done.stdout).splitlines():
        if line.startswith("# branch.oid "):
            oid = line.removeprefix("# branch.oid ")
        elif not line.startswith("#"):
            dirty = DIRTY
    return oid + dirty if oid and oid != "(initial)" else None
