"""The Nu Html Checker (``make checker``), which reads pages as the standard for HTML wants them."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

LOCK = Path(__file__).with_name("package-lock.json")
HOME = Path(__file__).parents[2] / ".html-checker"
_JAR = HOME / "node_modules/vnu-jar/build/dist/vnu.jar"
# Beginnings of what it says and is not so, with the reason.
NOT_SO = {
    "Inline script violates Content Security Policy": "it does not compare hashes; tests/site/test_pages.py does",
    "CSS: “paint-order”: Property “paint-order” doesn't exist": "it stands in SVG 2, and browsers draw by it",
}


def complaints(folder: Path, pages: Mapping[str, str]) -> list[str]:
    """What it says of these pages, errors and warnings, as ``name: line: sentence``."""
    ready = HOME / ".ready"
    if shutil.which("java") is None or not ready.is_file() or ready.read_bytes() != LOCK.read_bytes():
        pytest.skip(f"there is no java, or {HOME.name} is not what {LOCK.name} says: `make checker` fetches it")
    names = {f"{place}.html": name for place, name in enumerate(pages)}
    for file, name in names.items():
        (folder / file).write_text(pages[name], encoding="utf-8")
    done = subprocess.run(
        ["java", "-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", str(_JAR), "--format", "json",
         "--stdout", "--exit-zero-always", *sorted(names)],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [
        f"{names[message['url'].rpartition('/')[2]]}: {message.get('lastLine')}: {message['message']}"
        for message in json.loads(done.stdout)["messages"]
        if not message["message"].startswith(tuple(NOT_SO))
    ]
