"""Which clocks a country has, so that a new programme's days are those of its people.

From the Unicode CLDR's list of time zones and their countries, as babel holds it.
"""

import re

from babel.core import get_global

_FREE = re.compile("X[A-Z]")  # ISO 3166 leaves them to its users: a programme to try things out, Kosovo
_NOWHERE = "ZZ"


def is_country(code: str) -> bool:
    """Whether ISO 3166 has given the code to a country with clocks, or leaves it to whoever uses it."""
    return bool(_FREE.fullmatch(code)) or (code != _NOWHERE and bool(zones(code)))


def zones(country: str) -> list[str]:
    """The country's time zones in alphabetical order. Empty for a code that is no country's."""
    return sorted(zone for zone, where in get_global("zone_territories").items() if where == country)


def setting(country: str) -> str:
    """What a programme file says under ``timezone``: the only one, or UTC with those that there are as a comment."""
    here = zones(country)
    if len(here) == 1:
        return here[0]
    return f"UTC  # {country}: {', '.join(here)}" if here else "UTC"
