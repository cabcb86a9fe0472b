"""One differential case, and how two validators are compared on it.

A ``Case`` is plain data (files, descriptors, options), so that a failing one can be printed, mailed and pasted into
``corpus.py``. Both validators get a ``Resource`` of their own: frictionless writes into the one it validates.

The comparison is stricter than ``ogp_pipeline.validation.comparable``: it looks at the class of every error and at
everything that error holds, cast values included, not only at what the descriptor exports. Only ``seconds`` (never the
same twice) and ours alone, ``strategy`` and ``strategy_reason``, are left out.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import frictionless

Validator = Callable[..., frictionless.Report]

LEFT_OUT = {"seconds", "strategy", "strategy_reason"}


@dataclass(frozen=True)
class Case:
    """``resource`` and the ``others`` that its foreign keys name are descriptors with paths among ``files``."""

    files: Mapping[str, bytes]
    resource: Mapping[str, Any]
    others: tuple[Mapping[str, Any], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Put the files into an existing folder, over those of the case before."""
        for name, content in self.files.items():
            (folder / name).write_bytes(content)

    def open(self, folder: Path) -> frictionless.Resource:
        """A fresh resource; through a package if there are others."""
        if not self.others:
            return frictionless.Resource.from_descriptor(dict(self.resource), basepath=str(folder))
        descriptor = {"name": "package", "resources": [dict(self.resource), *map(dict, self.others)]}
        package = frictionless.Package.from_descriptor(descriptor, basepath=str(folder))
        return package.get_resource(self.resource["name"])


@dataclass(frozen=True)
class Outcome:
    """What came of a case: a report's content, or the type of what was raised."""

    raised: str | None
    content: Any = None
    error_types: tuple[str, ...] = ()
    strategy: str = "frictionless"
    strategy_reason: str = ""


def outcome(validate: Validator, case: Case, folder: Path) -> Outcome:
    """Validate a case whose files are in the folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dateutil's unknown time zones
        try:
            report = validate(case.open(folder), **case.options)
        except Exception as error:  # noqa: BLE001 - frictionless lets any type out; ours must let out the same
            return Outcome(raised=type(error).__name__)
    task = report.tasks[0]
    return Outcome(
        raised=None,
        content=content(report),
        error_types=tuple(error.type for error in task.errors),
        strategy=str(task.stats.get("strategy", "frictionless")),
        strategy_reason=str(task.stats.get("strategy_reason", "")),
    )


def content(report: frictionless.Report) -> dict[str, Any]:
    """All that a report says, in values which are equal when they look equal (a NaN is not equal to itself)."""
    tasks = [_slots(task) | {"errors": [_error(error) for error in task.errors]} for task in report.tasks]
    return _slots(report) | {"tasks": tasks, "errors": [_error(error) for error in report.errors]}


def _slots(thing: Any) -> dict[str, Any]:
    names = ("valid", "name", "type", "title", "place", "labels", "warnings")
    said = {name: getattr(thing, name) for name in names if hasattr(thing, name)}
    return said | {"stats": {name: value for name, value in thing.stats.items() if name not in LEFT_OUT}}


def _error(error: frictionless.Error) -> tuple[str, str, dict[str, str]]:
    names = [attribute.name for attribute in type(error).__attrs_attrs__]
    held = {name: repr(getattr(error, name)) for name in names if not name.startswith("_")}
    return type(error).__name__, repr(error.to_descriptor()), held


def difference(expected: Outcome, got: Outcome) -> str:
    """Empty, or the first thing that is not the same, as text."""
    if expected.raised != got.raised:
        return f"frictionless raised {expected.raised}, ours {got.raised}"
    if expected.content == got.content:
        return ""
    return _first_difference("report", expected.content, got.content)


def _first_difference(where: str, expected: Any, got: Any) -> str:
    if isinstance(expected, dict) and isinstance(got, dict):
        pairs = {key: (expected.get(key, "(absent)"), got.get(key, "(absent)")) for key in [*expected, *got]}
        found = [_first_difference(f"{where}.{key}", *pair) for key, pair in pairs.items() if pair[0] != pair[1]]
        return found[0] if found else ""
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        for index, (one, other) in enumerate(zip(expected, got, strict=False)):
            if one != other:
                return _first_difference(f"{where}[{index}]", one, other)
        return f"{where}: {len(expected)} in frictionless, {len(got)} in ours"
    return f"{where}: frictionless {expected!r}, ours {got!r}"
