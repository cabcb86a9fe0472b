"""Reads a delivered file by its declared format. Whatever the bytes are, the answer is a ``Reading``, never
an error.

Before any parser sees the bytes: the size is checked, an empty file is said to be empty, and what is something
else altogether (a web page, a PDF, an old workbook) is recognised by its content, not by its name.
"""

from ogp_pipeline.formats import FORMATS
from ogp_pipeline.formats.format import File, Options
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, Reading, Where
from ogp_pipeline.formats.vocabulary import NONE, Vocabulary
from ogp_pipeline.sources.delivery import DeliveredFile

__all__ = ["Reading", "read"]

_MB = 1024 * 1024


def read(file: DeliveredFile, options: Options, limits: Limits | None = None, vocabulary: Vocabulary = NONE) -> Reading:
    """Rows, headings and problems of one file. ``limits``: the defaults if None.

    ``vocabulary``: the headings to look for.

    ``file.path`` must be readable (OSError is ours, not the sender's).
    """
    limits = limits or Limits()
    where = Where(file.name)
    size = file.path.stat().st_size
    if size > limits.file_mb * _MB:
        details = {"size": f"{size / _MB:.1f} MB", "limit": f"{limits.file_mb} MB"}
        return Reading([], (), [FileProblem("file-too-large", where, None, details)])
    content = file.path.read_bytes()
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        return Reading([], (), [FileProblem("empty-file", where)])
    form, received = FORMATS[options.kind], File(file.name, file.path, content, vocabulary)
    if problem := form.misfit(received, options):
        return Reading([], (), [problem])
    return form.read(received, options, limits)
