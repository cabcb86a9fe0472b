"""The tables that a view fills: themes, institutions, commitments, milestones, and what was reported on them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.profiling import drafting, identifiers, rounds
from ogp_pipeline.profiling.columns import ColumnProfile, Kind
from ogp_pipeline.profiling.drafting import Context, Draft, Drafts, Keys
from ogp_pipeline.profiling.identifiers import Way
from ogp_pipeline.profiling.meanings import Meant, assign
from ogp_pipeline.profiling.views import View
from ogp_pipeline.profiling.words import REPORTED, Meaning
from ogp_pipeline.programme import composition
from ogp_pipeline.schema.schemas import PROGRESS_STATUS
from ogp_pipeline.sources import due as deadlines
from ogp_pipeline.sources import quantities
from ogp_pipeline.sources.spelling import slug

_ISO = "%Y-%m-%d"
_BETWEEN = " | "  # two columns that are a key together
_PROPER = r"[A-Za-z0-9][A-Za-z0-9._-]*"


def draft(view: View, drafts: Drafts, context: Context) -> Meant:
    """Add what the view fills; what its columns mean."""
    meant = assign(view, context.schemas.codes[PROGRESS_STATUS])
    _name_what_it_is_about(view, meant)
    _name_sheets(view, meant, drafts)
    wide = rounds.wide(view.columns, meant)
    commitments = drafting.commitment_keys(meant, drafts, context)
    _clusters(view, meant, drafts, context)
    if commitments is None:
        drafts.notes.append("no column names commitments, so that no rows of ours can be made; see `ogp schema`")
        return meant
    _institutions(view, meant, commitments, drafts, context)
    _commitments(view, meant, commitments, drafts, context)
    milestones = _milestone_keys(view, meant, commitments, drafts, context)
    if milestones is not None:
        _milestones(view, meant, commitments, milestones, drafts, context)
        reports = rounds.Reports(view, meant, drafting.key(milestones.column, milestones.way) | _composed(milestones))
        reports.draft(wide, drafts, context)
    if view.about is Meaning.COMMITMENT:
        drafts.commitments = commitments
    if view.about is Meaning.MILESTONE and milestones is not None:
        drafts.milestones = drafts.milestones or milestones
    return meant


def _name_what_it_is_about(view: View, meant: Meant) -> None:
    """Where the file says what a collection holds, its keys and titles are of that, whatever they are called."""
    if view.about is None:
        return
    key, title = {
        Meaning.MILESTONE: (Meaning.MILESTONE_ID, Meaning.MILESTONE),
        Meaning.COMMITMENT: (Meaning.COMMITMENT_ID, Meaning.COMMITMENT),
    }.get(view.about, (Meaning.ID, Meaning.CLUSTER))
    titles = meant.pop(Meaning.COMMITMENT, []) + meant.pop(Meaning.MILESTONE, []) + meant.pop(Meaning.TITLE, [])
    for meaning in (Meaning.COMMITMENT_ID, Meaning.MILESTONE_ID, Meaning.ID):
        meant.pop(meaning, None)
    meant[key] = [column for column in view.columns if column.name.endswith("/_key")] or [
        column for column in view.columns if column.unique
    ]
    meant[key] = meant[key][:1]
    if titles:
        meant[title] = titles


def _name_sheets(view: View, meant: Meant, drafts: Drafts) -> None:
    """Where no column names commitments and each has a sheet, the sheets are what they are called."""
    column = next((column for column in view.columns if column.name == "_sheet"), None)
    if column is not None and Meaning.COMMITMENT not in meant and Meaning.COMMITMENT_ID not in meant:
        meant[Meaning.COMMITMENT] = [column]
        drafts.notes.append("no column names commitments: each sheet is taken for one, with the sheet's name as title")


def _composed(keys: Keys) -> Draft:
    return {"template": keys.way.steps["template"]} if "template" in keys.way.steps else {}


def _clusters(view: View, meant: Meant, drafts: Drafts, context: Context) -> None:
    column = drafting.first(meant, Meaning.CLUSTER)
    if column is None:
        return
    drafted: Draft = {
        "cluster_id": {"from": column.name, "map": drafting.cluster_keys(column).steps["map"]} | drafting.empty(column),
        "plan_id": {"value": context.plan.id},
        **drafting.texts(meant, Meaning.CLUSTER, "name", "clusters", context),
    }
    drafts.add("clusters", view, {"where": _filled(column), "distinct": True, "columns": drafted})


def _filled(column: ColumnProfile) -> dict[str, Any]:
    """Only rows in which the column says something."""
    if column.everywhere:
        return {}
    return {column.name: {"empty": False} | ({"not": column.nothing} if column.nothing else {})}


def _institutions(view: View, meant: Meant, commitments: Keys, drafts: Drafts, context: Context) -> None:
    for meaning, role in ((Meaning.INSTITUTION, "lead"), (Meaning.PARTNER, "support")):
        column = drafting.first(meant, meaning)
        if column is None:
            continue
        way, source, rows = _lead(view, column)
        rest = drafting.empty(column)
        name = f"name_{context.language}"
        if name not in context.schemas.table("institutions").field_names:
            name = f"name_{ENGLISH}"
        marked = {"text": True} if any("<" in cell for cell in column.raw) else {}
        columns = {
            "institution_id": {"from": source, **way.steps, **rest},
            name: {"from": source, **{k: v for k, v in way.steps.items() if k == "match"}, **marked, **rest},
            "sector": {"value": "government"},
        }
        drafts.add("institutions", view, {**rows, "distinct": True, "columns": columns})
        columns = {
            "commitment_id": drafting.key(commitments.column, commitments.way),
            "institution_id": {"from": source, **way.steps, **rest},
            "role": {"value": role},
        }
        drafts.add("commitment_institutions", view, {**rows, "distinct": True, "columns": columns})
        drafts.notes.append(f"each institution of “{column.name}” gets the role `{role}` and the sector `government`")
        commas = next((value for value in column.counts if "," in value), None)
        if commas is not None and column.separator is None:
            drafts.notes.append(f"“{commas}” is taken for one institution; if it is several, write a `split` on `, `")


def _lead(view: View, column: ColumnProfile) -> tuple[Way, str, Draft]:
    """Keys of institutions, the column that they are read from, and which rows there are."""
    if column.separator is None:
        return drafting.institution_keys(column.pieces), column.name, {"where": _filled(column)}
    if not view.items:
        split = {"where": _filled(column), "split": {"column": column.name, "on": column.separator}}
        return drafting.institution_keys(column.pieces), "_piece", split
    return drafting.first_of_list(column), column.name, {"where": _filled(column)}


def _commitments(view: View, meant: Meant, keys: Keys, drafts: Drafts, context: Context) -> None:
    titles = drafting.texts(meant, Meaning.COMMITMENT, "title", "commitments", context)
    if not titles:
        if view.about is None:
            drafts.notes.append("no column holds the titles of commitments: they must come from another file")
        return
    cluster = drafting.first(meant, Meaning.CLUSTER)
    drafted: Draft = {
        "commitment_id": drafting.key(keys.column, keys.way),
        "plan_id": {"value": context.plan.id},
    }
    if cluster is not None:
        drafted["cluster_id"] = {
            "from": cluster.name,
            **drafting.cluster_keys(cluster).steps,
            **drafting.empty(cluster),
        }
    drafted |= titles
    drafted |= drafting.texts(meant, Meaning.COMMITMENT_DESCRIPTION, "description", "commitments", context)
    of_milestones = Meaning.MILESTONE in meant or Meaning.MILESTONE_ID in meant
    start = drafting.first(meant, Meaning.START)
    if not of_milestones and start is not None and start.date_formats:
        drafted["start_date"] = drafting.dated(start)
    drafts.add("commitments", view, {"distinct": True, "columns": drafted})


def _milestone_keys(view: View, meant: Meant, above: Keys, drafts: Drafts, context: Context) -> Keys | None:
    """From the column of their numbers, with the commitment's where only both are a key; or from their titles.

    Where the rows are commitments of which something is reported, each has one milestone.
    """
    column, title = drafting.first(meant, Meaning.MILESTONE_ID), drafting.first(meant, Meaning.MILESTONE)
    if column is None and title is None:
        if view.about is not None or not any(meaning in meant for meaning in (*REPORTED, Meaning.DUE)):
            return None
        drafts.notes.append("rows are commitments: each gets one milestone, because progress is reported on milestones")
        return Keys(above.column, above.way.suffixed(".1"))
    if column is not None:
        if column.unique or view.about is not None or (Meaning.PERIOD in meant and _tells_apart(view, above, column)):
            way = identifiers.way(list(column.counts), _PROPER, context.country)
            return Keys(column.name, way, drafting.shape_of(list(column.counts)))
        template = drafting.composed(above.column, column.name)
        in_rounds = Meaning.PERIOD in meant
        if template is not None and above.column != column.name and _is_key(view, template, in_rounds=in_rounds):
            return Keys("", Way({"template": template}, {}))
    if title is not None and title.unique:
        return Keys(title.name, _listed(dict(zip(title.values, _owners(view, above), strict=True))))
    if title is not None and title.everywhere and (keys := _titled(view, meant, above, title)) is not None:
        return keys
    drafts.notes.append("no column tells milestones apart: they are numbered by their rows, which must not move")
    return Keys("", Way({"template": f"{context.country}-{{number:0>4}}"}, {}))


def _listed(owners: Mapping[str, str]) -> Way:
    """A key for each value: its commitment's, and its number in it."""
    numbers: dict[str, int] = {}
    keys = {}
    for value, owner in owners.items():
        numbers[owner] = numbers.get(owner, 0) + 1
        keys[value] = f"{owner}.{numbers[owner]}"
    return Way({"map": keys}, keys)


