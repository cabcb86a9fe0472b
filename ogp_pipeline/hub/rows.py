"""The rows of the comparison that a member's release gives: copied, never computed.

A number keeps both its integers, its definition, and the key of the row in which it stands there. A level keeps the
code and the words of its own scale: nothing goes through a crosswalk. Where words are the very ones of our lists and
definitions in English, those in the languages that the country does not publish are ours, too.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ogp_pipeline.evaluation.scales import NOT_ASKED
from ogp_pipeline.hub.reading import MemberRelease, Row
from ogp_pipeline.i18n.languages import ENGLISH, is_tag, text_column, texts_in
from ogp_pipeline.publishing import layout
from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import PROGRESS_STATUS
from ogp_pipeline.site import addresses
from ogp_pipeline.validation.rules.texts import EMAIL

Rows = dict[str, list[dict[str, Any]]]

DIMENSIONS = ("plan", "assessor")
METRIC_KEY = ("metric_id", "plan_id", "period_id", "dimension", "member_id", "category")
AGREEMENT_KEY = ("plan_id", "variable", "stage", "scale", "first_side", "second_side")
_SOURCES = ("metrics", "side_agreement", "commitments")
_DEFINED = ("definition", "numerator", "denominator", "source", "title")


def rows_of(read: MemberRelease) -> Rows:
    """The rows of every table but ``hub_members``; KeyError if a column is missing that every release has."""
    name = read.member.id
    definitions = {row["metric_id"]: _definition(row) for row in read.rows("metric_definitions")}
    figures = list(_figures(read, definitions))
    used = {row["definition_id"] for row in figures}
    agreements = [_agreement(name, row) for row in read.rows("side_agreement")]
    scales = list(_scales(read, agreements))
    return {
        "compared_plans": [_plan(name, row, scales) for row in read.rows("action_plans")],
        "figure_definitions": [row for row in definitions.values() if row["definition_id"] in used],
        "figure_sources": list(_sources(read)),
        "figures": figures,
        "side_agreements": agreements,
        "plan_scales": scales,
        "commitment_index": list(_commitments(read)),
    }


def member_row(read: MemberRelease) -> dict[str, Any]:
    """The row of ``hub_members`` of a member that was read."""
    manifest, document = read.release.manifest, read.document
    plans = read.rows("action_plans")
    tags = {tag for row in read.rows("commitments") for tag, _ in texts_in(row, "title")}
    return {
        "member_id": read.member.id,
        "state": "read",
        "country": min((row["country"] for row in plans if row["country"]), default=None),
        "programme": document.get("name"),
        **_of_document(document),
        "languages": " ".join(sorted(tags)) or None,
        "pages": " ".join(read.page_languages) or None,
        "release": read.release.n,
        "version": read.release.version,
        "as_of": manifest.as_of,
        "created": manifest.created,
        "schemas": manifest.schemas,
        "software": manifest.software,
        "address": read.member.address,
        "record": layout.release(read.release.n),
        "sha256": read.release.hash,
        "key": read.key,
    }


def _of_document(document: Mapping[str, Any]) -> dict[str, str]:
    """What a data package says of the publication, by our columns: English at its top, other languages below it.

    A text with an address of mail is left out: in what a hub publishes nobody's stands.
    """
    told = {ENGLISH: document} | {tag: held for tag, held in document.items() if isinstance(held, dict)}
    made = {
        text_column(text, tag): held[text]
        for text in ("title", "description")
        for tag, held in told.items()
        if is_tag(tag) and isinstance(held.get(text), str) and not EMAIL.search(held[text])
    }
    names = document.get("catalog", {}).get("publisher", {}).get("name", {})
    return made | {text_column("publisher", tag): name for tag, name in names.items()}


def _said(row: Row, text: str, column: str) -> dict[str, str]:
    return {text_column(column, tag): said for tag, said in texts_in(row, text)}


def _definition(row: Row) -> dict[str, Any]:
    """A metric as the release defines it; its id names what is counted, whatever the words of other languages say."""
    texts = {text: dict(texts_in(row, text)) for text in _DEFINED}
    decisive = [row["unit"], row.get("statistic") or ""]
    for text in ("definition", "numerator", "denominator"):
        decisive.append(texts[text].get(ENGLISH) or min(texts[text].values(), default=""))
    digest = hashlib.sha256("\0".join(decisive).encode()).hexdigest()[:8]
    ours = schemas.load().metrics.get(row["metric_id"])
    if ours is not None and all(texts[text].get(ENGLISH) == getattr(ours, text)[ENGLISH] for text in _DEFINED):
        texts = {text: {**getattr(ours, text), **held} for text, held in texts.items()}
    return {
        "definition_id": f"{row['metric_id']}.{digest}",
        "metric_id": row["metric_id"],
        "unit": row["unit"],
        "statistic": row.get("statistic"),
        **{text_column(text, tag): said for text, held in texts.items() for tag, said in held.items()},
    }


def _figures(read: MemberRelease, definitions: Mapping[str, Row]) -> Iterator[dict[str, Any]]:
    periods = {row["period_id"]: row for row in read.rows("reporting_periods")}
    series: dict[tuple[str, ...], list[Row]] = {}
    for row in read.rows("metrics"):
        if row["dimension"] in DIMENSIONS:
            series.setdefault((row["plan_id"], row["metric_id"], row["dimension"]), []).append(row)
    for rows in series.values():
        newest, unasked = _newest(rows, periods)
        for line in rows:
            name = line["period_id"]
            if name not in periods or name == newest:
                definition, is_asked = definitions[line["metric_id"]], name not in unasked
                yield _figure(read.member.id, line, definition, periods.get(name, {}), is_asked=is_asked)


def _newest(rows: Sequence[Row], periods: Mapping[str, Row]) -> tuple[str | None, frozenset[str]]:
    """The newest period of a metric, of those that asked for it if any did; and those that did not ask."""
    named = {row["period_id"] for row in rows if row["period_id"] in periods}
    unasked = frozenset(row["period_id"] for row in rows if row["category"] == NOT_ASKED and row["numerator"])
    ordered = sorted(named, key=lambda name: (name not in unasked, periods[name]["start_date"], name))
    return (ordered[-1] if ordered else None), unasked


def _figure(member: str, row: Row, definition: Row, period: Row, *, is_asked: bool) -> dict[str, Any]:
    return {
        "member_id": member,
        "plan_id": row["plan_id"],
        "metric_id": row["metric_id"],
        "period_id": row["period_id"],
        "dimension": row["dimension"],
        "subject_id": row["member_id"],
        "category": row["category"],
        "definition_id": definition["definition_id"],
        "period_start": period.get("start_date"),
        "period_end": period.get("end_date"),
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "missing": row["missing"],
        "value": row["value"],
        "status": _status(row, is_asked=is_asked),
        "source_table": "metrics",
        "row_key": "/".join(str(row[column]) for column in METRIC_KEY),
    }


def _status(row: Row, *, is_asked: bool) -> str:
    """What a number is worth. The country's own value decides: where it published none, there is none here."""
    if not row["denominator"]:
        return "too_few"
    if row["value"] is not None:
        return "counted"
    if not is_asked:
        return "not_asked"
    return "not_reported" if row["missing"] == row["denominator"] and not row["numerator"] else "part_missing"


