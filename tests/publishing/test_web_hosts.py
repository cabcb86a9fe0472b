"""Verification over real hosts' habits: it ends, tells damage from caches and settings, and leaves no trap behind."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from ogp_pipeline.publishing import history, layout, publish, views
from ogp_pipeline.publishing.finding import Kind, Verification
from ogp_pipeline.publishing.reader import DirectoryReader, HttpReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.publishing import synthetic, web_hosts
from tests.publishing.publisher import pages
from tests.publishing.web_hosts import OPEN, WebHost, serving
from tests.sample import by_day

Hosting = Callable[..., WebHost]
SIGNER = synthetic.KEYS[0]


def publish_next(root: Path, built: Path, content: str, **how: Any) -> None:
    store = DirectoryStore(root)
    base = history.head(store)
    draft = synthetic.draft(built, base, content, f"run-{content}", extra=how.pop("extra", ()))
    publisher = synthetic.publisher(store, pages=pages, **how)
    publish.publish(publisher, draft, base, synthetic.attempt(content))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three signed releases with pages."""
    folder = tmp_path_factory.mktemp("original")
    for content, extra in (("1", ("plan/old.csv", "plan/x.parquet", "plan/x.jsonl")), ("2", ()), ("3", ())):
        publish_next(folder / "public", folder / "built", content, extra=extra, signer=SIGNER)
    return folder / "public"


@pytest.fixture
def root(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "public", copy_function=os.link))


@pytest.fixture
def hosting(root: Path) -> Iterator[Hosting]:
    """Starts a host of ``web_hosts`` over ``root``: ``hosting(web_hosts.nginx)``."""
    running = []

    def start(kind: Callable[..., WebHost], **how: Any) -> WebHost:
        serving_it = serving(kind(root, **how))
        running.append(serving_it)
        return serving_it.__enter__()

    yield start
    for one in running:
        one.__exit__(None, None, None)


def verified(host: WebHost, **how: Any) -> Verification:
    return verify(HttpReader(host.address, retries=0), **how)


def kinds(result: Verification) -> set[Kind]:
    return {finding.kind for finding in result.host}


KNOWN = {
    web_hosts.nginx: set(),
    web_hosts.cloudfront: set(),
    web_hosts.careless_cloudfront: set(),
    web_hosts.keeping_cache: set(),
    web_hosts.github_pages: {Kind.HOST_CACHING, Kind.HOST_TYPE},
    web_hosts.single_page: {Kind.HOST_FALLBACK},
    web_hosts.polite_single_page: {Kind.HOST_FALLBACK},
}
BY_DAY = (web_hosts.nginx, web_hosts.keeping_cache, web_hosts.single_page)
EVERY_HOST = pytest.mark.parametrize("kind", by_day(KNOWN, BY_DAY), ids=[kind.__name__ for kind in KNOWN])


@EVERY_HOST
def test_a_sound_publication_is_sound_on_every_host_and_no_cache_is_told_what_is_to_come(
    hosting: Hosting, root: Path, kind: Callable[[Path], WebHost]
) -> None:
    host = hosting(kind)
    result = verified(host)
    assert result.problems == () and result.releases == 3
    assert kinds(result) == KNOWN[kind]
    to_come = {"releases/4.json", "releases/4.sig.json", "keys/2.json"}
    assert [path for path, query, _ in host.asked if path in to_come and not query] == []
    files = len([path for path in root.rglob("*") if path.is_file()])
    assert len(host.asked) < 3 * files


@EVERY_HOST
def test_what_is_published_after_a_verification_is_sound_for_the_next(
    hosting: Hosting, root: Path, tmp_path: Path, kind: Callable[[Path], WebHost]
) -> None:
    host = hosting(kind)
    assert verified(host).problems == ()
    publish_next(root, tmp_path / "built", "4", signer=SIGNER)
    # Some minutes later: of what was there, caches keep what never changes.
    kept = host.kept.items()
    host.kept = {path: told for path, told in kept if told[0] != 200 or "immutable" in told[1]["Cache-Control"]}
    result = verified(host)
    assert result.problems == () and result.releases == 4
    assert kinds(result) == KNOWN[kind]


@pytest.mark.parametrize(
    "kind", by_day([web_hosts.nginx, web_hosts.single_page, web_hosts.polite_single_page], [web_hosts.single_page])
)
def test_a_publication_without_keys_is_not_given_any_by_its_host(
    hosting: Hosting, root: Path, tmp_path: Path, kind: Callable[[Path], WebHost]
) -> None:
    shutil.rmtree(root)
    publish_next(root, tmp_path / "built", "1")
    result = verified(hosting(kind))
    assert result.problems == () and result.key is None


POISON = ("releases/4.json", "releases/4.sig.json", "v/1.3.0/manifest.json", "v/1.3.0/plan/clusters.csv")


