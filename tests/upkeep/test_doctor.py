"""The doctor: what is well, what is not, and what to do about it; the deep look makes a wrong checkpoint again."""

import hashlib
import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import rfc8785

from ogp_pipeline.cli.app import main
from ogp_pipeline.intake import layout
from ogp_pipeline.publishing import history, keyring, signing
from ogp_pipeline.publishing.log_copy import LogCopy
from ogp_pipeline.runs import checkpoint
from ogp_pipeline.runs.known_state import known_entries
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.protocol import Done
from ogp_pipeline.upkeep import doctor, surroundings
from tests.small_country import NOW, SmallCountry, linked, published

LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> SmallCountry:
    return published(tmp_path_factory.mktemp("well") / "country")


@pytest.fixture
def country(well: SmallCountry, tmp_path: Path) -> SmallCountry:
    return linked(well.folder, tmp_path / "country")


def ill(workspace: Workspace, *, deep: bool = False) -> dict[str, str]:
    return {check.name: check.said for check in doctor.look(workspace, LATER, deep=deep) if not check.well}


def state_files(country: SmallCountry) -> list[Path]:
    return sorted(path for path in (country.folder / "var/private/state").rglob("*") if path.is_file())


def test_all_is_well_after_a_run_and_a_deep_look_changes_nothing(country: SmallCountry) -> None:
    before = {path: path.read_bytes() for path in state_files(country)}
    assert before, "the run has kept its state"
    assert ill(country.open(), deep=True) == {}
    assert {path: path.read_bytes() for path in state_files(country)} == before
    names = [check.name for check in doctor.look(country.open(), LATER, deep=True)]
    quick = ["publication", "hint", "ledger", "succession", "state", "copy of the log", "clock"]
    around = ["public store", "private store", "address"]
    assert names == [*quick, *around, "state, folded anew"]


def test_a_damaged_part_is_named_and_the_deep_look_makes_it_again(country: SmallCountry) -> None:
    part = max((path for path in state_files(country) if path.parent.name == "parts"), key=lambda p: p.stat().st_size)
    part.write_bytes(b"PAR1")
    assert part.name in ill(country.open())["state"]
    assert part.name in ill(country.open(), deep=True)["state, folded anew"]
    assert ill(country.open(), deep=True) == {}


@pytest.mark.parametrize("damage", [b"PAR1", None])
def test_a_damaged_copy_of_the_log_is_named_and_the_deep_look_makes_it_again(
    country: SmallCountry, damage: bytes | None
) -> None:
    hint = json.loads((country.folder / "var/private" / layout.LOG_HINT).read_bytes())
    copy = country.folder / "var/private" / layout.log_copy(hint["n"], hint["sha256"])
    whole = copy.read_bytes()
    if damage is None:
        copy.unlink()
    else:
        copy.write_bytes(damage)
    assert copy.name in ill(country.open())["copy of the log"]
    assert copy.name in ill(country.open(), deep=True)["copy of the log"]
    assert ill(country.open()) == {} and copy.read_bytes() == whole


def test_a_copy_of_another_log_is_named(country: SmallCountry) -> None:
    private = country.folder / "var/private"
    hint = json.loads((private / layout.LOG_HINT).read_bytes())
    (private / layout.log_copy(hint["n"], hint["sha256"])).rename(private / layout.log_copy(1, "0" * 64))
    (private / layout.LOG_HINT).write_bytes(rfc8785.dumps({**hint, "n": 1, "sha256": "0" * 64}))
    [record] = history.releases(country.open().publication)
    other = history.parse(1, record.data.replace(b'"first-', b'"other-'))
    assert other.hash != record.hash
    LogCopy(country.open().intake).keep([other])
    assert "another one" in ill(country.open())["copy of the log"]


def test_rows_that_the_ledger_does_not_give_are_found_by_the_deep_look_alone(country: SmallCountry) -> None:
    workspace = country.open()
    hint = json.loads(workspace.intake.get(layout.STATE_HINT).data)
    stored = workspace.intake.get(layout.state_index(hint["n"], hint["entry"], hint["index"]))
    index = json.loads(stored.data)
    index["tables"].pop("updates")  # as another fold would have it: whole in itself, and wrong
    data = rfc8785.dumps(index)
    sha256 = hashlib.sha256(data).hexdigest()
    workspace.intake.put_view(layout.state_index(hint["n"], hint["entry"], sha256), data, "application/json")
    workspace.intake.put_view(layout.STATE_HINT, rfc8785.dumps({**hint, "index": sha256}), "application/json")
    assert ill(country.open()) == {}
    assert "table updates" in ill(country.open(), deep=True)["state, folded anew"]
    assert ill(country.open(), deep=True) == {}
    assert "updates" in checkpoint.newest(country.open().intake, workspace.schemas).index.tables


