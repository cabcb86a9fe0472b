"""The shapes of the files under schemas/: each file is read whole or refused with file and field.

VERSION                 one line, the declared version (``1.0.0``)
tables/<table>.json     a Frictionless Table Schema in English; ours: ``es`` and each other language with its title and
                        description, ``dataset``, ``supplied``, ``subject``, ``ourTexts`` (its texts are ours, and not
                        the programme's), ``looksInto``, and on a field the languages, ``codes`` (its code list) and
                        ``separator`` (several codes in one cell). A field ``title_{language}`` stands for a column
                        in each language; its example is one for each of ours
codes/<list>.csv        scale,version,valid_from,valid_to,code,order,label_*,description_*,meaning
codes/crosswalks.csv    list,from_scale,from_code,to_list,to_scale,to_code,relation
rules.csv               id,level,origin,applies_to,title_*,help_*
metrics/<metric>.json   id, unit, dimensions, and five texts in every language
"""

import csv
import json
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from ogp_pipeline.errors import SchemaError
from ogp_pipeline.i18n.languages import ENGLISH_FIRST, OTHERS
from ogp_pipeline.schema.model import LevelMeaning, RuleLevel

LANGUAGE = "{language}"
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Sentence = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S(?:[\s\S]*\S)?$")]
Year = Annotated[int | None, BeforeValidator(lambda text: None if text == "" else text)]
Model = TypeVar("Model", bound=BaseModel)

CROSSWALKS = "crosswalks.csv"
RULES = "rules.csv"
VERSION = "VERSION"
METRIC_TEXTS = ("title", "definition", "numerator", "denominator", "source")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _complete(texts: dict[str, str]) -> dict[str, str]:
    """The texts, English first. ValueError names the languages that are missing or unknown."""
    _same_languages(texts, ENGLISH_FIRST)
    return {language: texts[language] for language in ENGLISH_FIRST}


def _same_languages(given: Collection[str], expected: Sequence[str]) -> None:
    if missing := [language for language in expected if language not in given]:
        raise ValueError(f"has no text in {', '.join(missing)}")
    if strange := [language for language in given if language not in expected]:
        raise ValueError(f"has a text in {', '.join(strange)}, which is no language of ours")


Texts = Annotated[dict[str, Sentence], AfterValidator(_complete)]
"""A text in every language. In a CSV file it is a column for each: ``title_en``, ``title_es`` …"""


class Translation(_File):
    """An English title and description in another language."""

    title: Sentence
    description: Sentence

    def named(self, language: str) -> "Translation":
        """The same of one language where they speak of any."""
        title, description = (text.replace(LANGUAGE, language) for text in (self.title, self.description))
        return Translation(title=title, description=description)


def _translated(told: dict[str, Translation]) -> dict[str, Translation]:
    _same_languages(told, OTHERS)
    return {language: told[language] for language in OTHERS}


Translations = Annotated[dict[str, Translation], AfterValidator(_translated)]


class _Titled(_File):
    """What has a title and a description in English and, under the code of each other language, in that one."""

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, held: object) -> object:
        if not isinstance(held, dict) or "translations" in held:
            return held
        told = {name: value for name, value in held.items() if name in OTHERS}
        return {name: value for name, value in held.items() if name not in OTHERS} | {"translations": told}


class FieldFile(_Titled):
    """One field of a table. ``example`` is text, exactly as it would stand in a CSV cell."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(?:_\{language\})?$")]
    type: Literal["string", "integer", "number", "boolean", "date"]
    title: Sentence
    description: Sentence
    example: Annotated[str, StringConstraints(min_length=1)] | Texts
    translations: Translations
    constraints: dict[str, Any] = {}
    codes: Name | None = None
    separator: str | None = None
    true_values: list[str] | None = Field(default=None, alias="trueValues")
    false_values: list[str] | None = Field(default=None, alias="falseValues")


class ReferenceFile(_File):
    """``resource`` is a table's name, or '' for the table itself."""

    resource: str
    fields: list[str]


class ForeignKeyFile(_File):
    """Fields of a table that must be found in another."""

    fields: list[str]
    reference: ReferenceFile


class SubjectFile(_File):
    """The field ``key`` must be found in the table that the field ``table`` names, one of that field's ``enum``."""

    table: Name
    key: Name


