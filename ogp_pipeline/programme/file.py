"""Reads a programme file: every mistake at once, each with its line, before anything runs.

Three passes, each only when the one before is clean enough: YAML syntax (with repeated keys), the models of
``programme`` (unknown keys, wrong values), then what points at what (suppliers, tables, columns, scales, files).
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.i18n.text import order_of
from ogp_pipeline.programme import folders, written
from ogp_pipeline.programme.mapping_check import MappingCheck
from ogp_pipeline.programme.mapping_parts_check import lone_joins
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.programme.scales import added, lacking
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.programme.written import Mistake, Written
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas, speaking


def load(path: Path, schemas: Schemas) -> Programme:
    """The programme in ``path``. Raises ProgrammeError with every mistake found and its line."""
    return parse(read(path).decode(), schemas, path)


def read(path: Path) -> bytes:
    """The file's bytes, which are UTF-8 text. ProgrammeError if there is no such file or it is something else."""
    return written.read(path, "`ogp init FOLDER` makes one")


def parse(text: str, schemas: Schemas, path: Path, *, files: bool = True) -> Programme:
    """The programme in ``text``; ``files``: check too that what it names beside ``path`` is there."""
    file = written.compose(text, str(path))
    mistakes, data = list(file.repeated), file.data
    if not isinstance(data, dict):
        raise ProgrammeError(str(path), [(1, "must be a YAML mapping with `id`, `plans`, `suppliers`, `sources` …")])
    try:
        programme = Programme.model_validate(data, context=order_of(data))
        schemas = schemas_of(programme, schemas)
    except ValidationError as error:
        mistakes += [file.mistake(Programme, e) for e in error.errors()]
        mistakes += _loose_references(file, schemas)
        raise ProgrammeError(str(path), written.in_order(mistakes)) from None
    mistakes += _references(programme, file, schemas, path.parent if files else None)
    if mistakes:
        raise ProgrammeError(str(path), written.in_order(mistakes))
    return programme


def schemas_of(programme: Programme, schemas: Schemas) -> Schemas:
    """The schemas as a programme uses them: columns in its languages, and its own scales."""
    return added(speaking(schemas, programme.texts, programme.spoken), programme.scales)


def line_of(text: str, *location: str | int) -> int | None:
    """The line of a setting in a programme file that can be read."""
    return written.compose(text, "").line(location)


def _loose_references(file: Written, schemas: Schemas) -> list[Mistake]:
    """What can be told of references although the models did not fit: so that one run shows all mistakes."""
    mistakes: list[Mistake] = []
    data = file.data
    suppliers, own = ({s.get("id") for s in _dicts(data.get(part))} for part in ("suppliers", "scales"))
    for index, source in enumerate(_dicts(data.get("sources"))):
        supplier = source.get("supplier")
        if supplier is not None and supplier not in suppliers:
            mistakes.append((file.line(("sources", index, "supplier")), _no_supplier(str(supplier))))
        tables = source.get("tables")
        for table in tables if isinstance(tables, dict) else ():
            if table not in schemas.tables:
                mistakes.append((file.line(("sources", index, "tables", table)), _no_table(table, schemas)))
    for index, plan in enumerate(_dicts(data.get("plans"))):
        if (scale := plan.get("scale")) is not None and scale not in own and not _scale_exists(str(scale), schemas):
            mistakes.append((file.line(("plans", index, "scale")), _no_scale(str(scale), schemas)))
    return mistakes


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _references(programme: Programme, file: Written, schemas: Schemas, base: Path | None) -> Iterator[Mistake]:
    def at(*location: str | int) -> int | None:
        return file.line(location)

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
    yield from _scales(programme, file, schemas)
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
        yield from _source(source, index, programme, file, schemas, base)
    if base is not None:
        yield from ((at("sources", index, "path"), said) for index, said in folders.missing(programme, base))
    if (crossing := folders.stores_cross(programme)) is not None:
        yield at("publication", "intake"), crossing
    for index, said in folders.crossings(programme):
        place = getattr(programme.sources[index], "place", None)
        yield at("sources", index, "s3" if isinstance(place, S3Place) else "path"), said


def _source(
    source: Source,
    index: int,
    programme: Programme,
    file: Written,
    schemas: Schemas,
    base: Path | None,
) -> Iterator[Mistake]:
    yield from ((file.line(("sources", index, "files")), said) for said in folders.pattern_faults(source))
    for name, mappings in source.tables.items():
        table = schemas.tables.get(name)
        if table is None or not table.supplied:
            yield file.line(("sources", index, "tables", name)), _no_table(name, schemas)
            continue
        if not all(name in supplier.may_supply for supplier in programme.suppliers if supplier.id == source.supplier):
            yield (
                file.line(("sources", index, "tables", name)),
                f"supplier `{source.supplier}` may not supply `{name}`; add it to `may_supply`, or leave it out here",
            )
        for number, mapping in enumerate(mappings):
            here = ("sources", index, "tables", name, number)
            yield from ((file.line((*here, *place)), said) for place, said in lone_joins(source, mapping))
            for place, said in MappingCheck(table, mapping, programme, schemas, base).faults():
                yield file.line((*here, *place)), said


def _scales(programme: Programme, file: Written, schemas: Schemas) -> Iterator[Mistake]:
    scales = Counter(
        scale for scale, order in ((code.scale, code.order) for code in schemas.codes[PROGRESS_STATUS]) if order == 1
    )
    for index, scale in enumerate(programme.scales):
        if scales[scale.id] > 1:
            yield file.line(("scales", index, "id")), f"there is another scale `{scale.id}`; choose another id"
        for number, level in enumerate(scale.levels):
            if languages := lacking(level, programme.spoken):
                place = ("scales", index, "levels", number)
                told = f"needs its label, and its description if it has one, in {', '.join(languages)} too"
                yield file.line(place), f"`{level.code}` {told}: codes are published in that language"


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
