"""What was reported, and when: in one round, with the round in a column, or with a block of columns for each round."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ogp_pipeline.profiling import drafting, periods, words
from ogp_pipeline.profiling.columns import ColumnProfile, Kind
from ogp_pipeline.profiling.drafting import Context, Crosswalk, Draft, Drafts
from ogp_pipeline.profiling.meanings import Meant
from ogp_pipeline.profiling.views import View
from ogp_pipeline.profiling.words import REPORTED, Meaning
from ogp_pipeline.sources import quantities

_FIELDS = {Meaning.PROGRESS: "progress", Meaning.CHALLENGES: "challenges", Meaning.NEXT_STEPS: "next_steps"}


@dataclass(frozen=True, slots=True)
class Wide:
    """Blocks of columns. ``headings``: meaning -> expression of its headings; ``rounds``: what their group finds."""

    headings: Mapping[Meaning, str]
    rounds: tuple[str, ...]
    columns: Mapping[Meaning, Sequence[ColumnProfile]]


def wide(columns: Sequence[ColumnProfile], meant: Meant) -> Wide | None:
    """The blocks, where several columns have one meaning and differ by a part of their headings."""
    headings: dict[Meaning, str] = {}
    rounds: dict[str, None] = {}
    several = {meaning: meant[meaning] for meaning in REPORTED if len(meant.get(meaning, [])) > 1}
    for meaning, blocks in several.items():
        names = [column.name for column in columns if column in blocks]
        pattern = _pattern(names, meaning)
        if pattern is not None and len({words.parted(name)[0] for name in names}) == len(names):
            headings[meaning] = pattern
            rounds.update(dict.fromkeys(re.sub(pattern, r"\1", name) for name in names))
    return Wide(headings, tuple(rounds), several) if headings else None


def _pattern(names: Sequence[str], meaning: Meaning) -> str | None:
    """What all headings end or begin with and what says the meaning; the rest is the round."""
    for count in range(1, min(len(name.split()) for name in names)):
        ends = {" ".join(name.split()[-count:]) for name in names}
        starts = {" ".join(name.split()[:count]) for name in names}
        if len(ends) == 1 and _says(end := ends.pop(), meaning):
            return f"^(.+) {_escaped(end)}$"
        if len(starts) == 1 and _says(start := starts.pop(), meaning):
            return f"^{_escaped(start)} (.+)$"
    return None


def _says(text: str, meaning: Meaning) -> bool:
    """A percentage is known by its cells: its heading may say progress, or status."""
    said = (meaning, Meaning.PROGRESS, Meaning.STATUS) if meaning is Meaning.PERCENT else (meaning,)
    return max(words.score(text, phrase) for phrase in said) >= words.SURE


def _escaped(text: str) -> str:
    return re.escape(text).replace(r"\ ", " ")


@dataclass(frozen=True, slots=True)
class Reports:
    """``key``: the drafted key of the milestones."""

    view: View
    meant: Meant
    key: Draft

    def draft(self, blocks: Wide | None, drafts: Drafts, context: Context) -> None:
        """Updates, and the evidence that has addresses."""
        if blocks is None and not any(meaning in self.meant for meaning in REPORTED):
            return
        if not context.plan.periods:
            drafts.notes.append(
                f"the plan `{context.plan.id}` has no periods, so that no progress can be reported in it"
            )
            return
        key = {name: value for name, value in self.key.items() if name != "from" or value}
        period = self._period(blocks, drafts, context)
        if period is None:
            return
        values = self._blocks(blocks, drafts, context) if blocks is not None else self._columns(drafts, context)
        drafted: Draft = {"columns": {"milestone_id": key, "period_id": period, **values}}
        if blocks is not None:
            drafted = {
                "unpivot": {"headings": {_name(heading): text for heading, text in blocks.headings.items()}},
                **drafted,
            }
        drafts.add("updates", self.view, drafted)
        if blocks is None:
            self._evidence(key, period, drafts, context)

    def _period(self, blocks: Wide | None, drafts: Drafts, context: Context) -> Draft | None:
        column = drafting.first(self.meant, Meaning.PERIOD)
        if blocks is not None:
            walk = _periods(blocks.rounds, drafts, context)
            return {"from": "_key", "map": walk} if walk else None
        if column is not None and (walk := _periods(list(column.counts), drafts, context)):
            return {"from": column.name, "map": walk}
        if context.period is None:
            drafts.notes.append("no period of the plan has begun, so that nothing can be reported yet; see --period")
            return None
        drafts.notes.append(f"what is reported is taken for the period `{context.period.id}`; --period says another")
        return {"value": context.period.id}

    def _columns(self, drafts: Drafts, context: Context) -> Draft:
        drafted: Draft = {}
        status = drafting.first(self.meant, Meaning.STATUS)
        if status is not None:
            drafted["status"] = drafting.coded(status.name, status.counts, context, drafts.notes) | drafting.empty(
                status
            )
        percent = drafting.first(self.meant, Meaning.PERCENT)
        if percent is not None and percent.kind in (Kind.PERCENT, Kind.NUMBER):
            drafted["percent"] = _percent(percent.name, [percent])
        for meaning, name in _FIELDS.items():
            drafted |= drafting.texts(self.meant, meaning, name, "updates", context)
        done = drafting.first(self.meant, Meaning.COMPLETED_ON)
        if done is not None and done.date_formats:
            drafted["completed_on"] = drafting.dated(done)
        return drafted

    def _blocks(self, blocks: Wide, drafts: Drafts, context: Context) -> Draft:
        drafted: Draft = {}
        names = context.schemas.table("updates").field_names
        for meaning in blocks.headings:
            columns, source = blocks.columns[meaning], f"_{_name(meaning)}"
            nothing = list(dict.fromkeys(value for column in columns for value in column.nothing))
            rest = {"empty": nothing} if nothing else {}
            if meaning is Meaning.STATUS:
                counts: dict[str, int] = {}
                for column in columns:
                    for value, count in column.counts.items():
                        counts[value] = counts.get(value, 0) + count
                drafted["status"] = drafting.coded(source, counts, context, drafts.notes) | rest
            elif meaning is Meaning.PERCENT:
                drafted["percent"] = _percent(source, columns) | rest
            else:
                name = f"{_FIELDS[meaning]}_{context.language}"
                drafted |= {name: {"from": source, **rest}} if name in names else {}
        return drafted

    def _evidence(self, key: Draft, period: Draft, drafts: Drafts, context: Context) -> None:
        column = drafting.first(self.meant, Meaning.EVIDENCE)
        if column is None or not column.has_links or self.view.items:
            return
        drafted: Draft = {
            "milestone_id": key,
            "period_id": period,
            "number": {"template": "{part}"},
            "kind": {"value": "link"},
            "url": {"from": "_url"},
        }
        title = f"title_{context.language}"
        if title in context.schemas.table("evidence").field_names:
            drafted[title] = {"from": "_label"}
        drafts.add("evidence", self.view, {"links": {"column": column.name}, "columns": drafted})


def _name(meaning: Meaning) -> str:
    return meaning.value


def _percent(source: str, columns: Sequence[ColumnProfile]) -> Draft:
    comma = any("," in value for column in columns for value in column.counts)
    sign = "," if comma else "."
    return {"from": source, "decimal": sign, **({"shares": True} if _are_shares(columns, sign) else {})}


def _are_shares(columns: Sequence[ColumnProfile], sign: str) -> bool:
    """Whether numbers are parts of one: none is more, and some are neither nothing nor all."""
    cells = [cell for column in columns for cell in column.counts if not cell.endswith("%")]
    numbers = [Decimal(number) for cell in cells if (number := quantities.number(cell, sign)) is not None]
    return bool(numbers) and max(numbers) <= 1 and any(0 < number < 1 for number in numbers)


def _periods(headings: Sequence[str], drafts: Drafts, context: Context) -> Crosswalk:
    """Every round that was found, with the period that it names."""
    told = periods.find(headings, context.plan)
    walk = Crosswalk(told.periods)
    walk.left = {heading: 1 for heading in headings if heading not in walk}
    if walk.left:
        shown = ", ".join(f"“{heading}”" for heading in walk.left)
        lines = periods.lines(told.days, context.language)
        ready = f"; ready to be written under `periods` of the plan: {' '.join(lines)}" if lines else ""
        drafts.notes.append(
            f"no period of `{context.plan.id}` is called {shown} or has its days: "
            + (
                "write it into the `map` of `period_id`"
                if walk
                else "give its `periods` these titles and run `ogp map` again, else nothing that was reported is read"
            )
            + ready
        )
    return walk
