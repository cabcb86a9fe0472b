"""The two releases beside each other, for those who gather the news: rows that differ, names, and words of codes."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from ogp_pipeline.evaluation.counted import last_counted
from ogp_pipeline.i18n.languages import texts_in
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.causes import Op
from ogp_pipeline.release.changes import Changes, key_texts
from ogp_pipeline.release.news import Named, Value
from ogp_pipeline.schema.schemas import PROGRESS_STATUS, Schemas

_KEYS = {"commitments": "commitment_id", "milestones": "milestone_id", "action_plans": "plan_id"}
Frames = Mapping[str, pd.DataFrame]


@dataclass
class ChangedRow:
    """A row that differs: its key, and of the columns that differ what they held and hold."""

    op: Op
    key: Mapping[str, str]
    old: dict[str, str] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)

    def has(self, column: str) -> bool:
        """Whether the column differs."""
        return column in self.old or column in self.new


class Side:
    """One release: its rows by their keys."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self._places: dict[tuple[str, str], Mapping[str, int]] = {}

    def row(self, table: str, column: str, identity: str) -> Mapping[str, Any] | None:
        """The row of a table with this value in its column; None where there is none, or no such table."""
        frame = self.frames.get(table)
        if frame is None or column not in frame.columns:
            return None
        if (table, column) not in self._places:
            self._places[table, column] = {name: place for place, name in enumerate(frame[column].tolist())}
        place = self._places[table, column].get(identity)
        if place is None:
            return None
        return {str(name): None if pd.isna(cell) else cell for name, cell in frame.iloc[place].items()}

    @cached_property
    def divided(self) -> frozenset[str]:
        """Milestones that have parts; only their parts count."""
        frame = self.frames.get("milestones")
        return frozenset() if frame is None else frozenset(frame["parent_id"].dropna())

    @cached_property
    def dues(self) -> Mapping[str, date]:
        """Milestone -> its due date, of those that have one. Where nobody can report on any, nobody asks for it."""
        frame = self.frames.get("milestones")
        if frame is None or "updates" not in self.frames or "due_date" not in frame.columns:
            return {}
        dated = frame.loc[frame["due_date"].notna(), ["milestone_id", "due_date"]]
        return dict(dated.itertuples(index=False, name=None))


