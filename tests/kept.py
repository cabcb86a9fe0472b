"""Countries that many tests begin with: each is made once in a run of the tests, by the worker that needs it first.

To make one takes seconds, since it publishes; a copy of its folder takes a hundredth of that.
"""

import atexit
import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

_SHARED: list[Path] = []  # the folder of all workers of this run, if there are several


def share(folder: Path) -> None:
    """Keep them below a folder that the other workers are told of, too."""
    _SHARED[:] = [folder / "kept"]


def kept(name: str, make: Callable[[Path], object]) -> Path:
    """The folder that ``make`` has made under this name, now or before, here or in another worker. Not to write to.

    ``name``: says everything on which its content rests.
    """
    place = _place()
    folder = place / hashlib.sha256(name.encode()).hexdigest()[:16]
    with (place / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be at it: it is waited for
        if not folder.exists():
            making = folder.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            make(making)
            making.rename(folder)
            folder.with_suffix(".files").write_text(json.dumps([name, _files(folder)]), encoding="utf-8")
    return folder


def altered() -> list[str]:
    """Names of those whose files somebody has changed, though they are everybody's."""
    changed = []
    for listed in sorted(_place().glob("*.files")):
        name, files = json.loads(listed.read_text(encoding="utf-8"))
        if _files(listed.with_suffix("")) != files:
            changed.append(name)
    return changed


def _files(folder: Path) -> dict[str, list[int]]:
    files = {str(path.relative_to(folder)): path.lstat() for path in folder.rglob("*") if not path.is_dir()}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in files.items()}


@cache
def _place() -> Path:
    if not _SHARED:
        alone = tempfile.TemporaryDirectory(prefix="kept-")
        atexit.register(alone.cleanup)
        return Path(alone.name)
    _SHARED[0].mkdir(exist_ok=True)
    return _SHARED[0]
