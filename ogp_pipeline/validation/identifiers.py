"""Identifiers as people copy them: which one is meant, and which two nobody can tell apart.

An identifier that refers to a row and is not there is taken for the only one that differs from it in nothing but case,
accents, look-alike letters, spaces and signs between its parts; a period also by its title. One that *names* a row is
never taken for another: where it looks like one that is there, its sender is asked.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from ogp_pipeline.i18n.letters import bare
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.validation.labels import fold
from ogp_pipeline.validation.scope import Scope

_PERIODS = "reporting_periods"
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_SIGNS = re.compile(r"[^\w.]|_|(?<!\d)\.|\.(?!\d)")
_ABBREVIATED = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?\.?")
# Letters of other scripts that look like Latin ones. What they are is compared, never written.
_LOOK_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХЗаеоріјсухѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοινκ",
    "ABESIJKMHOPCTYX3aeopijcyxsABEZHIKMNOPTYXoivk",
)


@cache
def look(identifier: str) -> str:
    """What a person sees of it: without case, accents, the script of its letters, and a sign at its end."""
    plain = bare(identifier.translate(_LOOK_ALIKE)).strip()
    return plain.replace(".", "") if _ABBREVIATED.fullmatch(plain) else plain.rstrip("._-")


@cache
def parts(identifier: str) -> str:
    """What is left of it without the signs between its parts; two numbers stay two numbers."""
    return _SIGNS.sub("", _BETWEEN_DIGITS.sub(".", look(identifier)))


class Meant:
    """The identifiers that a table's references can mean, by what is left of them; made once a table."""

    def __init__(self, table: Table, scope: Scope) -> None:
        self._scope = scope
        self._targets = {
            foreign.fields[0]: foreign.table
            for foreign in table.foreign_keys
            if len(foreign.fields) == 1 and foreign.table != table.name
        }
        self._known: dict[str, tuple[frozenset[str], Mapping[str, str]]] = {}

    @property
    def fields(self) -> Iterable[str]:
        """The columns that refer to a row of another table by one identifier."""
        return self._targets

    def instead_of(self, field: str, text: str) -> str | None:
        """The identifier that is meant; None if the text is one itself, or none can be told."""
        table = self._targets[field]
        if table not in self._known:
            self._known[table] = self._identifiers(table)
        ids, meant = self._known[table]
        if text in ids:
            return None
        return meant.get(parts(text)) or (meant.get(f" {fold(text)}") if table == _PERIODS else None)

    def _identifiers(self, table: str) -> tuple[frozenset[str], Mapping[str, str]]:
        whole_ids = frozenset(key[0] for key in self._scope.keys.get(table) if len(key) == 1)
        ids_of_words: dict[str, set[str]] = {}
        for identifier in whole_ids:
            ids_of_words.setdefault(parts(identifier), set()).add(identifier)
        if table == _PERIODS:
            for name, (_, period) in self._scope.periods.items():
                titles = list(period.title.root.values()) if period.title is not None else []
                for title in filter(None, titles):
                    ids_of_words.setdefault(f" {fold(title)}", set()).add(name)
        return whole_ids, {words: min(ids) for words, ids in ids_of_words.items() if len(ids) == 1 and words.strip()}
