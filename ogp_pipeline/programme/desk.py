"""The desk of a programme file (``desk:``): where suppliers reach it, and how much one of them may send."""

from pydantic import Field

from ogp_pipeline.programme.publisher import Address
from ogp_pipeline.programme.sources import Settings


class Desk(Settings):
    """``url``: the address in suppliers' links. ``link_days``: how long a link works, unless another time is said.

    ``files_per_hour``: how many files may be checked with one link; more are asked to wait.
    """

    url: Address
    link_days: int = Field(default=180, ge=1, le=730)
    files_per_hour: int = Field(default=60, ge=1)

    @property
    def root(self) -> str:
        """``url`` without its final slash."""
        return self.url.rstrip("/")