def test_a_cache_that_keeps_that_something_was_missing_is_named_and_no_damage(
    hosting: Hosting, root: Path, tmp_path: Path
) -> None:
    host = hosting(web_hosts.keeping_cache)
    reader = HttpReader(host.address)
    assert [reader.read(key) for key in POISON] == [None] * len(POISON)
    publish_next(root, tmp_path / "built", "4", signer=SIGNER)
    result = verified(host)
    assert result.problems == () and result.releases == 4
    stale = {finding.key for finding in result.host if finding.kind is Kind.CACHE_STALE}
    assert stale == set(POISON) - ({"releases/4.sig.json"})


def test_lists_that_a_cache_keeps_from_before_are_named_and_no_damage(
    hosting: Hosting, root: Path, tmp_path: Path
) -> None:
    host = hosting(web_hosts.keeping_cache)
    for key in (layout.LATEST, layout.VERSIONS, "latest/progress/updates.csv", layout.PAGES):
        assert HttpReader(host.address).read(key) is not None
    publish_next(root, tmp_path / "built", "4", signer=SIGNER)
    result = verified(host)
    assert result.problems == () and result.releases == 3, "nothing that a reader sees promises the fourth"
    host.kept.pop(f"/{layout.VERSIONS}")
    result = verified(host)
    assert result.problems == () and result.releases == 4
    stale = {finding.key for finding in result.host if finding.kind is Kind.CACHE_STALE}
    assert stale == {layout.LATEST, "latest/progress/updates.csv", layout.PAGES}


def damage(root: Path, key: str) -> None:
    path = root / key
    path.unlink()


@pytest.mark.parametrize(
    "kind",
    by_day(
        [web_hosts.careless_cloudfront, web_hosts.single_page, web_hosts.polite_single_page], [web_hosts.single_page]
    ),
)
@pytest.mark.parametrize(
    ("key", "kind_of"),
    [
        ("releases/2.json", Kind.RECORD_MISSING),
        ("v/1.1.0/plan/clusters.csv", Kind.MISSING),
        ("latest/datapackage.json", Kind.MISSING),
        ("versions.json", Kind.MISSING),
        ("releases/3.json", Kind.HINT_WRONG),
    ],
)
def test_damage_is_damage_on_every_host(
    hosting: Hosting, root: Path, kind: Callable[[Path], WebHost], key: str, kind_of: Kind
) -> None:
    damage(root, key)
    host = hosting(kind)
    found = {(finding.kind, finding.key) for finding in verified(host).problems}
    assert (kind_of, layout.LATEST if kind_of is Kind.HINT_WRONG else key) in found


@pytest.mark.parametrize(
    "kind", by_day([web_hosts.nginx, web_hosts.single_page, web_hosts.polite_single_page], [web_hosts.single_page])
)
@pytest.mark.parametrize("promised", [4, 10**9])
def test_a_hint_that_promises_too_much_is_named_and_not_followed(
    hosting: Hosting, root: Path, kind: Callable[[Path], WebHost], promised: int
) -> None:
    hint = json.loads((root / layout.LATEST).read_bytes())
    (root / layout.LATEST).unlink()
    (root / layout.LATEST).write_bytes(rfc8785.dumps({**hint, "release": promised}))
    host = hosting(kind)
    found = verified(host).problems
    assert Kind.HINT_WRONG in {finding.kind for finding in found}
    assert len(host.asked) < 400


@pytest.mark.parametrize("kind", [web_hosts.single_page, web_hosts.polite_single_page])
def test_what_stands_in_for_everything_is_not_there_whatever_its_type(
    hosting: Hosting, kind: Callable[[Path], WebHost]
) -> None:
    reader = HttpReader(hosting(kind).address)
    assert reader.fallback() is not None
    asked = ("en/none.html", "releases/9.json")
    assert [reader.read(key) for key in asked] == [None, None]
    assert reader.read("releases/1.json") and reader.read("en/index.html")


class Endless(WebHost):
    """Answers every number with a record, as somebody would who wants readers to read for ever."""

    def answer(self, path: str, query: str, wanted: str | None) -> web_hosts.Answer:
        if path.startswith("/releases/") and not path.endswith(".sig.json"):
            path = "/releases/1.json"
        if path == f"/{layout.LATEST}":
            record = history.release(DirectoryStore(self.root), 1)
            return 200, {"Content-Type": layout.JSON}, views.hint(history.Release(10**9, *_parts(record)))
        return super().answer(path, query, wanted)


def _parts(record: history.Release) -> tuple[Any, bytes, str]:
    return record.manifest, record.data, record.hash


def test_a_host_that_answers_every_number_with_a_record_does_not_keep_anybody(hosting: Hosting) -> None:
    host = hosting(Endless)
    result = verified(host)
    assert Kind.RECORD_UNREADABLE in {finding.kind for finding in result.problems}
    assert len(host.asked) < 1000