def _tells_apart(view: View, above: Keys, column: ColumnProfile) -> bool:
    """Whether a value of the column belongs to one commitment, in however many rounds it stands."""
    return len(set(zip(_owners(view, above), column.values, strict=True))) == len(set(column.values))


def _titled(view: View, meant: Meant, above: Keys, title: ColumnProfile) -> Keys | None:
    """Keys of titles that stand in several rounds, or under several commitments: of both columns together."""
    owners = _owners(view, above)
    if Meaning.PERIOD in meant and _tells_apart(view, above, title):
        return Keys(title.name, _listed(dict(zip(title.values, owners, strict=True))))
    column = next(column for column in view.columns if column.name == above.column)
    pairs = [f"{first}{_BETWEEN}{second}" for first, second in zip(column.values, title.values, strict=True)]
    if not column.everywhere or column is title or (len(set(pairs)) < len(pairs) and Meaning.PERIOD not in meant):
        return None
    way = _listed(dict(zip(pairs, owners, strict=True)))
    return Keys("", Way({"from": [column.name, title.name], "joined": _BETWEEN, **way.steps}, way.keys))


def _owners(view: View, above: Keys) -> list[str]:
    """The commitment's key in every row, as far as it is listed."""
    column = next(column for column in view.columns if column.name == above.column)
    return [above.way.keys.get(value, slug(value) or "x") for value in column.values]


