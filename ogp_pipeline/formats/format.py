"""What a format is: one ``Format`` value, which stands in the format's own module under the name ``FORMAT``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict

from ogp_pipeline.formats import content
from ogp_pipeline.formats.content import Kind
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.formats.records import FileProblem, Reading, Where
from ogp_pipeline.formats.vocabulary import NONE, Vocabulary
from ogp_pipeline.i18n.catalogue import detail


class Options(BaseModel):
    """What may stand under ``read:`` of a source. Each format has its own model, with ``kind: Literal[…]``."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    kind: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to be read. ``name`` is told to people, never used as a path. ``vocabulary``: the headings to look for."""

    name: str
    path: Path
    content: bytes
    vocabulary: Vocabulary = NONE


def kinds(model: type[BaseModel]) -> tuple[str, ...]:
    """What may stand as ``kind`` of a model that has one: its ``Literal``."""
    return get_args(model.model_fields["kind"].annotation)


_Own = TypeVar("_Own", bound=Options)


@dataclass(frozen=True, slots=True)
class Format(Generic[_Own]):
    """A format of input files.

    ``model``: its options. ``names``: what people call such a file. ``accepts``: whether a file may be one; it is given
    the file, what its bytes certainly are (None for plain text and what nobody can tell), and the options.
    ``read``: from the file to rows and problems; a bad file is never an exception. ``without_password``: what to ask
    for where the file has one.
    """

    model: type[_Own]
    names: Kind
    accepts: Callable[[File, Kind | None, _Own], bool]
    read: Callable[[File, _Own, Limits], Reading]
    without_password: Kind | None = None

    @property
    def kind(self) -> str:
        """What a source writes as ``read: {kind: …}``."""
        (kind,) = kinds(self.model)
        return kind

    def misfit(self, file: File, options: _Own) -> FileProblem | None:
        """The problem if the bytes cannot be what the format reads: ``not-a-table``, ``wrong-format`` or
        ``merge-conflict``."""
        kind = content.recognise(file.content)
        if (line := content.conflict(file.content)) is not None:
            return FileProblem("merge-conflict", Where(file.name, line))
        if kind is None and self.names is not content.HTML and content.is_web_page(file.content):
            beginning = file.content[:80].decode("utf-8", "replace").removeprefix("\ufeff")
            if content.has_table(file.content):
                return FileProblem("not-a-table/html", Where(file.name), None, detail("expected", self.names.key))
            return FileProblem("not-a-table", Where(file.name), " ".join(beginning.split()))
        if self.accepts(file, kind, options):
            return None
        named = kind or content.unrecognised(file.content)
        expected = self.names
        if named is content.PROTECTED and self.without_password is not None:
            expected = self.without_password
        return self.unlike(file, named, expected)

    def unlike(self, file: File, named: Kind, expected: Kind) -> FileProblem:
        """The problem of a file that is something else than what is expected."""
        details = detail("found", named.key) | detail("expected", expected.key)
        rule = {content.PACKED: "/packed", content.POINTER: "/pointer", content.LFS: "/pointer"}.get(named, "")
        return FileProblem(f"wrong-format{rule}", Where(file.name), None, details)
