"""What an examination looked up of what was known before it, so that one can tell which later change matters to it.

A delivery can be examined before its turn, under an older state. What is accepted meanwhile changes rows. If the
examination asked for none of them, it would have ended the same way after them: nothing else enters it.

Noted are a table and the first part of the key, which is enough to tell one agency's rows from another's. Whoever goes
through a whole table has asked for all of it. A state that notes looks like any other, so no rule can forget to.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from ogp_pipeline.tables.corrections import CORRECTIONS
from ogp_pipeline.tables.tables import Key
from ogp_pipeline.validation.prior_state import PriorState, Row

_Name = TypeVar("_Name")
_Value = TypeVar("_Value")

# Which table stands behind each mapping of the state.
_BEHIND = {
    "commitment_of": "milestones",
    "plan_of": "commitments",
    "institutions_of": "commitment_institutions",
    "sector_of": "institutions",
    "progress": "updates",
}


@dataclass(slots=True)
class Asked:
    """``parts``: by table, the first parts of the keys that were looked up. ``whole``: tables of which all was."""

    parts: dict[str, set[str]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    everything: bool = False

    def about(self, table: str, part: str) -> None:
        """One place of a table was looked up."""
        self.parts.setdefault(table, set()).add(part)

    def touches(self, changed: Mapping[str, Iterable[Key]]) -> bool:
        """Whether any of these rows may have been looked up. A correction says something of any row."""
        if CORRECTIONS in changed or (self.everything and changed):
            return True
        return any(
            name in self.whole or any(key[0] in self.parts.get(name, ()) for key in keys)
            for name, keys in changed.items()
        )


def noting(state: PriorState) -> tuple[PriorState, Asked]:
    """The state, and what is looked up in it from now on."""
    asked = Asked()
    mappings: dict[str, Any] = {
        name: _Noting(getattr(state, name), asked, table, _first) for name, table in _BEHIND.items()
    }
    noted = replace(
        state,
        keys=_Tables(state.keys, asked),
        evidenced=_NotingSet(state.evidenced, asked, "evidence", _first),
        supplier_of=_Rows(state.supplier_of, asked),
        in_time=_Reports(state.in_time, asked),
        said=_Said(state, asked),
        **mappings,
    )
    return noted, asked


def _first(name: Any) -> str:  # noqa: ANN401 (an identifier, or a key)
    return str(name) if isinstance(name, str) else str(name[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Noted(Generic[_Name]):
    """Whoever goes through it, or counts it, has asked for all tables."""

    inner: Collection[_Name]
    asked: Asked

    def _gone_through(self) -> None:
        self.asked.everything = True

    def __iter__(self) -> Iterator[_Name]:
        self._gone_through()
        return iter(self.inner)

    def __len__(self) -> int:
        self._gone_through()
        return len(self.inner)


@dataclass(frozen=True, slots=True, eq=False)
class _OfTable(_Noted[_Name]):
    """Of one table. ``part``: the first part of the key of what is looked up."""

    table: str
    part: Callable[[Any], str]

    def _gone_through(self) -> None:
        self.asked.whole.add(self.table)

    def __contains__(self, name: object) -> bool:
        self.asked.about(self.table, self.part(name))
        return name in self.inner


@dataclass(frozen=True, slots=True, eq=False)
class _Noting(_OfTable[_Name], Mapping[_Name, _Value]):
    inner: Mapping[_Name, _Value]

    def __getitem__(self, name: _Name) -> _Value:
        self.asked.about(self.table, self.part(name))
        return self.inner[name]


class _PlainSet(Set[_Name]):
    """Of which parts are made without noting anything."""

    __slots__ = ()

    @classmethod
    def _from_iterable(cls, it: Iterable[_Name]) -> frozenset[_Name]:  # type: ignore[override]
        return frozenset(it)


@dataclass(frozen=True, slots=True, eq=False)
class _NotingSet(_OfTable[_Name], _PlainSet[_Name]):
    inner: Set[_Name]


@dataclass(frozen=True, slots=True, eq=False)
class _Tables(_Noted[str], Mapping[str, Set[Key]]):
    """``PriorState.keys``. A table that is not there is asked for as a whole: any row would make it be there."""

    inner: Mapping[str, Set[Key]]

    def __getitem__(self, table: str) -> Set[Key]:
        if table not in self.inner:
            self.asked.whole.add(table)
        return _NotingSet(self.inner[table], self.asked, table, _first)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows(_Noted[tuple[str, Key]], Mapping[tuple[str, Key], str]):
    """``PriorState.supplier_of``."""

    inner: Mapping[tuple[str, Key], str]

    def __getitem__(self, row: tuple[str, Key]) -> str:
        table, key = row
        self.asked.about(table, key[0])
        return self.inner[row]


@dataclass(frozen=True, slots=True, eq=False)
class _Reports(_Noted[tuple[str, Key]], _PlainSet[tuple[str, Key]]):
    """``PriorState.in_time``."""

    inner: Set[tuple[str, Key]]

    def __contains__(self, report: object) -> bool:
        match report:
            case (str(table), tuple(key)):
                self.asked.about(table, str(key[0]))
        return report in self.inner


@dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """``PriorState.said``."""

    state: PriorState
    asked: Asked

    def __call__(self, table: str) -> Mapping[Key, Row]:
        return _Noting(self.state.said(table), self.asked, table, _first)
