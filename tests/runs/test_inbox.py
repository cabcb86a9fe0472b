"""Whole runs on an inbox: what is dropped comes back as a receipt, and leaves only when that stands."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from botocore.httpsession import URLLib3Session
from openpyxl.packaging.custom import StringProperty

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats import template_layout as layout
from ogp_pipeline.intake import ledger
from ogp_pipeline.runs import run
from ogp_pipeline.runs.outcomes import NothingReceived, Published, Rejected, Unchanged
from ogp_pipeline.upkeep import admission
from tests.inbox_country import (
    DONE_LATER,
    GOOD,
    UPDATES,
    BucketCountry,
    InboxCountry,
    collect,
    copy,
    done,
    entries,
    lying,
    move_to_bucket,
    of_agency,
    receipts,
)
from tests.small_country import NOW, SmallCountry, build

INBOX = {"kind: folder, path: inbox/agency, files: updates.csv": "kind: inbox, path: inbox/agency, settle_seconds: 0"}


def open_country(folder: Path, **more: str) -> SmallCountry:
    """The small country, whose agency has an inbox; nothing lies in it yet."""
    country = build(folder, **INBOX, **more)
    (folder / "inbox/agency/updates.csv").unlink()
    return country


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A country that knows what its forum said, and has published it; each test works on a copy."""
    country = open_country(tmp_path_factory.mktemp("forum"))
    assert country.run("forum", NOW - timedelta(days=1)).outcome == Published("1.0.0")
    return country.folder


Open = Callable[..., InboxCountry]


@pytest.fixture(params=["folder", "bucket"])
def open_copy(request: pytest.FixtureRequest, forum: Path, tmp_path: Path) -> Open:
    """Makes a copy of the country, with texts of its programme file replaced; once for each kind of place."""

    def make(name: str = "copy", **replaced: str) -> InboxCountry:
        country = copy(forum, tmp_path / name, **replaced)
        return move_to_bucket(country, request.getfixturevalue("s3_server")) if request.param == "bucket" else country

    return make


@pytest.fixture
def country(open_copy: Open) -> InboxCountry:
    """With the agency's inbox in a folder, and in a bucket."""
    return open_copy()


@pytest.fixture
def on_disk(forum: Path, tmp_path: Path) -> InboxCountry:
    """With the agency's inbox in a folder, for what only a disk has."""
    return copy(forum, tmp_path / "copy")


def test_a_dropped_file_is_published_and_comes_back_as_a_receipt(country: InboxCountry) -> None:
    country.drop("Informe de avance.csv", GOOD)
    record = country.run("first")
    assert record.outcome == Published("1.1.0")
    assert of_agency(record).state == "accepted" and of_agency(record).rows == 2
    names = list(country.inbox())
    assert [name.rpartition(" ")[0] for name in names] == [
        "done/2024-07-10/Informe de avance",
        "receipts/2024-07-10/Informe de avance",
        "receipts/2024-07-10/Informe de avance",
    ]
    assert sorted(Path(name).suffix for name in names) == [".csv", ".html", ".json"]
    [page] = [data.decode() for name, data in country.inbox().items() if name.endswith(".html")]
    assert '<html lang="es">' in page
    assert country.inbox()[names[0]] == GOOD.encode()
    assert country.run("second").outcome == Unchanged("1.1.0"), "an inbox that was emptied is no alarm"


def test_an_inbox_into_which_nobody_ever_put_anything_is_silent(tmp_path: Path) -> None:
    country = open_country(tmp_path)
    for path in (tmp_path / "inbox/forum").iterdir():
        path.unlink()
    assert country.run("first").outcome == NothingReceived()


def test_the_same_bytes_again_are_said_to_be_so_and_leave_the_ledger_alone(country: InboxCountry) -> None:
    country.drop("a.csv", GOOD)
    collect(country)
    country.drop("copy of a.csv", GOOD)
    assert collect(country, NOW + timedelta(days=1)).state == "same"
    [entry] = entries(country)
    first, again = receipts(country)
    assert (first["verdict"], again["verdict"]) == ("accepted", "same_as_before")
    assert again["earlier"] == {"delivery": entry.delivery, "received_at": entry.received_at}
    assert "2024" in again["summary"]["es"]
    assert lying(country) == []


