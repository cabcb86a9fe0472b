"""What a reader has seen of a publication, and whether what it shows now goes on from there.

A thief with an old key can sign a history of his own, in which that key was never replaced, and it agrees with itself.
It does not agree with what readers have seen: the newest release, the newest key, and that there was a time until which
``latest.json`` holds. As in The Update Framework (ADR 0026), a reader keeps these and never goes back behind them.
"""

from collections.abc import Mapping

from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.authenticity import Keys
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.seen import Seen, SeenKey


def remember(newest: Release, keys: Keys, *, sealed: bool) -> Seen:
    """What to keep of a publication that was found whole."""
    last = keys.known[-1] if keys.known else None
    key = SeenKey(n=last.n, fingerprint=last.fingerprint, sha256=last.hash) if last else None
    return Seen(release=newest.n, sha256=newest.hash, key=key, sealed=sealed)


def check(seen: Seen, chain: Mapping[int, Release], keys: Keys, *, sealed: bool) -> list[VerifyFinding]:
    """What does not go on from what was seen: a release, a key, or the time in ``latest.json``."""
    findings = []
    record = chain.get(seen.release)
    if record is None or record.hash != seen.sha256:
        told = record.hash if record else "no such release"
        findings.append(VerifyFinding(Kind.HISTORY_REWRITTEN, layout.release(seen.release), seen.sha256, told))
    if seen.key is not None and seen.key.sha256 not in {key.hash for key in keys.known}:
        there = keys.known[seen.key.n - 1] if len(keys.known) >= seen.key.n else None
        told = f"the key {there.fingerprint}" if there else f"a list that ends with key {len(keys.known)}"
        expected = f"the key {seen.key.fingerprint}, seen here before"
        findings.append(VerifyFinding(Kind.KEY_FORGOTTEN, layout.key(seen.key.n), expected, told))
    if seen.sealed and not sealed:
        expected = "a time until which it holds, as it had before"
        findings.append(VerifyFinding(Kind.EXPIRY_MISSING, layout.LATEST, expected, "none, and no seal"))
    return findings


def replaced(keys: Keys, trusted: str | None) -> list[VerifyFinding]:
    """To be told to a reader whose trusted key is not the newest: which one is, from when on, and why."""
    place = next((place for place, key in enumerate(keys.known) if key.fingerprint == trusted), None)
    if place is None or place + 1 == len(keys.known):
        return []
    following, newest = keys.known[place + 1], keys.known[-1]
    said = f" ({following.reason})" if following.reason else ""
    told = (
        f"replaced on {following.created[:10]}{said}: it counts for no release from {following.first} on. "
        f"Trust {newest.fingerprint} from now on"
    )
    return [VerifyFinding(Kind.KEY_REPLACED, layout.key(following.n), f"the key {trusted} in force", told)]
