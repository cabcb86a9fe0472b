"""Labels to codes: what a person chose from a drop-down becomes the code behind it, before anything is judged.

A value equal to a label (either language; letter case and surplus spaces aside) becomes that label's code. A code
stays what it is. Where the list has scales, the scale in force decides alone («Completo» is ``complete`` in one and
``C`` in another); where none is known, the label must mean one code in all of them. A label that names two codes
stays as it is, and so gets the problem that names the labels allowed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ogp_pipeline.formats.template_layout import yes_no
from ogp_pipeline.i18n.languages import ENGLISH_FIRST
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Field, Schemas, Table
from ogp_pipeline.sources.records import MappedRow
from ogp_pipeline.validation.scope import Scope

# The column whose row says in ``variable`` which list holds its codes, and in ``scale`` (if it has one) which scale.
_CODE_OF_A_VARIABLE = "code"


@dataclass(frozen=True, slots=True)
class Choices:
    """What one cell may hold: its codes, and the codes by label (as ``fold`` writes it); ambiguous ones left out.

    ``written``: each code's label as a drop-down shows it, by language and code.
    """

    codes: frozenset[str]
    by_label: Mapping[str, str]
    written: Mapping[str, Mapping[str, str]]

    def code(self, text: str) -> str:
        """The code of a label; any other text is given back."""
        return text if text in self.codes else self.by_label.get(fold(text), text)

    def label(self, code: str, language: str) -> str:
        """What a person may type for a code; the code itself where its label means another one too, or it has none."""
        label = self.written.get(language, {}).get(code, code)
        return label if self.code(label) == code else code


def to_codes(table: Table, rows: Sequence[MappedRow], scope: Scope) -> list[MappedRow]:
    """The rows with a code wherever a label of its list stood. ``scope``: says which scale is in force for a row."""
    chosen = [field for field in table.fields if is_chosen(field, table)]
    choices_of: dict[tuple[str, str], Choices | None] = {}
    return [_translated(row, chosen, scope, choices_of) for row in rows] if chosen else list(rows)


def fold(text: str) -> str:
    """A label without what does not tell labels apart: letter case, surplus and unusual spaces."""
    return " ".join(text.split()).casefold()


def is_chosen(field: Field, table: Table) -> bool:
    """Whether the column's values are chosen from a list."""
    return bool(field.code_list or field.type == "boolean" or "enum" in field.constraints) or (
        field.name == _CODE_OF_A_VARIABLE and "variable" in table.field_names
    )


def choices(field: Field, row: Mapping[str, str], scale: str | None, schemas: Schemas) -> Choices | None:
    """What the column may hold in a row with these values; None if that cannot be told.

    ``scale``: the scale of progress that is in force for the row, if it is known.
    """
    if field.type == "boolean":
        words = [(language, value, word) for language in ENGLISH_FIRST for word, value in yes_no(language).items()]
        return _choices(("true", "false"), words)
    if field.code_list is None and "enum" in field.constraints:
        names = [str(value) for value in field.constraints["enum"]]
        return _choices(names, _titles(names, schemas))
    name = field.code_list or row.get("variable", "")
    if name not in schemas.codes:
        return None
    wanted = scale if field.code_list is not None else row.get("scale")
    codes = schemas.codes[name]
    within = [code for code in codes if code.scale == wanted]
    offered = within or codes
    meant = [(language, code.code, code.label[language]) for code in offered for language in ENGLISH_FIRST]
    return _choices((code.code for code in offered), meant)


def _choices(codes: Iterable[str], labels: Iterable[tuple[str, str, str]]) -> Choices:
    """``labels``: of a language, the label of a code."""
    meant: dict[str, set[str]] = {}
    written: dict[str, dict[str, str]] = {}
    for language, code, label in labels:
        meant.setdefault(fold(label), set()).add(code)
        written.setdefault(language, {}).setdefault(code, label)
    return Choices(frozenset(codes), {label: code for label, (code, *more) in meant.items() if not more}, written)


def _titles(names: Iterable[str], schemas: Schemas) -> Iterator[tuple[str, str, str]]:
    """The titles of those values that are names of tables."""
    for name in names:
        if name in schemas.tables:
            yield from ((language, name, title) for language, title in schemas.tables[name].title.items())


def _translated(
    row: MappedRow,
    fields: Sequence[Field],
    scope: Scope,
    choices_of: dict[tuple[str, str], Choices | None],
) -> MappedRow:
    values: dict[str, str] = dict(row.values)
    for field in fields:
        if text := values.get(field.name):
            offered = choices_for(field, row, values, scope, choices_of)
            values[field.name] = _codes(text, field.separator, offered) if offered is not None else text
    return row.corrected(values)


def choices_for(
    field: Field,
    row: MappedRow,
    values: Mapping[str, str],
    scope: Scope,
    choices_of: dict[tuple[str, str], Choices | None],
) -> Choices | None:
    """``choices`` of a cell, remembered: thousands of rows share a few lists. ``values``: the row's as they are now."""
    scale = scope.scale_of(row) if field.code_list == PROGRESS_STATUS else None
    own = f"{values.get('variable')}/{values.get('scale')}" if field.name == _CODE_OF_A_VARIABLE else scale or ""
    if (field.name, own) not in choices_of:
        choices_of[field.name, own] = choices(field, values, scale, scope.schemas)
    return choices_of[field.name, own]


def _codes(text: str, separator: str | None, offered: Choices) -> str:
    if separator is None:
        return offered.code(text)
    parts = text.split(separator)
    codes = [offered.code(part.strip()) for part in parts]
    return separator.join(codes) if codes != [part.strip() for part in parts] else text
