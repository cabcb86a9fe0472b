"""How a web server serves a publication: what is no damage to the data, and still keeps readers from using it.

Types, caching and encoding are judged by the answers that the verification got anyway (``Reader.heard``), one finding
for all keys of one kind. Ranges and foreign pages (CORS) are asked for once. What to set: docs/hosting.md.
"""

import re
from collections.abc import Iterable, Iterator

from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.finding import Kind, VerifyFinding
from ogp_pipeline.publishing.reader import Heard, Reader

LONGEST_CHANGING = 3600  # seconds: what changes may be this old at a reader's, as long as caches obey
SHORTEST_CONSTANT = 86_400  # seconds: what never changes should be kept at least for so long
_AGE = re.compile(r"(?:s-maxage|max-age)=(\d+)")
_ANY = "application/octet-stream"
_OPEN = {"parquet", "xlsx"}  # endings that programs go by: a type that says nothing does no harm


def check(reader: Reader, asked: Iterable[str], sample: str | None) -> list[VerifyFinding]:
    """What the server should do otherwise. ``asked``: keys that caches answered wrongly; ``sample``: a file's."""
    findings = [
        VerifyFinding(Kind.CACHE_STALE, key, "what stands at the place", "an older answer, kept by a cache on the way")
        for key in sorted(set(asked))
    ]
    if (fallback := reader.fallback()) is not None:
        findings.append(VerifyFinding(Kind.HOST_FALLBACK, fallback, "404 for what does not exist", "200 and a page"))
    grouped: dict[tuple[Kind, str, str], list[str]] = {}
    for key, heard in sorted(reader.heard.items()):
        for kind, expected, actual in _faults(key, heard):
            grouped.setdefault((kind, expected, actual), []).append(key)
    for (kind, expected, actual), keys in grouped.items():
        more = f" (and for {len(keys) - 1} more)" if len(keys) > 1 else ""
        findings.append(VerifyFinding(kind, keys[0], expected, actual + more))
    if sample is not None:
        findings += _asked_for_a_part(reader, sample)
    return findings


def _faults(key: str, heard: Heard) -> Iterator[tuple[Kind, str, str]]:
    expected = layout.media_type(key)
    told = heard.media_type.lower().replace(" ", "")
    main, _, parameters = told.partition(";")
    right = main == expected.partition(";")[0] or (main == _ANY and key.rpartition(".")[2] in _OPEN)
    if not right or (expected.startswith("text/") and parameters != "charset=utf-8"):
        yield Kind.HOST_TYPE, expected, heard.media_type or "no type"
    if heard.encoding not in ("", "identity"):
        yield Kind.HOST_ENCODING, "the bytes as they are, as was asked for", f"Content-Encoding: {heard.encoding}"
    caching = heard.cache_control.lower()
    ages = [int(age) for age in _AGE.findall(caching)]
    fresh = "no-cache" in caching or "no-store" in caching
    if key.startswith(layout.IMMUTABLE):
        if fresh or not ages or max(ages) < SHORTEST_CONSTANT:
            yield Kind.HOST_CACHING, layout.cache_control(key), heard.cache_control or "no Cache-Control"
    elif "immutable" in caching or (not fresh and (not ages or max(ages) > LONGEST_CHANGING)):
        yield Kind.HOST_CACHING, layout.cache_control(key), heard.cache_control or "no Cache-Control: caches guess"


def _asked_for_a_part(reader: Reader, key: str) -> Iterator[VerifyFinding]:
    """Of one file, as programs ask that read Parquet over the web, and as pages of other sites do."""
    heard = reader.part(key)
    if heard is None:
        return
    if heard.status != 206:
        yield VerifyFinding(Kind.HOST_RANGES, key, "206 and the part that was asked for", f"{heard.status}")
    if heard.origins != "*":
        allowed = f"Access-Control-Allow-Origin: {heard.origins}" if heard.origins else "no Access-Control-Allow-Origin"
        yield VerifyFinding(Kind.HOST_CORS, key, "Access-Control-Allow-Origin: *", allowed)
