"""What becomes of files: a source with tables and a mapping, as the programme file would have it."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ogp_pipeline.errors import OgpError, check_name
from ogp_pipeline.profiling import sample, tables, yaml_text
from ogp_pipeline.profiling.columns import ColumnProfile
from ogp_pipeline.profiling.drafting import Context, Drafts
from ogp_pipeline.profiling.sample import Sample
from ogp_pipeline.profiling.views import View, views
from ogp_pipeline.profiling.words import Meaning
from ogp_pipeline.programme.model import Period, Plan, Programme, Supplier
from ogp_pipeline.schema.schemas import Schemas
from ogp_pipeline.sources.spelling import slug


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says beside the files; the rest is chosen. ``language``: of texts that do not say theirs."""

    supplier: str | None = None
    source: str | None = None
    plan: str | None = None
    period: str | None = None
    language: str | None = None
    sheet: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class MeantColumn:
    """A column, and what it was taken for."""

    profile: ColumnProfile
    meaning: Meaning | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """``source``: as it stands under ``sources:``. ``notes``: what a person should look at."""

    sample: Sample
    views: tuple[View, ...]
    columns: tuple[MeantColumn, ...]
    source: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def tables(self) -> list[str]:
        """The tables that it fills."""
        return list(self.source["tables"])

    @property
    def text(self) -> str:
        """The source as YAML."""
        return "\n".join(yaml_text.written(self.source, 2)) + "\n"


def propose(
    paths: Sequence[Path], programme: Programme, base: Path, schemas: Schemas, wish: Wish, today: date
) -> Proposal:
    """A source for these files. OgpError if they cannot be read, if nothing of ours is in them, or a wish is none."""
    read = sample.take(paths, wish.sheet, wish.area)
    plan = _plan(programme, wish, today)
    context = Context(
        country=programme.country,
        plan=plan,
        language=wish.language or programme.languages[0],
        schemas=schemas,
        period=_period(plan, wish, today),
    )
    views_read = views(read.rows)
    drafts = Drafts()
    meanings: dict[str, Meaning] = {}
    for view in views_read:
        meant = tables.draft(view, drafts, context)
        meanings |= {column.name: meaning for meaning, several in meant.items() for column in several}
    if not drafts.tables:
        raise OgpError(f"nothing in {paths[0].name} is like a table of ours: {'; '.join(drafts.notes)}")
    ordered = {name: drafts.tables[name] for name in schemas.tables if name in drafts.tables}
    columns = {column.name: column for view in views_read for column in view.columns}
    return Proposal(
        sample=read,
        views=tuple(views_read),
        columns=tuple(MeantColumn(column, meanings.get(name)) for name, column in columns.items()),
        source=_source(paths, programme, base, read, ordered, wish),
        notes=tuple(dict.fromkeys([*read.notes, *drafts.notes])),
    )


def _plan(programme: Programme, wish: Wish, today: date) -> Plan:
    """The one that is asked for, else the newest that has begun, else the first."""
    if wish.plan is not None:
        wanted: Plan = _named("plan", wish.plan, {plan.id: plan for plan in programme.plans})
        return wanted
    if not programme.plans:
        raise OgpError("the programme has no plan yet; write one under `plans`")
    begun = [plan for plan in programme.plans if plan.starts <= today]
    return max(begun, key=lambda plan: plan.starts) if begun else programme.plans[0]


def _period(plan: Plan, wish: Wish, today: date) -> Period | None:
    if wish.period is not None:
        wanted: Period = _named("period", wish.period, {period.id: period for period in plan.periods})
        return wanted
    begun = [period for period in plan.periods if period.starts <= today]
    return max(begun, key=lambda period: period.starts) if begun else None


def _named(what: str, wanted: str, listed: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of those that are listed
    check_name(what, wanted, listed)
    return listed[wanted]


def _source(
    paths: Sequence[Path],
    programme: Programme,
    base: Path,
    read: Sample,
    drafted: Mapping[str, list[dict[str, Any]]],
    wish: Wish,
) -> dict[str, Any]:
    supplier = _supplier(programme, list(drafted), wish)
    folder = paths[0].resolve().parent
    together = len(paths) > 1
    identifier = wish.source or _identifier(folder.name if together else paths[0].stem)
    if any(source.id == identifier for source in programme.sources):
        raise OgpError(
            f"the programme has a source `{identifier}` already; say another with --id, or take that out first"
        )
    return {
        "id": identifier,
        "supplier": supplier.id,
        "kind": "folder",
        "path": Path(os.path.relpath(folder, base.resolve())).as_posix(),
        "files": f"*{paths[0].suffix}" if together else paths[0].name,
        **({"together": True} if together else {}),
        "on_bad_rows": "quarantine",
        "read": dict(read.options),
        "tables": {name: several[0] if len(several) == 1 else several for name, several in drafted.items()},
    }


def _identifier(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", slug(name).encode("ascii", "ignore").decode()).strip("-")
    return plain or "tracker"


def _supplier(programme: Programme, filled: Sequence[str], wish: Wish) -> Supplier:
    """The one that is asked for, else who may supply most of it, and all commitments."""
    suppliers = {supplier.id: supplier for supplier in programme.suppliers}
    if wish.supplier is not None:
        supplier: Supplier = _named("supplier", wish.supplier, suppliers)
        return supplier
    if not suppliers:
        raise OgpError("the programme has no supplier yet; write one under `suppliers`")
    return max(
        suppliers.values(),
        key=lambda supplier: (supplier.commitments == "all", len(set(supplier.may_supply) & set(filled))),
    )
