"""What a format of published tables is: one ``TableFormat`` value, which stands in the format's own module."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ogp_pipeline.release.shape import TableShape


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A file for each table. ``write`` gives the same bytes for the same rows; ``read`` gives the same rows again.

    ``title``: what people call it. ``eu_code``: its code in the EU's table of file types; None if it has none there.
    """

    ending: str
    media_type: str
    title: str
    eu_code: str | None
    write: Callable[[pa.Table, Path], None]
    read: Callable[[Path, TableShape], pa.Table]