def _agreement(member: str, row: Row) -> dict[str, Any]:
    counted = ("subjects", "both", "agreed", "first_higher", "second_higher", "kappa")
    return {
        "member_id": member,
        **{column: row[column] for column in AGREEMENT_KEY},
        **{column: row.get(column) for column in counted},
        "status": "counted" if row["both"] else "too_few",
        "source_table": "side_agreement",
        "row_key": "/".join(str(row[column]) for column in AGREEMENT_KEY),
    }


def _scales(read: MemberRelease, agreements: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """The levels of every plan's progress, and of what its sides are compared on, in the words of the release."""
    levels: dict[tuple[str, str], list[Row]] = {}
    for row in read.rows("code_lists"):
        levels.setdefault((row["list"], row["scale"]), []).append(row)
    wanted = {(row["plan_id"], PROGRESS_STATUS, row["scale"]) for row in read.rows("action_plans")}
    for compared in agreements:
        lists = sorted(name for name, scale in levels if scale == compared["scale"])
        own = compared["variable"] if compared["variable"] in lists else next(iter(lists), None)
        wanted |= {(compared["plan_id"], own, compared["scale"])} if own else set()
    for plan, code_list, scale in sorted(wanted):
        for level in sorted(levels.get((code_list, scale), ()), key=lambda held: held["order"]):
            yield {
                "member_id": read.member.id,
                "plan_id": plan,
                "list": code_list,
                "scale": scale,
                "code": level["code"],
                "order": level["order"],
                **_labels(level),
            }


def _labels(level: Row) -> dict[str, str]:
    """What the country calls a level; of the very levels of our lists, in other languages what we call them."""
    own = _said(level, "label", "label")
    for code in schemas.load().codes.get(level["list"], ()):
        if (code.scale, code.code) == (level["scale"], level["code"]) and code.label[ENGLISH] == _in_english(level):
            return {**{text_column("label", tag): text for tag, text in code.label.items()}, **own}
    return own


def _plan(member: str, row: Row, scales: Sequence[Row]) -> dict[str, Any]:
    levels = [
        level for level in scales if (level["plan_id"], level["list"]) == (row["plan_id"], PROGRESS_STATUS)
    ]  # in their order
    words = [f"{level['code']}\0{_in_english(level)}" for level in levels]
    digest = hashlib.sha256("\1".join(words).encode()).hexdigest()[:8]
    return {
        "member_id": member,
        "plan_id": row["plan_id"],
        "number": row.get("number"),
        **_said(row, "title", "title"),
        "start_date": row["start_date"],
        "end_date": row["end_date"],
        "scale": row["scale"],
        "scale_key": f"{row['scale']}-{digest}" if levels else None,
    }


def _in_english(level: Row) -> str:
    texts = dict(texts_in(level, "label"))
    return texts.get(ENGLISH) or min(texts.values(), default="")


def _sources(read: MemberRelease) -> Iterator[dict[str, Any]]:
    address = read.member.address
    for table in _SOURCES:
        if table not in read.resources:
            continue
        file = read.release.manifest.file(read.resources[table]["path"])
        if file is None:
            continue
        yield {
            "member_id": read.member.id,
            "source_table": table,
            "version": read.release.version,
            "file": file.name,
            "address": f"{address}{layout.version(read.release.version, file.name)}" if address else None,
            "bytes": file.bytes,
            "sha256": file.sha256,
        }


def _commitments(read: MemberRelease) -> Iterator[dict[str, Any]]:
    themes = {row["cluster_id"]: row for row in read.rows("clusters")}
    names = {row["institution_id"]: row for row in read.rows("institutions")}
    leads: dict[str, list[Row]] = {}
    for row in read.rows("commitment_institutions"):
        if row["role"] == "lead" and row["institution_id"] in names:
            leads.setdefault(row["commitment_id"], []).append(names[row["institution_id"]])
    levels = {row["commitment_id"]: row.get("level") for row in read.rows("continuity")}
    pages, address = read.page_languages, read.member.address
    for row in read.rows("commitments"):
        name = row["commitment_id"]
        yield {
            "member_id": read.member.id,
            "commitment_id": name,
            "plan_id": row["plan_id"],
            **_said(row, "title", "title"),
            **_said(themes.get(row["cluster_id"], {}), "name", "theme"),
            **_joined(leads.get(name, ())),
            "level": levels.get(name),
            "page": f"{address}{pages[0]}/{addresses.commitment(name)}" if address and pages else None,
            "source_table": "commitments",
            "row_key": name,
        }


def _joined(institutions: Iterable[Row]) -> dict[str, str]:
    """Their names in each language in which any of them has one."""
    held: dict[str, list[str]] = {}
    for row in institutions:
        for column, name in _said(row, "name", "institutions").items():
            held.setdefault(column, []).append(name)
    return {column: "; ".join(names) for column, names in held.items()}
