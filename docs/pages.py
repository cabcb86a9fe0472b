"""Lays out what the documentation site is built from: every page where it stands in the project, and what pages show.

    python docs/pages.py build/pages

So a link that works on the host of the repository works on the site, and README.md is its first page.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOWN = (
    "*.md",
    "LICENSE",
    "docs/*.md",
    "docs/*.svg",
    "docs/*/*.md",
    "examples/*/README.md",
    "examples/*/*/README.md",
    "examples/*/programme.yaml",
    "benchmarks/README.md",
)


def lay_out(target: Path) -> None:
    """Copy the pages into a folder, which is made anew."""
    shutil.rmtree(target, ignore_errors=True)
    for path in sorted({path for pattern in SHOWN for path in ROOT.glob(pattern)}):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)


if __name__ == "__main__":
    lay_out(Path(sys.argv[1]))
