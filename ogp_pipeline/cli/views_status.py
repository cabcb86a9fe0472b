"""What ``status`` shows: the newest release, the last run, and the sources; those that gave nothing in one line."""

from collections.abc import Sequence
from datetime import datetime

from rich.markup import escape

from ogp_pipeline.cli.views_run import ERR, OUT, grid_of, listed, print_json, show_headline, show_left_out
from ogp_pipeline.i18n.catalogue import count, moment, say
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.runs import signatures
from ogp_pipeline.runs.signatures import Signatures
from ogp_pipeline.runs.status import SourceStatus, Status


def show_status(status: Status, programme: Programme, language: str, *, as_json: bool) -> None:
    """Newest release with its headline, last run, and the sources."""
    if as_json:
        return print_json(status.to_json())
    if status.release is None:
        OUT.print(say("status.no_release", language))
    else:
        created = moment(datetime.fromisoformat(status.release.manifest.created), language)
        told = say("status.release", language, number=status.release.n, moment=created)
        OUT.print(f"[bold]{status.release.version}[/]  {told}")
    if status.signatures is not None:
        _show_signatures(status.signatures, language)
    if status.headline is not None:
        show_headline(status.headline, programme, language)
    if status.last_run is not None:
        outcome = say(f"run.outcome.{status.last_run['outcome']['name']}", language)
        started = moment(datetime.fromisoformat(status.last_run["started"]), language)
        OUT.print(f"\n{say('status.last_run', language, moment=started)} [bold]{outcome}[/]")
    OUT.print()
    _show_sources(status.sources, language, every=ERR.names_steps)
    show_left_out(status, language)
    return None


def _show_sources(sources: Sequence[SourceStatus], language: str, *, every: bool) -> None:
    """A line for each that gave something or has something to be told, and one for all others; or ``every`` one."""
    silent = [] if every else [source.id for source in sources if source.is_silent]
    speaking = [source for source in sources if every or not source.is_silent]
    grid = grid_of(("run.source", "status.known_on", "status.deliveries", "status.rows", ""), language)
    for source in speaking:
        remarks = [count("run.waiting", source.waiting, language)] if source.waiting else []
        remarks += [count("run.stale", source.stale_days, language)] if source.stale_days is not None else []
        numbers = (str(source.deliveries), str(source.rows))
        grid.add_row(source.id, source.known_on or "-", *numbers, f"[yellow]{'; '.join(remarks)}[/]")
    if speaking:
        OUT.print(grid)
    if silent:
        names = escape(listed(silent, "status.silent_more", language))
        OUT.print(f"{count('status.silent', len(silent), language)} {names}")


def _show_signatures(state: Signatures, language: str) -> None:
    """The key that signs, if one does, and what is to be done about it."""
    if (told := signatures.told(state, language)) is not None:
        OUT.print(told)
    for trouble in signatures.troubles(state, language):
        OUT.print(f"[yellow]{escape(trouble)}[/]")
