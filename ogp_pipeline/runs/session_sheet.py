"""The one sheet that takes the results of a session of the forum: a template of ``decisions`` that begins with its
agenda. It comes back as any other template does, into the inbox of whom it was made for.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ogp_pipeline import templates
from ogp_pipeline.errors import NotFound, UnknownName
from ogp_pipeline.programme.model import Programme, Supplier
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.templating import Made, other_name, save
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.site.session.agenda import AgendaView
from ogp_pipeline.site.session.results import LISTED

TABLE = "decisions"


def make(
    workspace: Workspace, agenda: AgendaView, supplier: str | None, today: date, language: str, to: Path | None
) -> Made:
    """Write the sheet. ``supplier``: who fills it in; default: the only one who may supply decisions.

    NotFound: nobody may, or no source would read a file of that name. OgpError: another file is there.
    """
    sender = writer(workspace.programme, supplier)
    name = f"{TABLE}_session_{agenda.held_on.isoformat()}_{language}.xlsx"
    path = to if to is not None and to.suffix else (to or Path()) / name
    request = templates.check(workspace.programme, workspace.schemas, TABLE, sender, None, language, today, path.name)
    other = other_name(workspace, request) if request.source is None else None
    if other is not None:
        told = f"{path.name}: nobody would read it; the source `{other[0]}` reads `{', '.join(other[1])}`"
        raise NotFound(f"{told}. Choose such a name, or a folder for {name}")
    prefill = templates.Prefill.of(known_tables(workspace, known_entries(workspace), today), request)
    prepared = templates.of_agenda(
        prefill,
        [dict(line.cells) for line in agenda.results],
        [line.about for line in agenda.results],
        LISTED,
        frozenset(agenda.open_actions),
    )
    return save(workspace, templates.draw(prefill, prepared), request, path, table=TABLE)


def writer(programme: Programme, supplier: str | None) -> str:
    """Who writes down what the forum decides. NotFound: nobody may, or several, or not who is named."""
    may = [candidate.id for candidate in programme.suppliers if _may(candidate)]
    if supplier is not None and supplier not in may:
        raise UnknownName("supplier of decisions", supplier, may)
    if len(may) == 1 or supplier is not None:
        return supplier or may[0]
    raise NotFound(_told(may))


def _may(supplier: Supplier) -> bool:
    return TABLE in supplier.may_supply


def _told(may: Sequence[str]) -> str:
    if may:
        return f"several suppliers may supply `{TABLE}`: say which fills in the sheet, --for {' or '.join(may)}"
    return f"nobody may supply `{TABLE}`: add it to the `may_supply` of the forum's secretariat in the programme file"
