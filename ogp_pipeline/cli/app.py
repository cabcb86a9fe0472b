"""The command line: every command opens the workspace, calls one function of the core and prints what it returns.

Exit codes: 0 published or unchanged (and every question answered with yes), 1 failed, 2 wrong use or a mistake in the
programme file, 3 nothing received, 4 rejected (a file has problems that block), 5 a check found differences
(``verify``, ``reproduce``), 6 held (a delivery waits for a person's word: ``ogp held``).
"""

import errno
import os
import sys
import tempfile
import uuid
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from ogp_pipeline import version as software
from ogp_pipeline.cli import (
    alerts,
    deciding,
    desk,
    earlier_runs,
    hub,
    keeping,
    mail,
    mapping,
    meeting,
    portals,
    starting,
    storage,
    views_look,
    views_run,
    views_schema,
    views_status,
    views_trace,
    views_upkeep,
)
from ogp_pipeline.cli import upkeep as cli_upkeep
from ogp_pipeline.cli.memory import open_memory
from ogp_pipeline.cli.options import (
    HERE,
    KEEP,
    LOOK,
    PROVE,
    RUN,
    START,
    Forget,
    Grouped,
    Json,
    Lang,
    LangAlone,
    LangOfSupplier,
    MemoryFolder,
    Programme,
    ProgrammeOption,
    day_option,
    lang_option,
    programme_anywhere,
    release_seen,
    spoken,
)
from ogp_pipeline.errors import NotFound, OgpError, ProgrammeError, WrongUse, check_name
from ogp_pipeline.i18n.languages import ENGLISH
from ogp_pipeline.mail import post
from ogp_pipeline.publishing import history, signing_key
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.publishing.verify import verify as verify_store
from ogp_pipeline.runs import checking, publication, quarantine_list, receipt_list, rehearsal, status
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.schema import schemas
from ogp_pipeline.telemetry import export, logs
from ogp_pipeline.upkeep import reproduction, tracing

_EVERYWHERE = ("--quiet", "--verbose")  # people write them after the command, too
FAILED, WRONG_USE, NOTHING, REJECTED, DIFFERENT, HELD = 1, 2, 3, 4, 5, 6

app = typer.Typer(
    name="ogp",
    cls=Grouped,
    help=(
        "Open-government commitments: collect, validate, evaluate and publish them as versioned open data.\n\n"
        "Start with `ogp init FOLDER`, then `ogp run FOLDER`. Every command takes --json for machines.\n\n"
        "Exit codes: 0 done, 1 failed, 2 wrong use or programme file, 3 nothing received, 4 rejected, "
        "5 a check found differences, 6 a delivery is on hold (`ogp held`)."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

app.add_typer(starting.app)
app.add_typer(mapping.app)
app.add_typer(cli_upkeep.app)
app.add_typer(keeping.app)
app.add_typer(deciding.app)
app.add_typer(storage.app)
app.add_typer(desk.app)
app.add_typer(mail.app)
app.add_typer(alerts.app)
app.add_typer(hub.app)
app.add_typer(portals.app)
app.add_typer(meeting.app)
app.add_typer(earlier_runs.app)

AsOf = Annotated[date | None, day_option("--as-of", said="Evaluate as of this day.")]


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"{software.VERSION} (commit {software.commit() or 'unknown'})")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print version and commit, and stop."),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print errors only; the exit code says how it ended. Also after a command.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Name each step on the error stream. Also after a command.")
    ] = False,
) -> None:
    """Options that stand before the command."""
    views_run.speak(quiet=quiet, verbose=verbose)
    logs.begin(os.environ)
    export.begin(os.environ)


