"""What many tests begin with is made once, and whoever writes to it is noticed."""

from pathlib import Path

import pytest

from tests import kept


def test_it_is_made_once_and_who_writes_to_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_place", lambda: tmp_path)
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        folder.mkdir()
        (folder / "programme.yaml").write_text("id: a")

    first, again = kept.kept("a country", make), kept.kept("a country", make)
    assert first == again and len(made) == 1 and (first / "programme.yaml").read_text() == "id: a"
    assert kept.kept("another", make) != first and kept.altered() == []
    (first / "programme.yaml").write_text("id: other")
    assert kept.altered() == ["a country"]


def test_what_could_not_be_made_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_place", lambda: tmp_path)

    def fail(folder: Path) -> None:
        folder.mkdir()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kept.kept("a country", fail)
    assert list(kept.kept("a country", Path.mkdir).iterdir()) == []
