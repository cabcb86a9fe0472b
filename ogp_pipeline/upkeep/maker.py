"""Which software made a release, and how to get it: commands that work when they are pasted into a clone."""

from dataclasses import dataclass

from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.version import DIRTY


@dataclass(frozen=True, slots=True)
class Maker:
    """``software``, ``commit`` and ``code`` as the record says them. ``commands``: each one brings that software.

    ``exact``: False if they only bring what comes nearest, because the record does not say the code, or says that it
    was a changed checkout, which nobody else has.
    """

    software: str
    commit: str | None
    code: str | None
    commands: tuple[str, ...]
    exact: bool


def maker_of(manifest: Manifest) -> Maker:
    """The software that made the content of a release."""
    commit, version = manifest.commit, manifest.software
    if commit is not None:
        commands: tuple[str, ...] = (f"git checkout {commit.removesuffix(DIRTY)}",)
    elif manifest.code is not None:  # a package that was built without git
        commands = (f"git checkout v{version}", f"pip install ogp-pipeline=={version}")
    else:  # 0.1.0 was many states, and records did not say which: the newest before the release
        commands = (f"git checkout $(git rev-list -n 1 --before={manifest.created} HEAD)",)
    exact = manifest.code is not None and not (commit or "").endswith(DIRTY)
    return Maker(version, commit, manifest.code, commands, exact)
