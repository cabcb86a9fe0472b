"""What the tables of a report's page must say, counted anew from the published CSV files with plain pandas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup

STAGES = ("design", "self", "midterm", "end_of_term")
NEVER = "–"


@dataclass(frozen=True)
class Figures:
    """A report in English. ``public``: the root of the store of which ``version``, as of a day, is the newest."""

    public: Path
    version: str
    as_of: date
    plan: str
    period: str

    def csv(self, name: str) -> pd.DataFrame:
        """A published table as text."""
        [file] = [one for one in (self.public / "v" / self.version).glob(f"*/{name}.csv") if one.is_file()]
        return pd.read_csv(file, dtype=str, keep_default_na=False)

    def mine(self, name: str) -> pd.DataFrame:
        """The rows of the plan, also of a table that names only the commitment."""
        found = self.csv(name)
        if "plan_id" not in found:
            commitments = self.csv("commitments")
            found = found.merge(commitments[["commitment_id", "plan_id"]], on="commitment_id")
        return found.loc[found["plan_id"] == self.plan]

    def page(self) -> BeautifulSoup:
        """The page, parsed."""
        file = self.public / "en" / "report" / self.plan / f"{self.period}.html"
        return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")

    def table(self, identity: str) -> list[list[str]]:
        """The cells of a table's body; none if the page does not have it."""
        caption = self.page().find("caption", id=f"table-{identity}")
        if caption is None:
            return []
        return [
            [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
            for row in caption.find_parent("table").tbody.find_all("tr")
        ]

    def labels(self, name: str, scale: str | None = None) -> dict[str, str]:
        """Code -> label."""
        found = self.csv("code_lists")
        found = found.loc[(found["list"] == name) & (found["scale"] == (scale or name))]
        return dict(zip(found["code"], found["label_en"], strict=True))

    @property
    def milestones(self) -> pd.DataFrame:
        """The undivided milestones of the plan."""
        every = self.mine("milestones")
        return every.loc[~every["milestone_id"].isin(self.csv("milestones")["parent_id"])]

    @property
    def rounds(self) -> pd.DataFrame:
        """The plan's periods, the oldest first."""
        return self.mine("reporting_periods").sort_values("start_date").reset_index(drop=True)

    @property
    def updates(self) -> pd.DataFrame:
        """What was said of the undivided milestones."""
        every = self.csv("updates")
        return every.loc[every["milestone_id"].isin(self.milestones["milestone_id"])]

    def statuses(self) -> dict[str, str]:
        """Level of milestones -> how many of all in the round; nothing of a round that asked for no status."""
        [asked] = self.rounds.loc[self.rounds["period_id"] == self.period, "asks_status"]
        if asked == "false":
            return {}
        [scale] = self.mine("action_plans")["scale"]
        said = self.updates.loc[self.updates["period_id"] == self.period, "status"]
        counts = said[said != ""].value_counts()
        total = len(self.milestones)
        if not len(counts):
            return dict.fromkeys(self.labels("progress_status", scale).values(), NEVER)
        return {
            label: f"{counts.get(code, 0)} of {total}" for code, label in self.labels("progress_status", scale).items()
        }

    def overdue(self) -> set[str]:
        """Milestones past their date that were not last said to be complete or withdrawn."""
        order = {period: rank for rank, period in enumerate(self.rounds["period_id"])}
        known = self.updates.loc[self.updates["status"] != ""]
        last = known.assign(rank=known["period_id"].map(order)).sort_values("rank").groupby("milestone_id")["status"]
        closed = last.last().loc[lambda status: status.isin(["complete", "withdrawn"])].index
        due = self.milestones.loc[(self.milestones["due_date"] != "") & ~self.milestones["milestone_id"].isin(closed)]
        return set(due.loc[due["due_date"] < self.as_of.isoformat(), "milestone_id"])

    def silent(self) -> tuple[dict[str, str], set[str]]:
        """Institutions responsible for milestones, none of which was reported on; and all milestones that were not."""
        heard = self.updates.loc[self.updates["period_id"] == self.period, "milestone_id"]
        every = self.milestones.assign(heard=self.milestones["milestone_id"].isin(heard))
        by = every.loc[every["institution_id"] != ""].groupby("institution_id")["heard"].agg(["sum", "count"])
        names = self.csv("institutions").set_index("institution_id")["name_en"]
        quiet = by.loc[by["sum"] == 0, "count"]
        return {names[one]: f"0 of {count}" for one, count in quiet.items()}, set(
            every.loc[~every["heard"], "milestone_id"]
        )

    def fates(self) -> dict[str, str]:
        """What became of proposals."""
        trail, labels = self.mine("proposal_trail"), self.labels("proposal_fate")
        return {labels[fate]: f"{count} of {len(trail)}" for fate, count in trail["fate"].value_counts().items()}

    def vanished(self) -> int:
        """Proposals without an answer, or of whose result there is no trace."""
        return int(self.mine("proposal_trail")["fate"].isin(["unanswered", "untraced"]).sum())

    def windows(self) -> list[tuple[str, str]]:
        """Requirements in the windows that touch the report's time, and whether they are met."""
        place = list(self.rounds["period_id"]).index(self.period)
        own, until = self.rounds.iloc[place], self.as_of
        if place + 1 < len(self.rounds):
            eve = date.fromisoformat(self.rounds.iloc[place + 1]["start_date"]) - timedelta(days=1)
            until = min(max(eve, date.fromisoformat(own["end_date"])), until)
        every, labels = self.mine("requirement_results"), self.labels("ogp_requirement")
        here = every.loc[(every["window_start"] <= until.isoformat()) & (every["window_end"] >= own["start_date"])]
        answers = [
            {"true": "Yes", "false": "No"}.get(met) or ("Not yet" if asserted == "false" else NEVER)
            for met, asserted in zip(here["met"], here["asserted"], strict=True)
        ]
        return sorted(zip(here["requirement"].map(labels), answers, strict=True))

    def states(self) -> dict[str, str]:
        """Whether each subject's newest judgements were agreed upon."""
        every, labels = self.mine("joint_evaluation"), self.labels("joint_state")
        every = every.assign(rank=every["stage"].map(STAGES.index)).sort_values("rank")
        newest = every.drop_duplicates(["subject_table", "subject_id", "variable"], keep="last")
        return {labels[one]: f"{count} of {len(newest)}" for one, count in newest["state"].value_counts().items()}


def compare(figures: Figures) -> None:
    """Assert that every table of the page says what the files say."""
    levels = {line[0]: line[1] for line in figures.table("completion-milestones")}
    levels.pop("Not reported", None)
    assert levels == figures.statuses()
    assert {line[0].split()[0] for line in figures.table("overdue-milestones")} == figures.overdue()
    quiet, unreported = figures.silent()
    assert {line[0]: line[1] for line in figures.table("silent-institutions")} == quiet
    assert {line[0].split()[0] for line in figures.table("silent-milestones")} == unreported
    assert _pairs(figures.table("fates")) == figures.fates()
    assert len(figures.table("vanished-proposals")) == figures.vanished()
    assert sorted((line[0], line[2]) for line in figures.table("requirements")) == figures.windows()
    assert _pairs(figures.table("joint-states")) == figures.states()


def _pairs(lines: Sequence[Sequence[str]]) -> dict[str, str]:
    return {line[0]: line[1] for line in lines}
