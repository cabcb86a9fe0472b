"""Reads a programme file: every mistake at once, each with its line, before anything runs.

Three passes, each only when the one before is clean enough: YAML syntax (with repeated keys), the models of
``programme`` (unknown keys, wrong values), then what points at what (suppliers, tables, columns, scales, files).
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.i18n.text import order_of
from ogp_pipeline.programme import config_errors, folders
from ogp_pipeline.programme.config_errors import Location
from ogp_pipeline.programme.mapping_check import MappingCheck
from ogp_pipeline.programme.mapping_parts_check import lone_joins
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.programme.scales import added, lacking
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas, speaking

Mistake = tuple[int | None, str]


def load(path: Path, schemas: Schemas) -> Programme:
    """The programme in ``path``. Raises ProgrammeError with every mistake found and its line."""
    return parse(read(path).decode(), schemas, path)


def read(path: Path) -> bytes:
    """The file's bytes, which are UTF-8 text. ProgrammeError if there is no such file or it is something else."""
    try:
        content = path.read_bytes()
        content.decode()
    except FileNotFoundError:
        raise ProgrammeError(str(path), [(None, "there is no such file; `ogp init FOLDER` makes one")]) from None
    except UnicodeDecodeError as error:
        raise ProgrammeError(str(path), [(None, f"is not UTF-8 text (byte {error.start})")]) from None
    return content


def parse(text: str, schemas: Schemas, path: Path, *, files: bool = True) -> Programme:
    """The programme in ``text``; ``files``: check too that what it names beside ``path`` is there."""
    node, data, lines = _compose(text, str(path))
    mistakes = list(_repeated_keys(node)) if node is not None else []
    if not isinstance(data, dict):
        raise ProgrammeError(str(path), [(1, "must be a YAML mapping with `id`, `plans`, `suppliers`, `sources` …")])
    try:
        programme = Programme.model_validate(data, context=order_of(data))
        schemas = schemas_of(programme, schemas)
    except ValidationError as error:
        mistakes += [_mistake(e, lines) for e in error.errors()]
        mistakes += _loose_references(data, lines, schemas)
        raise ProgrammeError(str(path), _sorted(mistakes)) from None
    mistakes += _references(programme, lines, schemas, path.parent if files else None)
    if mistakes:
        raise ProgrammeError(str(path), _sorted(mistakes))
    return programme


def schemas_of(programme: Programme, schemas: Schemas) -> Schemas:
    """The schemas as a programme uses them: columns in its languages, and its own scales."""
    return added(speaking(schemas, programme.texts, programme.spoken), programme.scales)


# Without YAML's own dates: a day that does not exist would stop it, and the models read dates themselves. Only true and
# false are yes-or-no words, as in YAML 1.2: `on` is a key of ours, and NO is Norway.
_RESOLVERS = {
    first: [
        (tag, re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z") if tag == "tag:yaml.org,2002:bool" else pattern)
        for tag, pattern in resolvers
        if tag != "tag:yaml.org,2002:timestamp"
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = _RESOLVERS


class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # where libyaml is missing
    yaml_implicit_resolvers = _RESOLVERS


def scalar(text: str) -> object:
    """What a text that stands alone would be in a programme file: a text, a number, yes or no."""
    return yaml.load(text, Loader=_Loader)


def _compose(text: str, path: str) -> tuple[yaml.Node | None, Any, dict[Location, int]]:
    try:
        try:
            node = yaml.compose(text, Loader=_QuickLoader)
            data = yaml.load(text, Loader=_QuickLoader)  # not of that node: merging `<<` would change it
        except yaml.YAMLError:  # libyaml says less of a mistake than PyYAML
            node = yaml.compose(text, Loader=_Loader)
            data = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ProgrammeError(
            path, [(mark.line + 1 if mark else None, f"is not valid YAML: {error.problem or error.context}")]
        ) from None
    lines: dict[Location, int] = {}
    if node is not None:
        lines.update(_walk(node, ()))
    return node, data, lines


def _walk(node: yaml.Node, location: Location) -> Iterator[tuple[Location, int]]:
    yield location, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*location, str(key.value))
            yield from _walk(value, below)
            yield below, key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*location, index))


