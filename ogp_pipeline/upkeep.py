"""What the commands of ``cli_upkeep`` show: text for people in their language, one JSON document for machines."""

from collections.abc import Sequence

from rich.markup import escape

from ogp_pipeline.catalogue import count, say
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


def show_garbage(keys: Sequence[str], tombstone: str | None, language: str, *, as_json: bool) -> None:
    """What nobody names, and whether it was removed."""
    if as_json:
        return print_json({"keys": list(keys), "removed": tombstone is not None, "tombstone": tombstone})
    for key in keys:
        OUT.print(escape(key))
    if not keys:
        OUT.print(say("upkeep.gc_nothing", language))
    elif tombstone is None:
        OUT.print(escape(f"{count('upkeep.gc_found', len(keys), language)} {say('upkeep.gc_delete', language)}"))
    else:
        OUT.print(escape(say("upkeep.gc_done", language, tombstone=tombstone)))
    return None