class Sides:
    """Both, with what the programme and the schemas call things. ``days``: of which they speak, as far as known."""

    def __init__(
        self,
        old: Frames,
        new: Frames,
        changes: Changes,
        programme: Programme,
        schemas: Schemas,
        days: tuple[date | None, date],
    ) -> None:
        self.old, self.new, self.days = Side(old), Side(new), days
        self.programme, self.schemas = programme, schemas
        self._lines = changes.lines
        self._rows: dict[str, Sequence[ChangedRow]] = {}
        self._suppliers = {supplier.id: supplier.names.root for supplier in programme.suppliers}

    def rows(self, table: str) -> Sequence[ChangedRow]:
        """The rows of a table that differ."""
        if table not in self._rows:
            rows: dict[tuple[str, str], ChangedRow] = {}
            for frame in self._with_lines.get(table, ()):
                own = frame.loc[frame["table"] == table]
                columns = (own[name].tolist() for name in ("op", "key", "field", "old", "new"))
                for op, key, column, old, new in zip(*columns, strict=True):
                    row = rows.get((op, key)) or rows.setdefault((op, key), ChangedRow(Op(op), key_texts(key)))
                    if not pd.isna(old):
                        row.old[column] = old
                    if not pd.isna(new):
                        row.new[column] = new
            self._rows[table] = tuple(rows.values())
        return self._rows[table]

    @cached_property
    def _with_lines(self) -> Mapping[str, Sequence[pd.DataFrame]]:
        """Table -> the frames that have lines of it. Most tables of most releases have none, and are not looked for."""
        frames: dict[str, list[pd.DataFrame]] = {}
        for frame in self._lines.values():
            for table in frame["table"].unique() if len(frame) else ():
                frames.setdefault(table, []).append(frame)
        return frames

    def keys(self, table: str, op: Op) -> frozenset[str]:
        """The keys of the rows of a table, which has one column as its key, to which this happened."""
        return frozenset(next(iter(row.key.values())) for row in self.rows(table) if row.op is op)

    def named(self, table: str, identity: str) -> Named:
        """A thing by its row, with its title; that of the new release before that of the old one."""
        column = _KEYS.get(table) or f"{table.removesuffix('s')}_id"
        row = self.new.row(table, column, identity) or self.old.row(table, column, identity) or {}
        within = row.get("commitment_id") if table == "milestones" else None
        return Named(table=table, id=identity, within=within, title=dict(texts_in(row, "title")))

    def scale_of(self, commitment: str) -> str | None:
        """The progress scale of a commitment's plan."""
        row = self.new.row("commitments", "commitment_id", commitment)
        plan = self.new.row("action_plans", "plan_id", row["plan_id"]) if row else None
        return str(plan["scale"]) if plan else None

    def commitment_of(self, milestone: str) -> str | None:
        """A milestone's commitment."""
        row = self.new.row("milestones", "milestone_id", milestone)
        return str(row["commitment_id"]) if row else None

    def value(self, code_list: str, scale: str | None, code: str | None) -> Value | None:
        """A code with its words; the words of the new release before those of the old one."""
        if code is None:
            return None
        words = self._words.get((code_list, scale or code_list, code), {})
        return Value(code=code, label=words if words or scale else self._words_of_any_scale(code_list, code))

    def _words_of_any_scale(self, code_list: str, code: str) -> Mapping[str, str]:
        """For who did not say in which scale: the words of a code, if it means the same in every scale that has it."""
        every = [words for (name, _, own), words in self._words.items() if (name, own) == (code_list, code)]
        return every[0] if every and all(words == every[0] for words in every) else {}

    @cached_property
    def _words(self) -> Mapping[tuple[str, str, str], Mapping[str, str]]:
        words: dict[tuple[str, str, str], Mapping[str, str]] = {}
        for side in (self.old, self.new):
            frame = side.frames.get("code_lists")
            for row in [] if frame is None else frame.astype(object).where(frame.notna(), None).to_dict("records"):
                words[row["list"], row["scale"], row["code"]] = dict(
                    texts_in({str(name): cell for name, cell in row.items()}, "label")
                )
        return words

    def meaning(self, scale: str | None, code: str | None) -> str:
        """What a level of a progress scale means; empty for one that nobody has."""
        codes = self.schemas.codes.get(PROGRESS_STATUS, ())
        return next((item.meaning for item in codes if (item.scale, item.code) == (scale, code)), "")

    def supplier_of(self, table: str, key: str) -> Mapping[str, str]:
        """The names of who sent a row of the new release."""
        return self._suppliers.get(self._origin(table, key, "supplier") or "", {})

    def file_of(self, table: str, key: str) -> str | None:
        """The file in which a row of the new release was sent."""
        return self._origin(table, key, "file")

    def _origin(self, table: str, key: str, column: str) -> str | None:
        origins = self.new.frames["provenance"]
        own = origins.loc[(origins["table"] == table) & (origins["key"] == key), column].dropna().tolist()
        return str(own[0]) if own else None

    def institution(self, identity: str | None) -> Mapping[str, str]:
        """The names of an institution."""
        row = self.new.row("institutions", "institution_id", identity) if identity else None
        names = dict(texts_in(row, "name")) if row else {}
        return names or ({self.schemas.languages[0]: identity} if identity else {})

    @cached_property
    def statuses(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """The last status of each milestone of which a report differs: as it was, and as it is."""
        told = {row.key["milestone_id"] for row in self.rows("updates")}
        return self.last_statuses(self.old, told), self.last_statuses(self.new, told)

    def last_statuses(self, side: Side, milestones: Set[str]) -> Mapping[str, str]:
        """The last status of each of these milestones, of which one side knows any."""
        frames = side.frames
        updates, plans = frames.get("updates"), frames.get("action_plans")
        if updates is None or plans is None or not {"status", "percent"} <= set(updates.columns):
            return {}
        scales = {code.scale for code in self.schemas.codes[PROGRESS_STATUS]}
        kept = {
            **frames,
            "updates": updates[updates["milestone_id"].isin(milestones)],
            "action_plans": plans[plans["scale"].isin(scales)],  # an earlier release may have one that is gone
        }
        return last_counted(kept, self.schemas, self.programme.evaluation)
