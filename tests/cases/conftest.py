"""A made-up forum with three commitments and nine milestones, as those who sent these files see it."""

from pathlib import Path

import pytest

from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.schema import schemas as schema_folder
from ogp_pipeline.validation import PriorState
from tests.validation.country import PROGRAMME, Country

_PLANS = """plans:
  - id: GT-NAP1
    number: 1
    title: {es: Primer plan, en: First plan}
    starts: 2026-01-01
    ends: 2027-12-31
    scale: ogp-completion-2015
    periods:
      - {id: 2026-S1, starts: 2026-01-01, ends: 2026-06-30, due: 2026-07-15,
         title: {es: Primer semestre de 2026, en: First half of 2026}}
      - {id: 2026-S2, starts: 2026-07-01, ends: 2026-12-31, due: 2027-01-15,
         title: {es: Segundo semestre de 2026, en: Second half of 2026}}
suppliers:
  - id: gobierno
    names: {es: Dependencia que coordina, en: Coordinating ministry}
    sector: government
    language: es
    may_supply: [updates, evidence, resources, institutions, milestones]
    commitments: all
"""
_KNOWN = {
    "institutions": [{"institution_id": one, "sector": "government"} for one in ("SFP", "COALICION")],
    "commitments": [{"commitment_id": f"GT000{n}", "plan_id": "GT-NAP1"} for n in (1, 2, 3)],
    "milestones": [
        {"milestone_id": f"GT000{n}.{m}", "commitment_id": f"GT000{n}"} for n in (1, 2, 3) for m in (1, 2, 3)
    ],
}


@pytest.fixture
def forum(tmp_path: Path) -> Country:
    schemas = schema_folder.load()
    before, _, after = PROGRAMME.partition("plans:\n")
    text = before.replace("country: MX", "country: GT") + _PLANS + "sources: []\n" + after.partition("sources: []\n")[2]
    programme = programme_file.parse(text, schemas, tmp_path / "programme.yaml")
    return Country(tmp_path, schemas, programme, PriorState.from_rows(_KNOWN, schemas))
