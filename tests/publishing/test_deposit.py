"""Deposits at Zenodo: one record for each release, versions of one another, whole, and once whatever is killed."""

import copy
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ogp_pipeline.errors import OgpError, StoreError
from ogp_pipeline.intake import layout as intake_layout
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import deposit, history
from ogp_pipeline.publishing.deposit import Deposited
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.zenodo import Zenodo
from ogp_pipeline.runs import depositing
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.schema import schemas
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing.conftest import Publishing
from tests.small_country import PROGRAMME
from tests.zenodo_server import TOKEN, Deposit, ZenodoServer

FILES = {"xx-nap-{}.zip", "datapackage.json", "manifest.json", "CITATION.cff"}


@pytest.fixture
def server() -> Iterator[ZenodoServer]:
    with ZenodoServer() as running:
        yield running


@pytest.fixture
def programme() -> Programme:
    return programme_file.parse(PROGRAMME, schemas.load(), Path("programme.yaml"), files=False)


@dataclass
class Place:
    """A publication and its account."""

    server: ZenodoServer
    store: DirectoryStore
    programme: Programme
    folder: Path

    def deposit(self, n: int, token: str = TOKEN) -> Deposited:
        client = Zenodo(self.server.api, token, wait=(2, 5), retries=0)
        self.folder = self.folder / "again"
        self.folder.mkdir()
        return deposit.deposit(client, self.store, history.release(self.store, n), self.programme, self.folder)


@pytest.fixture
def place(
    server: ZenodoServer, store: DirectoryStore, publishing: Publishing, programme: Programme, tmp_path: Path
) -> Place:
    """Two releases."""
    for content in ("1", "2"):
        publishing(content, extra=("CITATION.cff",))
    return Place(server, store, programme, tmp_path)


def check(place: Place, release: Release, number: int) -> None:
    """The deposit holds exactly the release."""
    held = place.server.deposits[number]
    assert set(held.files) == {name.format(release.version) for name in FILES}
    assert held.files["manifest.json"] == release.data
    with zipfile.ZipFile(io.BytesIO(held.files[f"xx-nap-{release.version}.zip"])) as archive:
        names = {file.name: file.sha256 for file in release.manifest.files} | {"manifest.json": release.hash}
        inside = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
        assert inside == {f"{release.version}/{name}": sha256 for name, sha256 in names.items()}
    assert held.metadata["version"] == release.version
    assert held.metadata["publication_date"] == release.manifest.created[:10]


def test_each_release_is_a_version_of_the_one_before(place: Place) -> None:
    first, second = place.deposit(1), place.deposit(2)
    assert (first.version, second.version) == ("1.0.0", "1.1.0") and first.made and second.made
    assert first.doi != second.doi and first.concept_doi == second.concept_doi
    assert [one.id for one in place.server.published] == [1000, 1010] and not place.server.drafts
    for n, number in ((1, 1000), (2, 1010)):
        check(place, history.release(place.store, n), number)


def test_a_deposit_that_stands_is_found_and_nothing_is_written(place: Place) -> None:
    made, before = place.deposit(1), None
    before = list(place.server.changes)
    assert place.deposit(1) == Deposited(made.version, made.doi, made.concept_doi, made.page, made=False)
    assert place.server.changes == before


@pytest.mark.parametrize(("fault", "n"), [("lost", 1), ("lost", 2), ("refused", 2)])
def test_cut_off_at_any_request_it_is_completed_by_the_same_call(place: Place, fault: str, n: int) -> None:
    """The first release begins a record, the second is its next version."""
    server = place.server
    if n == 2:
        place.deposit(1)
    before = copy.deepcopy(server.deposits)
    for cut in range(1, 20):
        server.deposits = copy.deepcopy(before)
        server.changes.clear()
        server.fault = lambda number, cut=cut: fault if number == cut else None  # type: ignore[misc]
        try:
            place.deposit(n)
            cut_off = False
        except StoreError:
            cut_off = True
        server.fault = lambda number: None
        asked = len(server.changes)
        made = place.deposit(n)
        assert made.made == cut_off
        assert len(server.published) == n and not server.drafts
        check(place, history.release(place.store, n), 1000 + 10 * (n - 1))
        if asked < cut:
            break
    assert cut > 6 and asked < cut, "every request was cut off once"


def test_files_of_the_version_before_do_not_stay(place: Place) -> None:
    place.deposit(1)
    place.deposit(2)
    assert not [name for name in place.server.deposits[1010].files if "1.0.0" in name]


def test_an_older_release_is_not_made_the_newest(place: Place) -> None:
    place.deposit(2)
    before = list(place.server.changes)
    with pytest.raises(OgpError, match="release 2 is deposited already"):
        place.deposit(1)
    assert place.server.changes == before


