"""Our rules, one function for each id of schemas/rules.csv that is decided over rows; one module for each
family.

A rule gets a ``Scope`` and gives problems; it never raises for what a supplier wrote and takes time linear in
the rows. Adding one: a line in schemas/rules.csv, a function here, and a test with a file that breaks it and
one that does not.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from ogp_pipeline.intake.problem import Problem
from ogp_pipeline.validation.rules import (
    authority,
    calendar,
    claims,
    corrections,
    dates,
    decisions,
    keys,
    participation,
    predecessors,
    progress,
    regression,
    scales,
    smart,
    texts,
)
from ogp_pipeline.validation.scope import Scope
from ogp_pipeline.validation.template_check import RULES as TEMPLATE_RULES

Check = Callable[[Scope], Iterator[Problem]]

RULES: Mapping[str, Check] = MappingProxyType(
    {
        "repeated-key": keys.repeated_key,
        "foreign-key": keys.foreign_key,
        "hierarchy": keys.hierarchy,
        "authority-table": authority.authority_table,
        "authority-commitment": authority.authority_commitment,
        "authority-assessor": authority.authority_assessor,
        "authority-claim": authority.authority_claim,
        "key-taken": authority.key_taken,
        "period-unknown": calendar.period_unknown,
        "period-not-open": calendar.period_not_open,
        "period-late": calendar.period_late,
        "status-unknown": progress.status_unknown,
        "status-missing": progress.status_missing,
        "status-not-asked": progress.status_not_asked,
        "complete-without-evidence": progress.complete_without_evidence,
        "evidence-without-link": progress.evidence_without_link,
        "challenges-missing": progress.challenges_missing,
        "status-regression": regression.status_regression,
        "percent-regression": regression.percent_regression,
        "code-of-scale": scales.code_of_scale,
        "scale-not-in-force": scales.scale_not_in_force,
        "assessment-stage": scales.assessment_stage,
        "stage-stands-alone": scales.stage_stands_alone,
        "decision-method": decisions.decision_method,
        "consensus-with-objection": decisions.consensus_with_objection,
        "no-quorum": decisions.no_quorum,
        "dissent-without-words": decisions.dissent_without_words,
        "seat-not-held": decisions.seat_not_held,
        "seat-overlap": decisions.seat_overlap,
        "seat-not-rotated": decisions.seat_not_rotated,
        "seat-other-party": decisions.seat_other_party,
        "seat-held-twice": decisions.seat_held_twice,
        "decision-without-assessment": decisions.decision_without_assessment,
        "percent-status": progress.percent_status,
        "nil-with-content": progress.nil_with_content,
        "dates-order": dates.dates_order,
        "date-outside-plan": dates.date_outside_plan,
        "language": texts.language,
        "url-form": texts.url_form,
        "email-in-public-text": texts.email_in_public_text,
        "phone-in-public-text": texts.phone_in_public_text,
        "reason-missing": texts.reason_missing,
        "formula-text": texts.formula_text,
        "smart-no-milestone": smart.smart_no_milestone,
        "smart-no-institution": smart.smart_no_institution,
        "smart-no-description": smart.smart_no_description,
        "smart-no-due-date": smart.smart_no_due_date,
        "requirement-without-evidence": smart.requirement_without_evidence,
        "self-confirmed": claims.self_confirmed,
        "same-party-confirmed": claims.same_party_confirmed,
        "confirmation-incomplete": claims.confirmation_incomplete,
        "kind-unexplained": claims.kind_unexplained,
        "delivered-missing": claims.delivered_missing,
        "claim-without-evidence": claims.claim_without_evidence,
        "self-observed": claims.self_observed,
        "date-in-future": claims.date_in_future,
        "predecessor-not-earlier": predecessors.predecessor_not_earlier,
        "predecessor-unknown": predecessors.predecessor_unknown,
        "lesson-not-later": predecessors.lesson_not_later,
        "correction-unknown-table": corrections.correction_unknown_table,
        "correction-unknown-column": corrections.correction_unknown_column,
        "correction-key-column": corrections.correction_key_column,
        "correction-value": corrections.correction_value,
        "correction-same": corrections.correction_same,
        "correction-reason": corrections.correction_reason,
        "correction-not-expected": corrections.correction_not_expected,
        "correction-overlap": corrections.correction_overlap,
        "authority-proposer": authority.authority_proposer,
        "link-circle": participation.link_circle,
        "link-other-plan": participation.link_other_plan,
        "untraced-response": participation.untraced_response,
        "response-not-taken-up": participation.response_not_taken_up,
        "response-other-plan": participation.response_other_plan,
        "response-before-proposal": participation.response_before_proposal,
        "minutes-missing": participation.minutes_missing,
        "attendance-before-event": participation.attendance_before_event,
        "stakeholder-unweighed": participation.stakeholder_unweighed,
        "network-of-itself": participation.network_of_itself,
    }
)

# Decided cell by cell: before the table check (``mending``), and by it.
OVER_CELLS = frozenset({"mended", "ambiguous-number", "out-of-bounds/integer", "out-of-bounds/number"})

# Decided over files rather than rows: by ``examine`` itself and by ``template_check``.
OVER_FILES = TEMPLATE_RULES | {
    "unknown-column",
    "row-skipped",
    "row-withdrawn",
    "email-in-name",
    "illegible-name",
    "nothing-received",
    "row-depends",
}
