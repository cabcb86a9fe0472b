"""Publishes the comparison of a hub's members: its own dataset, versioned and verifiable as a programme's is.

    the members' records -> nothing new? -> their files -> rows -> build -> publish, with pages, catalogues and search

What a release follows from stands in its record: ``ledger_head`` holds how many members were read and the hash over
what was found of each, ``programme`` the hash of what the hub says of itself. A new version stands only where the
content differs. No network, clock or key is asked for here but through what is handed over.
"""

import hashlib
import secrets
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import rfc8785

from ogp_pipeline import scratch
from ogp_pipeline import version as software
from ogp_pipeline.errors import LostRace, OlderSoftware
from ogp_pipeline.hub import drawing
from ogp_pipeline.hub import schemas as hub_schemas
from ogp_pipeline.hub.gathering import Before, Gathered, gather, standings
from ogp_pipeline.hub.members import Member
from ogp_pipeline.hub.outcomes import ComparisonOutcome, NothingToCompare, NotRead
from ogp_pipeline.hub.plans import as_plans, places
from ogp_pipeline.hub.publication import HubPublication
from ogp_pipeline.hub.reading import ReleaseTables, Standing
from ogp_pipeline.publishing import contents, history, renewal, spans
from ogp_pipeline.publishing.expiry import Expiry
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.publishing.publish import ReleaseDraft, publish
from ogp_pipeline.publishing.publisher import NO_HOOKS, Hooks, ReleasePublisher
from ogp_pipeline.publishing.signing import SigningKey
from ogp_pipeline.publishing.views import repair
from ogp_pipeline.release.build import Build, build
from ogp_pipeline.release.manifest import Inputs, LedgerHead
from ogp_pipeline.runs.older_software import is_newer
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.schema import schemas
from ogp_pipeline.store import attempts
from ogp_pipeline.store.protocol import Store

TRIES = 3  # how often a lost race is answered by building again on the winner


def publish_comparison(
    members: Sequence[Member],
    hub: HubPublication,
    store: Store,
    now: datetime,
    *,
    signer: SigningKey | None = None,
    hooks: Hooks = NO_HOOKS,
) -> ComparisonOutcome:
    """Publish what the newest releases of ``members`` say, unless that is what stands in ``store`` already.

    ``now``: an aware time, which becomes the release's ``created``. A member that cannot be read is named in the
    outcome and in the data, and stops nobody. OgpError, and nothing of ours visible, if the hub's own store refuses,
    its history is broken, or it was written by newer software.
    """
    publisher = publisher_of(hub, store, signer, hooks)
    repair(publisher)
    for _ in range(TRIES):
        try:
            return _publish_newest(members, hub, publisher, now)
        except LostRace:
            continue
    raise LostRace(f"{TRIES} times another publisher was quicker; nothing of this run is visible. Run again.")


def publisher_of(
    hub: HubPublication, store: Store, signer: SigningKey | None = None, hooks: Hooks = NO_HOOKS
) -> ReleasePublisher:
    """Who publishes for a hub: also what repairs and rollbacks of its publication are made with."""
    return ReleasePublisher(
        store=store,
        signer=signer,
        pages=drawing.pages(hub, store),
        hooks=hooks,
        archive=drawing.archive_pages(hub, store),
        expiry=Expiry(hub.expiry.days, hub.expiry.renew_days),
    )


