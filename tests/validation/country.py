"""A small country: commitments, two agencies and a forum. Files are written to disk and examined for real."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake.advice import Advice, advise
from ogp_pipeline.intake.delivery_receipt import receipt_for
from ogp_pipeline.intake.examination import Examination
from ogp_pipeline.intake.receipt import to_html, to_json
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.programme.sources import Source
from ogp_pipeline.schema import schemas as schema_folder
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.delivery import DeliveredFile, Delivery, Envelope
from ogp_pipeline.validation import PriorState, examine

PROGRAMME = """
id: pais
country: MX
title: {es: Gobierno abierto, en: Open government}
languages: [es, en]
plans:
  - id: MX-4
    number: 4
    title: {es: Cuarto plan}
    starts: 2024-01-01
    ends: 2025-12-31
    scale: us-nap5
    periods:
      - {id: 2024-1, starts: 2024-01-01, ends: 2024-06-30, due: 2024-07-15}
      - {id: 2024-0, starts: 2024-01-01, ends: 2024-03-31, due: 2024-07-15, asks: [progress_text]}
      - {id: 2024-2, starts: 2024-07-01, ends: 2024-12-31, due: 2025-01-15}
  - id: MX-5
    number: 5
    title: {es: Quinto plan}
    starts: 2026-01-01
    ends: 2027-12-31
    scale: ca-nap
    periods:
      - {id: 2026-1, starts: 2024-01-01, ends: 2026-06-30, due: 2026-07-15}
      - {id: 2026-0, starts: 2024-01-01, ends: 2026-03-31, due: 2026-04-15, asks: [status, challenges]}
suppliers:
  - id: foro
    names: {es: Foro, en: Forum}
    sector: civil_society
    language: es
    may_supply: [requirement_checks,
                 clusters, institutions, commitments, commitment_institutions, milestones, updates, evidence,
                 barriers, ripple_achievements, going_beyond, engagement, lessons, proposals, proposal_links,
                 responses, events, attendance, stakeholders, resources, memberships,
                 assessments, decisions, decision_positions, forum_seats, corrections]
    commitments: all
    may_vouch: true
  - id: agencia
    names: {es: Agencia, en: Agency}
    sector: government
    language: es
    institution: agencia
    may_supply: [updates, evidence]
  - id: osc
    names: {es: Organización, en: Organisation}
    sector: civil_society
    language: es
    institution: osc
    may_supply: [assessments, barriers, ripple_achievements, proposals]
    commitments: all
