"""The single source of tables, code lists, rules and metric definitions: schemas/, loaded and checked.

Nothing in there may contradict itself: a reference that leads nowhere, a code list that no file holds or a
text that one language lacks stops the program at the first ``load``: a SchemaError names file and field.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.i18n.languages import DEFAULT, ENGLISH, english_first, name_of, published, spoken, text_column
from ogp_pipeline.schema import files
from ogp_pipeline.schema.model import (
    DATASETS,
    EVERY_DATASET,
    PROGRESS_STATUS,
    Code,
    Crosswalk,
    Field,
    ForeignKey,
    LevelMeaning,
    MetricDefinition,
    Rule,
    Schemas,
    Subject,
    Table,
    Text,
)

__all__ = [
    "DATASETS",
    "EVERY_DATASET",
    "PROGRESS_STATUS",
    "Code",
    "Crosswalk",
    "Field",
    "ForeignKey",
    "LevelMeaning",
    "MetricDefinition",
    "Rule",
    "Schemas",
    "Table",
    "Text",
    "load",
    "schemas_root",
    "speaking",
]


def schemas_root() -> Path:
    """The folder of schemas: beside the package in a checkout, ``_schemas`` inside it when installed."""
    package = Path(__file__).resolve().parents[1]
    candidates = (package.parent / "schemas", package / "_schemas")
    for folder in candidates:
        if (folder / files.VERSION).is_file():
            return folder
    raise SchemaError(f"no schemas found: neither {candidates[0]} nor {candidates[1]} holds a file {files.VERSION}")


def load(root: Path | None = None) -> Schemas:
    """Everything under ``root``, checked, with columns for texts in DEFAULT. The default folder is read once."""
    return _load_default(schemas_root()) if root is None else _load(root)


@cache
def _load_default(root: Path) -> Schemas:
    return _load(root)


def speaking(schemas: Schemas, texts: Iterable[str], languages: Iterable[str] = ()) -> Schemas:
    """The same schemas, whose tables have a column for each text in each of the languages ``texts``.

    ``languages``: in which we speak of the data besides; without them, in those of ``texts`` that we speak.
    """
    columns = english_first(texts)
    spoken_in = published((*columns, *languages))
    if (columns, spoken_in) == (schemas.texts, schemas.languages) or schemas.root is None:
        return schemas
    tables = _tables_in(schemas.root, schemas.version, columns, spoken_in)
    return replace(schemas, tables=tables, texts=columns, languages=spoken_in)


@lru_cache(maxsize=8)
def _tables_in(
    root: Path,
    version: str,  # noqa: ARG001 - of the files: other ones are other tables
    texts: tuple[str, ...],
    languages: tuple[str, ...],
) -> dict[str, Table]:
    codes = {path.stem: _codes(path) for path in (root / "codes").glob("*.csv") if path.name != files.CROSSWALKS}
    return _tables(_read_tables(root), codes, texts, languages)


def _read_tables(root: Path) -> tuple[files.TableFile, ...]:
    paths = sorted((root / "tables").glob("*.json"))
    read = tuple(files.read_json(path, files.TableFile) for path in paths)
    for path, file in zip(paths, read, strict=True):
        _must(file.name == path.stem, path.name, "name", f"is {file.name}; it must be the file's own name")
    return read


def _tables(
    read: Iterable[files.TableFile],
    codes: Mapping[str, tuple[Code, ...]],
    texts: tuple[str, ...],
    languages: tuple[str, ...],
) -> dict[str, Table]:
    spelt_out = {file.name: _spelt_out(file, languages if file.our_texts else texts) for file in read}
    return _in_dependency_order({name: _table(made, codes, languages) for name, made in spelt_out.items()})


def _load(root: Path) -> Schemas:
    texts, languages = english_first(DEFAULT), published(DEFAULT)
    table_paths, code_paths, metric_paths = (
        sorted((root / folder).glob(pattern))
        for folder, pattern in (("tables", "*.json"), ("codes", "*.csv"), ("metrics", "*.json"))
    )
    codes = {path.stem: _codes(path) for path in code_paths if path.name != files.CROSSWALKS}
    return Schemas(
        tables=_tables(_read_tables(root), codes, texts, languages),
        codes=codes,
        crosswalks=_crosswalks(root / "codes" / files.CROSSWALKS, codes),
        rules=_rules(root / files.RULES),
        metrics={path.stem: _metric(path) for path in metric_paths},
        version=_version(root, [*table_paths, *code_paths, *metric_paths, root / files.RULES]),
        texts=texts,
        languages=languages,
        root=root,
    )


@dataclass(frozen=True, slots=True)
class _Column:
    """A field of a file, and the text and language for which it stands, if it is one of several."""

    file: files.FieldFile
    text: str | None = None
    language: str | None = None


def _spelt_out(file: files.TableFile, texts: tuple[str, ...]) -> tuple[files.TableFile, tuple[_Column, ...]]:
    """The file with a column for each language where a field stands for all, and where each comes from."""
    columns = tuple(column for field in file.fields for column in _columns(field, texts))
    return file.model_copy(update={"fields": [column.file for column in columns]}), columns


def _columns(field: files.FieldFile, languages: tuple[str, ...]) -> Iterator[_Column]:
    text = field.name.removesuffix(f"_{files.LANGUAGE}")
    if text == field.name:
        yield _Column(field)
        return
    for language in languages:
        examples = field.example if isinstance(field.example, dict) else {}
        told = {code: column.named(name_of(language, code)) for code, column in field.translations.items()}
        english = files.Translation(title=field.title, description=field.description).named(name_of(language, ENGLISH))
        filled = {"name": text_column(text, language), "example": examples.get(spoken(language)), "translations": told}
        yield _Column(field.model_copy(update=filled | dict(english)), text, language)


def _table(
    spelt_out: tuple[files.TableFile, tuple[_Column, ...]],
    codes: Mapping[str, tuple[Code, ...]],
    languages: tuple[str, ...],
) -> Table:
    file, columns = spelt_out
    place, datasets = f"{file.name}.json", ", ".join(EVERY_DATASET)
    _must(file.dataset in EVERY_DATASET, place, "dataset", f"is {file.dataset}; it must be one of {datasets}")
    names = [field.name for field in file.fields]
    _must(len(set(names)) == len(names), place, "fields", "one name stands there twice")
    for key in (file.primary_key, *(key.fields for key in file.foreign_keys)):
        _must(set(key) <= set(names), place, "keys", f"{', '.join(key)} are not all fields of this table")
    for field in file.fields:
        listed = field.codes is None or field.codes in codes
        _must(listed, place, field.name, f"names the code list {field.codes}, which does not exist")
    return Table(
        name=file.name,
        dataset=file.dataset,
        title={ENGLISH: file.title} | {language: told.title for language, told in file.translations.items()},
        description={ENGLISH: file.description}
        | {language: told.description for language, told in file.translations.items()},
        fields=tuple(_field(column, codes) for column in columns),
        primary_key=tuple(file.primary_key),
        foreign_keys=tuple(
            ForeignKey(tuple(key.fields), key.reference.resource or file.name, tuple(key.reference.fields))
            for key in file.foreign_keys
        ),
        supplied=file.supplied,
        descriptor=_descriptor(file, codes, languages),
        subject=_subject(file),
        looks_into=tuple(file.looks_into),
        languages=languages,
    )


def _subject(file: files.TableFile) -> Subject | None:
    if file.subject is None:
        return None
    fields = {field.name: field for field in file.fields}
    place, there = f"{file.name}.json", {file.subject.table, file.subject.key} <= set(fields)
    _must(there, place, "subject", "its table and key are not both fields of this table")
    tables = fields[file.subject.table].constraints.get("enum", ())
    _must(bool(tables), place, file.subject.table, "lists no tables (enum)")
    return Subject(file.subject.key, file.subject.table, tuple(tables))


def _field(held: _Column, codes: Mapping[str, tuple[Code, ...]]) -> Field:
    file = held.file
    assert isinstance(file.example, str)  # of a column it is; of a field that stands for several, it was picked
    constraints = _constraints(file, codes)
    return Field(
        name=file.name,
        type=file.type,
        required=bool(constraints.get("required", False)),
        unique=bool(constraints.get("unique", False)),
        constraints=constraints,
        title={ENGLISH: file.title} | {language: told.title for language, told in file.translations.items()},
        description={ENGLISH: file.description}
        | {language: told.description for language, told in file.translations.items()},
        example=file.example,
        code_list=file.codes,
        separator=file.separator,
        text=held.text,
        language=held.language,
    )


def _constraints(file: files.FieldFile, codes: Mapping[str, tuple[Code, ...]]) -> dict[str, Any]:
    """The field's own constraints, and its codes unless the list has scales or the cell holds many codes."""
    allowed = [code.code for code in codes.get(file.codes or "", ()) if code.scale == file.codes]
    if allowed and file.separator is None:
        return {**file.constraints, "enum": allowed}
    return dict(file.constraints)


