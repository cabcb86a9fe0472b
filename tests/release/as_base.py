"""A built release as the next one's base, and when all of them are published."""

from ogp_pipeline import version
from ogp_pipeline.release.base import BaseRelease, read_base
from ogp_pipeline.release.build import Build

CREATED = "2024-07-10T12:00:00Z"


def base_of(built: Build) -> BaseRelease:
    """What ``built`` is to the release after it."""
    files = {file.name: file.sha256 for file in built.files}
    return read_base(lambda name: built.folder / name, version.code(), files)
