"""What ``ogp init`` makes: a programme file that loads without a mistake and a folder for each party's files.

The CSV files hold the headings of their tables and nothing else, so that a first run says "nothing received" rather
than inventing a plan.
"""

from datetime import date
from pathlib import Path

import jinja2

from ogp_pipeline.errors import OgpError
from ogp_pipeline.schemas import Schemas

FORUM_TABLES = ("clusters", "institutions", "commitments", "commitment_institutions", "milestones")
AGENCY_TABLES = ("updates", "evidence")


def create(folder: Path, country: str, language: str, today: date, schemas: Schemas) -> list[Path]:
    """Write a new programme into ``folder``; the files written, in order. OgpError if one of them is there already."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ogp_pipeline.starter", "."),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
    )
    programme = environment.get_template("programme.yaml.j2").render(
        country=country,
        es=language == "es",
        language=language,
        starts=date(today.year, 1, 1),
        ends=date(today.year + 1, 12, 31),
        forum_tables=FORUM_TABLES,
        agency_tables=AGENCY_TABLES,
    )
    contents = {folder / "programme.yaml": programme, folder / ".gitignore": "var/\n"}
    for party, tables in (("forum", FORUM_TABLES), ("agency", AGENCY_TABLES)):
        for table in tables:
            contents[folder / "inbox" / party / f"{table}.csv"] = _headings(schemas.tables[table].field_names)
    taken = [str(path) for path in contents if path.exists()]
    if taken:
        raise OgpError(f"already there, and not touched: {', '.join(taken)}. Choose an empty folder.")
    for path, text in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return list(contents)


def _headings(names: tuple[str, ...]) -> str:
    """The first line of a CSV file; column names are plain words, so nothing needs quoting."""
    return ",".join(names) + "\n"
