"""Our rules, one function for each id of schemas/rules.csv that is decided over rows; one module for each family.

    registry                        ``@rule("id")``, which stands above each
    keys, authority                 identifiers; who may write what
    identifiers                     identifiers that look like another, or became a number or a day
    calendar, progress, regression  periods, and what updates say
    delivered                       the day on which a report was delivered, and who may vouch for it
    due                             when milestones are due, as EDTF
    scales, decisions               judgements and decisions
    dates, texts, links, damage     days, texts and links of any table; what was damaged on its way here
    formula                         what a spreadsheet would run
    personal, identity_numbers      personal data in texts, and the numbers by which states know people
    secrets                         keys and passwords in addresses
    smart, claims, predecessors     commitments, achievements, what came before
    corrections, participation      corrections; proposals, answers, events

A rule gets a ``Scope`` and gives problems; it never raises for what a supplier wrote and takes time linear in
the rows. Adding one: docs/recipes/rule.md.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ogp_pipeline.registration import modules
from ogp_pipeline.validation.rules import registry
from ogp_pipeline.validation.rules.registry import Check
from ogp_pipeline.validation.template_check import RULES as TEMPLATE_RULES

# The reasons why a row waits are told in this order, and in that of a module; modules not named here come after these.
_ORDER = (
    "keys",
    "authority",
    "calendar",
    "delivered",
    "progress",
    "regression",
    "scales",
    "decisions",
    "dates",
    "due",
    "texts",
    "personal",
    "secrets",
    "formula",
    "links",
    "damage",
    "identifiers",
    "smart",
    "claims",
    "predecessors",
    "corrections",
    "participation",
)

modules(__name__, __path__)


def _place(entry: tuple[str, Check]) -> tuple[int, str]:
    family = entry[1].__module__.rpartition(".")[2]
    return (_ORDER.index(family), "") if family in _ORDER else (len(_ORDER), family)


RULES: Mapping[str, Check] = MappingProxyType(dict(sorted(registry.RULES.items(), key=_place)))

# Decided cell by cell: by the mapping, before the table check (``mending``), and by it.
OVER_CELLS = frozenset(
    {
        "mended",
        "placeholder-text",
        "signs-taken-out",
        "map-incomplete",
        "date-format",
        "ambiguous-number",
        "out-of-bounds/integer",
        "out-of-bounds/number",
        "shortened-number",
    }
)

# Decided over files rather than rows: by ``examine`` itself, by ``template_check``, where files are fetched, and where
# it is known which other files were refused.
OVER_FILES = TEMPLATE_RULES | {
    "file-not-taken",
    "too-many-files",
    "files-too-large",
    "not-all-records",
    "not-all-records-noted",
    "unknown-column",
    "column-without-heading",
    "row-skipped",
    "row-withdrawn",
    "email-in-name",
    "illegible-name",
    "nothing-received",
    "row-depends",
    "columns-gone",
    "columns-not-mapped",
    "foreign-key/refused",
    "reference-refused",
}
