"""Corrections: of which cells, with which values, and why."""

from tests.validation.rules.case import (  # noqa: F401
    Case,
    test_a_file_that_breaks_the_rule_is_told_where_and_what,
    test_a_file_that_keeps_the_rule_is_not_accused,
)

CORRECTION = "correction_id,table,key,field,expected,value,reason_es,made_by,made_on\n"
CORRECTED = CORRECTION + "c1,updates,MX0001.2/2024-1,status,complete,in_progress,Es un borrador,osc,2024-06-20\n"
UNTIL = CORRECTED.replace("made_on\n", "made_on,until\n").removesuffix("\n") + ","
ANOTHER = ",updates,MX0001.2/2024-1,status,complete,not_started,Ni eso,osc,"


def corrected(**changed: str) -> str:
    """The right correction with other cells."""
    names, cells = (line.split(",") for line in CORRECTED.splitlines())
    return CORRECTION + ",".join(({**dict(zip(names, cells, strict=True)), **changed}).values()) + "\n"


CASES = [
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
        ("ninety", "ahí: por ejemplo "),
        ("ninety", "there: for example "),
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
        "correction-value",
        "corrections",
        corrected(table="assessments", key="a0", field="subject_id", expected="MX0001", value="MX0099"),
        corrected(table="assessments", key="a0", field="subject_id", expected="MX0001", value="MX0002"),
        2,
        "value",
        ("MX0099", "MX0002"),
        ("MX0099", "MX0002"),
    ),
    Case(
        "correction-value",
        "corrections",
        corrected(table="assessments", key="a0", field="subject_table", expected="commitments", value="milestones"),
        corrected(table="assessments", key="a0", field="subject_id", expected="MX0001", value="MX0009"),
        2,
        "value",
        ("milestones", "que concuerde con el resto del renglón."),
        ("milestones", "that fits the rest of the row."),
    ),
    Case(
        "correction-value",
        "corrections",
        corrected(table="milestones", key="MX0001.1", field="commitment_id", expected="MX0001", value="MX0002"),
        corrected(table="milestones", key="MX0001.1", field="title_es", expected="", value="Publicar"),
        2,
        "value",
        ("MX0002", "que concuerde con el resto del renglón."),
        ("MX0002", "that fits the rest of the row."),
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
        "correction-overlap",
        "corrections",
        UNTIL + "2024-06-21\nc2" + ANOTHER + "2024-06-21,\n",
        UNTIL + "2024-06-20\nc2" + ANOTHER + "2024-06-21,\n",
        2,
        "value",
        ("c1", "c2", "cuenta c2"),
        ("c1 and c2", "c2 counts"),
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
]
