"""A disk that is full and does not say which gets a path, so that somebody knows where to make room; and one that is
nearly full is told before.
"""

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter.exceptions import XlsxFileError

from ogp_pipeline.programme.places import DirectoryPlace
from ogp_pipeline.runs.workspace import Workspace

LOW_MB = 500  # room for one more release of most programmes, and for somebody to hear of it
_OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EFBIG})


@contextmanager
def naming(folder: Path) -> Iterator[None]:
    """What is written meanwhile lies below ``folder``: an error of the disk that names no file names this folder."""
    try:
        yield
    except XlsxFileError as error:  # as this library says that a file of it cannot be written
        cause = error.args[0] if error.args else None
        if not isinstance(cause, OSError):
            raise
        raise OSError(cause.errno, cause.strerror, cause.filename or str(folder)) from error
    except OSError as error:
        if error.filename is not None or error.errno not in _OF_THE_DISK:
            raise
        raise OSError(error.errno, error.strerror or str(error), str(folder)) from error


def low(workspace: Workspace, least_mb: int = LOW_MB) -> list[tuple[str, str]]:
    """Folders of the programme on whose disk little room is left, each with how much. Buckets tell nobody."""
    publication = workspace.programme.publication
    places = {
        "store": publication.store,
        "intake": publication.intake,
    }
    folders = {
        name: workspace.base / place.directory for name, place in places.items() if isinstance(place, DirectoryPlace)
    }
    told = []
    for name, folder in {**folders, "temporary files": Path(tempfile.gettempdir())}.items():
        free = shutil.disk_usage(folder).free // 10**6 if folder.is_dir() else least_mb
        if free < least_mb:
            told.append((name, f"{free} MB are left in {folder} ({name}); runs fail when it is full"))
    return told