@cache
def code() -> str:
    """sha256 over what decides what a comparison says: the code of releases and of this room, and our own words."""
    package = Path(__file__).resolve().parent
    digest = hashlib.sha256(f"{software.code()} {schemas.load().version}".encode())
    for path in sorted(package.glob("*.py")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _publish_newest(
    members: Sequence[Member], hub: HubPublication, publisher: ReleasePublisher, now: datetime
) -> ComparisonOutcome:
    head = history.head(publisher.store)
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("comparison")) as place:
        folder = Path(place)
        before = Before(_tables(publisher.store, head, folder / "base"))
        stands = standings(members, before)
        inputs = _inputs(stands, members, hub, head)
        not_read = [standing for standing in stands if isinstance(standing, NotRead)]
        read = [standing.member.id for standing in stands if isinstance(standing, Standing)]
        all_read = all(before.has(standing) for standing in stands if isinstance(standing, Standing))
        if head is not None and all_read and head.manifest.inputs.same_but_day(inputs):
            renewal.renew(publisher)
            return ComparisonOutcome(Unchanged(head.version), read, not_read)
        same_code = head is not None and head.manifest.code == code()
        where = {member.id: member.address for member in members}
        gathered = gather(stands, where, before, hub.languages, folder / "members", same_code=same_code)
        ended = _publish(gathered, hub, publisher, head, inputs, now, folder)
    return ComparisonOutcome(ended, gathered.read, gathered.not_read)


def _tables(store: Store, head: Release | None, folder: Path) -> ReleaseTables | None:
    """The newest release of the hub itself. OlderSoftware if another software made it, which knows more."""
    if head is None:
        return None
    ours = hub_schemas.version()
    if is_newer(head.manifest.schemas, ours):
        raise OlderSoftware(
            f"release {head.version} in {store.describe()} was made with schemas {head.manifest.schemas} of a hub, and "
            f"those here are {ours}. Nothing was published. Install ogp-pipeline {head.manifest.software} or newer."
        )
    return ReleaseTables(store, head, folder)


def _inputs(
    stands: Sequence[Standing | NotRead], members: Sequence[Member], hub: HubPublication, head: Release | None
) -> Inputs:
    """What the content follows from. The day is not known before the releases are read."""
    address = {member.id: member.address for member in members}
    said = [
        [standing.member, None, str(standing.reason), standing.kept, address[standing.member]]
        if isinstance(standing, NotRead)
        else [standing.member.id, standing.release.hash, None, None, address[standing.member.id]]
        for standing in stands
    ]
    read = sum(isinstance(standing, Standing) for standing in stands)
    own = hashlib.sha256(rfc8785.dumps(hub.model_dump(mode="json"))).hexdigest()
    day = head.manifest.as_of if head else date.min
    return Inputs(read, hashlib.sha256(rfc8785.dumps(said)).hexdigest(), own, hub_schemas.version(), code(), day)


def _publish(
    gathered: Gathered,
    hub: HubPublication,
    publisher: ReleasePublisher,
    head: Release | None,
    inputs: Inputs,
    now: datetime,
    folder: Path,
) -> Published | Unchanged | NothingToCompare:
    if gathered.day is None:
        return Unchanged(head.version) if head else NothingToCompare()
    as_of = max(gathered.day, head.manifest.as_of) if head else gathered.day
    frames = gathered.content.tables
    programme = hub.as_programme(as_plans(frames), places(frames))
    built = build(
        gathered.content,
        contents.read(publisher.store, head, folder / "base") if head else None,
        programme,
        gathered.schemas,
        folder / "new",
        as_of,
        created=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        by_software=head is not None and inputs.by_software(head.manifest.inputs),
        earlier=spans.earlier(publisher.store, head, folder),
    )
    if head is not None and built.unchanged:
        renewal.renew(publisher)
        return Unchanged(head.version)
    attempt = attempts.name(publisher.hooks.now(), secrets.token_bytes(8))
    made = publish(publisher, _draft(built, inputs, as_of, head), head, attempt)
    return Published(made.version)


def _draft(built: Build, inputs: Inputs, as_of: date, head: Release | None) -> ReleaseDraft:
    return ReleaseDraft(
        version=built.version,
        publish_id=f"comparison-{inputs.ledger_hash[:32]}-{head.n + 1 if head else 1}",
        created=built.created,
        ledger_head=LedgerHead(n=inputs.ledger_n, hash=inputs.ledger_hash),
        programme=inputs.programme,
        schemas=inputs.schemas,
        software=software.VERSION,
        commit=software.commit(),
        code=inputs.code,
        as_of=as_of,
        content=built.content_hash,
        files=built.files,
        datasets=built.datasets,
        deliveries={},
    )
