"""Names of files as people and records may see them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ogp_pipeline.sources.delivery import DeliveredFile


def apart(files: Sequence[DeliveredFile]) -> Iterator[DeliveredFile]:
    """The files, each under a name of its own: what cannot be shown may have been the only difference."""
    taken: set[str] = set()
    for file in files:
        name, number = file.name, 2
        while name in taken:
            name, number = f"{file.name} ({number})", number + 1
        taken.add(name)
        yield replace(file, name=name)
