"""Files as delivered, made in a temporary folder. Imported by the ``conftest`` of each folder that uses it."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ogp_pipeline.sources.delivery import DeliveredFile

Deliver = Callable[..., DeliveredFile]


@pytest.fixture
def deliver(tmp_path: Path) -> Deliver:
    """Writes bytes or text to a file and gives it as a delivered file."""

    def write(content: bytes | str, name: str = "file.csv") -> DeliveredFile:
        data = content.encode() if isinstance(content, str) else content
        path = tmp_path / name
        path.write_bytes(data)
        return DeliveredFile(name, path, hashlib.sha256(data).hexdigest(), len(data))

    return write
