"""Sources of the programme file: where deliveries come from, how they are read, and what holds them back."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from ogp_pipeline.formats.json import JsonReader
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.programme import addresses
from ogp_pipeline.programme.headers import Headers, holds_a_password
from ogp_pipeline.programme.mapping import Reader, TableMapping
from ogp_pipeline.programme.paging import Paging
from ogp_pipeline.programme.places import HTTP, Place, S3Place, either

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Mappings = Annotated[list[TableMapping], BeforeValidator(_as_list)]  # one mapping may stand without the list's dash


def _below(pattern: str) -> str:
    if pattern.startswith("/") or "\\" in pattern or ".." in pattern.split("/") or not pattern.strip("./ "):
        raise ValueError(f"`{pattern}` does not lie in the folder; write names below `path`, such as *.csv or */*.csv")
    return pattern


Globs = Annotated[
    list[Annotated[str, AfterValidator(_below)]], BeforeValidator(_as_list), Field(min_length=1)
]  # patterns of names


class Settings(BaseModel):
    """What may stand in the file: nothing else, and it does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Historic(Settings):
    """An import of files that were public before this pipeline ran: known since ``known_on``, and why we say so."""

    known_on: date
    why: str


class GuardRule(Settings):
    """When a delivery waits for a person's word: ``rows`` or more, and more than this ``share`` of what stood.

    ``hold: false`` only tells. ``why``: the reason, for whoever reads the programme file later.
    """

    hold: bool = True
    rows: int = Field(default=1, ge=1)
    share: float = Field(default=0, ge=0, le=1)
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Guards(Settings):
    """What holds a delivery of which the effect is out of proportion (ADR 0022); a guard that is left out is as below.

    ``withdraws``: rows that a full statement leaves out. ``empties``: rows that lose their status. ``goes_back``: rows
    of which the status goes back without a word. ``older``: rows that go back to what an earlier delivery said.
    ``takes_over``: rows that are another supplier's so far.
    """

    withdraws: GuardRule = GuardRule(rows=3, share=0.2, why="a few rows of many may go; a third of a table may not")
    empties: GuardRule = GuardRule(why="a status that was accepted should not vanish unnoticed")
    goes_back: GuardRule = GuardRule(why="who goes back should say why")
    older: GuardRule = GuardRule(why="an old file sent again by mistake undoes what came since")
    takes_over: GuardRule = GuardRule(why="what another supplier said is replaced")

    def but(self, other: "Guards") -> "Guards":
        """These, except for those that ``other`` states itself."""
        return self.model_copy(update={name: getattr(other, name) for name in other.model_fields_set})


class _Source(Settings):
    id: Id
    supplier: Id
    read: Reader
    tables: dict[str, Mappings]
    whole: bool = False  # each delivery states the tables in full: rows absent from the newest one are withdrawn
    rhythm_days: int | None = Field(default=None, ge=1)
    historic: Historic | None = None
    on_bad_rows: Literal["reject", "quarantine"] = (
        "reject"  # all or nothing; or the good rows, and a list of the others
    )
    limits: Limits = Limits()
    guards: Guards = Guards()

    @model_validator(mode="after")
    def _no_full_statement_in_part(self) -> "_Source":
        if self.whole and self.on_bad_rows == "quarantine":
            raise ValueError(
                "`on_bad_rows: quarantine` does not go with `whole: true`: in a full statement, "
                "a row that is set aside would count as withdrawn"
            )
        return self


class FolderSource(_Source):
    """Files in a folder, by glob patterns. With ``together``, all are one delivery; otherwise each file is its own.

    ``ignore``: patterns of files that lie there and hold no data, such as a note; nobody is told of them.
    """

    kind: Literal["folder"]
    path: Path
    files: Globs = ["*"]
    ignore: Globs | None = None
    together: bool = False

    @model_validator(mode="after")
    def _whole_is_one_delivery(self) -> "FolderSource":
        if self.whole and not self.together and (len(self.files) > 1 or set("*?[") & set(self.files[0])):
            raise ValueError("`whole` needs `together: true` or one file name: each file would withdraw the others")
        return self


