"""The programme file: the one YAML that a country writes. Models here; ``file`` reads it with line numbers.

Secrets never stand in it.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.i18n.languages import DEFAULT, english_first, published
from ogp_pipeline.i18n.text import Language, SpokenLanguage, Text, order_of
from ogp_pipeline.programme.desk import Desk
from ogp_pipeline.programme.mail import MailAddress, MailSettings
from ogp_pipeline.programme.places import StorePlace
from ogp_pipeline.programme.publisher import Address, Contact, Deposit, Doi, Frequency, Keywords, Publisher, Theme
from ogp_pipeline.programme.retention import Retention
from ogp_pipeline.programme.scales import OwnScale
from ogp_pipeline.programme.sources import Guards, Id, Settings, Source

NO_COUNTRY = "ZZ"  # CLDR's code of no country: of what speaks of several
RESERVED_PERIODS = ("start", "end", "all", "design", "self", "midterm", "end_of_term")  # the last four are stages


_NOBODYS = re.compile(r"\.(?:example(?:\.(?:org|com|net))?|test|invalid|localhost)\Z")


_zones = cache(available_timezones)  # it opens every file of the time zones, each time


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("is not a time zone; write one such as America/Mexico_City")
    return name


Sector = Literal["government", "oversight", "civil_society", "academia", "private", "media", "multilateral"]


class Period(Settings):
    """A reporting period. ``asks``: what the round's form asked for; without ``status`` nobody owes one."""

    id: Id
    starts: date
    ends: date
    due: date
    title: Text | None = None
    asks: list[Literal["status", "percent", "progress_text", "evidence", "challenges"]] = [
        "status",
        "progress_text",
        "evidence",
    ]

    @model_validator(mode="after")
    def _order(self) -> "Period":
        if self.id in RESERVED_PERIODS:
            raise ValueError(f"`{self.id}` has a meaning of its own in the metrics; choose another id")
        if not self.starts <= self.ends:
            raise ValueError(f"period {self.id} ends ({self.ends}) before it starts ({self.starts})")
        return self


class Plan(Settings):
    """An action plan. ``scale``: the progress scale in force, an id of schemas/codes/progress_status.csv, or
    of ``scales`` in the programme.
    """

    id: Id
    number: int = Field(ge=1)
    title: Text
    starts: date
    ends: date
    scale: str
    periods: list[Period] = []
    url: str | None = None

    @model_validator(mode="after")
    def _order(self) -> "Plan":
        if not self.starts < self.ends:
            raise ValueError(f"plan {self.id} ends ({self.ends}) before it starts ({self.starts})")
        return self


class Supplier(Settings):
    """Who may send files. ``commitments``: ``all``, ``own`` (led or supported by ``institution``) or a list.

    ``may_vouch``: whether it may say on which day a report was delivered that it typed in later (a secretariat).
    ``contact``: whom its people ask, if that is another than the programme's contact. ``mail``: where they get mail.
    """

    id: Id
    names: Text
    sector: Sector
    language: SpokenLanguage
    institution: Id | None = None
    may_supply: list[str]
    commitments: Literal["all", "own"] | list[str] = "own"
    may_vouch: bool = False
    contact: Contact | None = None
    mail: list[MailAddress] = []

    @model_validator(mode="after")
    def _own_needs_institution(self) -> "Supplier":
        if self.commitments == "own" and self.institution is None:
            raise ValueError("`commitments: own` needs `institution`, to know whose they are")
        return self


class Decisions(Settings):
    """When a decision of the forum counts: by ``rule``, with ``quorum_seats`` and every one of ``parties`` present."""

    rule: Literal["consensus", "majority"] = "consensus"
    quorum_seats: int = Field(default=1, ge=1)
    parties: list[Sector] = []


class Evaluation(Settings):
    """The forum's choices. ``rollup``: see schemas/metrics/commitment_completion.json.

    ``progress``: what counts where an update has a status and a percentage. ``status_first``: the status, and the
    percentage where there is no status. ``percent_first``: the other way round. ``status``: the status alone.
    ``substantial_from``: from which percentage on work counts as substantial, in scales that have such a level.
    """

    rollup: Literal["complete_if_all", "lowest"] = "complete_if_all"
    progress: Literal["status_first", "percent_first", "status"] = "status_first"
    substantial_from: int = Field(default=50, ge=1, le=100)
    decisions: Decisions = Decisions()

    @property
    def counts_percent(self) -> bool:
        """Whether a percentage can count as progress at all."""
        return self.progress != "status"


class ChangeOfGovernment(Settings):
    """A day on which another government takes office: commitments that are not permanent by then are at risk."""

    on: date
    title: Text | None = None


class Licence(Settings):
    """The licence of what is published: SPDX id, title, address."""

    id: str
    title: str
    url: str


class Expiry(Settings):
    """For how many days a signed ``latest.json`` holds (0: for ever), and how old it may be before a run renews it."""

    days: int = Field(default=30, ge=0, le=3650)
    renew_days: int = Field(default=7, ge=0)

    @model_validator(mode="after")
    def _in_time(self) -> "Expiry":
        if self.days and self.renew_days >= self.days:
            raise ValueError(
                f"`renew_days` ({self.renew_days}) must be below `days` ({self.days}): else it expires first"
            )
        return self


