"""Codes of the authorities for what the programme file says in plain words.

Portals compare addresses of the EU's authority tables, of IANA and of ADMS. A licence that the EU has no code for
keeps its own address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from babel import Locale
from babel.core import get_global

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import long_code
from ogp_pipeline.programme.model import Licence
from ogp_pipeline.programme.publisher import Frequency, Theme
from ogp_pipeline.release import xlsx_format
from ogp_pipeline.release.table_formats import TABLE_FORMATS

EU = "http://publications.europa.eu/resource/authority/"
IANA = "http://www.iana.org/assignments/media-types/"
PUBLIC = EU + "access-right/PUBLIC"
STABLE = EU + "planned-availability/STABLE"
SHA256 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"
PUBLISHER_KIND = "http://purl.org/adms/publishertype/"


@dataclass(frozen=True, slots=True)
class _KnownLicence:
    """``code``: the EU's; ``kind``: ADMS's; ``title``: that of CKAN's register, by which CKAN finds its own."""

    code: str
    kind: str
    title: str


_LICENCES = {
    "CC0-1.0": _KnownLicence("CC0", "PublicDomain", "Creative Commons CCZero"),
    "CC-BY-4.0": _KnownLicence("CC_BY_4_0", "Attribution", "Creative Commons Attribution"),
    "CC-BY-SA-4.0": _KnownLicence("CC_BYSA_4_0", "ViralEffect-ShareAlike", "Creative Commons Attribution Share-Alike"),
    "ODbL-1.0": _KnownLicence("ODC_BL", "ViralEffect-ShareAlike", "Open Data Commons Open Database License (ODbL)"),
    "ODC-By-1.0": _KnownLicence("ODC_BY", "Attribution", "Open Data Commons Attribution License"),
    "PDDL-1.0": _KnownLicence(
        "ODC_PDDL", "PublicDomain", "Open Data Commons Public Domain Dedication and License (PDDL)"
    ),
}
_FREQUENCIES: dict[Frequency, tuple[str, str]] = {
    "daily": ("DAILY", "R/P1D"),
    "weekly": ("WEEKLY", "R/P1W"),
    "monthly": ("MONTHLY", "R/P1M"),
    "quarterly": ("QUARTERLY", "R/P3M"),
    "twice_a_year": ("ANNUAL_2", "R/P6M"),
    "annual": ("ANNUAL", "R/P1Y"),
    "irregular": ("IRREG", "irregular"),
}

THEMES = EU + "data-theme"


@dataclass(frozen=True, slots=True)
class FileFormat:
    """``code``: in the EU's table of file types; None for what it does not know."""

    label: str
    media_type: str
    code: str | None

    @property
    def uri(self) -> str | None:
        """The EU's address of the file type."""
        return f"{EU}file-type/{self.code}" if self.code else None

    @property
    def media_uri(self) -> str:
        """IANA's address of the media type."""
        return IANA + self.media_type


FORMATS = {
    **{form.ending: FileFormat(form.title, form.media_type, form.eu_code) for form in TABLE_FORMATS},
    "xlsx": FileFormat("XLSX", xlsx_format.MEDIA_TYPE, "XLSX"),
}


def theme_name(code: Theme, languages: Iterable[str]) -> dict[str, str]:
    """What the EU calls a theme, by language."""
    return {language: say(f"theme.name.{code}", language) for language in languages}


def language(tag: str) -> str:
    """The EU's address of a language; where it is not in the EU's table, the one of languages whose code is missing."""
    return f"{EU}language/{(long_code(tag) or 'mis').upper()}"


def licence(given: Licence) -> str:
    """The EU's address of a licence, or the licence's own."""
    listed = _LICENCES.get(given.id)
    return f"{EU}licence/{listed.code}" if listed else given.url


def licence_kind(given: Licence) -> str | None:
    """What a licence asks, in ADMS's words; None where we do not know it."""
    listed = _LICENCES.get(given.id)
    return f"http://purl.org/adms/licencetype/{listed.kind}" if listed else None


def licence_title(given: Licence) -> str:
    """The title by which CKAN knows a licence, or the one that the programme file gives."""
    listed = _LICENCES.get(given.id)
    return listed.title if listed else given.title


def frequency(word: Frequency) -> str:
    """The EU's address of a frequency."""
    return f"{EU}frequency/{_FREQUENCIES[word][0]}"


def interval(word: Frequency) -> str:
    """The frequency as an ISO 8601 repeating interval, as DCAT-US wants it; ``irregular`` stays a word."""
    return _FREQUENCIES[word][1]


def country(code: str) -> str | None:
    """The EU's address of a country by its code of two letters; None for one that has no code of three."""
    longer = _three_letters().get(code)
    return f"{EU}country/{longer}" if longer else None


def country_name(code: str, language: str) -> str:
    """What a country is called, or its code."""
    return str(Locale.parse(language).territories.get(code, code))


@cache
def _three_letters() -> dict[str, str]:
    """Two letters -> three, from CLDR's aliases (``MEX`` stands there for ``MX``)."""
    aliases = get_global("territory_aliases")
    return {targets[0]: alias for alias, targets in sorted(aliases.items()) if len(alias) == 3 and alias.isalpha()}
