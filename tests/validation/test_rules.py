"""Every rule: a file which breaks it, a file which does not, and what its sender reads in both languages."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from ogp_pipeline.intake.problem import Level
from ogp_pipeline.sources.records import RULES as FOUND_BY_SOURCES
from ogp_pipeline.validation.rules import OVER_CELLS, OVER_FILES, RULES


@dataclass(frozen=True)
class Case:
    """``bad`` must break ``rule`` at ``line`` and ``column``; the texts must hold the words."""

    rule: str
    table: str
    bad: str
    good: str
    line: int
    column: str
    es: tuple[str, ...]
    en: tuple[str, ...]
    options: dict = field(default_factory=dict)


UPDATE = "milestone_id,period_id,status,percent,nil,progress_es\n"
PLAIN = UPDATE + "MX0001.1,2024-1,in_progress,,,Avanza\n"
COMMITMENT = "commitment_id,plan_id,title_es,start_date,end_date,url\n"
COMMITMENT_OK = COMMITMENT + "MX0003,MX-4,Datos,2024-02-01,2024-12-01,https://example.org/3\n"
MILESTONE = "milestone_id,commitment_id,parent_id,title_es\n"
MILESTONE_OK = MILESTONE + "MX0001.3,MX0001,MX0001.1,Publicar\n"
BARRIER = "barrier_id,commitment_id,milestone_id,group,raised_on,resolved_on\n"
CLAIMED = "evidence_url,claimed_by,claimed_on,confirmed_by,confirmed_on\n"
RIPPLE = "ripple_id,commitment_id,kind,description_es," + CLAIMED
BEYOND = "beyond_id,commitment_id,milestone_id,delivered_es," + CLAIMED
ENGAGEMENT = "engagement_id,commitment_id,institution_id,level,observed_by,observed_on\n"
LESSON = "lesson_id,plan_id,learnt_from,learnt_by,learnt_on,taken_up_in\n"
CARRIED = "commitment_id,plan_id,title_es,predecessor_id\n"

LATER = UPDATE + "MX0001.2,2024-2,complete,90,,Más avance\n"
ASKED = "milestone_id,period_id,status,challenges_es\n"
EVIDENCE = "milestone_id,period_id,number,kind,url\n"
RESPONSE = "response_id,proposal_id,outcome,reason_es\n"
ASSESSMENT = "assessment_id,subject_table,subject_id,assessor_id,variable,scale,code,stage,assessed_on,rationale_es\n"
ASSESSED = ASSESSMENT + "a1,commitments,MX0002,osc,completion,ogp-completion-2015,limited,self,2024-06-30,Falta\n"

CORRECTION = "correction_id,table,key,field,expected,value,reason_es,made_by,made_on\n"
CORRECTED = CORRECTION + "c1,updates,MX0001.2/2024-1,status,complete,in_progress,Es un borrador,osc,2024-06-20\n"


def corrected(**changed: str) -> str:
    """The right correction with other cells."""
    names, cells = (line.split(",") for line in CORRECTED.splitlines())
    return CORRECTION + ",".join(({**dict(zip(names, cells, strict=True)), **changed}).values()) + "\n"


PROPOSAL = "proposal_id,plan_id,proposer_id,text_es,duplicate_of\n"
LINK = "proposal_id,same_as,linked_on\n"
ANSWER = "response_id,proposal_id,outcome,commitment_id,reason_es,responded_on\n"
EVENT = "event_id,plan_id,kind,title_es,starts_on,minutes_url\n"
STAKEHOLDER = "stakeholder_id,cluster_id,sector,interest,influence\n"
DECISION = "decision_id,subject_table,subject_id,variable,code,method,decided_on,quorum,votes_against\n"
DECIDED = DECISION + "d1,commitments,MX0001,completion,limited,consensus,2024-06-30,true,\n"
POSITION = "decision_id,seat_id,position,note_es\n"
SEAT = "seat_id,party,institution_id,starts_on,ends_on,rotates\n"

CASES = [
    Case(
        "repeated-key",
        "updates",
        PLAIN + "MX0001.2,2024-1,in_progress,,,Avanza\nMX0001.1,2024-1,not_started,,,Otra vez\n",
        PLAIN + "MX0001.1,2024-0,,,,Antes\n",
        4,
        "milestone_id",
        ("MX0001.1 / 2024-1", "2"),
        ("MX0001.1 / 2024-1", "2"),
    ),
    Case(
        "foreign-key",
        "updates",
        UPDATE + "MX0001.7,2024-1,in_progress,,,Avanza\n",
        PLAIN,
        2,
        "milestone_id",
        ("«MX0001.7»", "«milestone_id»", "«Hitos»"),
        ("MX0001.7", "Milestones"),
    ),
    Case(
        "hierarchy",
        "milestones",
        MILESTONE + "MX0002.3,MX0001,,Publicar\n",
        MILESTONE_OK,
        2,
        "milestone_id",
        ("MX0002.3", "MX0002"),
        ("MX0002.3", "MX0002"),
    ),
    Case(
        "hierarchy",
        "milestones",
        MILESTONE + "MX0001.3,MX0001,MX0002.1,Publicar\n",
        MILESTONE + "MX0001.10,MX0001,MX0001.1,Publicar\n",
        2,
        "parent_id",
        ("MX0002.1", "MX0002"),
        ("MX0002.1", "MX0002"),
    ),
    Case(
        "hierarchy",
        "barriers",
        BARRIER + "b1,MX0001,MX0002.1,legal,2024-02-01,\n",
        BARRIER + "b1,MX0002,MX0002.1,legal,2024-02-01,\n",
        2,
        "milestone_id",
        ("MX0002.1",),
        ("MX0002.1",),
    ),
    Case(
        "authority-table",
        "milestones",
        MILESTONE_OK,
        PLAIN,
        2,
        "",
        ("«Hitos»",),
        ("Milestones",),
        {"supplier": "agencia"},
    ),
    Case(
        "authority-commitment",
        "updates",
        PLAIN + "MX0002.1,2024-1,in_progress,,,Ajeno\n",
        PLAIN,
        3,
        "milestone_id",
        ("MX0002.1",),
        ("MX0002.1",),
        {"supplier": "agencia"},
    ),
    Case(
        "period-unknown",
        "updates",
        UPDATE + "MX0001.1,2031-1,in_progress,,,Avanza\n",
        PLAIN,
        2,
        "period_id",
        ("2031-1", "2024-1, 2024-0, 2024-2"),
        ("2031-1", "2024-1, 2024-0, 2024-2"),
    ),
    Case(
        "period-unknown",
        "updates",
        UPDATE + "MX0001.1,2026-1,in_progress,,,El periodo de otro plan\n",
        UPDATE + "MX0009.1,2026-1,LP,,,Avanza\n",
        2,
        "period_id",
        ("2026-1", "2024-2"),
        ("2026-1", "2024-2"),
    ),
    Case(
        "period-not-open",
        "updates",
        UPDATE + "MX0001.1,2024-2,in_progress,,,Avanza\n",
        PLAIN,
        2,
        "period_id",
        ("2024-2", "2024-07-01"),
        ("2024-2", "2024-07-01"),
        {"known_on": date(2024, 6, 30)},
    ),
    Case(
        "period-late",
        "updates",
        PLAIN + "MX0001.2,2024-1,in_progress,,,Avanza\n",
        UPDATE + "MX0001.1,2024-2,in_progress,,,Avanza\n",
        2,
        "period_id",
        ("2024-07-15",),
        ("2024-07-15",),
        {"known_on": date(2024, 7, 16)},
    ),
    Case(
        "status-unknown",
        "updates",
        UPDATE + "MX0001.1,2024-1,No Trackab,,,Avanza\n",
        PLAIN,
        2,
        "status",
        ("«No Trackab»", "«status»", "in_progress (En proceso)"),
        ("No Trackab", "in_progress (In progress)"),
    ),
    Case(
        "status-missing",
        "updates",
        UPDATE + "MX0001.1,2024-1,,,,Avanza\n",
        UPDATE + "MX0001.1,2024-1,,,true,\n",
        2,
        "status",
        ("«status»",),
        ("status",),
    ),
    Case(
        "status-not-asked",
        "updates",
        UPDATE + "MX0001.1,2024-0,in_progress,,,Avanza\n",
        UPDATE + "MX0001.1,2024-0,,,,Avanza\n",
        2,
        "status",
        ("in_progress",),
        ("in_progress",),
    ),
    Case(
        "complete-without-evidence",
        "updates",
        UPDATE + "MX0001.1,2024-1,complete,,,Listo\n",
        UPDATE + "MX0001.2,2024-1,complete,,,Listo\n",
        2,
        "status",
        ("evidencia",),
        ("evidence",),
    ),
    Case(
        "percent-status",
        "updates",
        UPDATE + "MX0001.1,2024-1,not_started,40,,Avanza\n",
        UPDATE + "MX0001.1,2024-1,in_progress,40,,Avanza\n",
        2,
        "percent",
        ("percent",),
        ("percent",),
    ),
    Case(
        "percent-status",
        "updates",
        UPDATE + "MX0001.2,2024-1,complete,90,,Avanza\n",
        UPDATE + "MX0001.2,2024-1,complete,100,,Avanza\n",
        2,
        "percent",
        ("percent",),
        ("percent",),
    ),
    Case(
        "nil-with-content",
        "updates",
        UPDATE + "MX0001.1,2024-1,,,true,Avanza\n",
        UPDATE + "MX0001.1,2024-1,,,true,\n",
        2,
        "nil",
        (),
        (),
    ),
    Case(
        "dates-order",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Datos,2024-12-01,2024-02-01,\n",
        COMMITMENT_OK,
        2,
        "end_date",
        ("2024-02-01", "2024-12-01"),
        ("2024-02-01", "2024-12-01"),
    ),
    Case(
        "date-outside-plan",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Datos,2023-12-31,2024-12-01,\n",
        COMMITMENT_OK,
        2,
        "start_date",
        ("2023-12-31", "2024-01-01", "2025-12-31"),
        ("2023-12-31", "2024-01-01", "2025-12-31"),
    ),
    Case(
        "language",
        "commitments",
        COMMITMENT + "MX0003,MX-4,,2024-02-01,2024-12-01,\n",
        COMMITMENT_OK,
        2,
        "title_es",
        ("«title_es»",),
        ("title_es",),
    ),
    Case(
        "url-form",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Datos,2024-02-01,2024-12-01,www.example.org\n",
        COMMITMENT_OK,
        2,
        "url",
        ("www.example.org",),
        ("www.example.org",),
    ),
    Case(
        "email-in-public-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Escriba a alguien@example.org,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,Datos @ abiertos,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("«title_es»",),
        ("title_es",),
    ),
    Case(
        "formula-text",
        "commitments",
        COMMITMENT + 'MX0003,MX-4,"=HYPERLINK(""x"")",2024-02-01,2024-12-01,\n',
        COMMITMENT + "MX0003,MX-4,- Datos,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("fórmula",),
        ("formula",),
    ),
    Case(
        "hierarchy",
        "milestones",
        MILESTONE + "MX0001.2.7,MX0001,MX0001.1,Publicar\n",
        MILESTONE + "MX0001.2.7,MX0001,MX0001.2,Publicar\nMX0001.20.1,MX0001,MX0001.1,Otro\n",
        2,
        "milestone_id",
        ("MX0001.2", "MX0001.1"),
        ("MX0001.2", "MX0001.1"),
    ),
    Case(
        "authority-assessor",
        "assessments",
        ASSESSED.replace(",osc,", ",otra,"),
        ASSESSED,
        2,
        "assessor_id",
        ("«otra»", "osc"),
        ("otra", "osc"),
        {"supplier": "osc"},
    ),
    Case(
        "code-of-scale",
        "assessments",
        ASSESSED.replace(",limited,", ",C,"),
        ASSESSED,
        2,
        "code",
        ("«C»", "limited (Limitado)"),
        ("C", "limited (Limited)"),
    ),
    Case(
        "code-of-scale",
        "assessments",
        ASSESSED.replace(",ogp-completion-2015,", ",ca-nap,"),
        ASSESSED,
        2,
        "scale",
        ("«ca-nap»", "ogp-completion-2015"),
        ("ca-nap", "ogp-completion-2015"),
    ),
    Case(
        "code-of-scale",
        "decisions",
        "decision_id,subject_table,subject_id,variable,code,method,decided_on\n"
        "d1,commitments,MX0001,completion,C,consensus,2024-06-30\n",
        "decision_id,subject_table,subject_id,variable,code,method,decided_on\n"
        "d1,commitments,MX0001,completion,limited,consensus,2024-06-30\n",
        2,
        "code",
        ("«C»", "limited (Limitado)"),
        ("C", "limited (Limited)"),
    ),
    Case(
        "hierarchy",
        "going_beyond",
        BEYOND + "g1,MX0001,MX0002.1,Cada semana,https://example.org/r,agencia,2024-06-01,,\n",
        BEYOND + "g1,MX0002,MX0002.1,Cada semana,https://example.org/r,agencia,2024-06-01,,\n",
        2,
        "milestone_id",
        ("MX0002.1",),
        ("MX0002.1",),
    ),
    Case(
        "authority-claim",
        "ripple_achievements",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,osc,2024-06-01,agencia,2024-06-02\n",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,osc,2024-06-01,,\n",
        2,
        "confirmed_by",
        ("«agencia»", "(osc)"),
        ("agencia", "(osc)"),
        {"supplier": "osc"},
    ),
    Case(
        "self-confirmed",
        "going_beyond",
        BEYOND + "g1,MX0001,,Cada semana,https://example.org/r,agencia,2024-06-01,agencia,2024-06-02\n",
        BEYOND + "g1,MX0001,,Cada semana,https://example.org/r,agencia,2024-06-01,osc,2024-06-02\n",
        2,
        "confirmed_by",
        ("«agencia»",),
        ("agencia",),
    ),
    Case(
        "same-party-confirmed",
        "ripple_achievements",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,agencia,2024-06-01,otra,2024-06-02\n",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,agencia,2024-06-01,osc,2024-06-02\n",
        2,
        "confirmed_by",
        ("«otra»", "(Gobierno)", "agencia"),
        ("otra", "(Government)", "agencia"),
    ),
    Case(
        "confirmation-incomplete",
        "ripple_achievements",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,agencia,2024-06-01,,2024-06-02\n",
        RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,agencia,2024-06-01,,\n",
        2,
        "confirmed_by",
        ("«Confirmado el»",),
        ("«Confirmed on»",),
    ),
    Case(
        "kind-unexplained",
        "ripple_achievements",
        RIPPLE + "r1,MX0001,other,,https://example.org/r,agencia,2024-06-01,,\n",
        RIPPLE + "r1,MX0001,other,Otra dependencia lo copia,https://example.org/r,agencia,2024-06-01,,\n",
        2,
        "description_es",
        ("«other»",),
        ("other",),
    ),
    Case(
        "delivered-missing",
        "going_beyond",
        BEYOND + "g1,MX0001,,,https://example.org/r,agencia,2024-06-01,,\n",
        BEYOND + "g1,MX0001,,Cada semana,https://example.org/r,agencia,2024-06-01,,\n",
        2,
        "delivered_es",
        ("prometido",),
        ("promise",),
    ),
    Case(
        "claim-without-evidence",
        "going_beyond",
        BEYOND + "g1,MX0001,,Cada semana,,agencia,2024-06-01,,\n",
        BEYOND + "g1,MX0001,,Cada semana,https://example.org/r,agencia,2024-06-01,,\n",
        2,
        "evidence_url",
        ("«evidence_url»",),
        ("«evidence_url»",),
    ),
    Case(
        "self-observed",
        "engagement",
        ENGAGEMENT + "e1,MX0001,agencia,willing,agencia,2024-06-01\n",
        ENGAGEMENT + "e1,MX0001,agencia,willing,osc,2024-06-01\n",
        2,
        "observed_by",
        ("«agencia»",),
        ("agencia",),
    ),
    Case(
        "date-in-future",
        "barriers",
        BARRIER + "b1,MX0001,,legal,2024-02-01,2024-07-02\n",
        BARRIER + "b1,MX0001,,legal,2024-02-01,2024-07-01\n",
        2,
        "resolved_on",
        ("2024-07-02", "2024-07-01"),
        ("2024-07-02", "2024-07-01"),
    ),
    Case(
        "predecessor-not-earlier",
        "commitments",
        CARRIED + "MX0003,MX-4,Datos,MX0009\n",
        CARRIED + "MX0010,MX-5,Datos,MX0001\n",
        2,
        "predecessor_id",
        ("«MX0009»", "MX-5", "MX-4"),
        ("MX0009", "MX-5", "MX-4"),
    ),
    Case(
        "predecessor-unknown",
        "commitments",
        CARRIED + "MX0003,MX-4,Datos,MX0000\n",
        CARRIED + "MX0010,MX-5,Datos,MX0002\n",
        2,
        "predecessor_id",
        ("«MX0000»",),
        ("MX0000",),
    ),
    Case(
        "lesson-not-later",
        "lessons",
        LESSON + "l1,MX-4,mistake,osc,2024-06-01,MX-4\n",
        LESSON + "l1,MX-4,mistake,osc,2024-06-01,MX-5\n",
        2,
        "taken_up_in",
        ("MX-4",),
        ("MX-4",),
    ),
    Case(
        "evidence-without-link",
        "evidence",
        EVIDENCE + "MX0001.1,2024-1,1,link,\n",
        EVIDENCE + "MX0001.1,2024-1,1,link,https://example.org/acta\nMX0001.1,2024-1,2,statement,\n",
        2,
        "url",
        ("«url»",),
        ("«url»",),
    ),
    Case(
        "challenges-missing",
        "updates",
        ASKED + "MX0009.1,2026-0,LP,\n",
        ASKED + "MX0009.1,2026-0,LP,Falta presupuesto\nMX0009.1,2026-1,NS,\n",
        2,
        "challenges_es",
        ("Avance limitado",),
        ("Limited progress",),
    ),
    Case(
        "status-regression",
        "updates",
        LATER.replace("complete,90,,Más avance", "in_progress,90,,"),
        LATER.replace("complete,90,,Más avance", "in_progress,90,,Se reabrió"),
        2,
        "status",
        ("«En proceso»", "«Completo»", "2024-1"),
        ("In progress", "Complete", "2024-1"),
    ),
    Case(
        "percent-regression",
        "updates",
        LATER.replace("90,,Más avance", "70,,"),
        LATER.replace(",90,,Más avance", ",80,,"),
        2,
        "percent",
        ("70", "80", "2024-1"),
        ("70", "80", "2024-1"),
    ),
    Case(
        "reason-missing",
        "responses",
        RESPONSE + "r1,p1,not_now,\n",
        RESPONSE + "r1,p1,not_now,Ya se hace\n",
        2,
        "reason_es",
        ("p1",),
        ("p1",),
    ),
    Case(
        "phone-in-public-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,Informes al Tel. (55) 5004-2400,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,Destinar 1 250 000 pesos según la ley 20240115,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("«title_es»",),
        ("«title_es»",),
    ),
    Case(
        "formula-text",
        "commitments",
        COMMITMENT + "MX0003,MX-4,+cmd|' /C calc'!A0,2024-02-01,2024-12-01,\n",
        COMMITMENT + "MX0003,MX-4,+información pública de @foro,2024-02-01,2024-12-01,\n",
        2,
        "title_es",
        ("fórmula",),
        ("formula",),
    ),
    Case(
        "unknown-column",
        "updates",
        PLAIN.replace("progress_es", "progres_es"),
        PLAIN,
        1,
        "progres_es",
        ("progres_es",),
        ("progres_es",),
    ),
    Case(
        "correction-unknown-table",
        "corrections",
        corrected(table="metrics"),
        CORRECTED,
        2,
        "table",
        ("«metrics»", "updates"),
        ("metrics", "updates"),
    ),
    Case(
        "correction-unknown-column",
        "corrections",
        corrected(field="mood"),
        CORRECTED,
        2,
        "field",
        ("«mood»", "percent"),
        ("mood", "percent"),
    ),
    Case(
        "correction-key-column",
        "corrections",
        corrected(field="period_id", expected="2024-1", value="2024-2"),
        CORRECTED,
        2,
        "field",
        ("identificador",),
        ("identifier",),
    ),
    Case(
        "correction-value",
        "corrections",
        corrected(value="LP"),
        CORRECTED,
        2,
        "value",
        ("«LP»", "«Estado»", "in_progress"),
        ("LP", "Status", "in_progress"),
    ),
    Case(
        "correction-value",
        "corrections",
        corrected(field="percent", expected="80", value="ninety"),
        corrected(field="percent", expected="080", value="90"),
        2,
        "value",
        ("ninety",),
        ("ninety",),
    ),
    Case(
        "correction-value",
        "corrections",
        corrected(table="milestones", key="MX0001.1", field="commitment_id", expected="MX0001", value="MX0077"),
        corrected(table="milestones", key="MX0001.1", field="title_es", expected="", value="Publicar"),
        2,
        "value",
        ("MX0077",),
        ("MX0077",),
    ),
    Case(
        "correction-same",
        "corrections",
        corrected(value="complete"),
        CORRECTED,
        2,
        "value",
        ("«complete»",),
        ("complete",),
    ),
    Case(
        "correction-reason",
        "corrections",
        corrected(reason_es=""),
        CORRECTED,
        2,
        "reason_es",
        ("motivo",),
        ("reason",),
    ),
    Case(
        "correction-not-expected",
        "corrections",
        corrected(expected="not_started"),
        CORRECTED,
        2,
        "expected",
        ("«complete»",),
        ("“complete”",),
    ),
    Case(
        "correction-not-expected",
        "corrections",
        corrected(key="MX0001.2/2030-1"),
        corrected(field="progress_es", expected="", value="Falta publicar"),
        2,
        "expected",
        ("no existe",),
        ("no such row",),
    ),
    Case(
        "authority-proposer",
        "proposals",
        PROPOSAL + "q1,MX-4,otra,Datos,\n",
        PROPOSAL + "q1,MX-4,osc,Datos,\n",
        2,
        "proposer_id",
        ("(osc)",),
        ("(osc)",),
        {"supplier": "osc"},
    ),
    Case(
        "authority-proposer",
        "proposals",
        PROPOSAL + "q1,MX-4,,Datos,\n",
        PROPOSAL + "q1,MX-4,osc,Datos,\n",
        2,
        "proposer_id",
        ("(osc)",),
        ("(osc)",),
        {"supplier": "osc"},
    ),
    Case(
        "link-circle",
        "proposal_links",
        LINK + "p1,p2,2024-06-01\np2,p3,2024-06-01\n",
        LINK + "p1,p2,2024-06-01\np2,p5,2024-06-01\n",
        3,
        "same_as",
        ("p3 → p2 → p3",),
        ("p3 → p2 → p3",),
    ),
    Case(
        "link-circle",
        "proposals",
        PROPOSAL + "q1,MX-4,osc,Datos,q1\n",
        PROPOSAL + "q1,MX-4,osc,Datos,p2\n",
        2,
        "duplicate_of",
        ("q1 → q1",),
        ("q1 → q1",),
    ),
    Case(
        "link-other-plan",
        "proposal_links",
        LINK + "p2,p5,2024-06-01\n",
        LINK + "p3,p2,2024-06-01\n",
        2,
        "same_as",
        ("MX-5", "MX-4"),
        ("MX-5", "MX-4"),
    ),
    Case(
        "untraced-response",
        "responses",
        ANSWER + "r1,p2,partly,,Ya se hace,2024-06-01\n",
        ANSWER + "r1,p2,partly,MX0001,Ya se hace,2024-06-01\n",
        2,
        "commitment_id",
        ("p2",),
        ("p2",),
    ),
    Case(
        "response-not-taken-up",
        "responses",
        ANSWER + "r1,p2,not_now,MX0001,Ya se hace,2024-06-01\n",
        ANSWER + "r1,p2,not_now,,Ya se hace,2024-06-01\n",
        2,
        "commitment_id",
        ("Por ahora no", "MX0001"),
        ("Not now", "MX0001"),
    ),
    Case(
        "response-other-plan",
        "responses",
        ANSWER + "r1,p2,included,MX0009,Ya se hace,2024-06-01\n",
        ANSWER + "r1,p5,included,MX0009,Ya se hace,2024-06-01\n",
        2,
        "commitment_id",
        ("MX-5", "MX-4"),
        ("MX-5", "MX-4"),
    ),
    Case(
        "response-before-proposal",
        "responses",
        ANSWER + "r1,p2,not_now,,Ya se hace,2024-04-30\n",
        ANSWER + "r1,p2,not_now,,Ya se hace,2024-05-01\n",
        2,
        "responded_on",
        ("2024-04-30", "2024-05-01"),
        ("2024-04-30", "2024-05-01"),
    ),
    Case(
        "minutes-missing",
        "events",
        EVENT + "e3,MX-4,round_table,Mesa,2024-06-30,\n",
        EVENT + "e3,MX-4,round_table,Mesa,2024-07-01,\n",
        2,
        "minutes_url",
        ("2024-06-30",),
        ("2024-06-30",),
    ),
    Case(
        "attendance-before-event",
        "attendance",
        "event_id,sector,people\ne2,media,4\n",
        "event_id,sector,people\ne1,media,4\n",
        2,
        "event_id",
        ("«e2»", "2024-07-02"),
        ("e2", "2024-07-02"),
    ),
    Case(
        "stakeholder-unweighed",
        "stakeholders",
        STAKEHOLDER + "s1,k1,media,high,\n",
        STAKEHOLDER + "s1,k1,media,high,low\n",
        2,
        "influence",
        ("«influence»",),
        ("«influence»",),
    ),
    Case(
        "network-of-itself",
        "memberships",
        "institution_id,network_id\nosc,osc\n",
        "institution_id,network_id\nosc,otra\n",
        2,
        "network_id",
        ("«osc»",),
        ("osc",),
    ),
    Case(
        "dates-order",
        "memberships",
        "institution_id,network_id,starts_on,ends_on\nosc,otra,2024-02-01,2024-01-01\n",
        "institution_id,network_id,starts_on,ends_on\nosc,otra,2024-01-01,2024-02-01\n",
        2,
        "ends_on",
        ("2024-02-01",),
        ("2024-02-01",),
    ),
    Case(
        "smart-no-milestone",
        "commitments",
        COMMITMENT_OK,
        COMMITMENT + "MX0001,MX-4,Datos,2024-02-01,2024-12-01,https://example.org/1\n",
        2,
        "commitment_id",
        ("1 (MX0003)",),
        ("1 (MX0003)",),
    ),
    Case(
        "smart-no-institution",
        "commitments",
        COMMITMENT_OK,
        COMMITMENT + "MX0001,MX-4,Datos,2024-02-01,2024-12-01,https://example.org/1\n",
        2,
        "commitment_id",
        ("1 (MX0003)",),
        ("lead",),
    ),
    Case(
        "smart-no-description",
        "commitments",
        "commitment_id,plan_id,title_es,description_es\nMX0003,MX-4,Datos,Publicar\nMX0004,MX-4,Datos,\n",
        "commitment_id,plan_id,title_es,description_es\nMX0003,MX-4,Datos,Publicar los datos\n",
        3,
        "commitment_id",
        ("1 (MX0004)",),
        ("1 (MX0004)",),
    ),
    Case(
        "smart-no-due-date",
        "milestones",
        "milestone_id,commitment_id,parent_id,title_es,due_date\nMX0001.3,MX0001,,Todo,\n"
        "MX0001.3.1,MX0001,MX0001.3,Una parte,\nMX0001.4,MX0001,,Otro,2024-12-01\n",
        "milestone_id,commitment_id,parent_id,title_es,due_date\nMX0001.3,MX0001,,Todo,2024-12-01\n",
        3,
        "milestone_id",
        ("1 (MX0001.3.1)",),
        ("1 (MX0001.3.1)",),
    ),
    Case(
        "requirement-without-evidence",
        "requirement_checks",
        "plan_id,requirement,checked_on,met,evidence_url\nMX-4,website,2024-06-01,true,\n",
        "plan_id,requirement,checked_on,met,evidence_url\nMX-4,website,2024-06-01,false,\n",
        2,
        "evidence_url",
        ("vacío",),
        ("empty",),
    ),
    Case(
        "scale-not-in-force",
        "assessments",
        ASSESSED.replace(",ogp-completion-2015,limited,", ",mx-joint-2012,fulfilled,"),
        ASSESSED,
        2,
        "scale",
        ("«mx-joint-2012»", "de 2011 a 2013", "2024"),
        ("mx-joint-2012", "from 2011 to 2013", "2024"),
    ),
    Case(
        "assessment-stage",
        "assessments",
        ASSESSED.replace(",self,", ",end_of_term,"),
        ASSESSED,
        2,
        "stage",
        ("fin de término", "2025-12-31", "medio término"),
        ("end of term", "2025-12-31", "midterm"),
    ),
    Case(
        "date-in-future",
        "decisions",
        DECISION + "d1,commitments,MX0001,completion,limited,consensus,2024-07-02,,\n",
        DECIDED,
        2,
        "decided_on",
        ("2024-07-02",),
        ("2024-07-02",),
    ),
    Case(
        "decision-method",
        "decisions",
        DECIDED.replace(",consensus,", ",majority,"),
        DECIDED,
        2,
        "method",
        ("«majority»", "Consenso"),
        ("majority", "Consensus"),
    ),
    Case(
        "consensus-with-objection",
        "decisions",
        DECIDED.replace(",true,", ",true,1"),
        DECIDED.replace(",true,", ",true,0"),
        2,
        "method",
        ("d1",),
        ("d1",),
    ),
    Case(
        "consensus-with-objection",
        "decision_positions",
        POSITION + "d0,gob,objects,No basta\n",
        POSITION + "d0,gob,stands_aside,No basta\n",
        2,
        "position",
        ("d0",),
        ("d0",),
    ),
    Case(
        "no-quorum",
        "decisions",
        DECIDED.replace(",true,", ",false,"),
        DECIDED,
        2,
        "quorum",
        ("d1", "quórum"),
        ("d1", "quorum"),
    ),
    Case(
        "no-quorum",
        "decision_positions",
        POSITION + "d0,gob,absent,\n",
        POSITION + "d0,gob,absent,\nd0,sc,agrees,\n",
        2,
        "decision_id",
        ("d0",),
        ("d0",),
    ),
    Case(
        "dissent-without-words",
        "decision_positions",
        POSITION + "d0,gob,agrees,\nd0,sc,stands_aside,\n",
        POSITION + "d0,gob,agrees,\nd0,sc,stands_aside,Faltan pruebas\nd9,sc,stands_aside,\n",
        3,
        "position",
        ("«stands_aside»", "nota"),
        ("stands_aside", "note"),
    ),
    Case(
        "seat-not-held",
        "decision_positions",
        POSITION + "d0,nadie,agrees,\nd0,sc,agrees,\n",
        POSITION + "d0,sc,agrees,\n",
        2,
        "seat_id",
        ("«nadie»", "2024-06-20"),
        ("nadie", "2024-06-20"),
    ),
    Case(
        "seat-overlap",
        "forum_seats",
        SEAT + "sc,civil_society,agencia,2024-06-30,,true\n",
        SEAT + "sc,civil_society,agencia,2024-07-01,,true\n",
        2,
        "starts_on",
        ("osc", "sc", "último día"),
        ("osc", "sc", "last day"),
    ),
    Case(
        "seat-overlap",
        "forum_seats",
        SEAT + "gob,government,otra,2024-06-01,,false\n",
        SEAT + "gob,government,agencia,2024-01-01,2024-05-31,false\ngob,government,otra,2024-06-01,,false\n",
        2,
        "starts_on",
        ("agencia", "gob"),
        ("agencia", "gob"),
    ),
    Case(
        "seat-not-rotated",
        "forum_seats",
        SEAT + "sc,civil_society,osc,2024-07-01,,true\n",
        SEAT + "sc,civil_society,otra,2024-07-01,,true\n",
        2,
        "institution_id",
        ("«osc»", "sc", "2024-07-01"),
        ("osc", "sc", "2024-07-01"),
    ),
    Case(
        "decision-without-assessment",
        "decisions",
        DECIDED.replace("MX0001", "MX0002"),
        DECIDED,
        2,
        "subject_id",
        ("«MX0002»",),
        ("MX0002",),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_file_that_breaks_the_rule_is_told_where_and_what(case: Case, country):
    sent = country.send(case.table, case.bad, **case.options)
    _, report = sent
    found = [problem for problem in report.problems if problem.rule == case.rule]
    assert len(found) == 1, report.problems
    assert (found[0].where.line or 0, found[0].where.column or "") == (case.line, case.column)
    level = country.schemas.rules[case.rule].level
    assert found[0].level == level
    assert report.verdict == ("rejected" if level == "blocks" else "accepted_with_notes")
    for language, words in (("es", case.es), ("en", case.en)):
        (advice,) = country.advice(sent, case.rule, language)
        text = f"{advice.wrong} {advice.todo}"
        assert not [word for word in words if word not in text], text
        assert case.line == 0 or str(case.line) in advice.where


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_file_that_keeps_the_rule_is_not_accused(case: Case, country):
    table = "updates" if case.rule == "authority-table" else case.table
    _, report = country.send(table, case.good, **case.options)
    assert case.rule not in {problem.rule for problem in report.problems}
    assert not [problem for problem in report.problems if problem.level is Level.BLOCKS], report.problems
    assert report.verdict.enters


def test_every_rule_of_ours_is_found_in_one_place_and_nothing_else(schemas):
    ours = sorted(rule.id for rule in schemas.rules.values() if rule.origin == "ogp")
    assert sorted([*RULES, *OVER_CELLS, *OVER_FILES, *FOUND_BY_SOURCES]) == ours


@pytest.mark.parametrize("name", RULES)
def test_a_rule_is_the_function_of_its_name_and_says_what_it_finds(name):
    assert RULES[name].__name__ == name.replace("-", "_")
    assert RULES[name].__doc__.startswith(f"``{name}``: ")


def test_every_rule_over_rows_has_a_case():
    assert set(RULES) <= {case.rule for case in CASES} | {"key-taken"}, "key-taken has a test of its own"


def test_nobody_overwrites_another_suppliers_row(country):
    taken = {("updates", ("MX0001.1", "2024-1")): "otra"}
    before = replace(country, known=replace(country.known, supplier_of=taken))
    row = PLAIN
    sent = before.send("updates", row, supplier="agencia")
    (advice,) = before.advice(sent, "key-taken", "es")
    assert "MX0001.1 / 2024-1" in advice.wrong and "otra" in advice.wrong
    assert not before.send("updates", row, supplier="foro")[1].problems, "the forum may correct anybody"
    own = replace(before, known=replace(before.known, supplier_of={("updates", ("MX0001.1", "2024-1")): "agencia"}))
    assert not own.send("updates", row, supplier="agencia")[1].problems


def test_a_party_that_judges_every_commitment_still_overwrites_nobody(country):
    taken = {("assessments", ("a1",)): "agencia"}
    before = replace(country, known=replace(country.known, supplier_of=taken))
    assert [p.rule for p in before.send("assessments", ASSESSED, supplier="osc")[1].problems] == ["key-taken"]


@pytest.mark.parametrize("name", ["avance ana.perez@agencia.gob.mx.csv", "josé@inai.org.mx.csv"])
def test_a_file_name_with_an_address_is_refused_because_names_are_published(country, name):
    sent = country.send("updates", PLAIN, name=name)
    assert [problem.rule for problem in sent[1].problems if problem.level == "blocks"] == ["email-in-name"]
    (advice,) = country.advice(sent, "email-in-name", "es")
    assert name in advice.wrong


def test_only_the_forum_writes_down_what_others_say(country):
    claimed = RIPPLE + "r1,MX0001,data_opened,,https://example.org/r,agencia,2024-06-01,osc,2024-06-02\n"
    assert not country.send("ripple_achievements", claimed)[1].problems
    _, report = country.send("ripple_achievements", claimed, supplier="osc")
    assert [(one.rule, one.field) for one in report.problems] == [("authority-claim", "claimed_by")]
    barrier = BARRIER.replace("resolved_on", "raised_by") + "b1,MX0001,,legal,2024-02-01,osc\n"
    assert not country.send("barriers", barrier, supplier="osc")[1].problems


def test_nothing_carries_itself_on(country):
    _, report = country.send("commitments", CARRIED + "MX0001,MX-4,Datos,MX0001\n")
    assert [one.rule for one in report.problems] == ["predecessor-not-earlier"]


def test_evidence_in_the_same_delivery_counts(country):
    update = {"milestone_id": "MX0001.1", "period_id": "2024-1", "status": "complete", "progress_es": "Listo"}
    evidence = "milestone_id,period_id,number,kind,url\nMX0001.1,2024-1,1,link,https://example.org/acta\n"
    _, alone = country.send("updates", ",".join(update) + "\n" + ",".join(update.values()) + "\n")
    assert [problem.rule for problem in alone.problems] == ["complete-without-evidence"]
    known = dict(country.known.__dict__) | {"evidenced": frozenset({"MX0001.1"})}
    knowing = type(country)(country.folder, country.schemas, country.programme, type(country.known)(**known))
    _, together = knowing.send("updates", ",".join(update) + "\n" + ",".join(update.values()) + "\n")
    assert together.problems == ()
    assert country.send("evidence", evidence)[1].verdict == "accepted"


def test_an_agency_cannot_take_over_a_milestone_by_redefining_it(country):
    agency = country.programme.supplier("agencia")
    wide = agency.model_copy(update={"may_supply": ["milestones", "updates"]})
    suppliers = [wide if s.id == "agencia" else s for s in country.programme.suppliers]
    programme = country.programme.model_copy(update={"suppliers": suppliers})
    bold = type(country)(country.folder, country.schemas, programme, country.known)
    _, report = bold.send("milestones", MILESTONE + "MX0002.1,MX0001,,Mío\n", supplier="agencia")
    assert "authority-commitment" in {problem.rule for problem in report.problems}


def test_late_is_said_once_for_a_file_and_not_for_every_row(country):
    rows = "".join(f"MX0001.{n},2024-1,in_progress,,,Avanza\n" for n in (1, 2))
    _, report = country.send("updates", UPDATE + rows, known_on=date(2024, 8, 1))
    assert [problem.rule for problem in report.problems] == ["period-late"]


def test_a_full_statement_may_not_drop_what_others_refer_to(country):
    leaned_on = {"milestones": {("MX0001.1",): "updates", ("MX0001.2",): "evidence"}}
    before = replace(country, known=replace(country.known, leaned_on=leaned_on))
    sent = before.send("milestones", "milestone_id,commitment_id,title_es\nMX0001.2,MX0001,Segundo\n")
    assert [(one.rule, one.value) for one in sent[1].problems if one.level == "blocks"] == [
        ("row-withdrawn", "MX0001.1")
    ]
    (advice,) = before.advice(sent, "row-withdrawn", "es")
    assert "MX0001.1" in advice.wrong and "Vuelva a poner" in advice.todo


def test_rounds_are_compared_in_the_order_of_the_calendar_and_within_one_delivery(country):
    rows = "MX0001.1,2024-2,not_started,,,\nMX0001.1,2024-1,in_progress,,,\n"
    _, report = country.send("updates", UPDATE + rows)
    assert [(one.rule, one.where.line) for one in report.problems] == [("status-regression", 2)]


def test_a_corrected_status_of_the_same_round_is_no_regression(country):
    _, report = country.send("updates", UPDATE + "MX0001.2,2024-1,in_progress,70,,\n")
    assert not report.problems


def test_a_round_that_does_not_ask_for_challenges_gets_no_complaint(country):
    _, report = country.send("updates", ASKED + "MX0001.1,2024-1,not_started,\nMX0009.1,2026-1,NS,\n")
    assert not report.problems


def test_a_secretariat_files_what_others_have_assessed(country):
    assert not country.send("assessments", ASSESSED)[1].problems


@pytest.mark.parametrize(
    "text", ["tel 5550042400", "WhatsApp: +52 55 5004 2400", "llame al +525550042400", "Cel. 55-5004-2400"]
)
def test_numbers_that_people_call(country, text):
    _, report = country.send("commitments", COMMITMENT + f"MX0001,MX-4,{text},,,\n")
    assert [one.rule for one in report.problems] == ["phone-in-public-text"]


@pytest.mark.parametrize(
    "text",
    ["Ley 1712 de 2014", "hotel 2024", "1.250.000 pesos", "expediente 330030524001234", "del 2022-12-01 al 2024-12-31"],
)
def test_numbers_that_nobody_calls(country, text):
    assert not country.send("commitments", COMMITMENT + f"MX0001,MX-4,{text},,,\n")[1].problems


def test_an_unknown_milestone_is_answered_with_the_suppliers_own(country):
    sent = country.send("updates", UPDATE + "MX0001.7,2024-1,in_progress,,,Avanza\n", supplier="agencia")
    (advice,) = country.advice(sent, "foreign-key", "es")
    assert "MX0001.1, MX0001.2." in advice.todo and "MX0002" not in advice.todo
    sent = country.send("updates", UPDATE + "MX0002.7,2024-1,in_progress,,,Avanza\n")
    (advice,) = country.advice(sent, "foreign-key", "es")
    assert advice.todo.endswith(": MX0002.1, MX0001.1, MX0001.2, MX0009.1.")


def test_a_long_list_of_what_could_be_meant_is_cut_and_says_so(country):
    milestones = frozenset((f"MX0001.{number}",) for number in range(1, 31))
    known = replace(country.known, keys={**country.known.keys, "milestones": milestones})
    sent = replace(country, known=known).send("updates", UPDATE + "MX0001.77,2024-1,in_progress,,,Avanza\n")
    for language, more in (("es", "MX0001.9, MX0001.10 y 20 más."), ("en", "MX0001.9, MX0001.10, and 20 more.")):
        (advice,) = country.advice(sent, "foreign-key", language)
        assert advice.todo.endswith(more)


def test_a_heading_that_is_only_our_name_is_explained_and_a_persons_own_is_not(country):
    sent = country.send("updates", UPDATE + "MX0001.1,2024-1,casi,,,Avanza\n")
    assert "«status» (Estado)" in country.advice(sent, "status-unknown", "es")[0].wrong
    columns = {"milestone_id": {"from": "Hito"}, "period_id": {"value": "2024-1"}, "status": {"from": "Situación"}}
    sent = country.send("updates", "Hito,Situación\nMX0001.1,casi\n", columns=columns)
    assert "«Situación» no" in country.advice(sent, "status-unknown", "es")[0].wrong
    sent = country.send("updates", "milestone_id,status\nMX0001.1,in_progress\n")
    assert "«period_id» (Periodo" in country.advice(sent, "missing-column", "es")[0].wrong


def test_a_formula_in_a_code_is_one_problem(country):
    _, report = country.send("updates", UPDATE + "=A1,2024-1,in_progress,=B2,,Avanza\n")
    places = [(one.where.line, one.where.column) for one in report.problems if one.rule != "foreign-key"]
    assert sorted(places) == [(2, "milestone_id"), (2, "percent")]


def test_a_formula_cell_of_a_workbook_is_one_problem(country, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for row in (["milestone_id", "period_id", "status", "percent"], ["MX0001.1", "2024-1", "in_progress", "=20+30"]):
        book.active.append(row)
    book.save(tmp_path / "libro.xlsx")
    _, report = country.send("updates", (tmp_path / "libro.xlsx").read_bytes(), kind="xlsx")
    assert [(one.rule, one.where.cell) for one in report.problems] == [("formula-cell", "D2")]
