"""The life of a signed publication, from its first release to a change of keys, collection, purge and repair, on each
kind of store, read all along by a stranger.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ogp_pipeline.publishing import garbage, history, keyring, layout, publish, purge, views
from ogp_pipeline.publishing.finding import Kind
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store import attempts
from tests.publishing import synthetic
from tests.publishing.places import Place, open_store

FIRST, SECOND, *_ = synthetic.KEYS
OLD = "plan/old.csv"
LATER = synthetic.STARTED + timedelta(days=2)


def pages(manifest: object, chain: object) -> dict[str, tuple[bytes, str]]:
    return {"en/index.html": (b"<p>", "text/html")}


def test_a_publication_is_looked_after_on_every_store(new_place: Callable[[], Place], tmp_path: Path) -> None:
    place = new_place()
    store = open_store(place.spec)
    for n in (1, 2, 3):
        base = history.head(store)
        draft = synthetic.draft(tmp_path, base, str(n), f"run-{n}", extra=(OLD,) if n == 1 else ())
        if n == 3:
            keyring.rotate(synthetic.publisher(store, signer=FIRST), SECOND, 3, synthetic.PURGE.created, "yearly")
        signer = SECOND if n == 3 else FIRST
        attempt = synthetic.attempt(f"life-{n}")
        publish.publish(synthetic.publisher(store, signer=signer, pages=pages), draft, base, attempt)
    assert verify(place.reader(), trusted=FIRST.fingerprint).problems == ()

    left = layout.data(synthetic.attempt("killed"), "x.csv")
    store.put_view(left, b"left", "text/csv")
    assert garbage.find(store, LATER) == [left]
    garbage.collect(store, [left], attempts.name(LATER, b"collect!"), synthetic.PURGE.created)
    assert store.head(left) is None and garbage.find(store, LATER) == []

    old = history.release(store, 1).manifest.file(OLD)
    assert old
    purge.purge(store, purge.find(store, {old.sha256}), synthetic.PURGE, SECOND)
    result = verify(place.reader(), trusted=FIRST.fingerprint)
    assert result.problems == () and {note.kind for note in result.notes} == {Kind.PURGED, Kind.KEY_REPLACED}

    store.delete("releases/2.sig.json")
    store.put_view("en/index.html", b"<p>other", "text/html")
    told = {(one.kind, one.key) for one in verify(place.reader()).problems}
    assert told == {(Kind.SIGNATURE_MISSING, "releases/2.sig.json"), (Kind.PAGE_DIFFERS, "en/index.html")}
    views.repair(synthetic.publisher(store, signer=SECOND, pages=pages), thorough=True)
    assert verify(place.reader()).problems == ()
