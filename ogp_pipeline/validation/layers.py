"""Mappings and sets that lie over others, so that nothing large is copied to change a little of it."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TypeVar

_Name = TypeVar("_Name")
_Value = TypeVar("_Value", covariant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Over(Mapping[_Name, _Value]):
    """``below`` with what is new in ``above``, and without what is None there."""

    above: Mapping[_Name, _Value | None]
    below: Mapping[_Name, _Value]

    def __getitem__(self, name: _Name) -> _Value:
        if name in self.above:
            value = self.above[name]
            if value is None:
                raise KeyError(name)
            return value
        return self.below[name]

    def __contains__(self, name: object) -> bool:
        return self.above[name] is not None if name in self.above else name in self.below  # type: ignore[index]

    def __iter__(self) -> Iterator[_Name]:
        yield from (name for name in self.below if name in self)
        yield from (name for name, value in self.above.items() if value is not None and name not in self.below)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True, slots=True, eq=False)
class SetOver(Set[_Name]):
    """``below`` with the members that are True in ``above``, and without those that are False there."""

    above: Mapping[_Name, bool]
    below: Set[_Name]

    def __contains__(self, name: object) -> bool:
        if name not in self.above:
            return name in self.below
        return self.above[name]  # type: ignore[index]

    def __iter__(self) -> Iterator[_Name]:
        yield from (name for name in self.below if self.above.get(name, True))
        yield from (name for name, there in self.above.items() if there and name not in self.below)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return any(self.above.values()) or (bool(self.below) and any(True for _ in self))

    @classmethod
    def _from_iterable(cls, it: "Iterator[_Name]") -> frozenset[_Name]:  # type: ignore[override]
        """What ``|``, ``&`` and ``-`` give."""
        return frozenset(it)


def over(above: Mapping[_Name, _Value], below: Mapping[_Name, _Value]) -> Mapping[_Name, _Value]:
    """Both, ``above`` winning; neither is copied, and neither is to be written through it."""
    return ChainMap(above, below)  # type: ignore[arg-type]
