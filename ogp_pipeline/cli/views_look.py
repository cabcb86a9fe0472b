"""What ``check``, ``diff``, ``trace``, ``reproduce`` and ``schema`` show, as ``console`` shows the rest."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from itertools import chain, groupby
from typing import Any

from rich.markup import escape
from rich.table import Table as Grid

from ogp_pipeline.cli.views_run import OUT, print_json, short
from ogp_pipeline.formats.records import Where
from ogp_pipeline.i18n.catalogue import count, number, say
from ogp_pipeline.i18n.languages import ENGLISH, in_turn, is_tag, name_of
from ogp_pipeline.intake import effect_wording, wording
from ogp_pipeline.intake import receipt as receipts
from ogp_pipeline.intake.advice import advise
from ogp_pipeline.intake.causes import causes
from ogp_pipeline.intake.effect import Effect
from ogp_pipeline.intake.problem import Problem, Severity
from ogp_pipeline.intake.receipt import Receipt
from ogp_pipeline.release.changes import Changes
from ogp_pipeline.runs import causes_told
from ogp_pipeline.runs.quarantine_list import ListedRow
from ogp_pipeline.runs.receipt_list import Listed
from ogp_pipeline.schema.schemas import Schemas, load
from ogp_pipeline.upkeep.reproduction import Reproduction, Unproven

SHOWN_NAMES = 3
RECEIPTS = ("receipts.received", "receipts.outcome", "receipts.problems", "receipts.notes", "receipts.id")


def show_quarantine(rows: Sequence[ListedRow], language: str, *, as_json: bool) -> None:
    """The rows that wait, each with what is wrong and what to type."""
    if as_json:
        return print_json([row.to_json() for row in rows])
    if not rows:
        OUT.print(say("quarantine.none", language))
        return None
    for row in rows:
        whose = say("quarantine.whose", language, source=row.source, supplier=row.supplier, day=row.since)
        OUT.print(f"[bold]{escape(row.place)}[/]  {escape(row.key)}  [dim]{escape(whose)}[/]")
        for problem in row.problems:
            OUT.print(f"  {escape(problem.wrong)} {escape(problem.todo)}")
    OUT.print(count("run.waiting", len(rows), language))
    return None


def show_diff(changes: Changes, table: str | None, limit: int, language: str, *, as_json: bool) -> None:
    """Counts by dataset, schema changes, and the changed cells themselves, with the cause of each."""
    causes = {code.code: code.label[language] for code in load().codes_of("change_cause")}
    lines = [
        line
        for frame in changes.lines.values()
        for line in frame.astype(object).where(frame.notna(), None).to_dict("records")
        if table in (None, line["table"])
    ]
    if as_json:
        counts = {
            dataset: {"added": count.added, "changed": count.changed, "removed": count.removed}
            for dataset, count in changes.counts.items()
        }
        return print_json({"counts": counts, "schema": [str(change) for change in changes.schema], "changes": lines})
    heads = ("diff.dataset", "run.added", "run.changed", "run.removed")
    grid = Grid(*(say(key, language) for key in heads), box=None, header_style="dim")
    for dataset, sums in changes.counts.items():
        grid.add_row(dataset, str(sums.added), str(sums.changed), str(sums.removed))
    OUT.print(grid)
    for change in changes.schema:
        OUT.print(escape(say("diff.schema", language, change=change)))
    rows = [list(cells) for _, cells in groupby(lines, lambda line: (line["table"], line["key"], line["op"]))]
    for line in chain.from_iterable(rows[:limit]):
        sign = {"add": "[green]+[/]", "delete": "[red]-[/]", "change": "[yellow]~[/]"}[line["op"]]
        old, new = (short(line[side]) for side in ("old", "new"))
        values = f"{old} -> {new}" if line["op"] == "change" else new or old
        key = "/".join(str(part) for part in json.loads(line["key"]).values())
        why = " ".join([causes[line["cause"]], *([str(line["known_on"])] if line["known_on"] else [])])
        OUT.print(f"{sign} {line['table']} {escape(key)} {line['field']}: {escape(values)}  [dim]{why}[/]")
    if len(rows) > limit:
        OUT.print(count("diff.more", len(rows) - limit, language))
    return None


def show_receipt(receipt: Receipt, schemas: Schemas, language: str, *, as_json: bool) -> None:
    """The receipt as text, each cause once with how often and where first, or as its own JSON."""
    if as_json:
        return print_json(json.loads(receipts.to_json(receipt, schemas)))
    OUT.print(f"[bold]{escape(receipts.headline(receipt, language))}[/]")
    if receipt.effect is not None:
        _show_effect(receipt.effect, schemas, language)
    for kind, colour in zip(receipts.HEADINGS, ("red", "red", "red", "yellow", "dim"), strict=True):
        problems = [problem for problem in receipt.problems if problem.kind == kind]
        if problems:
            OUT.print(f"\n[{colour}]{say(f'receipt.level.{kind}', language)}[/]")
        for cause in causes(problems):
            advice = advise(cause.first, schemas, language)
            column = f", «{escape(advice.column)}»" if advice.column else ""
            title = f" ({escape(advice.title)})" if advice.title else ""
            OUT.print(f"  {escape(causes_told.places(advice.where, cause, language))}{column}{title}")
            OUT.print(f"    {escape(advice.wrong)}")
            OUT.print(f"    [bold]{escape(advice.todo)}[/]")
    OUT.print()
    for step in receipts.next_steps(receipt, language):
        OUT.print(escape(step))
    return None


def _show_effect(effect: Effect, schemas: Schemas, language: str) -> None:
    """Why the delivery waits, what it does, and to which rows."""
    for reason in effect_wording.reasons(effect, schemas, language):
        OUT.print(f"[red]{escape(reason)}[/]")
    for sentence in effect_wording.sentences(effect, schemas, language):
        OUT.print(escape(sentence))
    for group in effect_wording.named(effect, schemas, language):
        OUT.print(f"  {escape(group.heading)} ({number(group.total, language)})")
        for row in (*group.rows, *([group.more] if group.more else [])):
            OUT.print(f"    {escape(row)}")


def show_receipts(listed: Sequence[Listed], language: str, *, as_json: bool) -> None:
    """The receipts, newest first, each with its number or the beginning of its id; below each, who sent what."""
    if as_json:
        return print_json([receipt.to_json() for receipt in listed])
    if not listed:
        OUT.print(say("receipts.none", language))
        return None
    outcomes = {str(receipt.verdict): say(f"receipts.verdict.{receipt.verdict}", language) for receipt in listed}
    heads = [say(key, language) for key in RECEIPTS]
    widths = [16, max(len(text) for text in (heads[1], *outcomes.values())), len(heads[2]), len(heads[3]), 12]
    OUT.print(f"[dim]{_in_columns(heads, widths)}[/]")
    for receipt in listed:
        received = receipt.received_at.strftime("%Y-%m-%d %H:%M")
        cells = [
            received,
            outcomes[str(receipt.verdict)],
            str(receipt.problems),
            str(receipt.notes),
            receipt.number or receipt.id[:12],
        ]
        OUT.print(_in_columns(cells, widths))
        sent = f"{receipt.source} ({receipt.supplier}): {', '.join(receipt.files)}"
        for line in textwrap.wrap(sent, OUT.width, initial_indent="    ", subsequent_indent="    "):
            OUT.print(f"[dim]{escape(line)}[/]")
    return None


def _in_columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(escape(cell.ljust(width)) for cell, width in zip(cells, widths, strict=True)).rstrip()


def show_stored_receipt(
    listed: Listed, document: Mapping[str, Any], place: str, language: str | None, *, as_json: bool
) -> None:
    """A receipt as it was given, in its supplier's language unless another is wanted, and where its files lie."""
    if as_json:
        return print_json(document)
    language = language or document["language"]
    OUT.print(f"[bold]{escape(_in(document, 'summary', language))}[/]")
    effect = document.get("effect", {"told": {}})
    for sentence in (*effect.get("why", {}).get(language, ()), *effect["told"].get(language, ())):
        OUT.print(escape(sentence))
    for problem in document["problems"]:
        where = Where(**problem["where"])
        column = f", «{where.column}»" if where.column else ""
        heading = Problem(problem["rule"], Severity(problem["level"]), where).kind
        level = say(f"receipt.level.{heading}", language)
        OUT.print(f"  {level}: {escape(wording.place(where, language) + column)}")
        OUT.print(f"    {escape(_in(problem, 'wrong', language))}")
        OUT.print(f"    [bold]{escape(_in(problem, 'todo', language))}[/]")
    for group in document.get("problem_groups", ()):  # receipts of earlier versions have all problems, and no groups
        if group["shown"] < group["count"]:
            OUT.print(f"  {escape(_rest(group, language))}")
    OUT.print()
    for step in _in(document, "next", language):
        OUT.print(escape(step))
    OUT.print()
    for form, key in listed.receipts.items():
        OUT.print(f"{_form(form, language)}: {escape(place)}/{escape(key)}")
    return None