def _repeated_keys(node: yaml.Node) -> Iterator[Mistake]:
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                yield line, f"`{key.value}` stands here and in line {seen[key.value]}; keep one"
            seen[key.value] = line
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated_keys(value)


def _line(lines: dict[Location, int], location: Sequence[str | int]) -> int | None:
    """The line of the nearest ancestor that stands in the file."""
    nearest: Location = ()
    for part in location:
        if (*nearest, part) in lines:
            nearest = (*nearest, part)
    return lines.get(nearest)


def _mistake(error: ErrorDetails, lines: dict[Location, int]) -> Mistake:
    place = config_errors.setting(Programme, error["loc"])
    return _line(lines, place), _explain(error, _as_written(lines, place))


def _as_written(lines: dict[Location, int], place: Location) -> Location:
    """Without the numbers of lists that the file does not have: one thing may stand where a list of such things may."""
    written: Location = ()
    for part in place:
        if isinstance(part, str) or (*written, part) in lines:
            written = (*written, part)
    return written


def _explain(error: ErrorDetails, place: Location) -> str:
    dotted = ".".join(map(str, place))
    kind, given = error["type"], error.get("input")
    if kind == "extra_forbidden":
        return f"`{dotted}` is not a known setting"
    if kind == "missing":
        return f"`{dotted}` is missing"
    message = config_errors.said(error)
    is_shown = isinstance(given, str | int | float | bool) and "headers" not in place  # it may be a secret
    shown = f" (found {given!r})" if is_shown else ""
    return f"`{dotted}`: {message}{shown}" if dotted else message


def line_of(text: str, *location: str | int) -> int | None:
    """The line of a setting in a programme file that can be read."""
    return _line(_compose(text, "")[2], location)


def _sorted(mistakes: list[Mistake]) -> list[Mistake]:
    return sorted(set(mistakes), key=lambda mistake: (mistake[0] or 0, mistake[1]))


def _loose_references(data: dict[str, Any], lines: dict[Location, int], schemas: Schemas) -> list[Mistake]:
    """What can be told of references although the models did not fit: so that one run shows all mistakes."""
    mistakes: list[Mistake] = []
    suppliers, own = ({s.get("id") for s in _dicts(data.get(part))} for part in ("suppliers", "scales"))
    for index, source in enumerate(_dicts(data.get("sources"))):
        supplier = source.get("supplier")
        if supplier is not None and supplier not in suppliers:
            mistakes.append((_line(lines, ("sources", index, "supplier")), _no_supplier(str(supplier))))
        tables = source.get("tables")
        for table in tables if isinstance(tables, dict) else ():
            if table not in schemas.tables:
                mistakes.append((_line(lines, ("sources", index, "tables", table)), _no_table(table, schemas)))
    for index, plan in enumerate(_dicts(data.get("plans"))):
        if (scale := plan.get("scale")) is not None and scale not in own and not _scale_exists(str(scale), schemas):
            mistakes.append((_line(lines, ("plans", index, "scale")), _no_scale(str(scale), schemas)))
    return mistakes


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _references(
    programme: Programme, lines: dict[Location, int], schemas: Schemas, base: Path | None
) -> Iterator[Mistake]:
    def at(*location: str | int) -> int | None:
        return _line(lines, location)

    for what, items in (
        ("plans", programme.plans),
        ("suppliers", programme.suppliers),
        ("sources", programme.sources),
    ):
        counts = Counter(item.id for item in items)
        for index, item in enumerate(items):
            if counts[item.id] > 1:
                yield (
                    at(what, index, "id"),
                    f"`{item.id}` is the id of {counts[item.id]} {what}; each needs its own",
                )
    yield from _scales(programme, lines, schemas)
    periods = Counter(period.id for plan in programme.plans for period in plan.periods)
    for index, plan in enumerate(programme.plans):
        if not _scale_exists(plan.scale, schemas):
            yield at("plans", index, "scale"), _no_scale(plan.scale, schemas)
        for number, period in enumerate(plan.periods):
            if periods[period.id] > 1:
                yield (
                    at("plans", index, "periods", number, "id"),
                    f"period `{period.id}` is defined more than once",
                )
    suppliable = {name for name, table in schemas.tables.items() if table.supplied}
    suppliers = {supplier.id: supplier for supplier in programme.suppliers}
    for index, supplier in enumerate(programme.suppliers):
        for number, table in enumerate(supplier.may_supply):
            if table not in suppliable:
                yield at("suppliers", index, "may_supply", number), _no_table(table, schemas)
    for index, source in enumerate(programme.sources):
        if source.supplier not in suppliers:
            yield at("sources", index, "supplier"), _no_supplier(source.supplier)
        yield from _source(source, index, programme, lines, schemas, base)
    if (crossing := folders.stores_cross(programme)) is not None:
        yield at("publication", "intake"), crossing
    for index, said in folders.crossings(programme):
        place = getattr(programme.sources[index], "place", None)
        yield at("sources", index, "s3" if isinstance(place, S3Place) else "path"), said


