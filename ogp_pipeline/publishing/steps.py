"""The marked points of a publish, in the order in which a run passes them.

Between any two of them the process may be killed, and the next run completes what is missing: the kill tests
stop at every one. Names with a ``*`` in their comment are passed once per object.
"""

from collections.abc import Callable

STEPS = (
    "checked",  # the draft is sound; nothing was written
    "probed",  # the store honours conditions; nothing was left there
    "placed",  # * a file stands under data/
    "ready",  # every file stands; the next write is the commit
    "committed",  # releases/<n>.json exists: the release is a fact
    "version_file",  # * a file stands under v/<version>/
    "version_manifest",  # v/<version>/manifest.json stands
    "latest_file",  # * a file under latest/ is the new one
    "latest_descriptor",  # latest/datapackage.json is the new one
    "latest_cleaned",  # * a name that the newest release no longer has is gone from latest/
    "versions",  # versions.json lists the release
    "deltas",  # deltas.json lists its changes
    "page",  # * a page of the site or a catalogue is the new one
    "pages",  # pages.json lists them; those that are no longer made are gone
    "hint",  # latest.json names the release
    "finished",  # nobody committed meanwhile; all views stand
)

SIGNING = ("signed",)  # after "committed": the signature of a release stands; only where there are keys

ARCHIVING = ("archived",)  # * after "latest_cleaned", with every tenth release: a file of an archive stands

COLLECTING = (
    "told",  # the tombstone stands; nothing was removed
    "removed",  # * a key that nothing names is gone
)

PURGING = (
    "entombed",  # every tombstone stands; nothing was removed
    "erased",  # * a key of what is purged is gone
)

REPAIRING = ("repaired",)  # * a view that was missing or damaged is as it should be

OnStep = Callable[[str], None]


def ignore(step: str) -> None:
    """The listener of those who do not listen."""
