"""Who judged what, what the forum decided, which judgement counts, and what follows from it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from tests.recomputed.counting import ALL, Unit, fixed, recount
from tests.recomputed.programmes import codes
from tests.recomputed.reported import of_commitment
from tests.recomputed.world import NO_AMOUNT, Row, World

STAGES = ("design", "self", "midterm", "end_of_term")
SMART = ("specific", "measurable", "achievable", "relevant", "time_bound")
OF_THE_TEXT = ("specificity", "verifiability", "relevance", "potential_impact", "potential_for_results")
CARRIED = (*OF_THE_TEXT, *(f"smart_{name}" for name in SMART))
REVIEWERS = ("oversight", "academia", "multilateral")
WITHOUT_LEVEL = ("not_agreed", "judged_alike", "judged_differently", "not_decided")
JUDGED, ASSESSED, DECIDED = ("assessments", "decisions"), ("assessments",), ("decisions",)
Key = tuple[str, str, str, str]  # the subject's table and id, variable, stage


def scales_for(variable: str, year: int) -> set[str]:
    """The scales in force in a year; all, if none is."""
    rows = codes(variable)
    here = {row["scale"] for row in rows if in_years(row, year)}
    return here or {row["scale"] for row in rows}


def in_years(row: dict[str, str], year: int) -> bool:
    """Whether a code is one of that year."""
    return int(row["valid_from"] or 0) <= year <= int(row["valid_to"] or year)


def place(variable: str, scale: str, code: str) -> int:
    """The order of a code in its scale."""
    return next((int(row["order"]) for row in codes(variable, scale) if row["code"] == code), 0)


def amount(variable: str, scale: str, code: str) -> bool:
    """Whether a code is an amount."""
    return all(row["meaning"] not in NO_AMOUNT for row in codes(variable, scale) if row["code"] == code)


class Forum:
    """The judgements and decisions of a programme, oldest first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.parts = {row["milestone_id"]: row for row in world.rows["milestones"]}
        self.sectors = {row["institution_id"]: row["sector"] for row in world.rows["institutions"]}
        self.roles = {(row["commitment_id"], row["institution_id"]) for row in world.rows["commitment_institutions"]}
        said = sorted(world.rows["assessments"], key=lambda row: (row["assessed_on"], row["assessment_id"]))
        self.said = [row for row in said if self.plan(row) is not None]
        made = sorted(world.rows["decisions"], key=lambda row: (row["decided_on"], row["decision_id"]))
        self.decisions = [self._decision(row) for row in made if self.plan(row) is not None]

    def commitment(self, row: Row) -> str | None:
        """The commitment that a judgement is of, or whose milestone."""
        table, subject = row["subject_table"], row["subject_id"]
        if table == "milestones":
            return self.parts[subject]["commitment_id"] if subject in self.parts else None
        return subject if table == "commitments" else None

    def plan(self, row: Row) -> str | None:
        """The plan of what is judged."""
        if row["subject_table"] == "action_plans":
            return row["subject_id"] if row["subject_id"] in self.world.plans else None
        commitment = self.world.commitments.get(self.commitment(row) or "")
        return commitment["plan_id"] if commitment else None

    def unit(self, row: Row, **more: Any) -> Unit:
        """A unit of the subject of a judgement or decision."""
        plan, commitment = self.plan(row), self.commitment(row)
        assert plan is not None
        if commitment is None:
            return Unit(plan, **more)
        if row["subject_table"] == "commitments":
            return of_commitment(self.world, commitment, **more)
        responsible = self.parts[row["subject_id"]]["institution_id"]
        cluster = self.world.commitments[commitment]["cluster_id"]
        return Unit(plan, cluster, (responsible,) if responsible else (), **more)

    def side(self, row: Row) -> str | None:
        """The side of the assessor: civil, self or independent."""
        sector = self.sectors.get(row["assessor_id"])
        if sector == "civil_society":
            return "civil"
        if sector == "government" or row["stage"] == "self" or (self.commitment(row), row["assessor_id"]) in self.roles:
            return "self"
        return "independent" if sector in REVIEWERS else None

    def newest(self) -> dict[tuple[Key, str], Row]:
        """The newest judgement of each assessor on each subject, variable and stage."""
        return {(key(row), row["assessor_id"]): row for row in self.said}

    def _decision(self, row: Row) -> Row:
        """The decision with stage, scale, whether it counts and settles a judgement, and its dissent."""
        names = row["variable"] is not None and row["code"] is not None
        by_then = [
            one
            for one in self.said
            if names and key(one)[:3] == key(row)[:3] and one["assessed_on"] <= row["decided_on"]
        ]
        stage = row["stage"] or (self._stage(row, by_then) if names else None)
        plan = self.world.plans[self.plan(row) or ""]
        possible = set()
        if names and row["scale"] is None:
            possible = {
                scale
                for scale in scales_for(row["variable"], plan["start_date"].year)
                if any(code["code"] == row["code"] for code in codes(row["variable"], scale))
            }
        used = [one["scale"] for one in by_then if one["stage"] == stage and one["scale"] in possible]
        scale = row["scale"] or (used[-1] if used else next(iter(possible)) if len(possible) == 1 else None)
        positions = self._positions(row)
        dissent = [position for position in positions or () if position in ("stands_aside", "objects")]
        against = not positions and positions is None and (row["votes_against"] or 0) > 0
        words = row["dissent_en"] is not None or row["dissent_es"] is not None
        return {
            **row, "stage": stage, "scale": scale, "settles": names and bool(row["scale"] or possible),
            "counts": self._counts(row, positions), "dissented": bool(dissent) or against or words,
            "heard": positions is not None or row["votes_against"] is not None or words,
        }  # fmt: skip

    def _stage(self, row: Row, by_then: Sequence[Row]) -> str:
        if by_then:
            return str(by_then[-1]["stage"])
        plan = self.world.plans[self.plan(row) or ""]
        if row["decided_on"] < plan["start_date"]:
            return "design"
        return "end_of_term" if row["decided_on"] > plan["end_date"] else "midterm"

    def _positions(self, row: Row) -> list[str] | None:
        """The positions of the seats that somebody held on the day; None if none was recorded."""
        said = [one for one in self.world.rows["decision_positions"] if one["decision_id"] == row["decision_id"]]
        if not said:
            return None
        return [one["position"] for one in said if self._seat(one["seat_id"], row["decided_on"]) is not None]

    def _seat(self, seat: str, day: date) -> Row | None:
        return next(
            (
                one
                for one in self.world.rows["forum_seats"]
                if one["seat_id"] == seat and one["starts_on"] <= day <= (one["ends_on"] or date.max)
            ),
            None,
        )

    def _counts(self, row: Row, positions: Sequence[str] | None) -> bool:
        world, consensus = self.world, row["method"] == "consensus"
        if world.rule == "consensus" and not consensus:
            return False
        votes_for, against = row["votes_for"], row["votes_against"] or 0
        if positions is None:
            easy = world.quorum_seats == 1 and not world.parties
            quorum = row["quorum"] if row["quorum"] is not None else easy
            agreed = against == 0 if consensus else votes_for is not None and votes_for > against
            return bool(quorum and agreed)
        present = [position for position in positions if position != "absent"]
        parties = set()
        for one in world.rows["decision_positions"]:
            seat = self._seat(one["seat_id"], row["decided_on"])
            if one["decision_id"] == row["decision_id"] and one["position"] != "absent" and seat is not None:
                parties.add(seat["party"])
        if len(present) < world.quorum_seats or not world.parties <= parties:
            return False
        objecting, agreeing = present.count("objects"), present.count("agrees")
        return objecting == 0 and agreeing > 0 if consensus else agreeing > objecting

    def held(self) -> dict[Key, Row]:
        """For each subject, variable and stage the newest decision that counts, else the newest."""
        found: dict[Key, Row] = {}
        for row in self.decisions:
            if (
                row["settles"]
                and row["stage"] is not None
                and (row["counts"] or not found.get(key(row), {}).get("counts"))
            ):
                found[key(row)] = row
        return found

    def shown(self) -> dict[Key, list[Row]]:
        """For each subject, variable and stage the newest judgements in the scale in which the sides are shown."""
        every: dict[Key, list[Row]] = defaultdict(list)
        for row in self.newest().values():
            every[key(row)].append(row)
        chosen = {}
        for name, rows in every.items():
            by_scale: dict[str, list[Row]] = defaultdict(list)
            for row in sorted(rows, key=lambda row: (row["assessed_on"], row["assessment_id"])):
                by_scale[row["scale"]].append(row)
            chosen[name] = max(by_scale.values(), key=self._weight)
        return chosen

    def _weight(self, rows: Sequence[Row]) -> tuple[int, int, date, str]:
        sides = {self.side(row) for row in rows} - {None}
        return len(sides), len(rows), rows[-1]["assessed_on"], rows[-1]["assessment_id"]

    def counting(self) -> dict[tuple[str, str, str], str]:
        """Commitment, variable, stage -> the code that counts."""
        found: dict[tuple[str, str, str], str] = {}
        # An assessor's newest word in each scale: of several scales both are said.
        newest = {(key(row), row["scale"], row["assessor_id"]): row for row in self.said}
        reviews = [row for row in newest.values() if self.side(row) == "independent"]
        reviews.sort(key=lambda row: (row["assessed_on"], -place(row["variable"], row["scale"], row["code"])))
        agreed = [row for row in self.decisions if row["settles"] and row["counts"] and row["stage"] is not None]
        for row in (*reviews, *agreed):
            if row["subject_table"] == "commitments":
                found[row["subject_id"], row["variable"], row["stage"]] = row["code"]
        return found


