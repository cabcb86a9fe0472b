"""A state that notes what was looked up in it, and which changes matter to who looked."""

from ogp_pipeline.tables.corrections import CORRECTIONS
from ogp_pipeline.validation.asked import Asked, noting
from ogp_pipeline.validation.prior_state import PriorState
from tests.every import for_every

STATE = PriorState(
    keys={"milestones": frozenset({("m1",), ("m2",)}), "updates": frozenset({("m1", "p1")})},
    commitment_of={"m1": "c1"},
    institutions_of={"c1": frozenset({"i1"})},
    evidenced=frozenset({"m1"}),
    supplier_of={("updates", ("m1", "p1")): "agency"},
    progress={("m1", "p1"): ("started", None)},
    in_time=frozenset({("updates", ("m1", "p1"))}),
    said=lambda table: {("m1", "p1"): {"status": "started"}} if table == "updates" else {},
)


LOOKS = {
    "a key": (lambda state: ("m1",) in state.keys["milestones"], "milestones", ("m1",)),
    "a tie": (lambda state: state.commitment_of.get("m1"), "milestones", ("m1",)),
    "a tie that is not there": (lambda state: state.plan_of.get("c1"), "commitments", ("c1",)),
    "evidence": (lambda state: "m1" in state.evidenced, "evidence", ("m1", "p1", "1")),
    "who said it": (lambda state: state.supplier_of.get(("updates", ("m1", "p1"))), "updates", ("m1", "p1")),
    "progress": (lambda state: state.progress.get(("m1", "p1")), "updates", ("m1", "p2")),
    "in time": (lambda state: ("updates", ("m1", "p1")) in state.in_time, "updates", ("m1", "p1")),
    "what was said": (lambda state: state.said("updates").get(("m1", "p1")), "updates", ("m1", "p1")),
}


@for_every("look", LOOKS)
def test_who_looks_for_one_thing_asks_for_its_rows_alone(look: str) -> None:
    ask, table, key = LOOKS[look]
    state, asked = noting(STATE)
    assert ask(state) == ask(STATE)
    assert asked.touches({table: [key]})
    assert not asked.touches({table: [("m9", "p1")]})
    assert not asked.touches({"lessons": [key]})
    assert asked.touches({CORRECTIONS: [("k1",)]}), "a correction may change any cell"


@for_every(
    ("walk", "table"),
    [
        (lambda state: sorted(state.keys["milestones"]), "milestones"),
        (lambda state: len(state.keys["milestones"]), "milestones"),
        (lambda state: state.keys.get("lessons"), "lessons"),
        (lambda state: dict(state.institutions_of), "commitment_institutions"),
        (lambda state: {"m2"} | state.evidenced, "evidence"),
        (lambda state: list(state.supplier_of), "lessons"),
        (lambda state: list(state.keys), "lessons"),
    ],
)
def test_who_goes_through_a_table_asks_for_all_of_it(walk, table: str) -> None:
    state, asked = noting(STATE)
    assert walk(state) == walk(STATE)
    assert asked.touches({table: [("new",)]})
    assert not asked.touches({})


def test_who_asked_nothing_is_touched_by_nothing() -> None:
    assert not Asked().touches({"updates": [("m1", "p1")]})
