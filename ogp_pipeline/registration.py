"""How things of one kind become known: each registers itself where it stands, so that a new module is enough.

A room that holds such things (rules, metrics, formats …) imports all its modules, in the order of their names, and each
module registers what it holds: with a decorator, or as a value of a name that the room asks for.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

from ogp_pipeline.errors import OgpError

_K = TypeVar("_K")
_V = TypeVar("_V")


def modules(package: str, folders: Iterable[str]) -> tuple[ModuleType, ...]:
    """All modules of a package, imported, by their names.

    Called in the package's ``__init__`` with its own ``__name__`` and ``__path__``.
    """
    names = sorted(module.name for module in iter_modules(folders) if not module.name.startswith("__"))
    return tuple(import_module(f"{package}.{name}") for name in names)


def values(package: str, folders: Iterable[str], name: str, of: type[_V]) -> tuple[_V, ...]:
    """What stands under ``name`` in each module of a package that has it, by the modules' names."""
    of_modules = [(module.__name__, vars(module)[name]) for module in modules(package, folders) if name in vars(module)]
    for module, value in of_modules:
        if not isinstance(value, of):
            raise OgpError(f"{module}.{name} is no {of.__name__}")
    return tuple(value for _, value in of_modules)


class Register(dict[_K, _V]):
    """Things by their name, in the order in which they registered. ``what`` they are is said when one comes twice."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def enter(self, name: _K, thing: _V) -> None:
        """OgpError if there is something of that name already."""
        if name in self:
            raise OgpError(f"{self._what} {name} is registered twice")
        self[name] = thing

    def under(self, name: _K) -> Callable[[_V], _V]:
        """A decorator that enters what it stands above."""

        def enter(thing: _V) -> _V:
            self.enter(name, thing)
            return thing

        return enter
