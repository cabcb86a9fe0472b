"""Who watches the desk: is the process alive, can it serve, and what did it count, for whoever has the token."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ogp_pipeline.desk.app import Desk
from ogp_pipeline.desk.requests import Address, Office
from ogp_pipeline.intake import layout
from ogp_pipeline.store.directory import DirectoryStore
from tests.desk.conftest import URL, Served, upload
from tests.inbox_country import GOOD
from tests.small_country import NOW

TOKEN = "a-long-token"


@pytest.fixture
def watched(served: Served) -> Served:
    """A desk whose metrics may be read."""
    served.desk = Desk(Office(served.country.folder), Address(URL), served.drafts, lambda: served.now, TOKEN)
    return served


def metrics(served: Served, authorization: str = f"Bearer {TOKEN}") -> dict[tuple[str, ...], float]:
    answer = served.client().get("/metrics", headers={"Authorization": authorization})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=")
    families = text_string_to_metric_families(answer.text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_health_is_told_to_anybody_and_names_nothing_private(served: Served) -> None:
    for address in ("/livez", "/healthz"):
        answer = served.client().get(address)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["checks"] == {"private_store": "ok", "inboxes": "ok"}
    assert set(answer.json()) == {"status", "version", "checks"}


def test_an_inbox_that_cannot_be_read_is_told_until_it_can(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    inbox: Path = served.country.folder / "inbox/agency"
    shutil.move(inbox, served.country.folder / "away")
    inbox.write_text("no folder")
    broken = served.client().get("/healthz")
    assert broken.status_code == 503 and broken.json()["checks"] == {"private_store": "ok", "inboxes": "unavailable"}
    assert "the inbox of updates cannot be read" in caplog.text
    assert served.client().get("/livez").status_code == 200, "another process would heal nothing"
    inbox.unlink()
    shutil.move(served.country.folder / "away", inbox)
    served.now += timedelta(seconds=6)
    assert served.client().get("/healthz").status_code == 200


def test_however_often_somebody_knocks_the_store_is_asked_now_and_then(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    get = DirectoryStore.get
    monkeypatch.setattr(DirectoryStore, "get", lambda store, key: asked.append(key) or get(store, key))
    for _ in range(20):
        assert served.client().get("/healthz").status_code == 200
    assert asked == [layout.LAST_RUN]


def test_a_private_store_that_cannot_be_read_is_told(watched: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OSError("gone")

    monkeypatch.setattr(DirectoryStore, "get", away)
    assert watched.client().get("/healthz").json()["checks"]["private_store"] == "unavailable"
    assert metrics(watched)["ogp_desk_ready",] == 0


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Bearer a-long-tokem", f"Basic {TOKEN}", TOKEN])
def test_without_the_token_there_is_no_such_address(watched: Served, authorization: str) -> None:
    answer = watched.client().get("/metrics", headers={"Authorization": authorization})
    assert answer.status_code == 404 and "ogp_desk" not in answer.text


def test_where_no_token_is_set_nobody_reads_them(served: Served) -> None:
    for authorization in ("Bearer ", "Bearer", ""):
        assert served.client().get("/metrics", headers={"Authorization": authorization}).status_code == 404


def test_what_happened_at_the_desk_is_counted_and_nobody_is_named(watched: Served) -> None:
    last = {"started": "2024-07-10T12:00:00+00:00", "seconds": 8.5, "outcome": {"name": "Rejected", "exit_code": 4}}
    watched.country.open().intake.put_view(layout.LAST_RUN, json.dumps(last).encode(), "application/json")
    link = watched.link()
    client = watched.visitor(link)
    assert "/send" in upload(client, "avances.csv", GOOD).text
    watched.client().get("/wp-login.php")
    counted = metrics(watched)
    assert counted["ogp_desk_requests_total", "/enter/{token}", "303"] == 1
    assert counted["ogp_desk_requests_total", "other", "404"] == 1
    assert counted["ogp_desk_checks_total", "true"] == 1
    assert counted["ogp_desk_received_bytes_total",] == len(GOOD.encode())
    assert counted["ogp_desk_request_seconds_count", "/check"] == 1
    assert counted["ogp_desk_ready",] == 1
    assert counted["ogp_last_run_exit_code",] == 4 and counted["ogp_last_run_duration_seconds",] == 8.5
    assert counted["ogp_last_run_timestamp_seconds",] == NOW.timestamp()
    text = watched.client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert not [word for word in (link.id, link.id[:8], "avances", "agency", "wp-login") if word in text]
