"""``python -m ogp_pipeline.starter FOLDER``: writes examples/mexico anew, after its templates have changed."""

import argparse
from pathlib import Path

from ogp_pipeline.schema import schemas
from ogp_pipeline.starter import mexico


def main() -> None:
    """Existing files are written over."""
    parser = argparse.ArgumentParser(prog="python -m ogp_pipeline.starter", description="Write examples/mexico anew.")
    parser.add_argument("folder", type=Path, help="the example's folder")
    folder = parser.parse_args().folder
    for name, text in mexico.example(schemas.load()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