def key(row: Row) -> Key:
    """What is judged, and at which stage."""
    return row["subject_table"], row["subject_id"], row["variable"], row["stage"]


def of_completion(rows: Iterable[Row]) -> list[Row]:
    """Those of how far commitments are complete."""
    return [row for row in rows if row["variable"] == "completion" and row["subject_table"] == "commitments"]


def levels_of(scales: Iterable[str]) -> list[str]:
    """The codes of several scales of completion, each once."""
    return list(dict.fromkeys(row["code"] for scale in sorted(set(scales)) for row in codes("completion", scale)))


def judged_levels(world: World, plan: str) -> Sequence[str]:
    """The levels of the scales in which the plan's commitments were judged."""
    forum = Forum(world)
    rows = [row for row in of_completion(forum.newest().values()) if forum.plan(row) == plan]
    return levels_of(row["scale"] for row in rows)


def agreed_levels(world: World, plan: str) -> Sequence[str]:
    """The levels of the scales of the decisions that count, else of the judgements; then what has no level."""
    forum = Forum(world)
    rows = [row for row in of_completion(forum.decisions) if row["counts"] and row["scale"] and forum.plan(row) == plan]
    return (*(levels_of(row["scale"] for row in rows) or judged_levels(world, plan)), *WITHOUT_LEVEL)


