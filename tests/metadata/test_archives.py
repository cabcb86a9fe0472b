"""Catalogues of a long history say the same, whether they are drawn from all records or from the newest ones alone."""

import hashlib
from collections.abc import Sequence

import pytest
from rdflib import RDFS, Graph

from ogp_pipeline.metadata.documents import documents
from ogp_pipeline.publishing import windows
from ogp_pipeline.publishing.lineage import Lineage
from ogp_pipeline.release.manifest import Manifest

RELEASES = 25
FEEDS = ("changes.es.atom", "changes.en.atom")


@pytest.fixture(scope="module")
def chain(published) -> list[Manifest]:
    """Twenty-five releases: a table changes in every third, another in the second only, and one comes and goes."""
    first = published.chain[0]
    made = []
    for n in range(1, RELEASES + 1):
        changes = {"updates": n // 3, "milestones": min(n, 2)}
        files = []
        for file in first.files:
            if file.table == "evidence" and n % 8 in (1, 2):
                continue
            if file.table in changes:
                digest = hashlib.sha256(f"{file.name} {changes[file.table]}".encode()).hexdigest()
                file = file.model_copy(update={"sha256": digest, "logical": digest})
            files.append(file)
        said = {"release": n, "version": f"1.{n}.0", "created": f"2024-07-10T12:00:{n:02}Z", "files": files}
        made.append(first.model_copy(update=said))
    return made


def lineage(chain: Sequence[Manifest]) -> Lineage:
    known = Lineage()
    for record in chain:
        known = known.after(record)
    return known


def triples(data: bytes) -> Graph:
    return Graph().parse(data=data, format="turtle")


def test_from_the_newest_records_and_what_is_known_of_the_others_the_catalogues_are_the_same(published, chain) -> None:
    whole = documents(chain, published.programme, published.schemas)
    first = windows.first(RELEASES)
    listed = documents(chain[first - 1 :], published.programme, published.schemas, lineage=lineage(chain[: first - 1]))
    paged = {"catalog-versions.ttl", *FEEDS}
    assert first == 11 and paged < set(whole)
    assert {key for key in whole if whole[key] != listed[key]} == paged


def test_versions_and_archives_together_hold_every_version_at_the_same_address(published, chain) -> None:
    programme, schemas = published.programme, published.schemas
    whole = triples(documents(chain, programme, schemas)["catalog-versions.ttl"])
    union, leads = Graph(), []
    for k, start, end in ((1, 1, 10), (None, 11, RELEASES)):
        known = lineage(chain[: start - 1])
        made = documents(chain[start - 1 : end], programme, schemas, lineage=known, archive=k)
        key = f"archives/{k}/catalog-versions.ttl" if k else "catalog-versions.ttl"
        part = triples(made[key])
        union += part
        leads += [str(one) for one in part.objects(predicate=RDFS.seeAlso)]
        if k:
            assert set(made) == {f"archives/1/{name}" for name in (*FEEDS, "catalog-versions.ttl")}
    assert leads == ["https://data.example.org/xx/archives/1/catalog-versions.ttl"]
    missing = {triple for triple in whole if triple not in union}
    assert not missing, "every version, and every file at the address where it came first"