def test_a_file_that_was_corrected_and_is_sent_once_more_is_news_when_somebody_lets_it_in(
    country: InboxCountry,
) -> None:
    country.drop("a.csv", GOOD)
    collect(country)
    country.drop("b.csv", DONE_LATER)
    collect(country, NOW + timedelta(days=1))
    country.drop("a.csv", GOOD)
    result = collect(country, NOW + timedelta(days=2))
    assert (result.state, lying(country)) == ("held", [])
    admission.admit(country.open(), result.deliveries[0].id, "An engineer", "The correction was wrong")
    country.run("third", NOW + timedelta(days=2))
    assert [entry.files[0][0] for entry in entries(country)] == ["a.csv", "b.csv", "a.csv"]
    rows = (country.folder / "var/public/latest/progress/updates.csv").read_text(encoding="utf-8")
    assert "discussed" in rows and "Done" not in rows


def test_a_file_that_says_something_else_does_not_make_an_older_one_news(country: InboxCountry) -> None:
    country.drop("a.csv", DONE_LATER)
    collect(country)
    country.drop("b.csv", UPDATES + "XX0001.2,2024-H1,complete,Done too\n")
    collect(country, NOW + timedelta(days=1))
    country.drop("a.csv", DONE_LATER)
    assert collect(country, NOW + timedelta(days=2)).state == "same"
    assert len(entries(country)) == 2


def test_a_file_about_anothers_commitments_says_whose_they_are(country: InboxCountry) -> None:
    country.drop("theirs.csv", UPDATES + "XX0002.1,2024-H1,in_progress,Ours now\n")
    assert isinstance(country.run("second").outcome, Rejected)
    [receipt] = receipts(country)
    assert [problem["rule"] for problem in receipt["problems"]] == ["authority-commitment"]
    assert lying(country) == [] and entries(country) == []


def test_a_file_that_is_only_to_be_checked_changes_nothing_but_gets_its_receipt(country: InboxCountry) -> None:
    private = country.folder / "var/private"

    def kept() -> dict[str, bytes]:
        return {
            str(path): path.read_bytes() for path in private.rglob("*") if path.is_file() and "runs" not in path.parts
        }

    before = kept()
    country.drop("check/good.csv", GOOD)
    country.drop("check/bad.csv", UPDATES + "XX0001.1,2024-H1,No Trackab,x\n")
    assert collect(country).state == "nothing"
    assert kept() == before
    assert {one["verdict"]: one.get("only_checked") for one in receipts(country)} == {
        "accepted": True,
        "rejected": True,
    }
    assert lying(country) == []
    pages = [data.decode() for name, data in country.inbox().items() if re.search("/check good.*html", name)]
    assert len(pages) == 1 and "todavía no guardamos nada" in pages[0]
    assert len([name for name in done(country) if "/check " in name]) == 2


@pytest.mark.parametrize("folder", ["", "check/"])
def test_a_workbook_comes_back_with_its_cells_marked_and_the_page_links_to_it(
    open_copy: Open, tmp_path: Path, folder: str
) -> None:
    country = open_copy(**{"read: {kind: csv}, rhythm_days": "read: {kind: xlsx}, rhythm_days"})
    book = openpyxl.Workbook()
    book.active.append(UPDATES.strip().split(","))
    book.active.append(["XX0001.1", "2024-H1", "No Trackab", "x"])
    book.save(tmp_path / "book.xlsx")
    country.drop(f"{folder}Año 1, informe.xlsx", (tmp_path / "book.xlsx").read_bytes())
    collect(country)
    assert lying(country) == []
    files = country.inbox()
    [page] = [PurePosixPath(name) for name in files if name.endswith(".html")]
    [link] = re.findall('href="([^"#]+xlsx)"', files[str(page)].decode())
    marked = page.parent / unquote(link)
    book = openpyxl.load_workbook(BytesIO(files[str(marked)]))
    assert marked.stem == page.stem and book.sheetnames[0] == "Revisión"
    [receipt] = receipts(country)
    assert [one["name"] for one in receipt["copies"]] == [marked.name]


