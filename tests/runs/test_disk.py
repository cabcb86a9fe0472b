"""A full disk is named, whoever finds out."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter.exceptions

from ogp_pipeline.runs import disk

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("error", [FULL, xlsxwriter.exceptions.FileCreateError(FULL)], ids=["a write", "a workbook"])
def test_an_error_of_the_disk_that_names_no_file_names_the_folder(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(OSError, match="No space left on device") as caught, disk.naming(tmp_path):
        raise error
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full", "/a/file"), ConnectionResetError(errno.ECONNRESET, "reset"), OSError("?")]
)
def test_another_error_is_left_as_it_is(tmp_path: Path, error: Any) -> None:
    with pytest.raises(OSError, match=r".") as caught, disk.naming(tmp_path):
        raise error
    assert caught.value is error
