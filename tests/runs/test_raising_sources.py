"""Whatever one source raises is that source's result: the others are collected and published."""

import json
import os
import socket
import threading
from pathlib import Path

import pytest

from ogp_pipeline.errors import StoreError
from ogp_pipeline.intake import layout
from ogp_pipeline.runs import gathering
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs.outcomes import Failed
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.sources import deliveries
from tests.small_country import FILES, NOW, SmallCountry, build, published


def one_raises(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def raising(source, *rest):
        if source.id == "updates":
            raise error
        return deliveries(source, *rest)

    monkeypatch.setattr(gathering, "deliveries", raising)


def collected(country: SmallCountry) -> list[SourceResult]:
    workspace = country.open()
    return [pipeline.collect_source(workspace, source.id, NOW) for source in workspace.programme.sources]


def result_of(country: SmallCountry, run: str, source: str) -> dict[str, object]:
    """As the stored record has it."""
    stored = country.open().intake.get(layout.run(run))
    assert stored is not None
    [found] = [one for one in json.loads(stored.data)["sources"] if one["source"] == source]
    return found


def test_a_source_that_raises_leaves_the_others_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    country = build(tmp_path)
    one_raises(monkeypatch, RecursionError("maximum recursion depth exceeded"))
    record = country.run("first")
    assert isinstance(record.outcome, Failed) and record.outcome.version == "1.0.0"
    assert country.versions() == ["1.0.0"]
    assert [one.state for one in record.sources] == ["accepted"] * 4 + ["failed"]


@pytest.mark.parametrize(
    "error",
    [
        UnicodeEncodeError("utf-8", "u\udcff.csv", 1, 2, "surrogates not allowed"),
        ValueError("u\udcff.csv\n" + "x" * 10_000),
        OverflowError("year is out of range"),
        RecursionError("maximum recursion depth exceeded"),
        AssertionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_nobody_foresaw_is_the_result_of_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    country = published(tmp_path / "country")
    one_raises(monkeypatch, error)
    record = country.run("second")
    assert isinstance(record.outcome, Failed) and country.versions() == ["1.0.0"]
    assert [one.state for one in record.sources] == ["same"] * 4 + ["failed"]
    found = result_of(country, "second", "updates")
    assert found["state"] == "failed" and type(error).__name__ in found["reason"]
    assert found["reason"].isprintable() and len(found["reason"]) < 1000
    assert type(error).__name__ in caplog.text and "Traceback" in caplog.text
    assert caplog.text.encode("utf-8"), "the log holds nothing that a server for logs would refuse"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)], ids=["interrupt", "exit"])
def test_an_interrupt_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    one_raises(monkeypatch, error)
    with pytest.raises(type(error)):
        build(tmp_path).run("first")


@pytest.mark.parametrize("error", [StoreError("the store is away"), OSError(28, "No space left")])
def test_our_own_store_and_disk_are_no_fault_of_a_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    one_raises(monkeypatch, error)
    with pytest.raises(type(error)):
        pipeline.collect_source(build(tmp_path).open(), "updates", NOW)


def test_a_file_whose_name_is_no_text_is_read_and_its_supplier_told(tmp_path: Path) -> None:
    country = build(tmp_path, **{"files: updates.csv, read": "files: '*.csv', read"})
    (tmp_path / "inbox/agency/updates.csv").unlink()
    place = os.fsencode(tmp_path / "inbox/agency")
    Path(os.fsdecode(place + b"/u\xff.csv")).write_text(FILES["agency/updates.csv"], "utf-8")
    [delivery] = collected(country)[-1].deliveries
    assert (delivery.state, delivery.rows, delivery.notes) == ("accepted", 2, 1)
    stored = country.open().intake.get(str(delivery.receipt))
    assert stored is not None
    receipt = json.loads(stored.data)
    [problem] = receipt["problems"]
    assert (problem["rule"], problem["where"]["file"]) == ("illegible-name", "u\\xff.csv")
    assert "without accents" in problem["todo"]["en"] and "sin acentos" in problem["todo"]["es"]


def test_a_server_that_answers_nonsense_stops_nobody_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/updates.csv"
        http = f"kind: http, url: '{url}', allow_private_hosts: true, read"
        country = published(tmp_path / "country")
        programme = country.folder / "programme.yaml"
        text = programme.read_text(encoding="utf-8")
        folder = "kind: folder, path: inbox/agency, files: updates.csv, read"
        assert folder in text
        programme.write_text(text.replace(folder, http), encoding="utf-8")
        results = collected(country)
    assert [result.state for result in results] == ["same"] * 4 + ["failed"]
    assert "redirects to an address that cannot be fetched" in str(results[-1].reason)
