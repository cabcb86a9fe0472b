"""What ``ogp verify`` remembers of each address: a small file in the reader's own state folder.

    <folder>/<sha256 of the address>.json    {"address": …, "seen": …}

The folder is ``$OGP_MEMORY``, else ``ogp/seen`` under ``$XDG_STATE_HOME``, else under ``~/.local/state``. A file is
written beside its name and moved there, so one that cannot be read was damaged by something else. It is not passed
over: that is what a thief would wish for.
"""

import contextlib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from ogp_pipeline.cli import views_run
from ogp_pipeline.errors import OgpError, WrongUse
from ogp_pipeline.publishing.finding import Verification
from ogp_pipeline.publishing.seen import Seen

VARIABLE = "OGP_MEMORY"
_PORTS = {"http": 80, "https": 443}


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str
    seen: Seen


@dataclass(frozen=True, slots=True)
class Memory:
    """What is kept of one place. ``path``: None where nothing is, of a folder that nobody named a memory for."""

    place: str
    path: Path | None

    def recall(self) -> Seen | None:
        """What was seen there, None if nothing was; OgpError if that cannot be read."""
        if self.path is None:
            return None
        try:
            entry = _Entry.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is damaged"
            raise OgpError(
                f"what was seen of {self.place} before cannot be read from {self.path}: {why}. Put the file back "
                "from a copy. Only if you are sure of the place, begin anew with --forget"
            ) from error
        if entry.address != address_of(self.place):
            raise WrongUse(f"{self.path} is about {entry.address}, not about {self.place}: begin anew with --forget")
        return entry.seen

    def keep(self, result: Verification) -> None:
        """Keep what was found whole, unless more was seen meanwhile. What cannot be written is said, no more."""
        if self.path is None or result.seen is None:
            return
        standing = self.recall()
        if standing == result.seen or (standing is not None and standing.release > result.seen.release):
            return
        entry = _Entry(address=address_of(self.place), seen=result.seen)
        beside = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(entry.model_dump_json(indent=1) + "\n", encoding="utf-8")
            beside.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                beside.unlink()
            told = f"what was seen of {self.place} cannot be kept in {self.path.parent}: {error.strerror}"
            views_run.show_error(OgpError(told))


def open_memory(place: str, folder: Path | None, *, forget: bool = False) -> Memory:
    """The memory of a place: of every address, and of a folder if ``folder`` is named. ``forget``: empty."""
    if not is_address(place) and folder is None:
        return Memory(place, None)
    path = (folder or folder_of()) / f"{hashlib.sha256(address_of(place).encode()).hexdigest()}.json"
    if forget:
        path.unlink(missing_ok=True)
    return Memory(place, path)


def address_of(place: str) -> str:
    """The one way to write an address, or the whole path of a folder."""
    if not is_address(place):
        return str(Path(place).resolve())
    parts = urlsplit(place)
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port not in (None, _PORTS[parts.scheme]) else "")
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), parts.query, ""))


def is_address(place: str) -> bool:
    """Whether it is an http(s) address, and no folder."""
    return urlsplit(place).scheme in _PORTS


def folder_of(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the memory is kept if nothing is said. A relative ``XDG_STATE_HOME`` does not count."""
    if chosen := environment.get(VARIABLE):
        return Path(chosen)
    state = Path(environment.get("XDG_STATE_HOME", ""))
    return (state if state.is_absolute() else Path.home() / ".local" / "state") / "ogp" / "seen"