class TableFile(_Titled):
    """One file of tables/. ``looks_into``: the tables, beside those that it refers to, in which its rules look."""

    name: Name
    title: Sentence
    description: Sentence
    translations: Translations
    dataset: Name
    supplied: bool
    our_texts: Annotated[bool, Field(alias="ourTexts")] = False
    fields: Annotated[list[FieldFile], Field(min_length=1)]
    primary_key: Annotated[list[str], Field(min_length=1, alias="primaryKey")]
    foreign_keys: list[ForeignKeyFile] = Field(default=[], alias="foreignKeys")
    subject: SubjectFile | None = None
    looks_into: Annotated[list[Name], Field(alias="looksInto")] = []
    missing_values: list[str] = Field(alias="missingValues")


class CodeLine(_File):
    """One line of a code list. ``valid_from``, ``valid_to``: years of the first and last plans with it."""

    scale: str
    version: Annotated[int, Field(ge=1)]
    valid_from: Year
    valid_to: Year
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    order: Annotated[int, Field(ge=1)]
    label: Texts
    description: Texts
    meaning: Literal[""] | LevelMeaning


class CrosswalkLine(_File):
    """One line of crosswalks.csv, from a code to one of the same list or of the list that took its place.

    ``broader``: the target says less; ``narrower``: it says more; ``related``: it answers another question, and stands
    for much the same in comparisons of plans only.
    """

    list: Name
    from_scale: str
    from_code: str
    to_list: Name
    to_scale: str
    to_code: str
    relation: Literal["exact", "broader", "narrower", "related"]


class RuleLine(_File):
    """One line of rules.csv. ``applies_to``: what the problem is about (file, header, row, cell …)."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+(?:-[a-z]+)*(?:/[a-zA-Z]+)?$")]
    level: RuleLevel
    origin: Literal["frictionless", "ogp"]
    applies_to: Literal["delivery", "file", "header", "table", "row", "cell"]
    title: Texts
    help: Texts


class MetricFile(_File):
    """One file of metrics/."""

    id: Name
    unit: Name
    dimensions: Annotated[list[Name], Field(min_length=1)]
    title: Texts
    definition: Texts
    numerator: Texts
    denominator: Texts
    source: Texts


def read_json(path: Path, model: type[Model]) -> Model:
    """A JSON file as ``model``; SchemaError names the file and each wrong field."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(f"{path.name}: cannot be read as JSON: {error}") from error
    return _checked(path.name, document, model)


def read_csv(path: Path, model: type[Model]) -> list[Model]:
    """The lines of a CSV file as ``model``; SchemaError names the file, the line and each wrong column."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(_lines(path.name, csv.reader(file, strict=True), model))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SchemaError(f"{path.name}: cannot be read as CSV in UTF-8: {error}") from error


def _lines(name: str, reader: Any, model: type[Model]) -> Iterator[Model]:  # noqa: ANN401 - csv names no reader type
    columns = _columns(model)
    expected = [heading for headings in columns.values() for heading in headings.values()]
    headings: list[str] = next(reader, [])
    if headings != expected:
        raise SchemaError(f"{name}:1: the columns are {','.join(headings)}; they must be {','.join(expected)}")
    for cells in reader:
        place = f"{name}:{reader.line_num}"
        if len(cells) != len(expected):
            raise SchemaError(f"{place}: has {len(cells)} cells; it must have {len(expected)}")
        line = dict(zip(expected, cells, strict=True))
        held = {
            name: {language: line[heading] for language, heading in headings.items()}
            if "" not in headings
            else line[name]
            for name, headings in columns.items()
        }
        yield _checked(place, held, model, "_")


def _columns(model: type[BaseModel]) -> dict[str, dict[str, str]]:
    """Each value of a line and its columns: one under '', or one for each language."""
    return {
        name: {language: f"{name}_{language}" for language in ENGLISH_FIRST}
        if get_origin(field.annotation) is dict
        else {"": name}
        for name, field in model.model_fields.items()
    }


def _checked(place: str, document: object, model: type[Model], joint: str = ".") -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = [f"{place}: {_path(fault['loc'], joint)}: {fault['msg']}" for fault in error.errors()]
        raise SchemaError("\n".join(faults)) from error


def _path(location: tuple[int | str, ...], joint: str) -> str:
    return joint.join(str(part) for part in location if part != "translations") or "(whole file)"
