"""Programmes made at random: small, valid by the tables' types, and with everything in them that metrics tell apart.

A number (the seed) makes one programme, the same every time. Nothing here knows how a metric is computed.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from ogp_pipeline.programme.model import Programme
from ogp_pipeline.tables.tables import Tables, WaitingRow
from tests.tables.country import Ledger, period, plan, programme

CODES = Path(__file__).parents[2] / "schemas" / "codes"
SCALES = ("us-nap5", "ca-nap", "ogp-completion-2015")
ASKS = (["status", "evidence"], ["status"], ["percent"], ["status", "percent"], ["progress_text"])
PERCENTS = ("0", "0.000001", "24.999999", "25", "33.333333", "49.99", "50", "75", "99.999999", "100")
Line = dict[str, str]
Rows = dict[str, list[Line]]


def codes(name: str, scale: str | None = None) -> list[dict[str, str]]:
    """The rows of a published code list, of all scales or of one."""
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if scale is None or row["scale"] == scale]


def names(name: str, scale: str | None = None) -> list[str]:
    """The codes of a published list, each once, in their order."""
    return list(dict.fromkeys(row["code"] for row in codes(name, scale)))


@dataclass(frozen=True)
class Case:
    """A programme, what is known of it, and the day on which it is looked at."""

    country: Programme
    tables: Tables
    as_of: date


def case(seed: int) -> Case:
    """The programme of a seed."""
    return _Maker(Random(seed)).case()


class _Maker:
    """Draws one programme. Every draw comes from ``random``, in one order."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.rows: Rows = {}
        self.starts = date(random.choice((2013, 2015, 2017, 2019, 2020, 2021)), random.randint(1, 12), 1)
        self.plans: list[tuple[str, date, date, str, list[dict[str, object]]]] = []
        self.institutions: list[str] = []
        self.commitments: dict[str, str] = {}
        self.milestones: dict[str, str] = {}
        self.clusters: list[tuple[str, str]] = []

    def case(self) -> Case:
        self._plans()
        last = self.plans[-1][2]
        as_of = self._day(self.starts - timedelta(days=5), last + timedelta(days=300))
        self._institutions()
        self._commitments()
        self._reports()
        self._participation()
        self._judgements()
        self._beyond()
        country = programme(
            *(
                plan(name, scale, *periods, starts=first.isoformat(), ends=end.isoformat(), number=number)  # type: ignore[arg-type]
                for number, (name, first, end, scale, periods) in enumerate(self.plans, start=1)
            ),
            evaluation={
                "rollup": self.random.choice(("complete_if_all", "lowest")),
                "progress": self.random.choice(("status_first", "percent_first", "status")),
                "substantial_from": self.random.choice((50, 50, 75)),
                "decisions": {
                    "rule": self.random.choice(("consensus", "majority")),
                    "quorum_seats": self.random.choice((1, 1, 2)),
                    "parties": self.random.choice(([], [], ["government", "civil_society"])),
                },
            },
            changes_of_government=[
                {"on": day.isoformat()}
                for day in sorted({self._day(self.starts, last) for _ in range(self.random.randint(0, 2))})
            ],
        )
        tables = self._known(country, as_of)
        return Case(country, replace(tables, waiting=tuple(self._waiting())), as_of)

    def _known(self, country: Programme, as_of: date) -> Tables:
        """Every row became known on one of four days up to ``as_of``."""
        days = sorted(self._day(self.starts - timedelta(days=30), max(as_of, self.starts)) for _ in range(4))
        ledger = Ledger()
        parts: list[Rows] = [{} for _ in days]
        for table, lines in self.rows.items():
            for line in lines:
                self.random.choice(parts).setdefault(table, []).append(line)
        for day, rows in zip(days, parts, strict=True):
            ledger.deliver(min(day, as_of).isoformat(), rows)
        return ledger.fold(country, as_of.isoformat())

    def _waiting(self) -> Iterator[WaitingRow]:
        """Rows that wait, of each table once at most: corrections of rows that stand, and rows of nobody yet."""
        rounds = {name: [str(one["id"]) for one in periods] for name, _, _, _, periods in self.plans}
        plans = list(rounds)
        for number in range(self.random.choice((0, 0, 2))):
            owner = self._maybe(plans)
            yield WaitingRow("commitments", (f"YY000{number}",), owner)
            yield WaitingRow("milestones", (f"YY000{number}.1",), f"YY000{number}")
            yield WaitingRow("institutions", (self._maybe(self.institutions),))
            yield WaitingRow("proposals", (f"y{number}",), self._maybe(plans))
            yield WaitingRow("evidence", (f"YY000{number}.1", self._maybe(rounds.get(owner, [])), "1"))
            yield WaitingRow("updates", ("nowhere", "never"))
        for milestone, of in self.milestones.items():
            if rounds[of] and self.random.random() < 0.1:
                yield WaitingRow("updates", (milestone, self.random.choice(rounds[of])))

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))

    def _maybe(self, values: Sequence[str], share: float = 0.7) -> str:
        return self.random.choice(values) if values and self.random.random() < share else ""

    def _add(self, table: str, **values: object) -> None:
        texts = {
            name: value.isoformat()
            if isinstance(value, date)
            else str(value).lower()
            if isinstance(value, bool)
            else value
            for name, value in values.items()
        }
        self.rows.setdefault(table, []).append(
            {name: str(text) for name, text in texts.items() if text not in (None, "")}
        )

    def _plans(self) -> None:
        first = self.starts
        for number in range(1, self.random.choice((1, 1, 2)) + 1):
            end = first + timedelta(days=self.random.randint(200, 800))
            periods = []
            start = first
            for place in range(self.random.randint(0, 3)):
                until = min(start + timedelta(days=self.random.randint(60, 250)), end)
                if until <= start:
                    break
                due = until + timedelta(days=self.random.choice((0, 0, 10, 40)))
                asks = {"asks": self.random.choice(ASKS)} if self.random.random() < 0.8 else {}
                periods.append(
                    period(f"p{number}-{'zab'[place]}", start.isoformat(), until.isoformat(), due.isoformat(), **asks)
                )
                start = until + timedelta(days=1)
            self.plans.append((f"p{number}", first, end, self.random.choice(SCALES), periods))
            first = end + timedelta(days=self.random.randint(1, 90))

    def _institutions(self) -> None:
        sectors = names("sector")
        count = self.random.randint(3, 7)
        for number in range(count):
            sector = self.random.choice((*sectors, "government", "civil_society", "multilateral"))
            self.institutions.append(f"i{number}")
            self._add("institutions", institution_id=f"i{number}", sector=sector, name_en="A body")
        self.institutions.append("stranger")  # of whom no table tells

    def _commitments(self) -> None:
        values = names("ogp_value")
        for name, _, _, _, _ in self.plans:
            here = [f"{name}-k{number}" for number in range(self.random.randint(0, 2))]
            for cluster in here:
                self.clusters.append((cluster, name))
                self._add("clusters", cluster_id=cluster, plan_id=name, name_en="A theme")
            for _ in range(self.random.randint(0, 5)):
                commitment = f"XX{len(self.commitments) + 1:04}"
                earlier = [other for other, of in self.commitments.items() if of != name]
                named = self.random.sample(values, self.random.randint(0, 2))
                self._add(
                    "commitments", commitment_id=commitment, plan_id=name, cluster_id=self._maybe(here),
                    values=";".join(named), predecessor_id=self._maybe(earlier, 0.5),
                    embedded_in="A law" if self.random.random() < 0.15 else "",
                )  # fmt: skip
                self.commitments[commitment] = name
                for role in ("lead", "support"):
                    for body in self.random.sample(self.institutions[:-1], self.random.choice((0, 1, 1, 2))):
                        self._add("commitment_institutions", commitment_id=commitment, institution_id=body, role=role)
                self._milestones(commitment, name)

    def _milestones(self, commitment: str, of: str) -> None:
        first, end = next((first, end) for name, first, end, _, _ in self.plans if name == of)
        made: list[str] = []
        for number in range(self.random.randint(0, 4)):
            milestone = f"{commitment}.{number + 1}"
            due = self._day(first, end + timedelta(days=30)) if self.random.random() < 0.8 else None
            self._add(
                "milestones", milestone_id=milestone, commitment_id=commitment, due_date=due,
                institution_id=self._maybe(self.institutions[:-1], 0.6),
                parent_id=self._maybe(made[:1], 0.15), title_en="A part",
            )  # fmt: skip
            made.append(milestone)
            self.milestones[milestone] = of

    def _reports(self) -> None:
        kinds = names("evidence_kind")
        for name, _, end, scale, periods in self.plans:
            levels = names("progress_status", scale)
            for one in periods:
                busy, percents = self.random.random(), self.random.choice((0, 0, 0.2, 0.8))
                for milestone, of in self.milestones.items():
                    if of != name or self.random.random() > busy:
                        continue
                    done = self._day(self.starts, end) if self.random.random() < 0.2 else None
                    self._add(
                        "updates", milestone_id=milestone, period_id=one["id"], status=self._maybe(levels, 0.85),
                        completed_on=done, percent=self._maybe(PERCENTS, percents),
                    )  # fmt: skip
                    if self.random.random() < 0.5:
                        self._add(
                            "evidence", milestone_id=milestone, period_id=one["id"], number=1,
                            kind=self.random.choice(kinds), url="https://example.org/a",
                        )  # fmt: skip

    def _participation(self) -> None:
        first, end = self.starts, self.plans[-1][2]
        plans = [name for name, *_ in self.plans]
        for number in range(self.random.randint(0, 9)):
            of = self.random.choice(plans)
            day = self._day(first, end)
            here = [cluster for cluster, name in self.clusters if name == of]
            self._add(
                "events", event_id=f"e{number}", plan_id=of, cluster_id=self._maybe(here, 0.5), starts_on=day,
                kind=self.random.choice((*names("event_kind"), "forum_session", "forum_session")),
                ends_on=day + timedelta(days=self.random.randint(0, 3)) if self.random.random() < 0.3 else None,
                open_to=self._maybe(names("openness"), 0.6), influence=self._maybe(names("influence"), 0.6),
                minutes_url="https://example.org/m" if self.random.random() < 0.5 else "",
            )  # fmt: skip
            for sector in self.random.sample(names("sector"), self.random.choice((0, 0, 2))):
                self._add("attendance", event_id=f"e{number}", sector=sector, people=self.random.choice((0, 1, 4)))
        self._proposals(plans)
        for number in range(self.random.randint(0, 4)):
            if self.clusters:
                self._add(
                    "stakeholders", stakeholder_id=f"s{number}", cluster_id=self.random.choice(self.clusters)[0],
                    sector=self.random.choice(names("sector")), interest=self._maybe(names("level3")),
                    influence=self._maybe(names("level3")), name_en="Somebody",
                )  # fmt: skip
        for number in range(self.random.randint(0, 5)):
            self._add(
                "resources", resource_id=f"x{number}", plan_id=self.random.choice(plans),
                institution_id=self.random.choice(self.institutions), kind=self.random.choice(names("resource_kind")),
                enough=self._maybe(("true", "false"), 0.7),
            )  # fmt: skip
        for body in self.random.sample(self.institutions, self.random.randint(0, 3)):
            since, until = sorted((self._day(first, end), self._day(first, end)))
            self._add(
                "memberships", institution_id=body, network_id="i0",
                starts_on=since if self.random.random() < 0.7 else None,
                ends_on=until if self.random.random() < 0.5 else None,
            )  # fmt: skip
        checked = set()
        for _ in range(self.random.randint(0, 4)):
            key = (self.random.choice(plans), self.random.choice(names("ogp_requirement")), self._day(first, end))
            if key not in checked:
                checked.add(key)
                self._add(
                    "requirement_checks", plan_id=key[0], requirement=key[1], checked_on=key[2],
                    met=self.random.random() < 0.5, evidence_url=self._maybe(("https://example.org/c",), 0.5),
                )  # fmt: skip

    def _proposals(self, plans: Sequence[str]) -> None:
        made: list[str] = []
        early = self.starts - timedelta(days=90)
        for number in range(self.random.randint(0, 7)):
            of = self.random.choice(plans)
            here = [cluster for cluster, name in self.clusters if name == of]
            self._add(
                "proposals", proposal_id=f"b{number}", plan_id=of, cluster_id=self._maybe(here, 0.5),
                proposer_id=self._maybe(self.institutions), duplicate_of=self._maybe(made, 0.15), text_en="Open it.",
                received_on=self._day(early, self.starts) if self.random.random() < 0.8 else None,
            )  # fmt: skip
            if made and self.random.random() < 0.25:
                self._add("proposal_links", proposal_id=f"b{number}", same_as=self.random.choice(made),
                          linked_on=self.starts)  # fmt: skip
            made.append(f"b{number}")
        for number in range(self.random.randint(0, len(made))):
            self._add(
                "responses", response_id=f"r{number}", proposal_id=self.random.choice(made),
                outcome=self._maybe(names("response_outcome")), commitment_id=self._maybe(list(self.commitments), 0.6),
                responded_on=self._day(early, self.starts + timedelta(days=90))
                if self.random.random() < 0.8 else None,
                reason_en="Because." if self.random.random() < 0.5 else "",
            )  # fmt: skip

    def _subject(self) -> tuple[str, str] | None:
        kinds = {"commitments": list(self.commitments), "milestones": list(self.milestones)}
        kinds["action_plans"] = [name for name, *_ in self.plans]
        table = self.random.choice(("commitments", "commitments", "commitments", "milestones", "action_plans"))
        return (table, self.random.choice(kinds[table])) if kinds[table] else None

    def _code(self, variable: str) -> tuple[str, str]:
        row = self.random.choice(codes(variable))
        return row["scale"], row["code"]

    def _judgements(self) -> None:
        variables = (*names("assessment_variable"), *["completion"] * 14)
        stages = names("assessment_stage")
        first, end = self.starts - timedelta(days=60), self.plans[-1][2] + timedelta(days=90)
        for number in range(self.random.choice((0, 10, 40))):
            subject, variable = self._subject(), self.random.choice(variables)
            if subject is not None:
                scale, code = self._code(variable)
                self._add(
                    "assessments", assessment_id=f"a{number:03}", subject_table=subject[0], subject_id=subject[1],
                    assessor_id=self.random.choice(self.institutions), variable=variable, scale=scale, code=code,
                    stage=self.random.choice((*stages, "end_of_term", "midterm")), assessed_on=self._day(first, end),
                )  # fmt: skip
        for number in range(3):
            since, until = sorted((self._day(first, end), self._day(first, end)))
            self._add(
                "forum_seats", seat_id=f"s{number}", party=("government", "civil_society", "oversight")[number],
                institution_id="i0", starts_on=since, ends_on=until if self.random.random() < 0.4 else None,
                rotates=False,
            )  # fmt: skip
        for number in range(self.random.choice((0, 4, 10))):
            self._decision(f"d{number:03}", self._subject(), self.random.choice(variables), first, end)

    def _decision(self, name: str, subject: tuple[str, str] | None, variable: str, first: date, end: date) -> None:
        if subject is None:
            return
        scale, code = self._code(variable)
        settles = self.random.random() < 0.85
        counts = ("", "0", "1", "3")
        self._add(
            "decisions", decision_id=name, subject_table=subject[0], subject_id=subject[1],
            variable=variable if settles else "", code=code if settles else "",
            scale=scale if settles and self.random.random() < 0.5 else "",
            stage=self._maybe(names("assessment_stage"), 0.4),
            method=self.random.choice(names("decision_method")), decided_on=self._day(first, end),
            quorum=self._maybe(("true", "true", "false"), 0.7), votes_for=self._maybe(counts, 0.5),
            votes_against=self._maybe(counts, 0.4), dissent_en=self._maybe(("We do not see it.",), 0.1),
        )  # fmt: skip
        if self.random.random() < 0.6:
            for seat in self.random.sample(("s0", "s1", "s2"), self.random.randint(1, 3)):
                position = self.random.choice((*names("position"), "agrees", "agrees"))
                self._add("decision_positions", decision_id=name, seat_id=seat, position=position)

    def _beyond(self) -> None:
        first, end = self.starts, self.plans[-1][2]
        every = list(self.commitments)
        for table, key in (("ripple_achievements", "ripple_id"), ("going_beyond", "beyond_id")):
            for number in range(self.random.randint(0, 4)):
                if every:
                    kind = {"kind": self.random.choice(names("ripple_kind"))} if key == "ripple_id" else {}
                    self._add(
                        table, **{key: f"{key[0]}{number}"}, **kind, commitment_id=self.random.choice(every),
                        claimed_by=self.random.choice(self.institutions), claimed_on=self._day(first, end),
                        confirmed_by=self._maybe(self.institutions, 0.6), description_en="More.",
                    )  # fmt: skip
        for number in range(self.random.randint(0, 5)):
            if every:
                raised = self._day(first, end)
                self._add(
                    "barriers", barrier_id=f"h{number}", commitment_id=self.random.choice(every),
                    group=self.random.choice(names("barrier_group")), raised_on=raised, description_en="A wall.",
                    resolved_on=self._day(raised, end) if self.random.random() < 0.5 else None,
                )  # fmt: skip
                self._add(
                    "engagement", engagement_id=f"g{number}", commitment_id=self.random.choice(every),
                    institution_id=self.random.choice(self.institutions[:2]), observed_by="i0",
                    level=self.random.choice(names("engagement_level")),
                    observed_on=self.random.choice((first, self._day(first, end))),
                )  # fmt: skip
        plans = [name for name, *_ in self.plans]
        for number in range(self.random.randint(0, 3)):
            self._add(
                "lessons", lesson_id=f"l{number}", plan_id=self.random.choice(plans), learnt_by="i0", learnt_on=first,
                learnt_from=self.random.choice(names("lesson_source")), taken_up_in=self._maybe(plans, 0.4),
                lesson_en="Ask early.",
            )  # fmt: skip