def test_the_draft_of_a_release_that_was_given_up_is_taken_for_the_next(place: Place) -> None:
    place.server.fault = lambda number: "refused" if number > 2 else None
    with pytest.raises(StoreError, match="answers 500"):
        place.deposit(1)
    place.server.fault = lambda number: None
    place.deposit(2)
    assert len(place.server.published) == 1 and not place.server.drafts
    check(place, history.release(place.store, 2), 1000)


def test_what_zenodo_refuses_is_told_without_the_token(place: Place) -> None:
    with pytest.raises(StoreError, match="401") as refused:
        place.deposit(1, token="another-token")
    assert "another-token" not in str(refused.value) and TOKEN not in " ".join(place.server.asked)


def test_an_address_on_another_server_is_not_asked_with_our_token(place: Place) -> None:
    client = Zenodo(place.server.api, TOKEN, wait=(2, 5), retries=0)
    place.server.api = place.server.api.replace("127.0.0.1", "localhost")  # what its answers name from now on
    with pytest.raises(StoreError, match="another server; nothing was asked there"):
        deposit.deposit(client, place.store, history.release(place.store, 1), place.programme, place.folder)


def test_depositions_of_others_in_the_account_are_left_alone(place: Place) -> None:
    related = {"identifier": "https://example.org/releases/1.json", "relation": "isIdenticalTo"}
    for number in range(101):  # more than one page of the list
        theirs = {"title": "somebody's", "related_identifiers": [related]}
        place.server.deposits[number] = Deposit(number, number, theirs)
    place.deposit(1)
    assert len(place.server.drafts) == 101 and len(place.server.published) == 1
    assert not place.deposit(1).made


def test_its_metadata_cite_it_and_name_its_record(place: Place) -> None:
    release = history.release(place.store, 1)
    told = deposit.metadata(release, place.programme)
    assert told["language"] == "eng" and told["license"] == "cc-by-4.0" and told["upload_type"] == "dataset"
    assert {one["identifier"] for one in told["related_identifiers"]} == {
        "https://data.example.org/releases/1.json",
        "https://data.example.org/v/1.0.0/",
    }
    descriptor = release.manifest.file("datapackage.json")
    assert descriptor and descriptor.sha256 in told["notes"]


# As the last step of a run


@pytest.fixture
def workspace(place: Place, tmp_path: Path) -> Workspace:
    text = PROGRAMME.replace("publication:\n", f"publication:\n  deposit: {{zenodo: '{place.server.api}'}}\n")
    known = schemas.load()
    programme = programme_file.parse(text, known, Path("programme.yaml"), files=False)
    private = DirectoryStore(tmp_path / "private", private=True)
    return Workspace(tmp_path / "programme.yaml", text.encode(), programme, known, private, place.store)


def test_a_run_deposits_the_newest_release_once_and_then_asks_nobody(workspace: Workspace, place: Place) -> None:
    environment = {depositing.VARIABLE: TOKEN}
    assert depositing.is_due(workspace)
    depositing.try_to_deposit(workspace, environment)
    assert not depositing.is_due(workspace)
    before = list(place.server.asked)
    depositing.try_to_deposit(workspace, environment)
    assert place.server.asked == before and [one.metadata["version"] for one in place.server.published] == ["1.1.0"]
    stored = workspace.intake.get(intake_layout.DEPOSITS)
    assert stored and json.loads(stored.data)["versions"]["1.1.0"]["doi"] == "10.5072/zenodo.1000"
    workspace.intake.put_view(intake_layout.DEPOSITS, b"[", "application/json")
    depositing.try_to_deposit(workspace, environment)
    assert not depositing.is_due(workspace) and len(place.server.published) == 1


def test_a_deposit_that_fails_stops_no_run_and_is_due_again(
    workspace: Workspace, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    depositing.try_to_deposit(workspace, {})
    assert depositing.VARIABLE in caplog.text and place.server.asked == []
    place.server.fault = lambda number: "refused"
    depositing.try_to_deposit(workspace, {depositing.VARIABLE: TOKEN})
    assert "the next run tries again" in caplog.text and depositing.is_due(workspace) and TOKEN not in caplog.text


def test_without_the_setting_nobody_is_asked(place: Place, workspace: Workspace) -> None:
    programme = programme_file.parse(PROGRAMME, workspace.schemas, workspace.path, files=False)
    quiet = Workspace(workspace.path, b"", programme, workspace.schemas, workspace.intake, workspace.publication)
    depositing.try_to_deposit(quiet, {depositing.VARIABLE: TOKEN})
    assert place.server.asked == []
    with pytest.raises(OgpError, match=r"deposit: \{\}"):
        depositing.deposit_release(quiet, None, {})
