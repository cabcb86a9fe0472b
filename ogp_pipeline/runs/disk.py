"""A disk that is full and does not say which: it gets a path, so that somebody knows where to make room."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlsxwriter.exceptions import XlsxFileError

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
