"""Old copies go by rule with the bytes that only they hold; a new one that is taken meanwhile lacks nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ogp_pipeline.cli.app import main
from ogp_pipeline.errors import BrokenHistory, WrongUse
from ogp_pipeline.programme.retention import KeptCopies, Retention
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.upkeep import copies, pruning
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import NOW, build

DAY = timedelta(days=1)
RULES = Retention(copies=KeptCopies(days=30, at_least=1))


class Store(DirectoryStore):
    """Something happens at the first key of this kind that is removed, or written."""

    removing: tuple[str, Callable[[], object]] | None = None
    writing: tuple[str, Callable[[], object]] | None = None

    def delete(self, key: str) -> None:
        if self.removing is not None and key.startswith(self.removing[0]):
            (_, happens), self.removing = self.removing, None
            happens()
        super().delete(key)

    def put_view(self, key: str, data: bytes, media_type: str):  # type: ignore[no-untyped-def]
        if self.writing is not None and key.startswith(self.writing[0]):
            (_, happens), self.writing = self.writing, None
            happens()
        return super().put_view(key, data, media_type)


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    """A private store as far as copies look at it: nothing in a ledger, and two objects."""
    made = DirectoryStore(tmp_path / "private", private=True)
    made.put_view("mail/a", b"stays", "text/plain")
    made.put_view("mail/b", b"goes", "text/plain")
    return made


@pytest.fixture
def place(tmp_path: Path, store: DirectoryStore) -> Iterator[Store]:
    """With an old copy of both, and a newer one of the first alone."""
    made = Store(tmp_path / "copies", private=True)
    copies.take(store, made, "xx", NOW)
    store.delete("mail/b")
    copies.take(store, made, "xx", NOW + 20 * DAY)
    yield made
    for name in copies.every(made):
        assert list(copies.damage(made, copies.read(made, name))) == [], "whatever happened, each copy is whole"


def objects(place: Store) -> int:
    return len(list(place.list(copies.OBJECTS)))


def test_an_old_copy_goes_with_what_it_alone_holds(place: Store) -> None:
    assert pruning.plan(RULES, place, NOW + 30 * DAY).copies == ()
    planned = pruning.plan(RULES, place, NOW + 31 * DAY)
    old, new = copies.every(place)
    assert planned.copies == (old,) and objects(place) == 2
    assert pruning.carry_out(place, planned) == pruning.Pruning((old,), 1, len(b"goes"))
    assert (copies.every(place), objects(place)) == ([new], 1)
    assert pruning.carry_out(place, planned) == pruning.Pruning((old,)), "the same again finds nothing"


def test_the_newest_stay_however_old_and_a_list_of_nobodys_is_left_alone(place: Store) -> None:
    place.create("copies/0-mine.json", b"{}")
    old, new = copies.every(place)[1:]
    assert pruning.plan(RULES, place, NOW + 999 * DAY).copies == (old,)
    assert pruning.plan(Retention(copies=KeptCopies(days=1, at_least=2)), place, NOW + 999 * DAY).copies == ()
    with pytest.raises(WrongUse, match="every copy is kept"):
        pruning.plan(None, place, NOW)
    with pytest.raises(BrokenHistory, match="0-mine"):
        pruning.carry_out(place, pruning.Pruning((old,)))
    assert new and objects(place) == 2, "nobody knows what the damaged list needs, so nothing goes"
    place.delete("copies/0-mine.json")


def test_a_copy_that_is_taken_while_another_is_removed_lacks_nothing(place: Store, store: DirectoryStore) -> None:
    """Its list comes before the bytes go: they are put back."""
    store.put_view("mail/c", b"goes", "text/plain")
    planned = pruning.plan(RULES, place, NOW + 31 * DAY)
    place.removing = copies.OBJECTS, lambda: copies.take(store, place, "xx", NOW + 31 * DAY)
    assert pruning.carry_out(place, planned).objects == 0
    assert objects(place) == 2


def test_a_copy_whose_bytes_go_before_its_list_is_there_copies_them_again(place: Store, store: DirectoryStore) -> None:
    store.put_view("mail/c", b"goes", "text/plain")
    planned = pruning.plan(RULES, place, NOW + 31 * DAY)
    place.writing = copies.COPIES, lambda: pruning.carry_out(place, planned)
    copies.take(store, place, "xx", NOW + 31 * DAY)
    assert objects(place) == 2


def call(*arguments: str) -> None:
    with pytest.raises(SystemExit) as left:
        main([*arguments])
    assert not left.value.code


def test_the_command_lists_and_removes(tmp_path: Path, place: Store, capsys: pytest.CaptureFixture[str]) -> None:
    country = build(tmp_path / "country")
    country.edit("languages: [en]", "languages: [en]\nretention: {copies: {days: 30, at_least: 1}}")
    where = ["--copies", str(tmp_path / "copies"), "--lang", "es"]
    old = copies.every(place)[0]
    call("retain", str(country.folder), *where)
    told = capsys.readouterr().out
    assert old in told and "`--delete` elimina para siempre" in told
    call("retain", str(country.folder), *where, "--json")
    assert json.loads(capsys.readouterr().out)["copies"] == [old]
    call("retain", str(country.folder), *where, "--delete")
    assert "Copias: 1; objetos que solo ellas tenían: 1" in capsys.readouterr().out
