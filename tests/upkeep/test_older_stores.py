"""Stores that older software of ours wrote are read, gone on with and proven; what newer software wrote is refused."""

import json
import re
import tarfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import rfc8785

from ogp_pipeline import version
from ogp_pipeline.desk import links
from ogp_pipeline.errors import BrokenHistory, OlderSoftware
from ogp_pipeline.intake import held, layout, ledger, removals
from ogp_pipeline.mail.outbox import Outbox
from ogp_pipeline.publishing import history, keyring, page_list, purge
from ogp_pipeline.publishing import layout as public
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.runs import checkpoint, clock, publication, receipt_list, receipt_numbers, succession
from ogp_pipeline.runs.known_state import known_entries, known_tables
from ogp_pipeline.runs.outcomes import Failed, Published
from ogp_pipeline.schema.schemas import load
from ogp_pipeline.site.report.published import Published as Tables
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Done, Store
from ogp_pipeline.upkeep import copies, wholeness
from tests.every import for_every
from tests.small_country import NOW, SmallCountry
from tests.store.memory import MemoryStore

STORES = Path(__file__).parent / "stores"
VERSIONS = sorted(path.name.removeprefix("schemas-").removesuffix(".tar.xz") for path in STORES.glob("*.xz"))
LATER = NOW + timedelta(days=5)
ROOT = Path(__file__).resolve().parents[2]


def unpack(schemas: str, folder: Path) -> SmallCountry:
    with tarfile.open(STORES / f"schemas-{schemas}.tar.xz") as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.3 and older have none
        archive.extractall(folder)
    return SmallCountry(folder)


def statuses(country: SmallCountry) -> list[str]:
    workspace = country.open()
    return sorted(known_tables(workspace, known_entries(workspace, anew=True), date.max).frames["updates"]["status"])


def test_there_is_a_store_of_every_version_of_the_schemas_before_this_one() -> None:
    assert VERSIONS == ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0"]


@pytest.mark.parametrize("schemas", VERSIONS)
def test_a_store_of_older_software_is_whole_and_takes_the_next_file(schemas: str, tmp_path: Path) -> None:
    country = unpack(schemas, tmp_path / "old")
    workspace = country.open()
    before = ledger.read(workspace.intake)
    assert (len(before), before[-1].schemas.partition("+")[0]) == (5, schemas)
    assert wholeness.look(workspace.intake).faults == ()
    [release] = history.releases(workspace.publication)
    assert (release.version, release.manifest.schemas.partition("+")[0]) == ("1.0.0", schemas)
    succession.check(workspace, release, before)
    assert statuses(country) == ["in_progress", "not_started"]
    listed = receipt_list.read(workspace, None, None, None)
    assert sorted(receipt.verdict for receipt in listed).count("rejected") == 1
    assert len(receipt_numbers.settle(workspace)) == len(listed), "each gets a number, as if it had had one"

    country.collect(LATER)
    after = ledger.read(country.open().intake)
    assert after[: len(before)] == before, "what stood is not written again"
    assert [entry.source for entry in after[len(before) :]][-1:] == ["updates"]
    assert statuses(country) == ["in_progress", "in_progress"]
    assert wholeness.look(country.open().intake).faults == ()


def test_a_publication_of_the_oldest_software_goes_on_and_is_proven(tmp_path: Path) -> None:
    country = unpack("1.0.0", tmp_path / "old")
    [first] = history.releases(country.open().publication)
    record = country.run("today", LATER)
    assert isinstance(record.outcome, Published)
    publication.complete(country.open(), thorough=True)
    second = history.head(country.open().publication)
    assert second is not None and (second.n, second.manifest.previous) == (2, first.hash)
    result = verify(open_reader(str(country.folder / "var/public")), since=(1, first.hash))
    assert [(finding.kind, finding.key) for finding in result.problems] == []


def test_pages_of_a_release_that_lacks_a_table_of_today_see_no_rows_in_it() -> None:
    release = Tables({"action_plans": pd.DataFrame({"plan_id": ["XX-1"]})}, load(), NOW.date())
    assert release.by("judgements", "commitment_id") == {} and list(release.by("action_plans", "plan_id")) == ["XX-1"]


def raised(document: dict[str, Any], fmt: str) -> bytes:
    """The document as the next version of the format, by software 9.9.9."""
    name, number = re.fullmatch(r"(.+[-/])(\d+)", fmt).groups()  # type: ignore[union-attr]
    return rfc8785.dumps({**document, "format": f"{name}{int(number) + 1}", "software": "9.9.9"})


