"""A reader who trusts nothing: what invariant I1 promises, asked of any place."""

import hashlib
import json

from ogp_pipeline.publishing import history, layout
from ogp_pipeline.publishing.reader import Reader


class Torn(AssertionError):
    """What a reader must never see."""


def read_lists(reader: Reader) -> None:
    """Who has read ``latest.json`` finds lists, a descriptor and pages that are not behind it. Raises Torn."""
    data = reader.read(layout.LATEST)
    if data is None:
        return
    hint = history.parse_hint(data)
    shown = {key: reader.read(key) for key in (layout.VERSIONS, layout.PAGES, "latest/datapackage.json")}
    if any(stored is None for stored in shown.values()):
        raise Torn(f"latest.json names release {hint.release}, and of {sorted(shown)} not all stand")
    versions, pages, descriptor = (stored or b"" for stored in shown.values())
    numbers = {
        layout.VERSIONS: json.loads(versions)[0]["release"],
        layout.PAGES: json.loads(pages)["release"],
        "latest/datapackage.json": int(descriptor.split()[-1]),  # ``synthetic`` ends it with the number
    }
    behind = {key: n for key, n in numbers.items() if n < hint.release}
    if behind:
        raise Torn(f"latest.json names release {hint.release}, and {behind} are behind it")


def read_newest(reader: Reader) -> int | None:
    """Follow latest.json to a whole release, every byte checked; its number, or None before the first.

    Raises Torn.
    """
    data = reader.read(layout.LATEST)
    if data is None:
        return None
    hint = history.parse_hint(data)
    record = reader.read(hint.manifest)
    if record is None or hashlib.sha256(record).hexdigest() != hint.sha256:
        raise Torn(f"latest.json names {hint.manifest}, which is not there or another")
    release = history.parse(hint.release, record)
    if reader.read(f"{hint.path}{layout.MANIFEST}") != record:
        raise Torn(f"{hint.path}{layout.MANIFEST} is not the record")
    for file in release.manifest.files:
        for key in (file.key, f"{hint.path}{file.name}"):
            found = reader.read(key)
            if found is None or len(found) != file.bytes or hashlib.sha256(found).hexdigest() != file.sha256:
                raise Torn(f"{key} is missing or other bytes than {hint.manifest} says")
    return release.n
