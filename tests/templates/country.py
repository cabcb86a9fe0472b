"""The small country with parties of every kind, a second period, and folders that take filled-in templates."""

from pathlib import Path

from ogp_pipeline.schema import schemas
from tests.small_country import SmallCountry, build

SUPPLIED = [table.name for table in schemas.load().tables.values() if table.supplied]
PERIOD = "2024-H2"  # reported on for the first time; 2024-H1 was
_FORUM = "may_supply: [institutions, commitments, commitment_institutions, milestones]"
_H1 = "      - {id: 2024-H1, starts: 2024-01-01, ends: 2024-06-30, due: 2024-07-15}\n"
_H2 = (
    "      - {id: 2024-H2, starts: 2024-07-01, ends: 2024-12-31, due: 2025-01-15, "
    "title: {es: Segundo semestre, en: Second half}, asks: [status, percent, progress_text, evidence]}\n"
)
_SOCIETY = """\
  - id: society
    names: {es: Coalición, en: Coalition}
    sector: civil_society
    institution: M2
    language: es
    may_supply: [assessments, proposals, barriers]
    commitments: [XX0001]
sources:
"""


def many_parties(folder: Path) -> SmallCountry:
    """With a forum that may supply everything, an agency, and civil society; its files are accepted."""
    country = build(
        folder,
        **{
            _FORUM: f"may_supply: [{', '.join(SUPPLIED)}]",
            _H1: _H1 + _H2,
            "may_supply: [updates, evidence]": "may_supply: [updates, evidence, barriers, ripple_achievements]",
            "languages: [en]": "languages: [en, es]",
            "sources:\n": _SOCIETY + _workbooks(),
        },
    )
    for party in ("agency", "society", "forum"):
        (folder / "inbox" / f"{party}-books").mkdir()
    assert country.run().outcome.exit_code == 0
    return country


def _workbooks() -> str:
    tables = {
        "agency": ["updates", "evidence", "barriers", "ripple_achievements"],
        "society": ["assessments", "proposals"],
        "forum": ["events", "decisions", "commitments", "requirement_checks"],
    }
    lines = [
        f"  - {{id: {supplier}-{table}-book, supplier: {supplier}, kind: folder, path: inbox/{supplier}-books, "
        f'files: "{table}*.xlsx", read: {{kind: xlsx}}, tables: {{{table}: {{columns: {{}}}}}}}}\n'
        for supplier, several in tables.items()
        for table in several
    ]
    return "".join(lines)