def _descriptor(
    file: files.TableFile, codes: Mapping[str, tuple[Code, ...]], languages: tuple[str, ...]
) -> dict[str, Any]:
    """The file as a Table Schema for publication, without what only this program reads."""
    descriptor = file.model_dump(
        by_alias=True, exclude_unset=True, exclude={"dataset", "supplied", "our_texts", "subject", "looks_into"}
    )
    descriptor = _spread(descriptor, languages)
    descriptor["fields"] = [_spread(field, languages) for field in descriptor["fields"]]
    for described, field in zip(descriptor["fields"], file.fields, strict=True):
        constraints = _constraints(field, codes)
        if constraints:
            described["constraints"] = constraints
    return descriptor


def _spread(held: dict[str, Any], languages: tuple[str, ...]) -> dict[str, Any]:
    """What a file says, its translations into these languages where they stand in it: each under its language."""
    told = {language: text for language, text in held["translations"].items() if language in languages}
    pieces = [told if key == "translations" else {key: value} for key, value in held.items()]
    return {key: value for piece in pieces for key, value in piece.items()}


def _in_dependency_order(tables: dict[str, Table]) -> dict[str, Table]:
    """Dataset after dataset, names in order, but a table always after those it refers to or looks into."""
    for table in tables.values():
        for key in table.foreign_keys:
            _check_foreign_key(table, key, tables)
        for other in table.subject.tables if table.subject is not None else ():
            alone = other in tables and len(tables[other].primary_key) == 1
            _must(alone, f"{table.name}.json", "subject", f"{other} is not a table with one column as its key")
        for other in table.looks_into:
            _must(other in tables, f"{table.name}.json", "looksInto", f"{other} is not a table")
    needs = {name: table.refers_to.union(table.looks_into) - {name} for name, table in tables.items()}
    sorter = TopologicalSorter(needs)
    try:
        sorter.prepare()
    except CycleError as error:
        raise SchemaError(f"tables refer to each other in a circle: {' -> '.join(error.args[1])}") from error
    ordered: dict[str, Table] = {}
    ready: set[str] = set()
    while sorter.is_active():
        ready.update(sorter.get_ready())
        first = min(ready, key=lambda name: (EVERY_DATASET.index(tables[name].dataset), name))
        ready.remove(first)
        ordered[first] = tables[first]
        sorter.done(first)
    return ordered