def _is_key(view: View, template: str, *, in_rounds: bool) -> bool:
    """Whether what the template makes is a key of ours, and of each row (or of whatever stands in several rounds)."""
    cells = {column.name: column.values for column in view.columns}
    parsed = composition.parse(template)
    keys = [parsed.fill("", 1, 1, partial(_cell, cells, place)) for place in range(len(view.columns[0].values))]
    return (in_rounds or len(set(keys)) == len(keys)) and all(identifiers.fits(key, _PROPER) for key in keys)


def _cell(cells: Mapping[str, Sequence[str]], place: int, name: str) -> str:
    return cells[name][place]


def _milestones(view: View, meant: Meant, above: Keys, keys: Keys, drafts: Drafts, context: Context) -> None:
    drafted: Draft = {
        "milestone_id": ({"from": keys.column} if keys.column else {}) | keys.way.steps,
        "commitment_id": drafting.key(above.column, above.way),
    }
    if drafts.milestones is not None and drafts.milestones.shape is not None and keys.column:
        drafted["parent_id"] = {
            "from": keys.column,
            "match": f"^{drafts.milestones.shape}",
            **drafts.milestones.way.steps,
        }
    lead = drafting.first(meant, Meaning.INSTITUTION)
    if lead is not None:
        way = drafting.first_of_list(lead) if lead.separator is not None else drafting.institution_keys(lead.pieces)
        drafted["institution_id"] = {"from": lead.name, **way.steps, **drafting.empty(lead)}
    title = Meaning.MILESTONE if Meaning.MILESTONE in meant else Meaning.COMMITMENT
    if title not in meant:
        title = Meaning.DESCRIPTION
    drafted |= drafting.texts(meant, title, "title", "milestones", context)
    drafted |= _due(meant, drafts)
    start = drafting.first(meant, Meaning.START)
    if start is not None and start.date_formats:
        drafted["start_date"] = drafting.dated(start)
    link = drafting.first(meant, Meaning.URL)
    if link is not None and all(value.startswith("http") for value in link.counts):
        drafted["url"] = {"from": link.name, **drafting.empty(link)}
    drafts.add("milestones", view, {**({"distinct": True} if Meaning.PERIOD in meant else {}), "columns": drafted})


def _due(meant: Meant, drafts: Drafts) -> Draft:
    """The day where there is one, and the plan's own words where there is more than a day or less."""
    due = drafting.first(meant, Meaning.DUE)
    if due is None:
        return {}
    if due.ambiguous:
        drafts.notes.append(
            f"no date of “{due.name}” tells day and month apart; read as {due.day_formats[0]}: look at it"
        )
    if due.kind is Kind.DATE and not due.undated:
        return {"due_date": drafting.dated(due), "due_precision": {"value": "day"}}
    return _due_in_words(due, drafts)


def _due_in_words(due: ColumnProfile, drafts: Drafts) -> Draft:
    """What the plan's words name, and its last day; words that name none are published as they stand."""
    text: Draft = {"from": due.name, **drafting.empty(due)}
    days = [] if due.day_formats == [_ISO] else due.day_formats  # an ISO date is EDTF as it stands
    unread = [value for value in due.counts if deadlines.read(value) is None and not quantities.dates(value, days)]
    if len(unread) == len(due.counts):
        drafts.notes.append(
            f"“{due.name}” holds no days, so that it is published as it stands and nothing is overdue by it"
        )
        return {"due_text": text, "due_precision": {"value": "none"}}
    if unread:
        shown = ", ".join(f"“{value}”" for value in unread[:3])
        drafts.notes.append(f"some of “{due.name}” name no one day, such as {shown}: published as they stand")
    read: Draft = {"from": due.name, **({"date": days} if days else {})}
    read |= {"empty": [*due.nothing, *unread]} if due.nothing or unread else {}
    return {
        "due_text": text,
        "due_edtf": {**read, "due": "edtf"},
        "due_date": {**read, "due": "date"},
        "due_precision": {**read, "due": "precision"},
    }
