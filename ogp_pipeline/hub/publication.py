"""What a hub says of its own publication: the texts, licence and addresses under which its comparison stands.

The rest of the package publishes programmes. So a hub's publication is written down as one: without suppliers and
sources, with the plans that it compares, and of no country.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.i18n.text import SpokenLanguage, Text
from ogp_pipeline.programme.model import NO_COUNTRY, Expiry, Licence, Plan, Programme
from ogp_pipeline.programme.publisher import Address, Contact, Doi, Frequency, Keywords, Publisher, Theme
from ogp_pipeline.programme.sources import Id, Settings


class Stated(Settings):
    """What the hub's file says of its publication, wherever that is. ``publisher`` to ``keywords``: what portals ask,
    as in a programme's publication. ``search``: one search over the commitments of all members.
    """

    licence: Licence
    base_url: Address
    search: bool = True
    expiry: Expiry = Expiry()
    doi: Doi | None = None
    publisher: Publisher | None = None
    contact: Contact | None = None
    themes: list[Theme] = ["GOVE"]
    frequency: Frequency = "irregular"
    keywords: Keywords = {}


class HubPublication(Stated):
    """All that the hub's file says of what it publishes. ``languages``: of its pages, the first before the others."""

    id: Id
    title: Text
    description: Text
    languages: Annotated[list[SpokenLanguage], Field(min_length=1)] = list(LANGUAGES)

    def as_programme(self, plans: Iterable[Plan] = (), spatial: Iterable[str] = ()) -> Programme:
        """The publication as the rest of the package knows one. ``spatial``: addresses of the countries compared."""
        nowhere = {"directory": "."}  # never opened: whoever publishes was handed the store
        said = {name: getattr(self, name) for name in type(self).model_fields if name != "id"}
        return Programme.model_validate(
            {
                "id": self.id,
                "country": NO_COUNTRY,
                "title": self.title,
                "languages": list(self.languages),
                "plans": list(plans),
                "suppliers": [],
                "sources": [],
                "publication": {**said, "spatial": list(spatial), "store": nowhere, "intake": nowhere},
            }
        )
