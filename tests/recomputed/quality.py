"""What the codes that count say of each commitment, and the numbers that rest on several of them."""

from collections.abc import Iterator
from functools import partial

from tests.recomputed.counting import Unit, by_codes, fixed, recount
from tests.recomputed.judged import CARRIED, JUDGED, OF_THE_TEXT, SMART, STAGES, Forum, in_years
from tests.recomputed.programmes import codes
from tests.recomputed.reported import of_commitment
from tests.recomputed.world import World


class Quality:
    """The codes that count of every commitment at every stage of its plan."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.counted = Forum(world).counting()
        self.stages: dict[str, list[str]] = {
            plan: [
                stage
                for stage in STAGES
                if any(world.commitments[one]["plan_id"] == plan and at == stage for one, _, at in self.counted)
            ]
            for plan in world.plans
        }

    def code(self, commitment: str, variable: str, stage: str) -> str | None:
        """The code at a stage; of the plan's words that of an earlier stage holds."""
        if variable not in CARRIED:
            return self.counted.get((commitment, variable, stage))
        upto = STAGES[: STAGES.index(stage) + 1]
        said = [code for one in upto if (code := self.counted.get((commitment, variable, one))) is not None]
        return said[-1] if said else None

    def places(self, *variables: str) -> Iterator[tuple[str, str]]:
        """Every commitment at each stage at which one of the variables is known of one of its plan's commitments."""
        for plan, stages in self.stages.items():
            here = [one for one, row in self.world.commitments.items() if row["plan_id"] == plan]
            for stage in stages:
                if any(self.code(one, variable, stage) is not None for one in here for variable in variables):
                    yield from ((one, stage) for one in here)

    def is_one(self, commitment: str, stage: str, variable: str, *accepted: str) -> bool | None:
        """Whether its code is one of these; None if there is none."""
        code = self.code(commitment, variable, stage)
        return None if code is None else code in accepted

    def asked(self, commitment: str, variable: str) -> bool:
        """Whether the variable is asked for in the first year of its plan."""
        year = self.world.plans[self.world.commitments[commitment]["plan_id"]]["start_date"].year
        return any(in_years(row, year) for row in codes(variable))

    def either(self, commitment: str, stage: str, *asked: tuple[str, tuple[str, ...]], years: bool) -> bool | None:
        """Whether one of several variables has one of its codes."""
        answers = [
            self.is_one(commitment, stage, variable, *accepted)
            for variable, accepted in asked
            if not years or self.asked(commitment, variable)
        ]
        known = [answer for answer in answers if answer is not None]
        return any(known) if known else None

    def strategic(self, commitment: str, stage: str) -> bool | None:
        asked = (("potential_impact", ("transformative",)), ("potential_for_results", ("substantial",)))
        return self.either(commitment, stage, *asked, years=True)

    def early(self, commitment: str, stage: str) -> bool | None:
        asked = (("did_it_open_government", ("major", "outstanding")), ("early_results", ("significant",)))
        return self.either(commitment, stage, *asked, years=True)

    def specific(self, commitment: str, stage: str) -> bool | None:
        return self.either(
            commitment, stage, ("specificity", ("medium", "high")), ("verifiability", ("yes",)), years=False
        )

    def high(self, commitment: str, stage: str) -> bool | None:
        code = self.code(commitment, "completion", stage)
        if code is None:
            return None
        rows = codes("completion")
        graded = {row["scale"] for row in rows if row["meaning"] == "substantial"}
        if any(row["code"] == code and row["meaning"] == "started" and row["scale"] not in graded for row in rows):
            return None
        return any(row["code"] == code and row["meaning"] in ("substantial", "complete") for row in rows)

    def relevant(self, commitment: str, stage: str) -> bool | None:
        judged = self.is_one(commitment, stage, "relevance", "yes")
        values = self.world.commitments[commitment]["values"]
        if values is None:
            return judged
        three = {"access_to_information", "civic_participation", "public_accountability"}
        return bool(three & {value.strip() for value in values.split(";")}) and judged is not False

    def unit(self, commitment: str, stage: str, answer: bool | None) -> Unit:
        return of_commitment(
            self.world, commitment, period=stage, numerator=int(answer is True), missing=int(answer is None)
        )


