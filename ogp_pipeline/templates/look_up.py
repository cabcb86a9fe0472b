"""The look-up sheet: what the ids in the drop-downs stand for. One block for each kind of thing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.templates import choices
from ogp_pipeline.templates.columns import TemplateColumn
from ogp_pipeline.templates.prefill import Prefill, Row
from ogp_pipeline.templates.request import TemplateRequest
from ogp_pipeline.templates.rows import due, last_reports
from ogp_pipeline.templates.texts import shortened

_LONGEST = 300
_OWN = {"commitment_id", "milestone_id", "subject_id", "parent_id"}
_CALLED = ("title", "name", "text", "description")


@dataclass(frozen=True)
class Block:
    """A small table with a title. A block without rows is not drawn."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


def blocks(prefill: Prefill, columns: Sequence[TemplateColumn]) -> list[Block]:
    """What the sheet holds, in order."""
    request = prefill.request
    names = {column.name for column in columns}
    blocks_of_sheet = [_own(prefill)] if names & _OWN else []
    for key in request.table.foreign_keys:
        open_to_all = request.table.name in ("proposals", "responses")
        own = key.table in ("commitments", "milestones") and not open_to_all
        if not own and names & set(key.fields):
            blocks_of_sheet.append(_others(key.table, prefill))
    if "code" in names:
        blocks_of_sheet.append(_codes(prefill))
    unique = {block.title: block for block in blocks_of_sheet if block.rows}
    return list(unique.values())


def _own(prefill: Prefill) -> Block:
    request, language = prefill.request, prefill.request.language
    last = last_reports(prefill)
    headings = [
        say("template.commitment", language),
        say("template.name", language),
        say("template.milestone_id", language),
        say("template.milestone", language),
        say("template.due_head", language),
        say("template.last_status", language),
    ]
    return Block(say("template.own_commitments", language), headings, list(_own_rows(prefill, last, request)))


def _own_rows(prefill: Prefill, last: dict[str, str], request: TemplateRequest) -> Iterator[list[str]]:
    milestones: dict[str, list[Row]] = {}
    for row in prefill.own_milestones:
        milestones.setdefault(row["commitment_id"], []).append(row)
    for commitment in prefill.own:
        head = [commitment["commitment_id"], _short(request.pick(commitment, "title"))]
        for row in milestones.get(commitment["commitment_id"], [{}]):
            milestone = row.get("milestone_id", "")
            said = last.get(milestone, say("template.not_reported", request.language)) if milestone else ""
            yield [*head, milestone, _short(request.pick(row, "title")), due(row, prefill), said]


def _others(table: str, prefill: Prefill) -> Block:
    request = prefill.request
    shape = request.schemas.table(table)
    rows = []
    for row in prefill.rows[table]:
        called = next((name for text in _CALLED if (name := request.pick(row, text))), "")
        rows.append([row[shape.primary_key[0]], _short(called)])
    return Block(
        shape.title[request.language],
        [say("template.id", request.language), say("template.name", request.language)],
        rows,
    )


def _codes(prefill: Prefill) -> Block:
    """The values of everything that can be assessed, as the lists «scale» and «code» offer them."""
    request, language = prefill.request, prefill.request.language
    table = request.table
    names = [name for name in ("variable", "scale", "code") if name in table.field_names]
    headings = [*(table.field(name).title[language] for name in names), say("template.meaning", language)]
    rows = []
    variables = choices.labels(request.schemas.codes_of("assessment_variable"), language)
    for variable, label in variables.items():
        for scale in choices.scales(variable, request) if variable in request.schemas.codes else ():
            within = request.schemas.codes_of(variable, scale)
            shown = choices.labels(within, language)
            named = [label, scale] if "scale" in names else [label]
            rows += [[*named, shown[code.code], code.description[language]] for code in within]
    return Block(say("template.choices", language), headings, rows)


def _short(text: str) -> str:
    return shortened(text, _LONGEST)
