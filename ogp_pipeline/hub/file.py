"""Reads a hub's file: every mistake at once, each with its line. The programmes' own files are not opened here."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from ogp_pipeline.errors import HubError
from ogp_pipeline.hub.model import Hub
from ogp_pipeline.i18n.text import order_of
from ogp_pipeline.programme import written
from ogp_pipeline.programme.places import DirectoryPlace, Place
from ogp_pipeline.programme.written import Mistake, Written

_STEM = "hub"
NAME = f"{_STEM}.yaml"  # put together: the tests take what looks like it for the key of a text


def file_of(path: Path) -> Path:
    """The hub's file; a folder stands for its ``hub.yaml``."""
    return path / NAME if path.is_dir() else path


def load(path: Path) -> Hub:
    """The hub in ``path``. HubError with every mistake and its line."""
    file = file_of(path)
    content = written.read(file, "`ogp hub init FOLDER` makes one", HubError)
    return parse(content.decode(), file)


def parse(text: str, path: Path) -> Hub:
    """The hub in ``text``, which stands at ``path``."""
    file = written.compose(text, str(path), HubError)
    mistakes = list(file.repeated)
    if not isinstance(file.data, dict):
        raise HubError(str(path), [(1, "must be a YAML mapping with `id`, `title`, `publication`, `programmes` …")])
    try:
        hub = Hub.model_validate(file.data, context=order_of(file.data))
    except ValidationError as error:
        mistakes += [file.mistake(Hub, each) for each in error.errors()]
        raise HubError(str(path), written.in_order(mistakes)) from None
    mistakes += _references(hub, file, path.parent)
    if mistakes:
        raise HubError(str(path), written.in_order(mistakes))
    return hub


def _references(hub: Hub, file: Written, base: Path) -> Iterator[Mistake]:
    ids = Counter(programme.id for programme in hub.programmes)
    for index, programme in enumerate(hub.programmes):
        here = ("programmes", index)
        if ids[programme.id] > 1:
            told = f"`{programme.id}` is the id of {ids[programme.id]} programmes; each needs its own"
            yield file.line((*here, "id")), told
        if programme.programme is not None and not _file(base, programme.programme).is_file():
            yield (
                file.line((*here, "programme")),
                f"there is no programme file `{programme.programme}` beside the hub's file; `ogp init` makes one",
            )
    yield from _prefixes(hub, file)
    yield from _files_that_are_named_twice(hub, file, base)
    yield from _stores(hub, file, base)


def _prefixes(hub: Hub, file: Written) -> Iterator[Mistake]:
    """With ``MX_`` beside ``MX_CITY_``, the first would have the second's keys."""
    prefixes = [(index, programme) for index, programme in enumerate(hub.programmes) if programme.environment]
    for index, programme in prefixes:
        for _, other in prefixes:
            if programme is not other and (programme.environment or "").startswith(other.environment or ""):
                yield (
                    file.line(("programmes", index, "environment")),
                    f"`{programme.environment}` begins with `{other.environment}` of {other.id}, which would see "
                    f"its keys; choose another",
                )


def _files_that_are_named_twice(hub: Hub, file: Written, base: Path) -> Iterator[Mistake]:
    seen: dict[Path, str] = {}
    for index, programme in enumerate(hub.programmes):
        if programme.programme is None:
            continue
        place = _file(base, programme.programme)
        if place in seen:
            told = f"`{programme.programme}` is the programme file of {seen[place]} already; each is run once"
            yield file.line(("programmes", index, "programme")), told
        seen.setdefault(place, programme.id)


def _stores(hub: Hub, file: Written, base: Path) -> Iterator[Mistake]:
    """What is public must not hold what is private, nor may the comparison lie where a programme publishes."""
    public, private = hub.publication.store, hub.publication.private
    if _crosses(public, private, base):
        yield (
            file.line(("publication", "private")),
            "`private` and `store` lie in each other; what is private would show",
        )
    for index, programme in enumerate(hub.programmes):
        if programme.store is not None and any(_crosses(programme.store, own, base) for own in (public, private)):
            told = "lies where the hub publishes or keeps its own; a hub only reads a programme's store"
            yield file.line(("programmes", index, "store")), told


def _crosses(place: Place, other: Place, base: Path) -> bool:
    if isinstance(place, DirectoryPlace) and isinstance(other, DirectoryPlace):
        first, second = (_file(base, each.directory) for each in (place, other))
        return first.is_relative_to(second) or second.is_relative_to(first)
    if isinstance(place, DirectoryPlace) or isinstance(other, DirectoryPlace):
        return False
    if (place.bucket, place.endpoint) != (other.bucket, other.endpoint):
        return False
    prefixes = [f"{each.prefix.strip('/')}/".lstrip("/") for each in (place, other)]
    return prefixes[0].startswith(prefixes[1]) or prefixes[1].startswith(prefixes[0])


def _file(base: Path, path: Path) -> Path:
    return Path(os.path.normpath(base / path))