def every(*answers: bool | None) -> bool | None:
    """All of them: no if one is no, else unknown if one is unknown."""
    return False if False in answers else None if None in answers else True


def _by_level(world: World, variable: str) -> Iterator[Unit]:
    quality = Quality(world)
    for commitment, stage in quality.places(variable):
        code = quality.code(commitment, variable, stage)
        yield of_commitment(world, commitment, period=stage, category=code or "not_judged", missing=int(code is None))


for _variable in OF_THE_TEXT:
    recount(_variable, categories=by_codes(_variable, "not_judged"), needs=JUDGED)(
        partial(_by_level, variable=_variable)
    )


@recount("strategic_commitments", needs=JUDGED)
def strategic_commitments(world: World) -> Iterator[Unit]:
    quality = Quality(world)
    for one, stage in quality.places("potential_impact", "potential_for_results"):
        if (answer := quality.strategic(one, stage)) is not None:
            yield quality.unit(one, stage, answer)


@recount("strong_early_results", needs=JUDGED)
def strong_early_results(world: World) -> Iterator[Unit]:
    quality = Quality(world)
    for one, stage in quality.places("did_it_open_government", "early_results"):
        if (answer := quality.early(one, stage)) is not None:
            yield quality.unit(one, stage, answer)


@recount("assessed_high_completion", needs=JUDGED)
def assessed_high_completion(world: World) -> Iterator[Unit]:
    quality = Quality(world)
    for one, stage in quality.places("completion"):
        if quality.code(one, "completion", stage) is not None:
            yield quality.unit(one, stage, quality.high(one, stage))


@recount("starred_commitments", needs=JUDGED)
def starred_commitments(world: World) -> Iterator[Unit]:
    quality = Quality(world)
    for one, stage in quality.places("completion"):
        year = world.plans[world.commitments[one]["plan_id"]]["start_date"].year
        if year <= 2020:
            impacts = ("transformative",) if year >= 2015 else ("moderate", "transformative")
            impact = quality.is_one(one, stage, "potential_impact", *impacts)
            yield quality.unit(
                one, stage,
                every(quality.specific(one, stage), quality.relevant(one, stage), quality.high(one, stage), impact),
            )  # fmt: skip


@recount("strategic_and_kept", needs=JUDGED)
def strategic_and_kept(world: World) -> Iterator[Unit]:
    quality = Quality(world)
    for one, stage in quality.places("completion"):
        answers = (quality.relevant(one, stage), quality.strategic(one, stage), quality.high(one, stage))
        yield quality.unit(one, stage, every(*answers))


@recount("smart_criteria", categories=fixed(*SMART), apart=True, needs=("commitments",))
def smart_criteria(world: World) -> Iterator[Unit]:
    quality = Quality(world)
    for commitment, row in world.commitments.items():
        stages = quality.stages[row["plan_id"]]
        for criterion in SMART:
            code = quality.code(commitment, f"smart_{criterion}", stages[-1]) if stages else None
            answer = code == "yes" if code is not None else _read(world, commitment, criterion)
            yield of_commitment(
                world, commitment, category=criterion, numerator=int(answer is True), missing=int(answer is None)
            )


def _read(world: World, commitment: str, criterion: str) -> bool | None:
    """What the plan itself shows."""
    plan = world.commitments[commitment]["plan_id"]
    of_plan = [one for one in world.milestones if one.plan == plan]
    own = [one for one in of_plan if one.commitment == commitment]
    led = any(world.leads[one] for one, row in world.commitments.items() if row["plan_id"] == plan)
    if criterion == "specific" and led and of_plan:
        return bool(world.leads[commitment] and own)
    if criterion == "time_bound" and any(one.due for one in of_plan):
        return bool(own) and all(one.due is not None for one in own)
    return None