def _check_foreign_key(table: Table, key: ForeignKey, tables: dict[str, Table]) -> None:
    place, sides = f"{table.name}.json", (len(key.fields), len(key.reference_fields))
    _must(key.table in tables, place, "foreignKeys", f"{key.table} is not a table")
    target = tables[key.table]
    own = key.reference_fields == target.primary_key
    _must(own, place, "foreignKeys", f"not the primary key of {key.table}")
    _must(sides[0] == sides[1], place, "foreignKeys", f"{sides[0]} fields refer to {sides[1]}")
    for name, reference in zip(key.fields, key.reference_fields, strict=True):
        same = table.field(name).type == target.field(reference).type
        _must(same, place, name, f"has another type than {key.table}.{reference}")


def _codes(path: Path) -> tuple[Code, ...]:
    lines = files.read_csv(path, files.CodeLine)
    _must(bool(lines), path.name, "(whole file)", "holds no code")
    keys = [(line.scale, line.code) for line in lines]
    _must(len(set(keys)) == len(keys), path.name, "code", "one code stands there twice in a scale")
    scales = list(dict.fromkeys(line.scale for line in lines))
    own = path.stem not in scales or len(scales) == 1
    _must(own, path.name, "scale", "a list without scales has its own name there, and no other")
    for scale in scales:
        orders = [line.order for line in lines if line.scale == scale]
        counted = list(range(1, len(orders) + 1))
        _must(orders == counted, path.name, "order", f"{scale} is not numbered 1, 2, 3 … in line order")
    return tuple(
        Code(
            list=path.stem,
            scale=line.scale,
            version=line.version,
            code=line.code,
            order=line.order,
            label=line.label,
            description=line.description,
            meaning=line.meaning,
            valid_from=line.valid_from,
            valid_to=line.valid_to,
        )
        for line in lines
    )


def _crosswalks(path: Path, codes: dict[str, tuple[Code, ...]]) -> tuple[Crosswalk, ...]:
    lines = files.read_csv(path, files.CrosswalkLine)
    existing = {(code.list, code.scale, code.code) for listed in codes.values() for code in listed}
    for line in lines:
        sides = ((line.list, line.from_scale, line.from_code), (line.to_list, line.to_scale, line.to_code))
        for name, scale, code in sides:
            _must((name, scale, code) in existing, path.name, name, f"scale {scale} has no code {code}")
    return tuple(Crosswalk(**line.model_dump()) for line in lines)


def _rules(path: Path) -> dict[str, Rule]:
    lines = files.read_csv(path, files.RuleLine)
    rules = {
        line.id: Rule(
            line.id,
            line.level,
            line.origin,
            line.applies_to,
            line.title,
            line.help,
        )
        for line in lines
    }
    _must(len(rules) == len(lines), path.name, "id", "one id stands there twice")
    return rules


def _metric(path: Path) -> MetricDefinition:
    file = files.read_json(path, files.MetricFile)
    _must(file.id == path.stem, path.name, "id", f"is {file.id}; it must be the file's own name")
    texts: dict[str, Text] = {name: getattr(file, name) for name in files.METRIC_TEXTS}
    return MetricDefinition(id=file.id, unit=file.unit, dimensions=tuple(file.dimensions), **texts)


def _version(root: Path, paths: Iterable[Path]) -> str:
    try:
        declared = (root / files.VERSION).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SchemaError(f"{files.VERSION}: cannot be read: {error}") from error
    digest = hashlib.sha256()
    for path in sorted(paths):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return f"{declared}+{digest.hexdigest()[:12]}"


def _must(holds: bool, file: str, field: str, what: str) -> None:
    if not holds:
        raise SchemaError(f"{file}: {field}: {what}")