class HttpSource(_Source):
    """One file behind a URL, or the pages of one; or several files, as ``urls``: name -> address. ``max_mb`` counts
    packed and decoded bytes of all; ``timeout_s`` bounds the whole download. ``pages: one``: an answer is whole,
    whatever it says of others; or how they are followed. ``headers``: what the server asks for, such as a token.
    """

    kind: Literal["http"]
    url: str = ""
    urls: dict[str, str] = {}
    max_mb: int = Field(default=100, ge=1)
    timeout_s: int = Field(default=120, ge=1)
    retries: int = Field(default=3, ge=0, le=10)
    pages: Literal["follow", "one"] | Paging = "follow"
    headers: Headers = {}
    allow_private_hosts: bool = False

    @model_validator(mode="after")
    def _is_http(self) -> "HttpSource":
        if bool(self.url) == bool(self.urls):
            raise ValueError("a source needs `url`, or `urls` (name: address) for several files")
        if not all(HTTP.match(url) for url in self.urls.values() or [self.url]):
            raise ValueError("`url` must start with http:// or https://")
        if any(holds_a_password(url) for url in self.urls.values() or [self.url]):
            raise ValueError("`url` holds a name or password before the host; take it out, and use `headers`")
        if (
            self.headers
            and not self.allow_private_hosts
            and not all(url.startswith("https://") for _, url in self.addresses)
        ):
            raise ValueError(
                "`headers` are sent to https:// addresses only (or inside your network: allow_private_hosts)"
            )
        if isinstance(self.pages, Paging) and (fault := self.pages.fault(self.read.kind)) is not None:
            raise ValueError(fault)
        return self

    @property
    def addresses(self) -> tuple[tuple[str, str], ...]:
        """What is fetched: the name of each file ("" for the address's own), and where it is."""
        given = self.urls.items() if self.urls else [("", self.url)]
        return tuple((name, addresses.exported(url, self.read.kind)) for name, url in given)

    @property
    def origin(self) -> str:
        """Where its files come from, for people and records."""
        return self.url or next(iter(self.urls.values()), "")


class CkanSource(HttpSource):
    """All records of a table in a CKAN portal's datastore. ``url``: the portal; ``resource``: the table's id;
    ``filters``: column -> the value that it must have; ``page_size``: records that are asked for at once.
    """

    kind: Literal["ckan"]  # type: ignore[assignment]  # a source of another kind, fetched in the same way
    resource: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
    filters: dict[str, str] = {}
    page_size: int = Field(default=5_000, ge=1, le=32_000)
    read: Reader = JsonReader(kind="json", at="/result/records")

    @model_validator(mode="after")
    def _is_a_datastore(self) -> "CkanSource":
        if self.urls or self.pages != "follow" or not isinstance(self.read, JsonReader):
            raise ValueError("a `ckan` source has no `urls` and no `pages`, and its answers are JSON")
        return self

    @property
    def addresses(self) -> tuple[tuple[str, str], ...]:
        """The action of the portal's API that gives the records."""
        return ((f"{self.resource}.json", addresses.datastore(self.url, self.resource, self.filters)),)


def _of_one_name(pattern: str) -> str:
    if "/" in pattern:
        raise ValueError(f"`{pattern}` leads into a folder; what is dropped lies in the inbox itself")
    return pattern


Names = Annotated[
    list[Annotated[str, AfterValidator(_below), AfterValidator(_of_one_name)]],
    BeforeValidator(_as_list),
    Field(min_length=1),
]  # patterns of names in an inbox


class _Inbox(_Source):
    kind: Literal["inbox"]
    files: Names = ["*"]
    together: bool = False
    settle_seconds: int = Field(default=60, ge=0)


class _WrittenInbox(_Inbox):
    path: Path | None = None
    s3: S3Place | None = None


class InboxSource(_Inbox):
    """A supplier's own place: whatever is put there is a delivery, leaves with a receipt, and leaves room for more.

    Several sources of one supplier may share it, each with patterns of its own ``files``: a file is the delivery of the
    first source whose pattern its name fits. What fits none is refused by the first of them (ADR 0024).

    The file says ``path`` (a folder) or ``s3`` (a prefix in a bucket). A file counts as finished when it has not
    changed for ``settle_seconds`` (0: whoever puts files there renames them into place). With ``together``, all that
    lies there is one delivery.
    """

    place: Place

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        """From the settings as they are written, so that mistakes name them."""
        if not isinstance(value, dict) or isinstance(value.get("place"), Place):
            return value
        written = _WrittenInbox.model_validate(value)
        given = {name: getattr(written, name) for name in written.model_fields_set - {"path", "s3"}}
        return {**given, "place": either(written.path, written.s3, "path")}


Source = Annotated[FolderSource | HttpSource | CkanSource | InboxSource, Field(discriminator="kind")]
