"""Writes ``api.md``: every public name of ``ogp_pipeline`` with its signature and docstring.

python docs/api.py
"""

import inspect
import re
from pathlib import Path

import ogp_pipeline

FILE = Path(__file__).with_name("api.md")
HEAD = """# Python API

<!-- Made by `python docs/api.py` from the docstrings. Edit those. -->

What engineers and portals may build on: the names of `ogp_pipeline.__all__`, and what they take and give. Everything
else may move without notice. The command line does the same ([README](../README.md#commands-and-exit-codes)), and is
promised in the same way.

```python
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from ogp_pipeline import open_reader, open_workspace, run, verify

workspace = open_workspace(Path("my-country"))
record = run(workspace, now=datetime.now(UTC), publish_id=str(uuid4()))
print(record.outcome, record.version)

found = verify(open_reader("https://data.example.org/ogp"))
assert not found.problems, found.problems
```

A time is an aware `datetime`; a day is a `date` on the programme's clocks. Sizes are bytes unless a name says `_mb`;
durations are seconds. Tables are pandas frames with the columns and types of `schemas/`, where null means "not known"
and is never zero. A function raises an `OgpError` for what an operator can act on, with the place and what to do;
what a supplier got wrong is a problem in a receipt, never an exception.
"""


def document() -> str:
    """The whole page."""
    return HEAD + "".join(_section(name) for name in ogp_pipeline.__all__)


def _section(name: str) -> str:
    value = getattr(ogp_pipeline, name)
    said = (inspect.getdoc(value) or "").replace("``", "`").replace("<", "&lt;")
    return f"\n## {name}\n\n```python\n{_shape(name, value)}\n```\n\n{said}\n\nIn `{value.__module__}`.\n"


def _shape(name: str, value: object) -> str:
    if inspect.isclass(value):
        return f"class {name}({', '.join(base.__name__ for base in value.__bases__)})"
    assert callable(value), name
    signature = inspect.signature(value)
    parts = [_plain(str(parameter)) for parameter in signature.parameters.values()]
    for number, parameter in enumerate(signature.parameters.values()):
        if parameter.kind is parameter.KEYWORD_ONLY:
            parts.insert(number, "*")
            break
    inside = "".join(f"    {part},\n" for part in parts)
    return f"def {name}(\n{inside}) -> {_plain(inspect.formatannotation(signature.return_annotation))}: ..."


def _plain(text: str) -> str:
    """Without the modules of annotations, and without the address of a default function."""
    text = re.sub(r"<function (\w+) at 0x[0-9a-f]+>", "...", text)
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z])", "", text).replace("'", '"')


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
