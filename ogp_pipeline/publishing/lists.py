"""The lists that follow from the log alone, ``versions.json`` and ``deltas.json``: of the newest releases or of all."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from ogp_pipeline.publishing import history, layout, windows
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.release import delta, json_text


def versions_list(chain: Sequence[Release]) -> bytes:
    """``versions.json``: one object for each of the newest releases of ``chain`` (``windows``), newest first."""
    return versions_of(history.listed(chain))


def versions_of(chain: Sequence[Release]) -> bytes:
    """One object for each of these releases, newest first. ``sha256`` is the record's hash."""
    return json_text.canonical(
        [
            {
                "version": record.version,
                "release": record.n,
                "created": record.manifest.created,
                "as_of": record.manifest.as_of.isoformat(),
                "manifest": layout.release(record.n),
                "sha256": record.hash,
                "path": layout.version_folder(record.version),
            }
            for record in reversed(chain)
        ]
    )


def deltas_list(chain: Sequence[Release]) -> bytes:
    """``deltas.json``: what leads to each of the newest releases of ``chain`` from an older one, newest first.

    Nothing leads to the first release. ``format``: json for an index of files (``release.delta``); csv and parquet for
    one file of a release by earlier software, which has a line for each cell (``release.changes``).
    """
    return deltas_of(chain, windows.first(chain[-1].n) if chain else 1)


def deltas_of(chain: Sequence[Release], first: int) -> bytes:
    """What leads to these releases from number ``first`` on; the one before it has to be there."""
    steps = [(base, record) for base, record in itertools.pairwise(chain) if record.n >= first]
    return json_text.canonical([entry for base, record in reversed(steps) for entry in _entries(base, record)])


def _entries(base: Release, record: Release) -> Iterator[dict[str, Any]]:
    for file in record.manifest.files:
        older, ending = delta.leads_from(file.name), file.name.rpartition(".")[2]
        if older is None and file.name != f"{file.dataset}/changes.{ending}":
            continue
        yield {
            "from": older or base.version,
            "to": record.version,
            "dataset": file.dataset,
            "format": ending,
            "path": layout.version(record.version, file.name),
            "sha256": file.sha256,
            "bytes": file.bytes,
            "rows": file.rows,
        }


LISTS = (
    (layout.VERSIONS, versions_list, versions_of),
    (layout.DELTAS, deltas_list, lambda chain: deltas_of(chain, 1)),
)
"""Each list's key, what makes it of the log, and what did so before there were archives."""
