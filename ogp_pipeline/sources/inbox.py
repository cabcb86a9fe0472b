"""An inbox: what suppliers drop, and what goes back to them. Each supplier sees its own and no other.

    <inbox>/<file>                      dropped: a delivery
    <inbox>/check/<file>                dropped to be checked only: nothing of it is recorded
    <inbox>/receipts/<day>/<name>.*     what became of it (.html in the supplier's language, .json, marked copies)
    <inbox>/done/<day>/<name>.<ending>  the file itself, once its receipt stands

``<day>`` is the day of arrival. ``<name>`` is the file's own, made safe, with the beginning of its sha256, or of a
receipt its short number (``Informe abril R-2026-0417``): two files of one name do not meet in ``done/``, and doing a
step twice writes the same bytes to the same place.

The protocol asks for no more than an object store gives. No rename need be atomic: ``finish`` may copy and then delete,
since a file of which both stand is found again and finished again. No folder need exist: names are one segment, and
``check/`` is a prefix. An item is known by a tag that changes with its content (an ETag; on a disk, size and times), so
that what is fetched, judged and moved away is one and the same thing, or is left for the next run.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.i18n.legible import is_illegible, legible
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal

# Endings of files that are still being uploaded.
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp", "~")
CHECK, DONE, RECEIPTS = "check", "done", "receipts"
_LONGEST = 120  # bytes of a safe name; file systems take 255, and endings are added
_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})  # written by a file browser, not by a person
_UNSAFE = re.compile(r'[/\\:*?"<>|%]')
_ENDING = re.compile(r"(?<=.)\.[A-Za-z0-9]{1,10}\Z")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that lies there. ``name`` is as the place has it; ``told`` is what people and records may see.

    ``tag`` changes whenever the content may have. ``arrived``: when it was last written, by the place's own clock and
    not by a date which the file brought along. ``plain``: False for a link, a folder, a pipe, a device.
    """

    name: str
    check: bool
    size: int
    tag: str
    arrived: datetime
    plain: bool = True

    @property
    def unfinished(self) -> bool:
        """Whether its name says that it is still being uploaded."""
        return self.name.lower().endswith(UNFINISHED)

    @property
    def told(self) -> str:
        """The name without what cannot be written, or would show it other than it is."""
        return legible(self.name)


class Inbox(Protocol):
    """One supplier's inbox. ``folder_inbox`` and ``s3_inbox`` implement it, under the same tests."""

    def items(self) -> list[Item]:
        """What lies there and under ``check/``, in no order. SourceError if that cannot be told."""
        ...

    def fetch(self, item: Item, spool: Path) -> DeliveredFile | Refusal | None:
        """Copy it into the spool, hashing on the way; None if it is gone or not what was listed any more."""
        ...

    def put_receipt(self, day: date, name: str, data: bytes, media_type: str) -> None:
        """Write ``receipts/<day>/<name>``, whole or not at all, over what stood there."""
        ...

    def drop(self, file: Path, name: str) -> str:
        """Lay a file in as its sender would, whole or not at all, over nothing: the name under which it lies."""
        ...

    def finish(self, item: Item, day: date, name: str) -> None:
        """Take it out, to ``done/<day>/<name>``, over what stood there; nothing happens if it is not as listed."""
        ...


def too_large(size: int, most: int) -> Refusal | None:
    """Why a file of more than ``most`` bytes is not opened; None if it is not larger."""
    if size <= most:
        return None
    told, limit = (f"{number / (1 << 20):.1f} MB" for number in (size, most))
    return Refusal("file-too-large", {"size": told, "limit": limit})


def too_much(sizes: Sequence[int], limits: Limits) -> Refusal | None:
    """Why files of these sizes are not taken together. Those that are too large by themselves are refused singly."""
    if len(sizes) > limits.files:
        return Refusal("too-many-files", {"limit": str(limits.files)})
    if (total := sum(size for size in sizes if size <= limits.file_mb << 20)) > limits.files_mb << 20:
        return Refusal("files-too-large", {"size": f"{total / (1 << 20):.1f} MB", "limit": f"{limits.files_mb} MB"})
    return None


def settled(item: Item, now: datetime, seconds: int) -> bool:
    """Whether nobody is writing it any more, as far as name and age tell. ``seconds`` 0: only the name counts."""
    return not item.unfinished and (seconds == 0 or now - item.arrived >= timedelta(seconds=seconds))


def left_alone(name: str) -> bool:
    """Whether a name says that no person put it there: hidden, an editor's lock, a file browser's own."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM


def safe_name(name: str, sha256: str) -> tuple[str, str]:
    """What a file is called in ``done/`` and its receipts in ``receipts/``: stem (with the hash) and ending."""
    stem, ending = plain_name(name)
    return f"{stem} {sha256[:8]}", ending


def free_names(name: str) -> Iterator[str]:
    """Names under which a file can be laid into an inbox, the one most like its own first.

    None of them would be left alone, taken for a file that is still being written, or lead elsewhere.
    """
    stem, ending = plain_name(name)
    first = stem + ending
    if left_alone(first) or first.lower().endswith(UNFINISHED) or first in (CHECK, DONE, RECEIPTS):
        stem = f"file {stem.strip('~$ ')}".strip()
        ending = "" if ending.lower() in UNFINISHED else ending
    yield stem + ending
    for number in count(2):
        yield f"{stem} ({number}){ending}"


def plain_name(name: str) -> tuple[str, str]:
    """Stem and ending of a name such that every system can store it, and that leads nowhere.

    A person recognises it: letters of any script and emoji stay.
    """
    plain = unicodedata.normalize("NFC", name)
    plain = "".join("_" if is_illegible(letter) else letter for letter in _UNSAFE.sub("_", plain)).strip(" .")
    match = _ENDING.search(plain)
    ending = match[0] if match else ""
    stem = plain.removesuffix(ending)
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    return stem.encode()[:_LONGEST].decode("utf-8", "ignore").strip(" .") or "file", ending
