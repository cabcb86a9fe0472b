"""What lies in the folders of ``folder`` sources and is taken by none of them: each thing once, with the reason.

Not told, because no person waits for an answer to it: hidden files and editors' locks (a program's own, or an upload of
rsync), a file browser's notes (``Thumbs.db``, ``desktop.ini``), uploads that are under way (``.part``, ``.tmp`` …: they
come with the next run, and are told when a day has passed), and what the programme file itself names. An inbox leaves
nothing: whatever lies there is answered.
"""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Literal

from ogp_pipeline.i18n.legible import legible
from ogp_pipeline.i18n.letters import bare
from ogp_pipeline.sources import beneath, patterns
from ogp_pipeline.sources.beneath import Member
from ogp_pipeline.sources.folder import ignored, unfinished
from ogp_pipeline.sources.inbox import left_alone

# near: a name like one that is taken; ending: another kind of file; unknown: no name like it is taken; subfolder: no
# pattern leads into it; unfinished: an upload that ended long ago.
Reason = Literal["near", "ending", "unknown", "subfolder", "unfinished"]
_LOOKED_AT = 50_000  # things in one folder: a run must not take hours because a disk was unpacked there
_UPLOAD_S = 24 * 60 * 60
_WILD = re.compile(r"[*?\[]")
_COPY = re.compile(r"(\([0-9]{1,3}\)|[-_ ](copy|copia|copia de|final))\Z")


@dataclass(frozen=True, slots=True)
class LeftFile:
    """Something that nobody takes. ``proposal``: the name under which it would be taken; "" if none is likely.

    ``mark`` changes whenever the file may have.
    """

    name: str
    reason: Reason
    proposal: str
    mark: str


def left(folder: Path, taken: Sequence[str], named: Collection[Path], now: datetime | None) -> list[LeftFile]:
    """What lies in a folder and is matched by none of the patterns ``taken``, sorted by name.

    ``named``: places that the programme file names for something else. ``now``: aware; None tells no upload as ended.
    OSError if the folder cannot be read.
    """
    with beneath.opened(folder) as root:
        files = list(_left(root, folder, taken, named, now))
    return sorted(files, key=lambda file: file.name)


def _left(
    root: int, folder: Path, taken: Sequence[str], named: Collection[Path], now: datetime | None
) -> Iterator[LeftFile]:
    for member in islice(beneath.members(root, patterns.depth(taken)), _LOOKED_AT):
        if ignored(member) or left_alone(member.parts[-1]) or _is_named(folder.joinpath(*member.parts), named):
            continue
        above = member.parts[:-1]
        if above and not any(patterns.leads_into(pattern, above) for pattern in taken):
            continue  # the subfolder is told, not each thing in it
        mark = f"{member.status.st_size} {member.status.st_mtime_ns}"
        if member.is_folder:
            into = any(patterns.leads_into(pattern, member.parts) for pattern in taken)
            if not into and _holds_something(root, member):
                yield LeftFile(legible(member.name), "subfolder", "", "")
        elif unfinished(member):
            if now is not None and now.timestamp() - member.status.st_mtime > _UPLOAD_S:
                yield LeftFile(legible(member.name), "unfinished", "", mark)
        elif not any(patterns.matches(pattern, member.parts) for pattern in taken):
            reason, proposal = likely(member.name, taken)
            yield LeftFile(legible(member.name), reason, legible(proposal), mark)


def _is_named(path: Path, named: Collection[Path]) -> bool:
    """Whether the programme file names this place, or one in it."""
    return any(path == place or path in place.parents for place in named)


def _holds_something(root: int, folder: Member) -> bool:
    try:
        with beneath.inside(root, folder.parts) as handle, os.scandir(handle) as entries:
            return any(not left_alone(entry.name) for entry in entries)
    except OSError:  # closed to us, or gone: closed is as good as full
        return True


def likely(name: str, taken: Sequence[str]) -> tuple[Reason, str]:
    """How the file came to be left, and the name that it was perhaps meant to have."""
    path = PurePosixPath(name)
    plain = _plain(path.stem)
    alike = [pattern for pattern in taken if not _WILD.search(pattern) and _plain(PurePosixPath(pattern).stem) == plain]
    for pattern in alike:
        if PurePosixPath(pattern).suffix.lower() == path.suffix.lower():
            return "near", pattern
    for candidate in (
        f"{path.parent / path.stem}{path.suffix.lower()}",
        name.lower(),
        f"{path.parent / plain}{path.suffix.lower()}",
    ):
        written = PurePosixPath(candidate).as_posix()
        if any(patterns.matches(pattern, PurePosixPath(written).parts) for pattern in taken):
            return "near", written
    return ("ending", alike[0]) if alike else ("unknown", "")


def _plain(stem: str) -> str:
    """A name's letters and digits, without capitals, accents, and what a browser or a person adds to a copy."""
    return re.sub(r"[\W_]+", "", _COPY.sub("", bare(stem.strip())))