def _in(document: Mapping[str, Any], part: str, language: str) -> Any:  # noqa: ANN401 - a part of a JSON document
    """What a receipt says in a language; in another that it speaks, where it does not speak this one."""
    told = document[part]
    return next(told[spoken_language] for spoken_language in in_turn(language, ENGLISH) if spoken_language in told)


def _form(form: str, language: str) -> str:
    """What a form of a receipt is called: a page by its language, the others by their kind."""
    kind = form.rpartition(".")[2]
    if is_tag(kind):
        return say("receipts.form.page", language, named=name_of(kind, language))
    return say("receipts.form.json" if kind == "json" else "receipts.form.xlsx", language)


def _rest(group: Mapping[str, Any], language: str) -> str:
    """How many there are of problems of which only the first are written out, and where."""
    where = Where(**group["where"])
    places = [wording.place(where, language), wording.lines(group["lines"], language, more=group["more_lines"])]
    return say(
        "receipt.rest",
        language,
        column=where.column or group["field"] or "–",
        count=number(group["count"], language),
        shown=number(group["shown"], language),
        places=", ".join(place for place in places if place),
    )


def show_reproductions(results: Sequence[Reproduction], language: str, *, as_json: bool) -> None:
    """For each release: rebuilt equal, or the files that differ; at the end, those that other software must rebuild."""
    if as_json:
        return print_json([result.to_json() for result in results])
    for result in results:
        if result.unproven is None and not result.differences:
            OUT.print(f"[green]{result.version}[/]: {count('rebuilt.same', result.files, language)}")
        for difference in result.differences:
            nothing = say("rebuilt.nothing", language)
            sides = {"published": difference.published or nothing, "rebuilt": difference.rebuilt or nothing}
            OUT.print(f"[red]{result.version}[/]: {difference.name}: {say('rebuilt.other', language, **sides)}")
    for result in results:
        if result.unproven is not None:
            _show_unproven(result.version, result.unproven, language)
    return None


def _show_unproven(version: str, why: Unproven, language: str) -> None:
    """Why this software cannot tell, and the commands that bring the one which can."""
    maker = why.made_by
    detail = why.detail if why.kind != "bytes" else _shortened(why.detail.split(", "), language)
    told = say(f"rebuilt.unproven.{why.kind}", language, detail=detail)
    OUT.print(f"[yellow]{version}[/]: {escape(say('rebuilt.unproven', language, software=maker.software, why=told))}")
    OUT.print(f"  {say('rebuilt.get' if maker.exact else 'rebuilt.get_nearest', language)}")
    for command in maker.commands:
        OUT.print(f"    {escape(command)}", soft_wrap=True)


def _shortened(names: Sequence[str], language: str) -> str:
    more = len(names) - SHOWN_NAMES
    return ", ".join(names[:SHOWN_NAMES]) + (f" {count('rebuilt.more', more, language)}" if more > 0 else "")