def test_files_that_belong_together_are_one_delivery(open_copy: Open) -> None:
    country = open_copy(**{"settle_seconds: 0": "settle_seconds: 0, together: true"})
    country.drop("1.csv", DONE_LATER)
    country.drop("2.csv.part", UPDATES)
    assert collect(country).deliveries == ()
    country.take_away("2.csv.part")
    country.drop("2.csv", UPDATES + "XX0001.2,2024-H1,not_started,x\n")
    [delivery] = collect(country).deliveries
    assert (delivery.state, delivery.files) == ("accepted", 2)
    assert lying(country) == [] and len(receipts(country)) == 1
    assert len(done(country)) == 2


def test_what_arrived_in_time_counts_from_its_arrival_not_from_the_run(forum: Path, tmp_path: Path) -> None:
    country = copy(forum, tmp_path / "copy", **{"settle_seconds: 0": "settle_seconds: 60"})
    path = country.write("agency/a.csv", GOOD)
    os.utime(path, (0, 0))  # a date which the file brought along says nothing
    arrived = datetime.fromtimestamp(path.stat().st_ctime, UTC)
    assert collect(country, arrived + timedelta(seconds=50)).deliveries == ()
    collect(country, arrived + timedelta(days=5))
    [entry] = entries(country)
    assert entry.known_on == arrived.date()
    assert abs(datetime.fromisoformat(entry.received_at) - arrived) < timedelta(milliseconds=1)


def test_a_file_that_is_still_being_written_is_left_alone(forum: Path, tmp_path: Path) -> None:
    country = copy(forum, tmp_path / "copy", **{"settle_seconds: 0": "settle_seconds: 5"})
    path = country.folder / "inbox/agency/slow.csv"
    program = (
        "import sys\n"
        "file = open(sys.argv[1], 'w')\n"
        f"file.write({GOOD!r}); file.flush(); print('began', flush=True)\n"
        "sys.stdin.readline()\n"
        "file.write('XX0001.1,2024-H2'); file.flush(); print('went on', flush=True)\n"
        "sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdin is not None and writer.stdout is not None
        for said in ("began", "went on"):
            assert writer.stdout.readline().strip() == said
            written = datetime.fromtimestamp(path.stat().st_ctime, UTC)
            assert collect(country, written + timedelta(seconds=4)).deliveries == ()
            assert path.exists()
            writer.stdin.write("\n")
            writer.stdin.flush()
    path.write_text(GOOD)
    finished = datetime.fromtimestamp(path.stat().st_ctime, UTC)
    assert collect(country, finished + timedelta(seconds=6)).state == "accepted"


def test_what_cannot_be_opened_says_so_and_stops_nothing_else(on_disk: InboxCountry) -> None:
    inbox = on_disk.folder / "inbox/agency"
    (on_disk.folder / "secret.csv").write_text(GOOD)
    (inbox / "a link.csv").symlink_to(on_disk.folder / "secret.csv")
    (inbox / "a folder").mkdir()
    os.mkfifo(inbox / "a pipe.csv")
    on_disk.drop("z.csv", GOOD)
    result = collect(on_disk)
    assert result.state == "rejected"
    assert {item.state for item in result.deliveries} == {"accepted", "rejected"}
    told = {one["files"][0]["name"]: [p["rule"] for p in one["problems"]] for one in receipts(on_disk)}
    assert told == {"a link.csv": ["not-a-file"], "a folder": ["not-a-file"], "a pipe.csv": ["not-a-file"], "z.csv": []}
    assert sorted(path.name for path in inbox.iterdir()) == ["a folder", "a link.csv", "a pipe.csv", "done", "receipts"]
    assert (on_disk.folder / "secret.csv").read_text() == GOOD
    before = list(on_disk.inbox())
    assert collect(on_disk).state == "rejected"
    assert list(on_disk.inbox()) == before


def test_a_link_in_place_of_our_own_folders_leads_nowhere(on_disk: InboxCountry) -> None:
    elsewhere = on_disk.folder / "elsewhere"
    elsewhere.mkdir()
    on_disk.drop("a.csv", GOOD)
    (on_disk.folder / "inbox/agency/receipts").symlink_to(elsewhere)
    result = collect(on_disk)
    assert result.state == "failed" and "receipts must be a folder of its own" in (result.reason or "")
    assert list(elsewhere.iterdir()) == [] and lying(on_disk) == ["a.csv"]
    (on_disk.folder / "inbox/agency/receipts").unlink()
    assert collect(on_disk).state == "accepted"
    assert [one["verdict"] for one in receipts(on_disk)] == ["accepted"] and lying(on_disk) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions of another kind")
def test_a_file_without_permission_says_so(on_disk: InboxCountry) -> None:
    closed = on_disk.write("agency/closed.csv", GOOD)
    on_disk.drop("open.csv", DONE_LATER)
    closed.chmod(0)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:  # the superuser may read everything
                _give_away(on_disk.folder)
                os.setuid(65534)
            states = {item.state for item in collect(on_disk).deliveries}
            [told] = [one for one in receipts(on_disk) if one["verdict"] == "rejected"]
            [problem] = told["problems"]
            code = 0 if (states, problem["rule"]) == ({"accepted", "rejected"}, "file-not-readable") else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert lying(on_disk) == ["closed.csv"]
    closed.chmod(0o644)
    assert collect(on_disk).state == "accepted"


def _give_away(folder: Path) -> None:
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and "pytest" in str(parent):
            parent.chmod(0o755)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 65534, 65534, follow_symlinks=False)


