"""A forum of three parties that decide by consensus, as two public texts describe Mexico's of 2011 to 2013.

One template makes two programme files: ``example``, which is examples/mexico and states what the texts state and
nothing else; and ``contents``, the start for another country: the forum's shape, none of Mexico's facts, and texts in
its own languages.

A start has one inbox for each party, ``inbox/<party>``, and blank files in ``forms/<party>/<table>.csv``. Three of them
hold rows of which only a part is known (clusters without a name, seats without a first day): somebody completes them
before they are sent. So nothing incomplete is ever published.

The example, which is filled in under version control, keeps folders that are only read: ``recibidos/<party>``, and what
is incomplete in ``por-llenar``, which no source reads.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import own_name, spoken
from ogp_pipeline.schema.schemas import Schemas, speaking
from ogp_pipeline.starter.files import csv_file, rendered, texts

Rows = Sequence[dict[str, str]]

# Who fills in what. A table that several parties fill in has a file in the folder of each. Everybody speaks in their
# own name only, so the secretariat has some of these tables too: it files what single organisations propose, what
# independent reviewers judge, and who confirms a claim (rules authority-proposer, authority-assessor, authority-claim).
PARTIES: Mapping[str, tuple[str, ...]] = {
    "secretariado": (
        "clusters", "commitments", "institutions", "commitment_institutions", "milestones", "forum_seats", "events",
        "attendance", "stakeholders", "proposal_links", "decisions", "decision_positions", "requirement_checks",
        "lessons", "corrections", "proposals", "assessments", "going_beyond", "ripple_achievements",
    ),
    "gobierno": (
        "responses", "updates", "evidence", "barriers", "going_beyond", "ripple_achievements", "assessments",
    ),
    "organo-garante": ("assessments", "engagement"),
    "sociedad-civil": (
        "proposals", "resources", "memberships", "assessments", "engagement", "barriers", "going_beyond",
        "ripple_achievements",
    ),
}  # fmt: skip

# What a delivery states in full: a row that is no longer in it is withdrawn.
WHOLE = ("clusters", "commitments", "institutions", "commitment_institutions", "milestones", "forum_seats")

_CLUSTERS = 8  # the case study: "likely", and without names

# Who the case study names. The other organisations of the coalition it does not name.
_INSTITUTIONS: Rows = (
    {"institution_id": "SFP", "acronym": "SFP", "sector": "government",
     "name_es": "Secretaría de la Función Pública", "name_en": "Ministry of Public Administration"},
    {"institution_id": "IFAI", "acronym": "IFAI", "sector": "oversight",
     "name_es": "Instituto Federal de Acceso a la Información y Protección de Datos",
     "name_en": "Federal Access to Information and Data Protection Institute"},
    {"institution_id": "coalicion", "sector": "civil_society",
     "name_es": "Coalición de ocho organizaciones de la sociedad civil",
     "name_en": "Coalition of eight civil society organisations"},
    {"institution_id": "FUNDAR", "name_es": "FUNDAR", "name_en": "FUNDAR", "sector": "civil_society"},
    {"institution_id": "GESOC", "name_es": "GESOC", "name_en": "GESOC", "sector": "civil_society"},
)  # fmt: skip
_UNNAMED: Rows = (
    {"institution_id": "GOBIERNO", "sector": "government"},
    {"institution_id": "GARANTE", "sector": "oversight"},
    {"institution_id": "COALICION", "sector": "civil_society"},
)


def contents(country: str, language: str, languages: Sequence[str], today: date, schemas: Schemas) -> dict[str, str]:
    """Path in the new folder -> text. ``language``: of the comments; ``languages``: of the programme.

    The README speaks all of them that we speak.
    """
    schemas = speaking(schemas, languages)
    plan = f"{country}-NAP1"
    held_by = [row["institution_id"] for row in _UNNAMED]
    blank = csv_file(schemas.tables["institutions"], _UNNAMED)
    half_done = {**_to_complete(schemas, plan, held_by), "institutions": blank}
    files = {f"forms/{party}/{table}.csv": csv_file(schemas.tables[table]) for party, table in _sources(schemas)}
    files |= {f"forms/secretariado/{name}.csv": text for name, text in half_done.items()}
    files |= {f"inbox/{party}/.gitkeep": "" for party in PARTIES}
    ours = tuple(dict.fromkeys((language, *(spoken(tag) for tag in languages))))
    files["README.md"] = rendered(
        "forum.README.md.j2", spoken=ours, say=say, own_name=own_name, half_done=half_done, **_shape(schemas)
    )
    return _common(schemas, languages, example=False, country=country, language=language, year=today.year) | files


def example(schemas: Schemas) -> dict[str, str]:
    """Path in examples/mexico -> text. Every fact is one of the texts'."""
    drafts = _to_complete(schemas, "MX-NAP2", ["SFP", "IFAI", "FUNDAR"])
    files = {f"recibidos/{party}/{table}.csv": csv_file(schemas.tables[table]) for party, table in _sources(schemas)}
    files |= {f"por-llenar/{name}.csv": text for name, text in drafts.items()}
    files["recibidos/secretariado/institutions.csv"] = csv_file(schemas.tables["institutions"], _INSTITUTIONS)
    files["README.md"] = rendered("mexico.README.md.j2", **_shape(schemas))
    return _common(schemas, ("es", "en"), example=True, country="MX", language="es", year=0) | files


def _shape(schemas: Schemas) -> dict[str, object]:
    titles = {name: schemas.tables[name].title for tables in PARTIES.values() for name in tables}
    return {"parties": PARTIES, "titles": titles}


def _common(
    schemas: Schemas, languages: Sequence[str], *, example: bool, country: str, language: str, year: int
) -> dict[str, str]:
    programme = rendered(
        "mexico.yaml.j2",
        example=example,
        country=country,
        language=language,
        languages=languages,
        comment=partial(say, language=language),
        texts=partial(texts, languages),
        year=year,
        sources=_sources(schemas),
        whole=WHOLE,
        parties=PARTIES,
    )
    return {"programme.yaml": programme, ".gitignore": "var/\n"}


def _sources(schemas: Schemas) -> list[tuple[str, str]]:
    """Party and table, in the order in which a table may refer to what came before."""
    return [(party, table) for table in schemas.tables for party, tables in PARTIES.items() if table in tables]


def _to_complete(schemas: Schemas, plan: str, held_by: Sequence[str]) -> dict[str, str]:
    """The eight clusters and the three seats, in the order of the parties; ``held_by``: who holds each seat."""
    clusters = [{"cluster_id": f"eje-{number}", "plan_id": plan} for number in range(1, _CLUSTERS + 1)]
    parties = zip(("gobierno", "garante", "sociedad-civil"), ("government", "oversight", "civil_society"), held_by,
                  strict=True)  # fmt: skip
    seats = [
        {"seat_id": seat, "party": party, "institution_id": holder, "rotates": str(seat == "sociedad-civil").lower()}
        for seat, party, holder in parties
    ]
    return {
        "clusters": csv_file(schemas.tables["clusters"], clusters),
        "forum_seats": csv_file(schemas.tables["forum_seats"], seats),
    }