sources: []
publication:
  title: {es: Datos}
  description: {es: Datos}
  licence: {id: CC0-1.0, title: CC0, url: https://example.org/licence}
  base_url: https://example.org/datos
  store: {directory: public}
  intake: {directory: private}
"""

KNOWN = {
    "forum_seats": [
        {
            "seat_id": "sc",
            "party": "civil_society",
            "institution_id": "osc",
            "starts_on": "2024-01-01",
            "ends_on": "2024-06-30",
            "rotates": "true",
        },
        {"seat_id": "gob", "party": "government", "institution_id": "agencia", "starts_on": "2024-01-01"},
    ],
    "decisions": [
        {"decision_id": "d0", "method": "consensus", "decided_on": "2024-06-20"},
        {"decision_id": "d9", "method": "consensus", "decided_on": "2024-06-20", "dissent_es": "Faltan pruebas"},
    ],
    "assessments": [
        {"assessment_id": "a0", "subject_table": "commitments", "subject_id": "MX0001", "variable": "completion"},
    ],
    "institutions": [
        {"institution_id": "agencia", "sector": "government"},
        {"institution_id": "otra", "sector": "government"},
        {"institution_id": "osc", "sector": "civil_society"},
    ],
    "commitments": [
        {"commitment_id": "MX0001", "plan_id": "MX-4"},
        {"commitment_id": "MX0002", "plan_id": "MX-4"},
        {"commitment_id": "MX0009", "plan_id": "MX-5"},
    ],
    "commitment_institutions": [
        {"commitment_id": "MX0001", "institution_id": "agencia", "role": "lead"},
        {"commitment_id": "MX0002", "institution_id": "otra", "role": "lead"},
    ],
    "milestones": [
        {"milestone_id": "MX0001.1", "commitment_id": "MX0001"},
        {"milestone_id": "MX0001.2", "commitment_id": "MX0001"},
        {"milestone_id": "MX0002.1", "commitment_id": "MX0002"},
        {"milestone_id": "MX0009.1", "commitment_id": "MX0009"},
    ],
    "updates": [{"milestone_id": "MX0001.2", "period_id": "2024-1", "status": "complete", "percent": "80"}],
    "clusters": [{"cluster_id": "k1", "plan_id": "MX-4"}],
    "proposals": [
        {"proposal_id": "p1"},
        {"proposal_id": "p2", "plan_id": "MX-4", "received_on": "2024-05-01"},
        {"proposal_id": "p3", "plan_id": "MX-4"},
        {"proposal_id": "p5", "plan_id": "MX-5"},
    ],
    "proposal_links": [{"proposal_id": "p3", "same_as": "p2"}],
    "events": [{"event_id": "e1", "starts_on": "2024-07-01"}, {"event_id": "e2", "starts_on": "2024-07-02"}],
    "evidence": [{"milestone_id": "MX0001.2", "period_id": "2024-1", "number": "1"}],
}


_SOURCES: TypeAdapter[Source] = TypeAdapter(Source)


@dataclass(frozen=True)
class Country:
    """Writes what somebody sent to a folder, and examines it."""

    folder: Path
    schemas: Schemas
    programme: Programme
    known: PriorState

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """For hypothesis, which would write out all of it for each example: longer than the examples take."""
        printer.text(f"Country({self.folder})")

    def send(
        self,
        table: str,
        content: str | bytes,
        *,
        supplier: str = "foro",
        name: str | None = None,
        known_on: date = date(2024, 7, 1),
        kind: str = "csv",
        reader: dict[str, object] | None = None,
        columns: dict[str, object] | None = None,
        more: dict[str, str] | None = None,
        mapping: dict[str, object] | None = None,
        on_bad_rows: str = "reject",
    ) -> tuple[Delivery, Examination]:
        files = {name or f"{table}.{kind}": content, **(more or {})}
        delivered = []
        for file_name, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            path = self.folder / file_name
            path.write_bytes(data)
            delivered.append(DeliveredFile(file_name, path, hashlib.sha256(data).hexdigest(), len(data)))
        source = _SOURCES.validate_python(
            {
                "id": f"{supplier}-{table}",
                "supplier": supplier,
                "kind": "folder",
                "path": ".",
                "read": {"kind": kind, **(reader or {})},
                "on_bad_rows": on_bad_rows,
                "tables": {table: {"columns": columns or {}, **(mapping or {})}},
            }
        )
        received = datetime(2024, 7, 1, 12, tzinfo=UTC)
        delivery = Delivery(Envelope(source.id, supplier, received, known_on, "inbox"), tuple(delivered))
        report = examine(delivery, source, self.programme, self.schemas, self.known, self.folder)
        for problem in report.problems:  # whatever is found can be said in both languages
            assert all(advise(problem, self.schemas, language).wrong for language in LANGUAGES)
        return delivery, report

    def advice(self, sent: tuple[Delivery, Examination], rule: str, language: str) -> list[Advice]:
        """What a person reads about one rule; the JSON and both pages are made, too."""
        delivery, report = sent
        receipt = receipt_for(delivery, report, self.programme, self.schemas)
        page = to_html(receipt, self.schemas, language)
        assert to_json(receipt, self.schemas)
        found = [advise(p, self.schemas, language) for p in report.problems if p.rule == rule]
        for one in found:
            assert one.where.split(",")[0] in page
        return found


def build(folder: Path) -> Country:
    """The country with its files in ``folder``."""
    return Country(folder, *_state())


@cache
def _state() -> tuple[Schemas, Programme, PriorState]:
    schemas = schema_folder.load()
    programme = programme_file.parse(PROGRAMME, schemas, Path("programme.yaml"))
    return schemas, programme, PriorState.from_rows(KNOWN, schemas)