def test_older_views_behind_a_newer_hint_are_called_behind(hosting: Hosting, root: Path) -> None:
    store = DirectoryStore(root)
    chain = history.releases(store)
    store.put_view(layout.VERSIONS, views.versions_list(chain[:2]), layout.JSON)
    result = verified(hosting(web_hosts.cloudfront))
    assert {(finding.kind, finding.key) for finding in result.problems} == {(Kind.VIEWS_BEHIND, layout.VERSIONS)}


def test_a_hint_put_back_is_behind_over_the_web_as_well(hosting: Hosting, root: Path) -> None:
    store = DirectoryStore(root)
    store.put_view(layout.LATEST, views.hint(history.release(store, 1)), layout.JSON)
    result = verified(hosting(web_hosts.nginx))
    assert {(finding.kind, finding.key) for finding in result.problems} == {(Kind.VIEWS_BEHIND, layout.LATEST)}


def test_a_committed_release_is_looked_for_when_it_would_explain_what_is_found(
    hosting: Hosting, root: Path, tmp_path: Path
) -> None:
    class Stop(Exception):
        pass

    def stop(step: str) -> None:
        if step == "latest_file":
            raise Stop

    with pytest.raises(Stop):
        publish_next(root, tmp_path / "built", "4", signer=SIGNER, on_step=stop)
    host = hosting(web_hosts.keeping_cache)
    found = verified(host).problems
    assert found and {finding.kind for finding in found} == {Kind.VIEWS_BEHIND}
    assert "/releases/4.json" not in host.kept


FAULTS: dict[str, tuple[dict[str, Any], Kind]] = {
    "no type": ({"types": {"csv": ""}}, Kind.HOST_TYPE),
    "another type": ({"types": {"json": "text/plain"}}, Kind.HOST_TYPE),
    "another charset": ({"types": {"csv": "text/csv; charset=iso-8859-1"}}, Kind.HOST_TYPE),
    "for ever": ({"caching": "public, max-age=31536000, immutable"}, Kind.HOST_CACHING),
    "for a day": ({"caching": "max-age=86400"}, Kind.HOST_CACHING),
    "never": ({"caching": "no-store"}, Kind.HOST_CACHING),
    "no parts": ({"ranges": False}, Kind.HOST_RANGES),
    "one site": ({"extra": {"Access-Control-Allow-Origin": "https://example.org"}}, Kind.HOST_CORS),
    "no site": ({"extra": {}}, Kind.HOST_CORS),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_the_headers_is_named_once_and_is_no_damage(hosting: Hosting, name: str) -> None:
    how, kind = FAULTS[name]
    result = verified(hosting(WebHost, **how))
    assert result.problems == ()
    assert {finding.kind for finding in result.host} == {kind}
    assert len(result.host) <= 4, "one for each kind of key, and not for each key"


def test_an_answer_that_is_compressed_unasked_is_named(hosting: Hosting, root: Path) -> None:
    class Compressing(WebHost):
        def answer(self, path: str, query: str, wanted: str | None) -> web_hosts.Answer:
            status, headers, body = super().answer(path, query, wanted)
            return status, {**headers, "Content-Encoding": "br"} if path.endswith(".csv") else headers, body

    host = hosting(Compressing)
    assert {finding.kind for finding in verified(host).host} == {Kind.HOST_ENCODING}


def test_headers_are_looked_at_on_data_views_and_copies(hosting: Hosting, root: Path) -> None:
    """As a store leaves them that keeps the headers of the source on a copy."""

    class Keeping(WebHost):
        def answer(self, path: str, query: str, wanted: str | None) -> web_hosts.Answer:
            status, headers, body = super().answer(path, query, wanted)
            if path.startswith("/latest/"):
                headers = {**headers, "Cache-Control": "public, max-age=31536000, immutable"}
            return status, headers, body

    [finding] = verified(hosting(Keeping)).host
    assert finding.kind is Kind.HOST_CACHING and finding.key.startswith("latest/")
    assert "max-age=60" in finding.expected and "immutable" in finding.found


def test_a_server_that_takes_no_query_is_asked_without(hosting: Hosting, root: Path) -> None:
    class Strict(WebHost):
        def answer(self, path: str, query: str, wanted: str | None) -> web_hosts.Answer:
            if query:
                return 400, {}, b""
            return super().answer(path, query, wanted)

    host = hosting(Strict)
    assert verified(host).problems == ()
    damage(root, "v/1.1.0/plan/clusters.csv")
    assert {finding.kind for finding in verified(host).problems} == {Kind.MISSING}


def test_a_folder_has_nothing_to_say_of_hosts(root: Path) -> None:
    assert verify(DirectoryReader(root)).host == ()
    assert OPEN == {"Access-Control-Allow-Origin": "*"}
