"""What is asked of a bucket is counted as the server sees it: each try, and the bytes of bodies both ways."""

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.object_storage import Access
from ogp_pipeline.store.s3 import S3Store
from ogp_pipeline.telemetry import export, measures
from tests.s3_server import ACCESS_KEY, SECRET_KEY, S3Server


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemoryMetricReader]:
    kept = InMemoryMetricReader()
    provider = MeterProvider([kept], shutdown_on_exit=False)
    monkeypatch.setattr(export, "_meters", [provider.get_meter("ogp_pipeline")])
    monkeypatch.setattr(measures, "_instruments", {})
    yield kept
    provider.shutdown()


def _counted(reader: InMemoryMetricReader) -> dict[str, dict[tuple[str, ...], float]]:
    data = reader.get_metrics_data()
    assert data is not None
    return {
        metric.name: {tuple(map(str, point.attributes.values())): point.value for point in metric.data.data_points}
        for each in data.resource_metrics
        for scope in each.scope_metrics
        for metric in scope.metrics
    }


def test_requests_and_bytes_are_counted(s3_server: S3Server, reader: InMemoryMetricReader) -> None:
    place = S3Place(bucket="private", prefix="traffic", endpoint=s3_server.endpoint)
    store = S3Store(object_storage.connect(place, Access(ACCESS_KEY, SECRET_KEY)), lambda _: "no-store")
    store.put_view("a.txt", b"x" * 1000, "text/plain")
    assert store.get("a.txt") is not None and store.head("a.txt") is not None and store.get("b.txt") is None
    assert list(store.list("")) == ["a.txt"]
    counted = _counted(reader)
    asked = {"PutObject": 1, "GetObject": 2, "HeadObject": 1, "ListObjectsV2": 1}
    assert counted["ogp.store.requests"] == {(operation,): number for operation, number in asked.items()}
    moved = counted["ogp.store.io"]
    assert moved["out", "PutObject"] == 1000 and 1000 <= moved["in", "GetObject"] < 2000
    assert ("in", "HeadObject") not in moved


def test_where_nobody_counts_nothing_is_registered(s3_server: S3Server) -> None:
    place = S3Place(bucket="private", prefix="traffic", endpoint=s3_server.endpoint)
    client = object_storage.connect(place, Access(ACCESS_KEY, SECRET_KEY)).once
    told: list[str] = []
    client.meta.events.register("before-send.s3", lambda event_name, **_: told.append(event_name))
    client.head_bucket(Bucket="private")
    assert told == ["before-send.s3.HeadBucket"] and measures._instruments == {}
