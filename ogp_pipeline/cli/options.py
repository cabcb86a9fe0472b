"""Arguments and options that commands share, so that each reads the same wherever it stands."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from ogp_pipeline.i18n import languages
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.runs.workspace import Workspace

HERE = Path()
_SHA256 = re.compile("[0-9a-f]{64}")

# What `ogp --help` groups the commands under, in this order.
START, RUN, LOOK, PROVE, KEEP = GROUPS = "Start", "Run", "Look", "Prove", "Keep"


class Grouped(TyperGroup):
    """The commands group by group, ``init`` first of all."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - a Context of the click that typer brings with it
        """The names in the order in which help shows them."""

        def place(name: str) -> tuple[int, bool]:
            group = getattr(self.commands[name], "rich_help_panel", KEEP)
            return GROUPS.index(group), name != "init"

        return sorted(super().list_commands(ctx), key=place)


Programme = Annotated[
    Path,
    typer.Argument(help="The programme file, or the folder that holds programme.yaml.", show_default=True),
]
ProgrammeOption = Annotated[
    Path,
    typer.Option("--programme", "-p", help="The programme file, or the folder that holds programme.yaml."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]

MemoryFolder = Annotated[
    Path | None,
    typer.Option("--memory", file_okay=False, help="Where to keep what was seen of each place; also of a folder."),
]
Forget = Annotated[bool, typer.Option("--forget", help="Begin anew with this place: forget what was seen before.")]


def lang_option(default: str) -> Any:  # noqa: ANN401 - what typer calls an option
    """The option ``--lang``. ``default``: which language it is without it, in words."""
    said = f"Language of what people read; default: {default}."
    return typer.Option("--lang", parser=_language, metavar=f"[{'|'.join(LANGUAGES)}]", help=said)


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise typer.BadParameter(f"{code!r} is not one of {', '.join(map(repr, LANGUAGES))}.")
    return code


def day_option(*names: str, said: str) -> Any:  # noqa: ANN401 - what typer calls an option
    """An option that takes a day. ``said``: its help."""
    return typer.Option(*names, parser=_day, metavar="YYYY-MM-DD", help=said)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it as 2024-02-29") from None


def release_seen(text: str | None) -> tuple[int, str] | None:
    """Number and hash of a release, as ``verify`` tells them: 3:9f86d0…"""
    if text is None:
        return None
    number, _, digest = text.partition(":")
    if not (number.isdecimal() and _SHA256.fullmatch(digest)):
        raise typer.BadParameter("must be N:HASH as `ogp verify` says it, with all 64 digits", param_hint="--since")
    return int(number), digest


Lang = Annotated[str | None, lang_option("the programme's first")]
LangOfSupplier = Annotated[str | None, lang_option("the supplier's")]
LangAlone = Annotated[str, lang_option("English")]  # without a programme


def programme_anywhere(root: typer.Typer, arguments: list[str]) -> list[str]:
    """``-p FOLDER`` also for the commands whose programme is an argument: nobody has to know which are which."""
    if not {"-p", "--programme"} & set(arguments):
        return arguments
    command: Any = get_command(root)
    for word in arguments:
        command = getattr(command, "commands", {}).get(word, command)
    names = {name for parameter in command.params for name in parameter.opts}
    if "programme" not in names or "-p" in names:
        return arguments
    return [word for word in arguments if word not in ("-p", "--programme")]


def spoken(lang: str | None, workspace: Workspace) -> str:
    """The language that was asked for, else the first one of the programme, or the one in which we speak to it."""
    return lang or languages.spoken(workspace.programme.languages[0])
