"""JSON that people read, too: each value on a line of its own, the same bytes as ``json.dumps`` with ``indent``.

The library leaves its fast encoder as soon as lines are indented, and its slow one took a tenth of a small publish.
"""

import json
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Any

Document = Mapping[str, Any] | Sequence[Any]


def written(document: Document, indent: int) -> bytes:
    """The document in UTF-8, with a line end at its end."""
    pieces: list[str] = []
    _write(document, "\n", " " * indent, pieces.append)
    pieces.append("\n")
    return "".join(pieces).encode()


def _write(value: Any, line: str, step: str, add: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """``line``: a line end, and how far this value's own lines stand from the left."""
    if isinstance(value, str):
        add(encode_basestring(value))
    elif isinstance(value, dict) and value:
        deeper, before = line + step, "{"
        for name, held in value.items():
            add(f"{before}{deeper}{encode_basestring(name)}: ")
            _write(held, deeper, step, add)
            before = ","
        add(line + "}")
    elif isinstance(value, list | tuple) and value:
        deeper, before = line + step, "["
        for held in value:
            add(before + deeper)
            _write(held, deeper, step, add)
            before = ","
        add(line + "]")
    else:
        add(json.dumps(value))
