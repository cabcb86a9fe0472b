"""Publications of programmes that a hub only reads: nothing can be written to them through these stores."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing.reader import Reader
from ogp_pipeline.store.protocol import Head, Object, Store


class ReadOnlyStore:
    """Another store, of which everything can be read and nothing written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def at_once(self) -> int:
        """As many requests as that store bears."""
        return self._store.at_once

    def describe(self) -> str:
        """Where that store is."""
        return self._store.describe()

    def clock_ahead(self) -> timedelta | None:
        """As that store says."""
        return self._store.clock_ahead()

    def get(self, key: str) -> Object | None:
        """The object, or None when there is none."""
        return self._store.get(key)

    def head(self, key: str) -> Head | None:
        """Size and tag, or None when there is none."""
        return self._store.head(key)

    def list(self, prefix: str) -> Iterator[str]:
        """Every key that starts with ``prefix``, sorted."""
        return self._store.list(prefix)

    def download(self, key: str, path: Path) -> bool:
        """Stream an object to ``path``; False when there is none."""
        return self._store.download(key, path)

    def create(self, key: str, data: bytes, media_type: str = "application/json") -> NoReturn:  # noqa: ARG002
        """Refused."""
        self._refuse(key)

    def swap(self, key: str, data: bytes, expected: str | None, media_type: str = "application/json") -> NoReturn:  # noqa: ARG002
        """Refused."""
        self._refuse(key)

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> NoReturn:  # noqa: ARG002
        """Refused."""
        self._refuse(key)

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> NoReturn:  # noqa: ARG002
        """Refused."""
        self._refuse(target)

    def put_view(self, key: str, data: bytes, media_type: str) -> NoReturn:  # noqa: ARG002
        """Refused."""
        self._refuse(key)

    def alone(self) -> AbstractContextManager[object]:
        """Refused: who only reads needs to be alone with nobody."""
        self._refuse("")

    def unfinished(self, before: datetime, *, remove: bool) -> Iterator[str]:  # noqa: ARG002
        """Refused."""
        self._refuse("")

    def delete(self, key: str) -> NoReturn:
        """Refused."""
        self._refuse(key)

    def _refuse(self, key: str) -> NoReturn:
        raise StoreError(f"{self.describe()} is another's publication: a hub only reads it ({key or 'no key'})")


class Publication(ReadOnlyStore):
    """A publication at an address, as everybody reads it. Nothing can be listed there."""

    def __init__(self, reader: Reader) -> None:  # no store stands behind it, so what would ask it is below
        self._reader = reader

    @property
    def at_once(self) -> int:
        """As many requests as a browser makes."""
        return self._reader.at_once

    def describe(self) -> str:
        """The address."""
        return self._reader.describe()

    def clock_ahead(self) -> None:
        """A web server is not asked."""

    def get(self, key: str) -> Object | None:
        """The object as it stands there now, past caches. Its tag says nothing: there is nothing to swap."""
        data = self._reader.read(key, fresh=True)
        return Object(data, "") if data is not None else None

    def head(self, key: str) -> Head | None:
        """Read whole: web servers' own tags are of many kinds."""
        data = self._reader.read(key)
        return Head("", len(data)) if data is not None else None

    def list(self, prefix: str) -> Iterator[str]:
        """Refused: a web server shows no list."""
        raise StoreError(f"{self.describe()} shows no list of what begins with {prefix!r}")

    def download(self, key: str, path: Path) -> bool:
        """Stream an object to ``path``, whole or not at all; False when there is none."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        with self._reader.stream(key) as pieces:
            if pieces is None:
                return False
            with part.open("wb") as file:
                file.writelines(pieces)
        part.replace(path)
        return True


class Unreadable(ReadOnlyStore):
    """A publication that cannot even be opened, such as of a programme with a mistake in its file: says why."""

    at_once = 1

    def __init__(self, name: str, why: str) -> None:
        self._name, self._why = name, why

    def describe(self) -> str:
        """Whose it would be."""
        return self._name

    def clock_ahead(self) -> None:
        """Nobody says."""

    def get(self, key: str) -> NoReturn:
        """Cannot be."""
        self._fail(key)

    def head(self, key: str) -> NoReturn:
        """Cannot be."""
        self._fail(key)

    def list(self, prefix: str) -> NoReturn:
        """Cannot be."""
        self._fail(prefix)

    def download(self, key: str, path: Path) -> NoReturn:  # noqa: ARG002
        """Cannot be."""
        self._fail(key)

    def _fail(self, key: str) -> NoReturn:
        raise StoreError(f"{key} of {self._name} cannot be read: {self._why}")
