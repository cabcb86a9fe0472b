"""What changed from one release to the next, in words."""

from collections.abc import Iterable, Iterator

from ogp_pipeline.i18n import catalogue
from ogp_pipeline.metadata.entries import VersionEntry
from ogp_pipeline.release.manifest import DatasetChanges


def counted(changes: DatasetChanges, language: str) -> str:
    """``3 rows added, 1 row changed``; empty when no row differs."""
    parts = [
        catalogue.count(key, number, language)
        for key, number in (
            ("feed.added", changes.added),
            ("feed.changed", changes.changed),
            ("feed.removed", changes.removed),
            ("feed.origins", changes.origins),
        )
        if number
    ]
    return ", ".join(parts)


def schema_changes(changes: DatasetChanges, language: str) -> Iterator[str]:
    """One sentence for each change of a table or column. ``updates.percent: field_added`` is how records say it."""
    for change in changes.schema_changes:
        place, _, kind = change.partition(": ")
        table, _, column = place.partition(".")
        yield catalogue.say(f"feed.change.{kind}", language, table=table, column=column)


def version_note(version: VersionEntry, languages: Iterable[str]) -> dict[str, str]:
    """What a version of a dataset changed, in these languages."""
    notes = {}
    for language in languages:
        first = [] if version.previous else [catalogue.say("feed.first", language)]
        said = [*first, counted(version.changes, language), *schema_changes(version.changes, language)]
        told = [sentence for sentence in said if sentence] or [catalogue.say("feed.words_only", language)]
        notes[language] = ". ".join(sentence.rstrip(".") for sentence in told) + "."
    return notes
