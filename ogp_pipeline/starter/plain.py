"""The start that fits any country: a forum that supplies the plan, and one agency that reports on it.

Each party has one inbox for all its tables (ADR 0024), and blank files to fill in beside it: a run takes out what
lies in an inbox. Its texts stand in each language of the programme that we speak, or in English; its scale of progress
is nobody's own.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import published
from ogp_pipeline.schema.schemas import Schemas, speaking
from ogp_pipeline.starter.files import csv_file, flow, rendered, texts

FORUM_TABLES = ("clusters", "institutions", "commitments", "commitment_institutions", "milestones")
AGENCY_TABLES = ("updates", "evidence")
# Code -> meaning. A country changes them; no other country's are a default.
LEVELS = {
    "not_started": "not_started",
    "in_progress": "started",
    "delayed": "delayed",
    "complete": "complete",
    "withdrawn": "withdrawn",
}


def contents(
    country: str,
    language: str,
    languages: Sequence[str],
    today: date,
    schemas: Schemas,
    levels: Mapping[str, str] = LEVELS,
) -> dict[str, str]:
    """Path in the new folder -> text. ``language``: of the comments; ``languages``: of the programme.

    ``levels``: of its scale, code -> meaning.
    """
    programme = rendered(
        "programme.yaml.j2",
        country=country,
        languages=languages,
        spoken=language,
        comment=partial(say, language=language),
        texts=partial(texts, languages),
        label=partial(_label, published((*languages, language))),
        levels=levels,
        starts=date(today.year, 1, 1),
        ends=date(today.year + 1, 12, 31),
        forum_tables=FORUM_TABLES,
        agency_tables=AGENCY_TABLES,
    )
    files = {"programme.yaml": programme, ".gitignore": "var/\n"}
    columns = speaking(schemas, languages)
    for party, tables in (("forum", FORUM_TABLES), ("agency", AGENCY_TABLES)):
        files |= {f"forms/{party}/{table}.csv": csv_file(columns.tables[table]) for table in tables}
        files[f"inbox/{party}/.gitkeep"] = ""
    return files


def _label(languages: Sequence[str], code: str) -> str:
    """A level's label in all languages in which codes are published."""
    return flow({language: catalogue.texts("init.level.", language)[code] for language in languages})