def test_an_entry_that_was_changed_behind_the_checkpoint_is_found_by_the_deep_look(country: SmallCountry) -> None:
    path = country.folder / "var/private" / layout.ledger(2)
    path.write_bytes(path.read_bytes().replace(b"commitments", b"commitmentz"))
    assert ill(country.open()) == {}
    assert len(known_entries(country.open())) == 5, "the copy that leads to the newest entry is the true one"
    assert layout.ledger(3) in ill(country.open(), deep=True)["state, folded anew"]


def test_a_hint_that_is_behind_and_a_store_that_is_missing_are_told(country: SmallCountry) -> None:
    (country.folder / "var/public/latest.json").unlink()
    assert "hint" in ill(country.open())
    shutil.rmtree(country.folder / "var/private")
    assert "there is no ledger there" in ill(country.open())["ledger"]


def test_the_command_says_it_in_words_and_as_json_and_ends_with_one(
    country: SmallCountry, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", str(country.folder)])
    assert not ended.value.code and "the checkpoint is of entry 5" in capsys.readouterr().out
    state_files(country)[-1].unlink()
    with pytest.raises(SystemExit) as ended:
        main(["doctor", str(country.folder), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1 and told["well"] is False
    assert [check["name"] for check in told["checks"] if not check["well"]] == ["state"]


def test_files_that_nobody_takes_and_empty_folders_are_named(country: SmallCountry) -> None:
    (country.folder / "inbox/agency/updates.csv").rename(country.folder / "inbox/agency/updates (1).csv")
    assert "updates (1).csv" in ill(country.open())["files that nobody takes"]
    (country.folder / "inbox/agency/updates (1).csv").unlink()
    [folders] = [check for check in doctor.look(country.open(), LATER) if check.name == "folders"]
    assert folders.well and folders.said == "nothing lies there for 1 of 5 sources: updates"


def test_a_checkpoint_of_the_software_before_an_update_is_no_fault(
    country: SmallCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "fold", lambda: "0" * 64)
    assert ill(country.open()) == {}
    [state] = [check for check in doctor.look(country.open(), LATER) if check.name == "state"]
    assert "was folded by other code" in state.said and state.todo is not None and "nothing is lost" in state.todo


def test_what_the_user_may_not_do_in_a_folder_is_told_in_words(
    country: SmallCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the system answers somebody else than the superuser, as whom tests often run."""
    forbidden = {(country.folder / "var/public", os.W_OK)}
    monkeypatch.setattr(surroundings, "_may", lambda folder, right: (folder, right) not in forbidden)
    assert ill(country.open()) == {
        "permissions": f"the user who runs this may not write: {country.folder / 'var/public'}"
    }


def test_that_this_machine_has_not_the_key_that_signs_is_told(
    country: SmallCountry, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, others = signing.new_key(), signing.new_key()
    monkeypatch.setenv("OGP_SIGNING_KEY", mine.to_pem().decode())
    assert "signing key" not in {check.name for check in doctor.look(country.open(), LATER)}, "nothing is signed"
    stated = keyring.PublicKey(1, mine.public, 1, None, "2024-03-01T12:00:00Z", None, "0" * 64)
    monkeypatch.setattr(keyring, "read", lambda store: (stated,))
    assert ill(country.open()) == {}
    monkeypatch.setenv("OGP_SIGNING_KEY", others.to_pem().decode())
    assert "ogp keys rotate" in ill(country.open())["signing key"]
    monkeypatch.delenv("OGP_SIGNING_KEY")
    assert "set OGP_SIGNING_KEY to it" in ill(country.open())["signing key"]


@pytest.mark.parametrize(
    ("address", "noted"), [("https://data.example.org", True), ("https://datos.gob.mx/pnga", False)]
)
def test_an_address_that_is_an_example_is_a_note(country: SmallCountry, address: str, noted: bool) -> None:
    country.edit("https://data.example.org", address)
    notes = [check.said for check in doctor.look(country.open(), LATER) if check.well and check.todo is not None]
    assert any(address in note for note in notes) == noted


def test_a_store_that_ignores_conditions_is_named(country: SmallCountry, monkeypatch: pytest.MonkeyPatch) -> None:
    def overwrites(store: DirectoryStore, key: str, data: bytes, expected: str | None, media: str = "") -> Done:
        return Done(store.put_view(key, data, media or "text/plain").tag)

    monkeypatch.setattr(DirectoryStore, "swap", overwrites)
    assert "ignores conditions" in ill(country.open())["stores' word"]
