"""A new source put into the text of a programme file: everything else stays as it is, comments too."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import yaml

from ogp_pipeline.errors import OgpError
from ogp_pipeline.profiling import yaml_text


def with_source(text: str, source: Mapping[str, Any], tables: Sequence[str]) -> str:
    """The text with the source behind the others, and what its supplier may supply. OgpError if there is no place."""
    root = yaml.compose(text, yaml.SafeLoader)
    sources = _value(root, "sources")
    if not isinstance(sources, yaml.SequenceNode) or (sources.flow_style and sources.value):
        raise OgpError("`sources` is no list with a dash before each source: put the source in by hand, with `--to -`")
    edited = _after(text, sources, lambda indent: yaml_text.written(source, indent))
    return _may_supply(edited, root, str(source["supplier"]), tables)


def _may_supply(text: str, root: yaml.Node | None, supplier: str, tables: Sequence[str]) -> str:
    """Suppliers stand before sources or behind them: each is looked for anew in the text as it is now."""
    root = yaml.compose(text, yaml.SafeLoader) or root
    for supplier_node in getattr(_value(root, "suppliers"), "value", []):
        if getattr(_value(supplier_node, "id"), "value", None) != supplier:
            continue
        allowed = _value(supplier_node, "may_supply")
        if not isinstance(allowed, yaml.SequenceNode):
            break
        missing = [table for table in tables if table not in {node.value for node in allowed.value}]
        if not missing:
            return text
        if not allowed.flow_style:
            return _after(text, allowed, partial(_listed, missing))
        end = allowed.end_mark.index - 1
        before = text[:end].rstrip()
        sign = "" if before.endswith(("[", ",")) else ","
        return f"{before}{sign}{' ' if sign else ''}{', '.join(missing)}{text[end:]}"
    return text


def _listed(members: Sequence[str], indent: int) -> list[str]:
    return [f"{' ' * indent}- {member}" for member in members]


def _after(text: str, node: yaml.SequenceNode, written: Any) -> str:  # noqa: ANN401 - a function of the indent
    """The text with lines behind the last member of a list."""
    if not node.value:
        start, end = node.start_mark, node.end_mark
        indent = (
            len(text[: start.index].rpartition("\n")[2]) - len(text[: start.index].rpartition("\n")[2].lstrip()) + 2
        )
        return text[: start.index].rstrip(" ") + "\n" + "\n".join(written(indent)) + text[end.index :]
    rows = text.split("\n")
    last = node.end_mark.line
    while last > 0 and (not rows[last - 1].strip() or rows[last - 1].lstrip().startswith("#")):
        last -= 1
    if node.end_mark.line >= len(rows) or (node.end_mark.line == len(rows) - 1 and rows[-1].strip()):
        last = len(rows)
    return "\n".join([*rows[:last], *written(node.start_mark.column), *rows[last:]])


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)
