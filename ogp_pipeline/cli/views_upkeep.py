"""What the commands of ``cli_upkeep`` show: text for people in their language, one JSON document for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.markup import escape

from ogp_pipeline.cli.views_run import OUT, print_json
from ogp_pipeline.i18n.catalogue import count, number, say
from ogp_pipeline.publishing.deposit import Deposited
from ogp_pipeline.publishing.finding import Verification, VerifyFinding
from ogp_pipeline.publishing.keyring import PublicKey
from ogp_pipeline.publishing.repair_report import Repair
from ogp_pipeline.upkeep import doctor
from ogp_pipeline.upkeep.check import Check
from ogp_pipeline.upkeep.purging import Plan
from ogp_pipeline.upkeep.rollback import RolledBack


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


def show_garbage(
    keys: Sequence[str],
    tombstone: str | None,
    unfinished: Mapping[str, Sequence[str]],
    language: str,
    *,
    deleted: bool,
    as_json: bool,
) -> None:
    """What nobody names, the half-written of each store, and whether it was removed."""
    if as_json:
        removed = {"removed": tombstone is not None, "tombstone": tombstone}
        return print_json({"keys": list(keys), **removed, "unfinished": unfinished, "unfinished_removed": deleted})
    for place, names in unfinished.items():
        for name in names:
            OUT.print(escape(say("upkeep.gc_unfinished", language, place=place, name=name)))
    for key in keys:
        OUT.print(escape(key))
    if not keys:
        OUT.print(say("upkeep.gc_nothing", language))
    elif tombstone is None:
        OUT.print(escape(f"{count('upkeep.gc_found', len(keys), language)} {say('upkeep.gc_delete', language)}"))
    else:
        OUT.print(escape(say("upkeep.gc_done", language, tombstone=tombstone)))
    return None


def show_doctor(checks: list[Check], *, as_json: bool) -> None:
    """A line for each check, and what to do about what is not as it should be. For the engineer, so in English."""
    if as_json:
        return print_json(doctor.to_json(checks))
    for check in checks:
        mark = "[red]not well[/]" if not check.well else "[yellow]note[/]" if check.todo else "[green]well[/]"
        OUT.print(f"{mark}  [bold]{escape(check.name)}[/]: {escape(check.said)}")
        if check.todo is not None:
            OUT.print(f"      {escape(check.todo)}")
    return None


def show_verification(result: Verification, place: str, language: str, *, as_json: bool) -> None:
    """Whole and unchanged, or everything that is not; how to make sure of more the next time."""
    if as_json:
        return print_json(asdict(result))
    checked = (
        count("verify.releases", result.releases, language),
        count("verify.files", result.files, language),
        say("verify.megabytes", language, size=number(round(result.bytes / 1e6, 1), language)),
    )
    OUT.print(f"{escape(place)}: {', '.join(checked)}")
    for finding in result.problems:
        OUT.print(_finding(finding, "red", language))
    for note in result.notes:
        OUT.print(_finding(note, "yellow", language))
    for finding in result.host:
        OUT.print(_finding(finding, "yellow", language))
    if result.host:
        OUT.print(f"[dim]{escape(say('verify.host_means', language))}[/]")
    if not result.problems:
        OUT.print(f"[green]{say('verify.whole', language)}[/]: {say('verify.whole_means', language)}")
    if result.key is None:
        OUT.print(f"[dim]{say('verify.unsigned', language)}[/]")
    else:
        OUT.print(escape(say("verify.signed", language, fingerprint=result.key)))
    if result.expires is not None:
        OUT.print(escape(say("verify.expires", language, until=result.expires)))
    unseen = [] if Path(place).is_dir() else [say("verify.not_seen", language)]
    unseen += [] if result.pages else [say("verify.no_pages", language)]
    if unseen:
        OUT.print(f"[dim]{' '.join(unseen)}[/]")
    if result.newest is not None:
        release, digest = result.newest
        OUT.print(escape(say("verify.remember", language, since=f"{release}:{digest}")))
    return None


def _finding(finding: VerifyFinding, colour: str, language: str) -> str:
    what = say(f"verify.kind.{finding.kind}", language)
    told = say("verify.finding", language, what=what, expected=finding.expected, found=finding.found)
    return f"[{colour}]{finding.kind}[/] {escape(finding.key)}: {escape(told)}"


def show_new_key(path: Path, fingerprint: str, language: str, *, as_json: bool) -> None:
    """Where the key is, and what to do with it."""
    if as_json:
        return print_json({"private": str(path), "public": f"{path}.pub", "fingerprint": fingerprint})
    OUT.print(escape(say("upkeep.key_made", language, path=path, public=f"{path}.pub")))
    OUT.print(escape(say("upkeep.key_fingerprint", language, fingerprint=fingerprint)))
    OUT.print(escape(say("upkeep.key_use", language, path=path)))
    return None


def show_keys(keys: Sequence[PublicKey], language: str, *, as_json: bool) -> None:
    """The publication's keys, oldest first."""
    if as_json:
        shown = [
            {
                "n": key.n,
                "fingerprint": key.fingerprint,
                "first": key.first,
                "created": key.created,
                "reason": key.reason,
            }
            for key in keys
        ]
        return print_json(shown)
    for key in keys:
        told = say("upkeep.key_line", language, n=key.n, fingerprint=key.fingerprint, release=key.first)
        OUT.print(escape(told + (f" ({key.reason})" if key.reason else "")))
    if not keys:
        OUT.print(say("upkeep.key_none", language))
    return None


def show_deposit(done: Deposited, language: str, *, noted: bool, as_json: bool) -> None:
    """The DOI, and which one to write into the programme file. ``noted``: one stands there."""
    if as_json:
        return print_json(asdict(done))
    key = "upkeep.deposited" if done.made else "upkeep.deposit_stood"
    OUT.print(escape(say(key, language, version=done.version, doi=done.doi)))
    if done.concept_doi and not noted:
        OUT.print(escape(say("upkeep.deposit_doi", language, doi=done.concept_doi)))
    return None


def show_purge(planned: Plan, language: str, *, deleted: bool, as_json: bool) -> None:
    """Every key that goes, and what to think of before and after."""
    if as_json:
        return print_json({**planned.to_json(), "removed": deleted})
    for place, targets in (("upkeep.purge_public", planned.public), ("upkeep.purge_private", planned.private)):
        for target in targets:
            OUT.print(f"[bold]{say(place, language)}[/] sha256 {target.sha256}")
            for key in target.keys:
                OUT.print(f"  {escape(key)}")
    if not (planned.public or planned.private):
        OUT.print(say("upkeep.purge_nothing", language))
    elif deleted:
        OUT.print(say("upkeep.purge_done", language))
    else:
        OUT.print(say("upkeep.purge_delete", language))
        OUT.print(say("upkeep.purge_changes", language))
    return None


def show_repair(done: Sequence[Repair], language: str, *, as_json: bool) -> None:
    """What was made again, or that nothing had to be."""
    if as_json:
        return print_json({"done": [str(step) for step in done]})
    for step in done:
        OUT.print(escape(say(f"upkeep.repaired.{step.what}", language, object=step.key, source=step.source)))
    if not done:
        OUT.print(say("upkeep.repair_nothing", language))
    return None