CHANGING = ("fsync", "link", "mkdir", "replace", "rename", "unlink")


def collect_and_die(country: InboxCountry, step: int) -> int:
    """Collect in a process of its own, killed before its n-th call that changes the inbox; how many it made."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        calls = 0

        def counting(call: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*arguments: Any, **keywords: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **keywords)

            return counted

        try:
            workspace = country.open()
            if isinstance(country, BucketCountry):
                send = URLLib3Session.send
                counted = counting(send)
                URLLib3Session.send = lambda session, request: (  # type: ignore[method-assign]
                    send if request.method in ("GET", "HEAD") else counted
                )(session, request)
            else:
                for name in CHANGING:
                    setattr(os, name, counting(getattr(os, name)))
            run.collect_source(workspace, "updates", NOW)
            os.write(writing, str(calls).encode())
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    status = os.waitpid(child, 0)[1]
    assert said or os.WTERMSIG(status) == signal.SIGKILL
    return int(said or 0)


@pytest.mark.parametrize("name", ["good.csv", "bad.csv", "check/good.csv"])
def test_killed_at_any_step_a_file_is_still_there_or_its_receipt_is(open_copy: Open, name: str, kills: int) -> None:
    content = UPDATES + "XX0001.1,2024-H1,No Trackab,x\n" if "bad" in name else GOOD

    def write(country: InboxCountry, step: int) -> None:
        country.drop(f"{name}", content.replace("Waits", f"Waits {step}").replace(",x", f",x {step}"))

    whole = open_copy("whole")
    write(whole, 0)
    collect(whole)  # so that what is written only once is there
    write(whole, -1)
    calls = collect_and_die(whole, 0)
    in_bucket = isinstance(whole, BucketCountry)
    assert calls >= (4 if in_bucket else 6)
    country = open_copy("killed")
    before = len(ledger.read(country.open().intake))
    # Every third call to a disk in a normal run, every one with --kills 6 or more; a bucket has but few.
    steps = range(1, calls + 1, 1 if in_bucket else max(1, 6 // kills))
    for turn, step in enumerate(steps, 1):
        write(country, step)
        assert collect_and_die(country, step) == 0
        assert lying(country) == [name] or len(receipts(country)) == turn, f"lost at step {step}"
        collect(country)
        assert lying(country) == []
        assert len(receipts(country)) == turn, f"step {step}"
        assert "same_as_before" not in {one["verdict"] for one in receipts(country)}
        accepted = turn if name == "good.csv" else 0
        assert len(ledger.read(country.open().intake)) == before + accepted, f"step {step}"
    assert len(done(country)) == len(steps)


@pytest.mark.parametrize(
    ("new", "part", "said"),
    [
        ("path: inbox/nowhere", "path: inbox/nowhere", "there is no folder `inbox/nowhere`"),
        ("path: inbox/forum", "id: updates", "source `institutions` has that folder"),
        ("path: inbox", "id: updates", "source `institutions` has that folder"),
        ("path: inbox/agency/..", "id: updates", "source `institutions` has that folder"),
        ("path: .", "id: updates", "holds the programme file itself"),
        ("path: var", "id: updates", "crosses the private store"),
    ],
)
def test_an_inbox_that_crosses_another_folder_is_a_mistake_with_its_line(
    on_disk: InboxCountry, new: str, part: str, said: str
) -> None:
    (on_disk.folder / "var").mkdir(exist_ok=True)
    path = on_disk.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8").replace("path: inbox/agency", new)
    path.write_text(text, encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if part in line)
    with pytest.raises(ProgrammeError) as caught:
        on_disk.open()
    assert any(found == line and said in message for found, message in caught.value.mistakes)


@pytest.mark.parametrize(
    ("place", "store", "said"),
    [
        ("{bucket: b-1, prefix: agency}", "{bucket: b-1, prefix: var}", None),
        ("{bucket: b-1, prefix: var}", "{bucket: b-2, prefix: var}", None),
        ("{bucket: b-1, prefix: var-2}", "{bucket: b-1, prefix: var}", None),
        ("{bucket: b-1, endpoint: 'http://one'}", "{bucket: b-1, endpoint: 'http://two'}", None),
        ("{bucket: b-1, endpoint: 'http://one'}", "{bucket: b-1}", "crosses the private store `s3://b-1`"),
        ("{bucket: b-1, prefix: var/}", "{bucket: b-1, prefix: var}", "crosses the private store `s3://b-1/var`"),
        ("{bucket: b-1, prefix: a/b}", "{bucket: b-1, prefix: a}", "`s3://b-1/a/b` crosses the private store"),
        ("{bucket: b-1}", "{bucket: b-1, prefix: var}", "an inbox needs a prefix of its own"),
    ],
)
def test_an_inbox_that_crosses_a_store_in_its_bucket_is_a_mistake_with_its_line(
    on_disk: InboxCountry, place: str, store: str, said: str | None
) -> None:
    path = on_disk.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8").replace("path: inbox/agency", f"s3: {place}")
    path.write_text(text.replace("intake: {directory: var/private}", f"intake: {{s3: {store}}}"), encoding="utf-8")
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "id: updates" in line)
    if said is None:
        on_disk.open()
        return
    with pytest.raises(ProgrammeError) as caught:
        on_disk.open()
    assert any(found == line and said in message for found, message in caught.value.mistakes)


def test_an_inbox_is_in_one_place(on_disk: InboxCountry) -> None:
    path = on_disk.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    for place in ("path: inbox/agency, s3: {bucket: b-1}", "together: false"):
        path.write_text(text.replace("path: inbox/agency", place), encoding="utf-8")
        with pytest.raises(ProgrammeError, match="write either `path` or `s3`"):
            on_disk.open()


@pytest.mark.parametrize("bucket", [False, True])
def test_two_inboxes_in_one_place_are_one_mistake(on_disk: InboxCountry, bucket: bool) -> None:
    path = on_disk.folder / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    if bucket:
        text = text.replace("path: inbox/agency", "s3: {bucket: b-1, prefix: agency}")
    [source] = [line for line in text.splitlines() if "id: updates" in line]
    path.write_text(text.replace(source, f"{source}\n{source.replace('id: updates', 'id: others')}"), encoding="utf-8")
    with pytest.raises(ProgrammeError) as caught:
        on_disk.open()
    [(line, said)] = caught.value.mistakes
    assert (
        f"source `updates` has that {'prefix' if bucket else 'folder'}" in said
        and line == text.splitlines().index(source) + 2
    )


def test_a_template_that_was_made_for_another_supplier_says_so(forum: Path, tmp_path: Path) -> None:
    country = copy(forum, tmp_path / "copy", **{"read: {kind: csv}, rhythm_days": "read: {kind: xlsx}, rhythm_days"})
    workspace = country.open()
    path = country.folder / "inbox/agency/plantilla.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "updates"
    names = UPDATES.strip().split(",")
    for row in (names, names, ["XX0001.1", "2024-H1", "in_progress", "Ours"]):
        sheet.append(row)
    told = {layout.TEMPLATE: layout.VERSION, layout.SUPPLIER: "forum", layout.TABLE: "updates"}
    for name, value in {**told, layout.SCHEMAS: workspace.schemas.version}.items():
        book.custom_doc_props.append(StringProperty(name=name, value=value))
    book.save(path)
    assert collect(country).state == "rejected"
    [receipt] = receipts(country)
    assert "wrong-supplier" in {problem["rule"] for problem in receipt["problems"]}
    assert lying(country) == [] and entries(country) == []
