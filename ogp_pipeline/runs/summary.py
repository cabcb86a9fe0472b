"""A run as a page for whoever is on duty: how it ended, what is wrong, each source, the release, and where to look.

In Markdown, for Prefect's page of the run and for whoever sends it on. Links lead to receipts and to the public pages
where they have an address; of a receipt in a folder stands the command that shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ogp_pipeline.i18n.catalogue import day, moment, number, say
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.runs import held_list, left_files, left_over, stale_corrections, unfit_rows
from ogp_pipeline.runs.outcomes import name
from ogp_pipeline.runs.record import ReleaseSummary, RunRecord, SourceResult, describe, explain, receipts_to_read
from ogp_pipeline.runs.standing_troubles import News, Trouble
from ogp_pipeline.runs.workspace import Workspace

_SHORT = 12
_TO_LOOK_AT = ("failed", "rejected", "held", "in_part")


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are. ``private``: the address of the private store, None of a folder; ``pages``: of the public
    pages, if that is not only an example. ``suppliers``: their names by id.
    """

    programme: str
    private: str | None
    pages: str | None
    suppliers: dict[str, str]

    def receipt(self, key: str, language: str) -> str:
        """A receipt for people: a link, or what shows it."""
        if self.private is None:
            return f"`ogp receipts {self.programme} --show {_short(key)}`"
        return f"[{_short(key)}]({self.private}/{key.removesuffix('json')}{language}.html)"

    def version(self, release: ReleaseSummary) -> str:
        """A release: its data, as they stand for ever."""
        if self.pages is None:
            return release.version
        return f"[{release.version}]({self.pages}/v/{release.version}/datapackage.json)"


def places(workspace: Workspace, language: str) -> Places:
    """Where the things of this programme are."""
    programme = workspace.programme
    public = programme.publication
    return Places(
        programme=str(workspace.base),
        private=workspace.intake.describe() if isinstance(public.intake, S3Place) else None,
        pages=None if public.is_placeholder else public.root,
        suppliers={supplier.id: supplier.names.get(language) for supplier in programme.suppliers},
    )


def summary_markdown(record: RunRecord, language: str, where: Places | None = None) -> str:
    """The run as Markdown. ``where``: without it, things are named by their ids and keys."""
    outcome = say(f"run.outcome.{name(record.outcome)}", language)
    details = explain(record.outcome, language) if not getattr(record.outcome, "reason", None) else ""
    lines = [f"## {outcome}{f': {details}' if details else ''}", ""]
    seconds = say("run.seconds", language, seconds=number(round(record.seconds, 1), language))
    lines += [f"{say('run.title', language)} {record.run_id} · {moment(record.started, language)} · {seconds}", ""]
    if reason := getattr(record.outcome, "reason", None):
        lines += [f"> {_line(reason)}", ""]
    if held := getattr(record.outcome, "held", None):
        lines += [f"> {_line(say('run.detail.held', language, value=held))}", ""]
    lines += [line for news in _told_apart(record.news) for line in _troubles(*news, language, where)]
    lines += _sources(record, language, where)
    lines += _releases(record, language, where)
    told = [stale_corrections.describe(ruling, language) for ruling in record.corrections]
    told += [unfit_rows.describe(row, language) for row in record.unfit]
    told += [left_files.describe(files, language) for files in record.left]
    told += [left_over.describe(rows, language) for rows in record.left_over]
    told += [held_list.describe(waiting, language) for waiting in record.on_hold]
    lines += ["", *(f"- {_line(sentence)}" for sentence in told)]
    place = f"[{where.pages}/]({where.pages}/)" if where and where.pages else f"`{record.store}`"
    return "\n".join([*lines, "", f"{say('run.place', language)}: {place}", ""])


def _sources(record: RunRecord, language: str, where: Places | None) -> list[str]:
    """A row for each source, those that somebody should look at before the others."""
    columns = ("run.source", "run.supplier", "run.receipt", "run.rows", "run.problems", "runs.took", "run.state")
    lines = _heads(columns, "|---|---|---|--:|--:|--:|---|", language)
    for result in sorted(record.sources, key=lambda result: result.state not in _TO_LOOK_AT):
        supplier = where.suppliers.get(result.supplier, result.supplier) if where else result.supplier
        seconds = "" if result.seconds is None else number(round(result.seconds, 1), language)
        cells = (
            result.source,
            supplier,
            _receipts(result, language, where),
            number(result.rows, language),
            number(result.problems, language),
            seconds and say("run.seconds", language, seconds=seconds),
            describe(result, language),
        )
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return [*lines, ""]


def _receipts(result: SourceResult, language: str, where: Places | None) -> str:
    """Short enough for a table: what ``ogp receipts --show`` takes, as a link where it can be one."""
    keys = receipts_to_read(result)
    if where is None:
        return " ".join(f"`{key}`" for key in keys)
    return " ".join(f"`{_short(key)}`" if where.private is None else where.receipt(key, language) for key in keys)


def _releases(record: RunRecord, language: str, where: Places | None) -> list[str]:
    if not record.releases:
        return [say("run.none", language)]
    columns = ("run.release", "run.as_of", "run.added", "run.changed", "run.removed", "status.rows", "runs.size")
    lines = _heads(columns, "|---|---|--:|--:|--:|--:|--:|", language)
    for release in record.releases:
        numbers = [number(release.changes[kind], language) for kind in ("added", "changed", "removed")]
        numbers.append("" if release.rows is None else number(release.rows, language))
        numbers.append("" if release.bytes is None else number(round(release.bytes / 1e6, 1), language))
        version = where.version(release) if where else release.version
        lines.append(f"| {version} | {release.as_of} | {' | '.join(numbers)} |")
    return lines


def _told_apart(news: News) -> tuple[tuple[str, Sequence[Trouble]], ...]:
    return ("new", news.new), ("known", news.known), ("cured", news.cured)


def _troubles(kind: str, troubles: Sequence[Trouble], language: str, where: Places | None) -> list[str]:
    """A heading, and a line for each."""
    if not troubles:
        return []
    lines = [f"**{say(f'run.trouble.{kind}', language)}**", ""]
    for trouble in troubles:
        since = "" if kind == "new" else f" ({say('run.trouble.since', language, day=day(trouble.since, language))})"
        receipt = trouble.receipt
        place = "" if receipt is None else f" · {where.receipt(receipt, language) if where else f'`{receipt}`'}"
        lines.append(f"- {_line(trouble.said)}{since}{place}")
    return [*lines, ""]


def _heads(keys: Sequence[str], line: str, language: str) -> list[str]:
    return ["| " + " | ".join(say(key, language) for key in keys) + " |", line]


def _short(receipt: str) -> str:
    """The beginning of a receipt's name, which tells it from all others."""
    return receipt.rpartition("/")[2][:_SHORT]


def _cell(text: str) -> str:
    """On one line, and within its cell."""
    return _line(text).replace("|", "\\|")


def _line(text: str) -> str:
    """On one line; what looks like a tag is text."""
    return " ".join(text.split()).replace("<", "&lt;")
