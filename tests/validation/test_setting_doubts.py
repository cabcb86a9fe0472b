"""What the programme file did not foresee is told to the engineer, and to the supplier as no mistake of theirs."""

from ogp_pipeline.validation import setting_doubts

MAPPED = {
    "milestone_id": {"from": "Hito"},
    "period_id": {"value": "2024-1"},
    "status": {"from": "Estado", "map": {"Hecho": "complete"}},
    "completed_on": {"from": "Fecha", "date": ["%d/%m/%Y"]},
    "progress_es": {"from": "Avance"},
}
HEAD = "Hito,Estado,Fecha,Avance\n"


def test_a_value_that_the_list_knows_and_the_crosswalk_does_not_is_ours(country):
    sent = country.send("updates", HEAD + "MX0001.1,In progress,,x\nMX0001.2,Hecho,,x\n", columns=MAPPED)
    assert [(one.rule, one.field) for one in sent[1].problems if one.level == "blocks"] == [
        ("map-incomplete", "status")
    ]
    for language, words in (("es", "No es un error suyo"), ("en", "It is not your mistake")):
        (advice,) = country.advice(sent, "map-incomplete", language)
        assert words in advice.todo
    assert "you do not have to send anything again" in country.advice(sent, "map-incomplete", "en")[0].todo
    told = setting_doubts.reason(sent[1].problems)
    assert told == "the crosswalk of `updates.status` does not list «In progress»; add it to `map`"


def test_a_value_that_nobody_knows_is_asked_about_and_told_to_the_engineer(country):
    sent = country.send("updates", HEAD + "MX0001.1,Echo,,x\n", columns=MAPPED)
    assert "unmapped-value" in {one.rule for one in sent[1].problems}
    assert "«Echo»" in (setting_doubts.reason(sent[1].problems) or "")


def test_dates_of_which_none_fits_are_ours(country):
    rows = "MX0001.1,Hecho,2024.06.01,x\nMX0001.2,Hecho,2024.05.30,x\n"
    sent = country.send("updates", HEAD + rows.replace(".06.01", "/06/01").replace(".05.30", "/05/30"), columns=MAPPED)
    assert {one.rule for one in sent[1].problems if one.level == "blocks"} == {"date-format"}
    assert "no date of `updates.completed_on` fits `date`" in (setting_doubts.reason(sent[1].problems) or "")


def test_one_date_among_others_that_is_none_is_the_suppliers(country):
    rows = "MX0001.1,Hecho,01/06/2024,x\nMX0001.2,Hecho,31/06/2024,x\n"
    sent = country.send("updates", HEAD + rows, columns=MAPPED)
    assert [one.rule for one in sent[1].problems if one.level == "blocks"] == ["bad-date"]
    assert setting_doubts.reason(sent[1].problems) is None
