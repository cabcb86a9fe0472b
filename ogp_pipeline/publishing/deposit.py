"""A release deposited at Zenodo, where it has a DOI and outlives this publication.

    what stands there -> a draft (of the next version, if there is one) -> metadata -> files -> publish

What stands is asked of Zenodo each time, never remembered: a deposition is ours if its metadata name the record of one
of our releases. So a deposit that was killed anywhere is completed by the same call, and one that is done is found. The
files are a zip of ``v/<version>/`` (Zenodo takes a hundred files at most) and, beside it, what describes it.
"""

import hashlib
import html
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ogp_pipeline.errors import OgpError, StoreError
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import BY_CODE, spoken
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.publishing import contents, layout
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.zenodo import Deposition, Zenodo
from ogp_pipeline.release import citation
from ogp_pipeline.store.protocol import Store

_EPOCH = (1980, 1, 1, 0, 0, 0)  # of every entry, so that the same release is the same zip


@dataclass(frozen=True, slots=True)
class Deposited:
    """``doi``: of this version; ``concept_doi``: of all. ``made``: now, or it stood there already."""

    version: str
    doi: str
    concept_doi: str | None
    page: str | None
    made: bool


def deposit(client: Zenodo, store: Store, release: Release, programme: Programme, folder: Path) -> Deposited:
    """Deposit a release, or complete its deposit. ``folder``: an empty one, for the files on their way.

    OgpError: a later release is deposited already, and Zenodo would take this one for the newest. StoreError: Zenodo
    refuses, or does not answer; call again.
    """
    submitted, drafts = _standing(client, programme)
    if release.n in submitted:
        return _deposited(release, submitted[release.n], made=False)
    newest = max(submitted, default=0)
    if newest > release.n:
        raise OgpError(
            f"release {newest} is deposited already, and Zenodo would take {release.version} for the version after it. "
            "Deposit it by hand, or leave it out"
        )
    described = metadata(release, programme)
    draft = client.describe(_draft(client, submitted, drafts, described).id, described)
    _fill(client, draft, _files(store, release, programme, folder))
    try:
        client.publish(draft.id)
    except StoreError:
        if not client.get(draft.id).submitted:
            raise
    return _deposited(release, client.get(draft.id), made=True)


def _draft(
    client: Zenodo, submitted: Mapping[int, Deposition], drafts: Sequence[Deposition], described: Mapping[str, Any]
) -> Deposition:
    """The draft to complete: one that stands, even of a release whose deposit was given up; or a new one."""
    if drafts:
        return drafts[0]
    return client.new_version(submitted[max(submitted)].id) if submitted else client.create(described)


def metadata(release: Release, programme: Programme) -> dict[str, Any]:
    """What Zenodo is told of a release, in the programme's first language."""
    publication, language = programme.publication, programme.languages[0]
    descriptor = release.manifest.file(layout.DESCRIPTOR)
    sha256 = descriptor.sha256 if descriptor else release.manifest.content
    cited = citation.citation(programme, release.version, release.manifest.created, sha256, language)
    keywords = [word for tag in programme.spoken for word in say("dataset.tags", tag).split("; ")]
    settings = publication.deposit
    communities = [{"identifier": name} for name in settings.communities] if settings else []
    related = [("isDescribedBy", _record(programme, release.n)), ("isIdenticalTo", cited.address)]
    return {
        "upload_type": "dataset",
        "title": f"{cited.title} {cited.version}",
        "creators": [{"name": cited.publisher}],
        "description": f"<p>{html.escape(publication.description.get(language))}</p>",
        "notes": html.escape(cited.to_text(spoken(language))),
        "version": cited.version,
        "publication_date": cited.released,
        "language": BY_CODE[spoken(language)].long_code,
        "access_right": "open",
        "license": publication.licence.id.lower(),
        "keywords": list(dict.fromkeys(keywords)),
        "related_identifiers": [{"relation": relation, "identifier": address} for relation, address in related],
        **({"communities": communities} if communities else {}),
    }


def _standing(client: Zenodo, programme: Programme) -> tuple[dict[int, Deposition], list[Deposition]]:
    """What is deposited, by release, and our drafts, the newest first."""
    ours = re.compile(re.escape(f"{programme.publication.root}/releases/") + r"(\d+)\.json")
    submitted: dict[int, Deposition] = {}
    drafts = []
    for deposition in client.mine():
        numbers = [int(match[1]) for address in deposition.related if (match := ours.fullmatch(address))]
        if numbers and deposition.submitted:
            submitted.setdefault(max(numbers), deposition)
        elif numbers:
            drafts.append(deposition)
    return submitted, drafts


def _record(programme: Programme, n: int) -> str:
    return f"{programme.publication.root}/{layout.release(n)}"


def _fill(client: Zenodo, draft: Deposition, files: Mapping[str, Path]) -> None:
    """Let the draft hold exactly these files: a new version begins with those of the one before."""
    sums = {name: _md5(path) for name, path in files.items()}
    for name, standing in draft.files.items():
        if sums.get(name) != standing.md5:
            client.remove(draft.id, standing)
    for name, path in files.items():
        standing_file = draft.files.get(name)
        if standing_file is not None and standing_file.md5 == sums[name]:
            continue
        arrived = client.upload(draft, name, path)
        if arrived != sums[name]:
            raise StoreError(f"{name} did not arrive at Zenodo as it was sent (md5 {arrived}, not {sums[name]})")


def _files(store: Store, release: Release, programme: Programme, folder: Path) -> dict[str, Path]:
    fetch = contents.fetcher(store, release, folder / "release")
    record = folder / layout.MANIFEST
    record.write_bytes(release.data)
    whole = folder / f"{programme.id.lower()}-{release.version}.zip"
    names = sorted(file.name for file in release.manifest.files)
    with zipfile.ZipFile(whole, "w") as archive:
        for name, path in [(layout.MANIFEST, record), *((name, fetch(name)) for name in names)]:
            entry = zipfile.ZipInfo(f"{release.version}/{name}", _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            with path.open("rb") as source, archive.open(entry, "w") as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
    beside = {name: fetch(name) for name in (layout.DESCRIPTOR, citation.NAME) if release.manifest.file(name)}
    return {whole.name: whole, layout.MANIFEST: record, **beside}


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _deposited(release: Release, deposition: Deposition, *, made: bool) -> Deposited:
    if not deposition.doi:
        raise StoreError(f"Zenodo has published deposition {deposition.id} and tells no DOI of it")
    return Deposited(release.version, deposition.doi, deposition.concept_doi, deposition.page, made)