def _source(
    source: Source,
    index: int,
    programme: Programme,
    lines: dict[Location, int],
    schemas: Schemas,
    base: Path | None,
) -> Iterator[Mistake]:
    yield from ((_line(lines, ("sources", index, "files")), said) for said in folders.pattern_faults(source))
    folder = folders.folder_of(source)
    if base is not None and folder is not None and not (base / folder).is_dir():
        yield (
            _line(lines, ("sources", index, "path")),
            f"there is no folder `{folder}` beside the programme file; correct it, or see that its disk is mounted",
        )
    for name, mappings in source.tables.items():
        table = schemas.tables.get(name)
        if table is None or not table.supplied:
            yield _line(lines, ("sources", index, "tables", name)), _no_table(name, schemas)
            continue
        if not all(name in supplier.may_supply for supplier in programme.suppliers if supplier.id == source.supplier):
            yield (
                _line(lines, ("sources", index, "tables", name)),
                f"supplier `{source.supplier}` may not supply `{name}`; add it to `may_supply`, or leave it out here",
            )
        for number, mapping in enumerate(mappings):
            here = ("sources", index, "tables", name, number)
            yield from ((_line(lines, (*here, *place)), said) for place, said in lone_joins(source, mapping))
            for place, said in MappingCheck(table, mapping, programme, schemas, base).faults():
                yield _line(lines, (*here, *place)), said


def _scales(programme: Programme, lines: dict[Location, int], schemas: Schemas) -> Iterator[Mistake]:
    scales = Counter(
        scale for scale, order in ((code.scale, code.order) for code in schemas.codes[PROGRESS_STATUS]) if order == 1
    )
    for index, scale in enumerate(programme.scales):
        if scales[scale.id] > 1:
            yield _line(lines, ("scales", index, "id")), f"there is another scale `{scale.id}`; choose another id"
        for number, level in enumerate(scale.levels):
            if languages := lacking(level, programme.spoken):
                place = ("scales", index, "levels", number)
                told = f"needs its label, and its description if it has one, in {', '.join(languages)} too"
                yield _line(lines, place), f"`{level.code}` {told}: codes are published in that language"


def _scale_exists(scale: str, schemas: Schemas) -> bool:
    return any(code.scale == scale for code in schemas.codes[PROGRESS_STATUS])


def _no_scale(scale: str, schemas: Schemas) -> str:
    scales = sorted({code.scale for code in schemas.codes[PROGRESS_STATUS]})
    return f"there is no progress scale `{scale}`; there are {', '.join(scales)}"


def _no_supplier(supplier: str) -> str:
    return f"there is no supplier `{supplier}` under `suppliers`"


def _no_table(table: str, schemas: Schemas) -> str:
    supplied = ", ".join(name for name, item in schemas.tables.items() if item.supplied)
    return f"there is no table `{table}` that a supplier fills; there are {supplied}"