@app.command(rich_help_panel=RUN)
def run(
    programme: Programme = HERE,
    as_of: AsOf = None,
    backfill: Annotated[
        bool,
        typer.Option("--backfill", help="First publish one release for each date under `history`, oldest first."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do everything and keep nothing: see receipts, numbers and pages first.")
    ] = False,
    draft: Annotated[
        bool,
        typer.Option("--draft", help="Before the first release: pages and data as a draft, in a private folder."),
    ] = False,
    preview: Annotated[
        Path | None,
        typer.Option(help="With --dry-run or --draft: the folder; default: a new one, or var/draft.", file_okay=False),
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Run the whole pipeline once: collect, validate, evaluate, publish. A re-run never harms."""
    workspace = open_workspace(programme)
    rehearsed = _rehearsal(workspace, preview, dry_run=dry_run, draft=draft)
    workspace = rehearsed.workspace if rehearsed is not None else workspace
    with views_run.progress(as_json=as_json, language=spoken(lang, workspace)) as report:
        record = pipeline.run(
            workspace,
            now=datetime.now(UTC),
            publish_id=str(uuid.uuid4()),
            as_of=as_of,
            backfill=backfill,
            on_progress=report,
        )
    version = record.version or pipeline.newest_version(workspace)
    headline = status.kept_headline(workspace, version) if version else None
    if rehearsed is not None:
        rehearsed.complete()
    views_run.show_run(record, workspace, headline, spoken(lang, workspace), as_json=as_json, preview=rehearsed)
    if rehearsed is None:
        mail.show_posted(post.send_due(workspace, datetime.now(UTC)), spoken(lang, workspace), as_json=as_json)
    raise typer.Exit(record.outcome.exit_code)


def _rehearsal(workspace: Workspace, folder: Path | None, *, dry_run: bool, draft: bool) -> rehearsal.Preview | None:
    """What ``--dry-run`` and ``--draft`` run instead of the programme with its own stores."""
    if dry_run and draft:
        raise typer.BadParameter("goes without --dry-run: a draft is one already", param_hint="--draft")
    if draft:
        return rehearsal.draft(workspace, folder)
    if not dry_run:
        if folder is not None:
            raise typer.BadParameter("goes with --dry-run or --draft only", param_hint="--preview")
        return None
    return rehearsal.prepare(workspace, folder or Path(tempfile.mkdtemp(prefix="ogp-preview-")))


@app.command(rich_help_panel=START)
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file to look at.")],
    supplier: Annotated[str, typer.Option("--as", help="The supplier who would send it.")],
    source: Annotated[
        str | None,
        typer.Option(help="The source it would arrive at; needed only if the supplier has several."),
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option(help="Also write it here: .html, .json, or .xlsx (the file, marked).", dir_okay=False)
    ] = None,
    lang: LangOfSupplier = None,
    programme: ProgrammeOption = HERE,
    as_json: Json = False,
) -> None:
    """Check a file before sending it: the same receipt as a real delivery would get, and nothing is kept."""
    workspace = open_workspace(programme)
    checked = checking.check_file(workspace, file, supplier, source, datetime.now(UTC))
    language = lang or checked.language
    if receipt is not None:
        written = checking.write_receipt(checked, workspace.schemas, language, receipt, file)
        views_run.show_receipt_file(file, language, written=written)
    views_look.show_receipt(checked, workspace.schemas, language, as_json=as_json)
    raise typer.Exit({"rejected": REJECTED, "nothing_received": NOTHING, "held": HELD}.get(checked.verdict, 0))


@app.command(rich_help_panel=LOOK)
def receipts(
    programme: Programme = HERE,
    supplier: Annotated[str | None, typer.Option(help="Only this supplier's.")] = None,
    source: Annotated[str | None, typer.Option(help="Only those of this source.")] = None,
    since: Annotated[date | None, day_option("--since", said="Received on this day or later.")] = None,
    show: Annotated[
        str | None, typer.Option(metavar="ID", help="One receipt and where its files lie; the beginning is enough.")
    ] = None,
    lang: Annotated[str | None, lang_option("the programme's first for the list")] = None,
    as_json: Json = False,
) -> None:
    """List the receipts that were given, newest first, or show one of them."""
    workspace = open_workspace(programme)
    if show is not None:
        listed, document = receipt_list.find(workspace, show)
        place = workspace.intake.describe()
        return views_look.show_stored_receipt(listed, document, place, lang, as_json=as_json)
    deliveries = receipt_list.read(workspace, supplier, source, since)
    return views_look.show_receipts(deliveries, spoken(lang, workspace), as_json=as_json)


@app.command("status", rich_help_panel=LOOK)
def show_status(programme: Programme = HERE, lang: Lang = None, as_json: Json = False) -> None:
    """What stands: newest release and headline numbers, last run, each source and when it last gave something."""
    workspace = open_workspace(programme)
    state = status.read(workspace, datetime.now(UTC).date())
    views_status.show_status(state, workspace.programme, spoken(lang, workspace), as_json=as_json)


@app.command(rich_help_panel=LOOK)
def quarantine(
    programme: Programme = HERE,
    source: Annotated[str | None, typer.Option(help="Only rows of this source.")] = None,
    supplier: Annotated[str | None, typer.Option(help="Only rows of this supplier.")] = None,
    table: Annotated[str | None, typer.Option(help="Only rows of this table.")] = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """List the rows that were set aside and wait to be mended: where they stand, what is wrong, since when."""
    workspace = open_workspace(programme)
    rows = quarantine_list.read(workspace, spoken(lang, workspace), source, supplier, table)
    views_look.show_quarantine(rows, spoken(lang, workspace), as_json=as_json)


@app.command(rich_help_panel=LOOK)
def releases(programme: Programme = HERE, lang: Lang = None, as_json: Json = False) -> None:
    """List all releases, newest first: version, as-of day, what changed, and why one goes back."""
    workspace = open_workspace(programme)
    views_run.show_releases(history.releases(workspace.publication), spoken(lang, workspace), as_json=as_json)


@app.command(rich_help_panel=LOOK)
def diff(
    old: Annotated[str, typer.Argument(help="A version, such as 1.0.0.")],
    new: Annotated[str, typer.Argument(help="A later version.")],
    table: Annotated[str | None, typer.Option(help="Only this table.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Rows shown as text; --json shows all.")] = 40,
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Rows added, changed and removed between two releases, by key, and changes of the schemas."""
    workspace = open_workspace(programme)
    check_name("table", table, workspace.schemas.tables)
    views_look.show_diff(
        reproduction.compare(workspace, old, new), table, limit, spoken(lang, workspace), as_json=as_json
    )


@app.command(rich_help_panel=PROVE)
def verify(
    place: Annotated[str, typer.Argument(help="Address (https://…) or folder of a publication.")],
    since: Annotated[
        str | None,
        typer.Option(help="A release you saw before, as N:HASH; the history must still contain it."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="A key you trust: its fingerprint, its public file, or its statement."),
    ] = None,
    memory: MemoryFolder = None,
    forget: Forget = False,
    lang: LangAlone = ENGLISH,
    as_json: Json = False,
) -> None:
    """Prove that a publication is whole and that nobody rewrote it. Needs no credentials and no programme file."""
    kept = open_memory(place, memory, forget=forget)
    with views_run.progress(as_json=as_json) as report:
        result = verify_store(
            open_reader(place),
            release_seen(since),
            progress=lambda done, total, name: report(name, done, total),
            trusted=signing_key.fingerprint_of(key) if key else None,
            seen=kept.recall(),
            now=datetime.now(UTC),
        )
    kept.keep(result)
    views_upkeep.show_verification(result, place, lang, as_json=as_json)
    raise typer.Exit(DIFFERENT if result.problems else 0)


@app.command(rich_help_panel=KEEP)
def repair(programme: Programme = HERE, lang: Lang = None, as_json: Json = False) -> None:
    """Make every view (v/, latest/, lists, pages) again that is missing, damaged or served with wrong headers."""
    workspace = open_workspace(programme)
    views_upkeep.show_repair(publication.complete(workspace, thorough=True), spoken(lang, workspace), as_json=as_json)


@app.command(rich_help_panel=PROVE)
def trace(
    table: Annotated[str, typer.Argument(help="A table, such as updates or metrics.")],
    key: Annotated[str, typer.Argument(help="The row's key; several parts are joined by /.")],
    field: Annotated[str | None, typer.Argument(help="Only this column.")] = None,
    version: Annotated[str | None, typer.Option(help="The release; default: the newest.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every row that a number rests on, with its cell.")] = False,
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """From a published number or row to the line or cell of the file that it came from."""
    workspace = open_workspace(programme)
    answer = tracing.trace(workspace, table, key, field, version)
    views_trace.show_trace(answer, spoken(lang, workspace), every=every, as_json=as_json)


@app.command(rich_help_panel=PROVE)
def reproduce(
    version: Annotated[str | None, typer.Argument(help="The release; default: all of them.")] = None,
    to: Annotated[Path | None, typer.Option(help="Keep the rebuilt files in this folder.", file_okay=False)] = None,
    programme: ProgrammeOption = HERE,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Rebuild a release from the ledger and compare every file's hash with what was published.

    Exit code 1: other software made it, and this one does not rebuild it; what brings that software is said.
    """
    workspace = open_workspace(programme)
    with views_run.progress(as_json=as_json) as report:
        results = reproduction.reproduce(workspace, version, to, report)
    views_look.show_reproductions(results, spoken(lang, workspace), as_json=as_json)
    different = any(result.differences for result in results)
    unproven = any(result.unproven for result in results)
    raise typer.Exit(DIFFERENT if different else FAILED if unproven else 0)


@app.command(rich_help_panel=LOOK)
def schema(
    name: Annotated[str | None, typer.Argument(help="A table or code list; default: all tables.")] = None,
    rules: Annotated[bool, typer.Option("--rules", help="Instead, every rule of the check and its words.")] = False,
    lang: LangAlone = ENGLISH,
    as_json: Json = False,
) -> None:
    """The data dictionary: tables, columns, codes; or the rules of the check, in every language."""
    if rules:
        views_schema.show_rules(schemas.load(), lang, as_json=as_json)
        return
    views_schema.show_schema(schemas.load(), name, lang, as_json=as_json)


def main(arguments: list[str] | None = None) -> None:
    """Entry point of the ``ogp`` script: purposeful errors become one clear message and an exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    before = [option for option in _EVERYWHERE if option in given]
    try:
        app(args=programme_anywhere(app, [*before, *(argument for argument in given if argument not in before)]))
    except (ProgrammeError, NotFound, WrongUse) as error:
        views_run.show_error(error)
        raise SystemExit(WRONG_USE) from None
    except OgpError as error:
        views_run.show_error(error)
        raise SystemExit(FAILED) from None
    except OSError as error:  # of a file that somebody named, or a full disk; else it is another fault, shown whole
        if error.filename is None and error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        views_run.show_error(OgpError(f"{error.filename or 'a disk'}: {error.strerror or error}"))
        raise SystemExit(FAILED) from None