class _Workspace:
    """As much of one as these readers ask for."""

    def __init__(self, store: Store) -> None:
        self.intake = store


NEWER: dict[str, tuple[str, Callable[[MemoryStore], object]]] = {
    ledger.FORMAT: (layout.ledger(1), lambda store: ledger.read(store)),
    removals.FORMAT: (layout.removed(1), lambda store: removals.read(store)),
    held.FORMAT: ("held/updates/0123456789abcdef-000001.json", lambda store: held.waiting(store, [])),
    receipt_numbers.FORMAT: (layout.numbers(2024), lambda store: receipt_numbers.read(_Workspace(store))),  # type: ignore[arg-type]
    clock.FORMAT: (layout.CLOCK, lambda store: clock._confirmed(_Workspace(store))),  # type: ignore[arg-type]
    "ogp-mail/1": ("mail/receipt/x/y.json", lambda store: Outbox(store).listed()),
    links.FORMAT: (layout.desk_link("x"), lambda store: links.listed(store)),
    copies.FORMAT: ("copies/20240101T000000Z-000001.json", lambda store: copies.read(store)),
    history.RECORD: (public.release(1), lambda store: history.releases(store)),
    history.HINT: (public.LATEST, lambda store: history.look(store, distrust=True)),
    page_list.FORMAT: (public.PAGES, lambda store: page_list.read(store.objects[public.PAGES])),
    "ogp-key/1": (public.key(1), lambda store: keyring.read(store)),
    purge.FORMAT: (
        public.tombstone("0" * 64),
        lambda store: purge.fault(store.objects[public.tombstone("0" * 64)], "0" * 64, 1, "data/x", []),
    ),
}


@for_every("fmt", NEWER)
def test_a_later_version_of_a_format_is_refused_with_the_software_to_install(fmt: str) -> None:
    key, read = NEWER[fmt]
    store = MemoryStore({key: raised({}, fmt)})
    before = dict(store.objects)
    with pytest.raises(OlderSoftware) as refused:
        read(store)
    said = str(refused.value)
    assert "Install ogp-pipeline 9.9.9 or newer" in said and f"reads {fmt}" in said and version.VERSION in said
    assert store.objects == before


def test_what_is_of_no_version_of_ours_is_damage_and_no_newer_software(tmp_path: Path) -> None:
    with pytest.raises(BrokenHistory, match="not a ledger entry"):
        ledger.read(MemoryStore({layout.ledger(1): b'{"format":"theirs-2","software":"9.9.9"}'}))


def test_a_run_over_a_newer_ledger_ends_as_failed_and_writes_nothing(tmp_path: Path) -> None:
    country = unpack("1.4.0", tmp_path / "old")
    private = country.folder / "var/private"
    last = json.loads((private / layout.ledger(5)).read_bytes())
    answer = DirectoryStore(private).put_view(layout.ledger(6), raised({**last, "n": 6}, ledger.FORMAT), "")
    assert isinstance(answer, Done)
    before = {path: path.read_bytes() for path in private.rglob("*") if path.is_file() and ".store" not in path.parts}
    record = country.run("older", LATER)
    assert isinstance(record.outcome, Failed) and "Install ogp-pipeline 9.9.9" in record.outcome.reason
    assert len(history.releases(country.open().publication)) == 1
    after = {path: path.read_bytes() for path in private.rglob("*") if path.is_file() and ".store" not in path.parts}
    assert after == before


def test_the_page_on_formats_names_every_format_that_the_code_writes() -> None:
    """A format without its line would change unnoticed."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "ogp_pipeline").rglob("*.py"))
    written = set(re.findall(r"[\"^(](ogp-[a-z]+(?:-[a-z]+)*[-/]\d+)[\"$)]", code))
    assert len(written) > 20
    page = (ROOT / "docs/migration.md").read_text(encoding="utf-8")
    assert {fmt for fmt in written if f"`{fmt}`" not in page} == set()


def test_a_checkpoint_of_another_version_is_made_anew() -> None:
    hint = {"format": "ogp-state/2", "n": 1, "entry": "0", "index": "0"}
    with pytest.raises(checkpoint.DamagedState, match="another format"):
        checkpoint._parsed(checkpoint.Hint, json.dumps(hint).encode(), layout.STATE_HINT)
