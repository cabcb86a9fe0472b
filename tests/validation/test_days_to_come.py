"""Nothing is known to have happened on a day that is still to come; what is announced may be."""

import pytest

from ogp_pipeline.validation.rules.claims import HAPPENED

TODAY, TOMORROW = "2024-07-01", "2024-07-02"  # deliveries of ``country`` are known today
FORTHCOMING = {
    "starts_on",
    "ends_on",
    "due_on",
}  # of events, terms, resources, decisions
JUDGED_BY_RECEIPT = {("updates", "delivered_on")}  # rule delivered-on-later

SENT = {
    ("proposals", "received_on"): "proposal_id,plan_id,proposer_id,text_es,received_on\np7,MX-4,osc,Abrir,{}\n",
    ("proposal_links", "linked_on"): "proposal_id,same_as,linked_on\np2,p1,{}\n",
    ("responses", "responded_on"): "response_id,proposal_id,outcome,reason_es,responded_on\nr7,p1,not_now,Tarde,{}\n",
    (
        "updates",
        "completed_on",
    ): "milestone_id,period_id,status,progress_es,completed_on\nMX0001.1,2024-1,complete,Ya,{}\n",
    (
        "updates",
        "submitted_on",
    ): "milestone_id,period_id,status,progress_es,submitted_on\nMX0001.1,2024-1,complete,Ya,{}\n",
    ("requirement_checks", "checked_on"): "plan_id,requirement,checked_on,met\nMX-4,forum_meets,{},false\n",
    ("corrections", "made_on"): (
        "correction_id,table,key,field,expected,value,reason_es,made_by,made_on\n"
        "c1,updates,MX0001.2/2024-1,status,complete,in_progress,Es un borrador,osc,{}\n"
    ),
}


@pytest.mark.parametrize(("table", "column"), SENT)
def test_what_happened_did_not_happen_tomorrow(country, table, column):
    assert _found(country, table, SENT[table, column].format(TODAY)) == []
    assert _found(country, table, SENT[table, column].format(TOMORROW)) == [column]


def test_a_correction_puts_in_no_day_to_come(country):
    sent = (
        "correction_id,table,key,field,expected,value,reason_es,made_by,made_on\n"
        "c1,updates,MX0001.2/2024-1,completed_on,,{},Falta el día,osc,2024-06-20\n"
    )
    assert [one.rule for one in country.send("corrections", sent.format(TODAY))[1].problems] == []
    assert [one.rule for one in country.send("corrections", sent.format(TOMORROW))[1].problems] == ["correction-value"]


def test_each_day_that_is_sent_is_one_that_has_come_or_one_that_may_come(schemas):
    days = {
        (table.name, field.name)
        for table in schemas.tables.values()
        for field in table.fields
        if table.supplied and field.type == "date" and field.name.endswith("_on")
    }
    past = {(table, column) for table, columns in HAPPENED.items() for column in columns}
    assert days - past - JUDGED_BY_RECEIPT == {(table, column) for table, column in days if column in FORTHCOMING}


def _found(country, table: str, content: str) -> list[str]:
    return [one.field for one in country.send(table, content)[1].problems if one.rule == "date-in-future"]