class Publication(Settings):
    """Where and how releases are published.

    ``languages``: of its pages; where none is named, DEFAULT, or the programme's if one of them is another.
    ``history``: the dates for which a backfill makes one release each, oldest first.
    ``on_rejected``: publish what the other sources gave, or hold everything back, when a delivery is rejected.
    ``may_publish``: telephones and the like that are nobody's private ones, although they look so: of offices.
    ``search``: full-text search on the public pages.
    ``expiry``: until when readers may take the newest release for that, where releases are signed.
    ``doi``: of all versions together, by which they are cited. ``deposit``: where each run deposits the newest.
    ``publisher`` to ``keywords``: what portals ask; see ``Programme.publisher`` and ``Programme.contact``.
    """

    title: Text
    description: Text
    licence: Licence
    base_url: Address
    languages: Annotated[list[Language], Field(min_length=1)] = list(DEFAULT)
    store: StorePlace
    intake: StorePlace
    history: list[date] = []
    on_rejected: Literal["publish_rest", "hold"] = "publish_rest"
    may_publish: list[str] = []
    search: bool = True
    expiry: Expiry = Expiry()
    doi: Doi | None = None
    deposit: Deposit | None = None
    publisher: Publisher | None = None
    contact: Contact | None = None
    themes: list[Theme] = ["GOVE"]
    frequency: Frequency = "irregular"
    spatial: list[Address] = []
    keywords: Keywords = {}

    @property
    def root(self) -> str:
        """``base_url`` without its final slash: every public address is this, a slash and a key."""
        return self.base_url.rstrip("/")

    @property
    def is_placeholder(self) -> bool:
        """Whether ``base_url`` is only an example: of those names that are nobody's (RFC 2606, RFC 6761)."""
        host = urlsplit(self.base_url).hostname or ""
        return bool(_NOBODYS.search(f".{host}"))


class Programme(Settings):
    """A country's programme. ``closed_on``: nothing is evaluated as of a later day (a plan whose term is over).

    ``languages``: those in which it writes, the first before the others. A text has a column in each, and in each of
    the publication's.
    """

    id: Id
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    title: Text
    languages: Annotated[list[Language], Field(min_length=1)]
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    closed_on: date | None = None
    plans: list[Plan]
    scales: list[OwnScale] = []
    changes_of_government: list[ChangeOfGovernment] = []
    suppliers: list[Supplier]
    sources: list[Source]
    limits: Limits = Limits()
    guards: Guards = Guards()
    evaluation: Evaluation = Evaluation()
    desk: Desk | None = None
    mail: MailSettings | None = None
    retention: Retention | None = None
    publication: Publication

    def local(self, now: datetime) -> datetime:
        """An aware time as clocks show it in the programme's ``timezone``: its date is the day people mean."""
        return now.astimezone(ZoneInfo(self.timezone))

    @model_validator(mode="before")
    @classmethod
    def _own_pages(cls, held: object) -> object:
        """Pages in the programme's own languages where it writes in others than DEFAULT and names none for them."""
        publication = held.get("publication") if isinstance(held, dict) else None
        if not isinstance(held, dict) or not isinstance(publication, dict) or "languages" in publication:
            return held
        own = order_of(held)
        if set(own) <= set(DEFAULT):
            return held
        return {**held, "publication": {**publication, "languages": list(own)}}

    @property
    def texts(self) -> tuple[str, ...]:
        """The languages in which a text of the tables has a column: those of the programme and of its pages."""
        return english_first((*self.languages, *self.publication.languages))

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages in which we speak of its data, to readers and to suppliers; English among them."""
        return published((*self.texts, *(supplier.language for supplier in self.suppliers)))

    def in_order(self, languages: Iterable[str]) -> tuple[str, ...]:
        """Each once, those in which the programme writes before the others: the first is for who takes only one."""
        every = dict.fromkeys(languages)
        return tuple(code for code in dict.fromkeys((*self.languages, *every)) if code in every)

    def supplier(self, supplier_id: str) -> Supplier:
        """The supplier with this id (KeyError if there is none: ``load`` has checked every reference)."""
        return {supplier.id: supplier for supplier in self.suppliers}[supplier_id]

    def limits_of(self, source: Source) -> Limits:
        """The limits for a source's files: the programme's, but for those that the source sets itself."""
        return self.limits.but(source.limits)

    def guards_of(self, source: Source) -> Guards:
        """The guards of a source: the programme's, but for those that the source sets itself."""
        return self.guards.but(source.guards)

    @property
    def publisher(self) -> Publisher:
        """Who publishes; where nobody is named, the programme itself."""
        return self.publication.publisher or Publisher(name=self.title, url=self.publication.root)

    @property
    def contact(self) -> Contact:
        """Where questions go; where nothing is said, to the publisher's address, or to the publication's own."""
        publisher = self.publisher
        return self.publication.contact or Contact(name=publisher.name, url=publisher.url or self.publication.root)

    def contact_of(self, supplier: Supplier) -> Contact:
        """Whom the people of a supplier ask."""
        return supplier.contact or self.contact

    def period(self, period_id: str) -> Period | None:
        """The reporting period with this id, of any plan."""
        return next((p for plan in self.plans for p in plan.periods if p.id == period_id), None)
