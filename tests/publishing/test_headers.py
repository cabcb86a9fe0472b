"""Wrong headers of objects in a bucket: a verification names them, a repair sets them, and no byte changes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.publishing import headers, history, layout, publish, views
from ogp_pipeline.publishing.finding import Kind
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.protocol import Store
from tests.publishing import synthetic
from tests.publishing.places import BUCKET, BucketPlace, open_store, open_to_readers
from tests.publishing.planted import Wrapped
from tests.s3_server import S3Server

CSV = "text/csv; charset=utf-8"
WRONG = {"ContentType": "binary/octet-stream", "CacheControl": "no-store"}


@dataclass(frozen=True)
class Published:
    """A signed release with pages in a bucket, and whoever may write there with other headers."""

    place: BucketPlace
    store: Store
    publisher: ReleasePublisher
    client: Any

    def spoil(self, key: str, **said: str) -> None:
        """Have the same bytes under the key with other headers, as a copy by another program would."""
        name = f"{self.place.spec['prefix']}/{key}"
        origin = {"Bucket": BUCKET, "Key": name}
        said = {"ContentType": layout.media_type(key), "CacheControl": layout.cache_control(key), **said}
        self.client.copy_object(Bucket=BUCKET, Key=name, CopySource=origin, MetadataDirective="REPLACE", **said)


@pytest.fixture(scope="module")
def published(s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Each test leaves it as it should be."""
    open_to_readers(s3_server)
    place = BucketPlace(s3_server)
    store = open_store(place.spec)
    page = {"en/index.html": (b"<p>1</p>", layout.media_type("index.html"))}
    publisher = synthetic.publisher(store, pages=lambda manifest, chain: page, signer=synthetic.KEYS[0])
    folder = tmp_path_factory.mktemp("built")
    publish.publish(publisher, synthetic.draft(folder, None, "1", "1"), None, synthetic.attempt("1"))
    return Published(place, store, publisher, s3_server.client())


def bytes_of(store: Store) -> dict[str, bytes]:
    return {key: stored.data for key in store.list("") if (stored := store.get(key)) is not None}


def told(published: Published) -> set[Kind]:
    """What a stranger is told of headers, over HTTP; no byte is ever wrong."""
    verification = verify(published.place.reader())
    assert verification.good
    return {finding.kind for finding in verification.host} & {Kind.HOST_TYPE, Kind.HOST_CACHING}


def test_a_repair_sets_all_that_a_verification_names(published: Published) -> None:
    before = bytes_of(published.store)
    for key in before:
        published.spoil(key, **WRONG)
    assert told(published) == {Kind.HOST_TYPE, Kind.HOST_CACHING}
    done = views.repair(published.publisher, thorough=True)
    assert {step.key for step in done} == set(before)
    assert {step.what for step in done} == {"headers_set", "made_again"}
    assert told(published) == set()
    assert views.repair(published.publisher, thorough=True) == []
    assert bytes_of(published.store) == before


@pytest.mark.parametrize("header", WRONG)
def test_one_header_that_is_wrong_is_enough(published: Published, header: str) -> None:
    [file] = [file for file in history.releases(published.store)[0].manifest.files if file.name == "plan/clusters.csv"]
    keys = {layout.release(1), file.key, layout.version("1.0.0", file.name), layout.LATEST, layout.VERSIONS}
    for key in keys:
        published.spoil(key, **{header: WRONG[header]})
    done = views.repair(published.publisher, thorough=True)
    assert {step.key for step in done} == keys
    assert f"{file.key} is served with the right headers again: {CSV}" in "".join(str(step) for step in done)
    assert told(published) == set()


class KeepsHeaders(Wrapped):
    """A copy onto itself changes nothing."""

    def copy(self, source: str, target: str, media_type: str, sha256: str | None = None) -> Any:
        return self._store.head(source) if source == target else self._store.copy(source, target, media_type, sha256)


class ForgetsHeaders(KeepsHeaders):
    """And what is sent is served as that store likes."""

    def put_file(self, key: str, path: Path, sha256: str, media_type: str) -> Any:
        return self._store.put_file(key, path, sha256, "binary/octet-stream")


@pytest.mark.parametrize(("kind", "what"), [(KeepsHeaders, "headers_set"), (ForgetsHeaders, "headers_refused")])
def test_what_a_copy_does_not_set_is_sent_again(published: Published, kind: type[Wrapped], what: str) -> None:
    file = history.releases(published.store)[0].manifest.files[1]
    published.spoil(file.key, **WRONG)
    publisher = synthetic.publisher(kind(published.store))
    assert [(step.what, step.key) for step in headers.mend_file(publisher, file)] == [(what, file.key)]
    views.repair(published.publisher, thorough=True)
    assert told(published) == set()


def test_a_file_that_was_set_anew_is_looked_at_once_before_and_once_after(published: Published) -> None:
    heads: list[str] = []

    class Counting(Wrapped):
        def head(self, key: str) -> Any:
            heads.append(key)
            return self._store.head(key)

    file = history.releases(published.store)[0].manifest.files[0]
    published.spoil(file.key, ContentType="binary/octet-stream")
    publisher = synthetic.publisher(Counting(published.store), signer=synthetic.KEYS[0])
    done = list(headers.mend_file(publisher, file))
    assert [repair.what for repair in done] == ["headers_set"]
    assert heads == [file.key, file.key]
