"""What is wrong is told to Prefect as events, for the automations of ``flows.alerts``: what begins and what ends, once.

    ogp.<kind>.new     what began in this run: rejected, held, silent, failed, nothing, disk, unsigned, unwell
    ogp.cured          what ended
    ogp.broken         a run that ended with an error nobody foresaw, or that may write nothing

The resource is the programme. The payload has a subject and a text, with supplier, reason and receipt; never a secret.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path

from prefect.context import FlowRunContext
from prefect.events import emit_event

from flows.workspaces import open_workspace
from ogp_pipeline.i18n.legible import presentable
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.standing_troubles import News, Trouble

CURED, BROKEN = "ogp.cured", "ogp.broken"
TRIED = "ogp.alerts.tried"
_MOST = 20  # lines of a message: a night in which a whole ministry's files are refused is one message


def event_of(kind: str) -> str:
    """The name of the event that something of this kind has begun."""
    return f"ogp.{kind}.new"


def tell(programme: Path, news: News, now: datetime) -> None:
    """Tell what is new and what is over, then keep that it was told."""
    workspace = open_workspace(programme)
    tell_of(workspace.programme.id, news)
    core.keep_told(workspace, news, now)


def tell_of(name: str, news: News) -> None:
    """Tell what is new and what is over of the programme with this name."""
    for kind, troubles in groupby(sorted(news.new, key=lambda trouble: trouble.kind), lambda trouble: trouble.kind):
        _emit(event_of(kind), name, f"{name}: {kind}", _lines(list(troubles)))
    if news.cured:
        _emit(CURED, name, f"{name}: no longer wrong", _lines(news.cured))


@contextmanager
def telling(programme: Path) -> Iterator[None]:
    """Meanwhile an error that nobody foresaw is told, and raised on: it would be in the log alone."""
    try:
        yield
    except Exception as error:
        tell_broken(programme, f"{type(error).__name__}: {error}")
        raise


def tell_broken(programme: Path, reason: str) -> None:
    """Tell that a run could not do its work at all. The same reason is the same resource: one message a day."""
    said = presentable(reason, lines=True)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    _emit(BROKEN, f"{programme.parent.name}.{digest}", f"{programme}: the run is broken", said)


def _emit(event: str, name: str, subject: str, text: str) -> None:
    context = FlowRunContext.get()  # not ``prefect.runtime``, which asks the server, and that may be away
    run = context.flow_run if context is not None else None
    numbers = {"flow-run": run.id, "deployment": run.deployment_id} if run is not None else {}
    related = [
        {"prefect.resource.id": f"prefect.{role}.{number}", "prefect.resource.role": role}
        for role, number in numbers.items()
        if number is not None
    ]
    resource = {"prefect.resource.id": f"ogp.programme.{name}", "prefect.resource.name": name}
    emit_event(event, resource=resource, related=related, payload={"subject": subject, "text": text})


def _lines(troubles: Sequence[Trouble]) -> str:
    lines = [f"- {trouble.said}{f' [{trouble.receipt}]' if trouble.receipt else ''}" for trouble in troubles[:_MOST]]
    if len(troubles) > _MOST:
        lines.append(f"- … {len(troubles) - _MOST} more: see the run's summary")
    return "\n".join(lines)
