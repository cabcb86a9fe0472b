"""The start that fits any country: a forum that supplies the plan, and one agency that reports on it."""

from datetime import date

from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.starter.files import csv_file, rendered

FORUM_TABLES = ("clusters", "institutions", "commitments", "commitment_institutions", "milestones")
AGENCY_TABLES = ("updates", "evidence")


def contents(country: str, language: str, today: date, schemas: Schemas) -> dict[str, str]:
    """Path in the new folder -> text."""
    programme = rendered(
        "programme.yaml.j2",
        country=country,
        es=language == "es",
        language=language,
        starts=date(today.year, 1, 1),
        ends=date(today.year + 1, 12, 31),
        forum_tables=FORUM_TABLES,
        agency_tables=AGENCY_TABLES,
    )
    files = {"programme.yaml": programme, ".gitignore": "var/\n"}
    for party, tables in (("forum", FORUM_TABLES), ("agency", AGENCY_TABLES)):
        files |= {f"inbox/{party}/{table}.csv": csv_file(schemas.tables[table]) for table in tables}
    return files
