"""An inbox in a folder: names of every kind, and nothing that is followed or waited for."""

import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest

from ogp_pipeline.errors import SourceError
from ogp_pipeline.sources.delivery import DeliveredFile, Refusal
from ogp_pipeline.sources.folder_inbox import FolderInbox
from ogp_pipeline.sources.inbox import Item, safe_name
from tests.every import for_every
from tests.sources.inbox_contract import DAY, LIMIT, InboxContract

SHA = "0123456789abcdef" * 4


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def inbox(root: Path) -> FolderInbox:
    return FolderInbox(root, LIMIT)


def only(root: Path) -> Item:
    [item] = inbox(root).items()
    return item


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}


@dataclass(frozen=True)
class FolderPlace:
    """See ``inbox_contract.Place``."""

    root: Path

    @property
    def inbox(self) -> FolderInbox:
        return inbox(self.root)

    @property
    def nowhere(self) -> FolderInbox:
        return inbox(self.root / "nowhere")

    def put(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def remove(self, name: str) -> None:
        (self.root / name).unlink()

    def files(self) -> dict[str, bytes]:
        return {name: (self.root / name).read_bytes() for name in files(self.root)}


class TestFolderInbox(InboxContract):
    """A folder."""

    @pytest.fixture
    def place(self, root: Path) -> FolderPlace:
        return FolderPlace(root)


@for_every(
    ("name", "safe"),
    [
        ("Informe de avance.xlsx", "Informe de avance 01234567.xlsx"),
        ("Información.csv", "Información 01234567.csv"),
        (unicodedata.normalize("NFD", "Información.csv"), "Información 01234567.csv"),
        ("avance 🏛️👩‍💼.csv", "avance 🏛️👩_💼 01234567.csv"),
        ("..", "file 01234567"),
        ("../../etc/passwd", "_.._etc_passwd 01234567"),
        ("a/b.csv", "a_b 01234567.csv"),
        ("a\\b.csv", "a_b 01234567.csv"),
        ("C:\\temp\\a.csv", "C__temp_a 01234567.csv"),
        ("a\x00b.csv", "a_b 01234567.csv"),
        ("a%00b%2f.csv", "a_00b_2f 01234567.csv"),
        ("two\nlines.csv", "two_lines 01234567.csv"),
        ("CON", "_CON 01234567"),
        ("nul.csv", "_nul 01234567.csv"),
        ("com1.report.csv", "_com1.report 01234567.csv"),
        ("console.csv", "console 01234567.csv"),
        ("report.csv...", "report 01234567.csv"),
        (" spaces .csv ", "spaces 01234567.csv"),
        (".hidden", "hidden 01234567"),
        ("exe\u202excod.csv", "exe_xcod 01234567.csv"),
        ("latin\udce9.csv", "latin_ 01234567.csv"),
        ("no ending", "no ending 01234567"),
        ("v1. a long sentence after a dot", "v1. a long sentence after a dot 01234567"),
    ],
)
def test_a_safe_name_leads_nowhere_and_is_recognised(name: str, safe: str) -> None:
    assert "".join(safe_name(name, SHA)) == safe


@pytest.mark.parametrize("letter", ["a", "ñ", "🏛"])
def test_a_very_long_name_is_cut_between_letters_and_keeps_its_ending(letter: str) -> None:
    stem, ending = safe_name(letter * 300 + ".xlsx", SHA)
    assert ending == ".xlsx" and stem.endswith(" 01234567")
    assert 100 < len((stem + ending).encode()) < 150
    assert set(stem.removesuffix(" 01234567")) == {letter}


@pytest.mark.parametrize("name", ["a\\b.csv", b"latin\xe9.csv"])
def test_a_file_of_a_name_that_only_disks_have_is_fetched_and_finished(
    root: Path, tmp_path: Path, name: str | bytes
) -> None:
    (root / os.fsdecode(name)).write_text("content")
    item = only(root)
    fetched = inbox(root).fetch(item, tmp_path / "spool")
    assert isinstance(fetched, DeliveredFile)
    assert fetched.path.read_text() == "content" and fetched.name.encode() and "\n" not in fetched.name
    stem, ending = safe_name(item.name, fetched.sha256)
    inbox(root).put_receipt(DAY, f"{stem}.html", b"<p>", "text/html")
    inbox(root).finish(item, DAY, stem + ending)
    assert files(root) == {f"receipts/2024-07-10/{stem}.html", f"done/2024-07-10/{stem}{ending}"}
    assert {path.name for path in tmp_path.iterdir()} == {"inbox", "spool"}


def test_what_is_larger_than_allowed_is_not_fetched(root: Path, tmp_path: Path) -> None:
    with (root / "huge.csv").open("wb") as file:
        file.truncate(1 << 40)
    answer = inbox(root).fetch(only(root), tmp_path / "spool")
    assert isinstance(answer, Refusal) and answer.rule == "file-too-large"
    assert answer.details["size"] == "1048576.0 MB"


@pytest.mark.parametrize("kind", ["link out", "link in", "link to nothing", "link to a folder", "pipe", "folder"])
def test_what_is_no_file_is_refused_and_neither_followed_nor_waited_for(root: Path, tmp_path: Path, kind: str) -> None:
    thing = root / "thing.csv"
    (tmp_path / "secret.csv").write_text("secret")
    match kind:
        case "link out":
            thing.symlink_to(tmp_path / "secret.csv")
        case "link in":
            (root / ".real.csv").write_text("x")
            thing.symlink_to(root / ".real.csv")
        case "link to nothing":
            thing.symlink_to(root / "nothing")
        case "link to a folder":
            thing.symlink_to("/")
        case "pipe":
            os.mkfifo(thing)
        case "folder":
            (thing / "deeper").mkdir(parents=True)
    assert inbox(root).fetch(only(root), tmp_path / "spool") == Refusal("not-a-file")
    assert not (tmp_path / "spool").exists()


def test_a_file_that_becomes_a_link_or_a_pipe_at_the_last_moment_is_not_opened(root: Path, tmp_path: Path) -> None:
    path = root / "a.csv"
    path.write_text("x")
    item = only(root)
    path.unlink()
    path.symlink_to(tmp_path)
    assert inbox(root).fetch(item, tmp_path / "spool") == Refusal("not-a-file")
    path.unlink()
    os.mkfifo(path)
    assert inbox(root).fetch(item, tmp_path / "spool") is None


@pytest.mark.parametrize("name", ["check", "receipts", "done"])
def test_a_link_in_place_of_a_folder_of_ours_is_refused(root: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a.csv").write_text("x")
    (root / "a.csv").write_text("x")
    item = only(root)
    (root / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match=f"{name} must be a folder of its own"):
        inbox(root).items()
        inbox(root).put_receipt(DAY, "a.html", b"x", "text/html")
        inbox(root).finish(item, DAY, "a.csv")
    assert {path.name for path in (tmp_path / "elsewhere").iterdir()} == {"a.csv"}
