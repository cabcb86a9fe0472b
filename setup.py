"""What pyproject.toml cannot say: a wheel and an sdist carry the commit that they were built from.

It comes from git, from the sdist that the wheel is built from, or, where neither is at hand (an image whose build does
not see .git), from the variable OGP_BUILD_COMMIT.
"""

import json
import os
import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from ogp_pipeline import version  # noqa: E402 - of this folder, not of one that is installed


def write_commit(package: Path) -> None:
    """Into the package that is being built."""
    commit = version.commit_of(ROOT / "ogp_pipeline") or os.environ.get("OGP_BUILD_COMMIT") or None
    (package / version.BUILT).write_text(json.dumps({"commit": commit}) + "\n", encoding="utf-8")


class BuildWithCommit(build_py):
    """The modules and the commit; an editable installation asks git itself."""

    def run(self) -> None:
        """Build as usual, then write the commit."""
        super().run()
        if not self.editable_mode:
            write_commit(Path(self.build_lib) / "ogp_pipeline")


class SdistWithCommit(sdist):
    """The sources and the commit."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Lay the sources out as usual, then write the commit."""
        super().make_release_tree(base_dir, files)
        write_commit(Path(base_dir) / "ogp_pipeline")


setup(cmdclass={"build_py": BuildWithCommit, "sdist": SdistWithCommit})