@recount("assessed_completion", categories=judged_levels, needs=ASSESSED)
def assessed_completion(world: World) -> Iterator[Unit]:
    forum = Forum(world)
    for row in of_completion(forum.newest().values()):
        yield forum.unit(row, period=row["stage"], assessor=row["assessor_id"], category=row["code"])


@recount("agreed_completion", categories=agreed_levels, needs=JUDGED)
def agreed_completion(world: World) -> Iterator[Unit]:
    forum = Forum(world)
    held, shown = forum.held(), forum.shown()
    touched = {name for name in (*held, *shown) if name[0] == "commitments" and name[2] == "completion"}
    stages = {(world.commitments[name[1]]["plan_id"], name[3]) for name in touched}
    for plan, stage in sorted(stages):
        for commitment in (one for one, row in world.commitments.items() if row["plan_id"] == plan):
            name = ("commitments", commitment, "completion", stage)
            category = state(held.get(name), shown.get(name, ()))
            yield of_commitment(world, commitment, period=stage, category=category, missing=int(name not in touched))


def state(decision: Row | None, rows: Sequence[Row]) -> str:
    """The agreed level, or why there is none."""
    if decision is not None:
        return str(decision["code"]) if decision["counts"] else "not_agreed"
    if len(rows) < 2:
        return "not_decided"
    return "judged_alike" if len({row["code"] for row in rows}) == 1 else "judged_differently"


@recount("judgements_in_agreement", needs=ASSESSED)
def judgements_in_agreement(world: World) -> Iterator[Unit]:
    forum = Forum(world)
    for name, rows in forum.shown().items():
        if name[2] == "completion" and len(rows) > 1:
            yield forum.unit(rows[0], period=name[3], numerator=int(len({row["code"] for row in rows}) == 1))


@recount(
    "direction_of_disagreement",
    categories=fixed("same", "self_higher", "civil_higher", "not_comparable"),
    needs=ASSESSED,
)
def direction_of_disagreement(world: World) -> Iterator[Unit]:
    forum = Forum(world)
    for name, rows in forum.shown().items():
        own = [row for row in rows if forum.side(row) == "self"]
        civil = [row for row in rows if forum.side(row) == "civil"]
        if name[2] == "completion" and own and civil:
            ours = max(own, key=lambda row: (row["assessed_on"], -_place(row)))
            theirs = min(civil, key=_place)
            yield forum.unit(rows[0], period=name[3], category=_direction(ours, theirs))


def _place(row: Row) -> int:
    return place(row["variable"], row["scale"], row["code"])


def _direction(ours: Row, theirs: Row) -> str:
    if ours["code"] == theirs["code"]:
        return "same"
    if not all(amount(row["variable"], row["scale"], row["code"]) for row in (ours, theirs)):
        return "not_comparable"
    return "self_higher" if _place(ours) > _place(theirs) else "civil_higher"


@recount("assessed_transitions", categories=fixed("improved", "same", "regressed", "not_comparable"), needs=ASSESSED)
def assessed_transitions(world: World) -> Iterator[Unit]:
    forum = Forum(world)
    newest = forum.newest()
    for (name, assessor), row in newest.items():
        if name[0] == "commitments" and name[2:] == ("completion", "end_of_term"):
            before = newest.get(((*name[:3], "midterm"), assessor))
            if before is not None:
                category = "not_comparable"
                if before["scale"] == row["scale"]:
                    words = {"same": "same", "self_higher": "improved", "civil_higher": "regressed"}
                    category = words.get(_direction(row, before), category)
                yield forum.unit(row, period="end_of_term", assessor=assessor, category=category)


@recount("decisions_agreed", needs=DECIDED)
def decisions_agreed(world: World) -> Iterator[Unit]:
    forum = Forum(world)
    return (forum.unit(row, period=row["stage"] or ALL, numerator=int(row["counts"])) for row in forum.decisions)


@recount("decisions_with_dissent", needs=DECIDED)
def decisions_with_dissent(world: World) -> Iterator[Unit]:
    forum = Forum(world)
    for row in forum.decisions:
        yield forum.unit(
            row, period=row["stage"] or ALL, numerator=int(row["dissented"]), missing=int(not row["heard"])
        )
