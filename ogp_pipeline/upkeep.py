"""What the commands of ``cli_upkeep`` show: text for people in their language, one JSON document for machines."""

from rich.markup import escape

from ogp_pipeline.catalogue import say
from ogp_pipeline.console import OUT, print_json
from ogp_pipeline.rollback import RolledBack


def show_rollback(result: RolledBack, language: str, *, as_json: bool) -> None:
    """The new release and what it goes behind, or that nothing had to be done."""
    if as_json:
        return print_json(result.to_json())
    if result.version is None:
        OUT.print(escape(say("upkeep.rollback_nothing", language, version=result.to)))
        return None
    OUT.print(escape(say("upkeep.rollback_done", language, version=result.version, to=result.to)))
    OUT.print(escape(say("upkeep.rollback_held", language, versions=", ".join(result.undone))))
    return None
