"""What a store is sent when a few of a site's pages have changed: part of ``benchmarks.site``."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.releases import Counted
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.publishing import history, layout, page_list
from ogp_pipeline.publishing.drawn_pages import DrawnPages
from ogp_pipeline.publishing.fence import Fence
from ogp_pipeline.publishing.publisher import ReleasePublisher
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.s3 import S3Store
from tests.s3_server import S3Server


def sent(releases: Sequence[tuple[Manifest, DrawnPages]], differing: int) -> list[str]:
    """What each store is sent for the second of two releases' pages, beside the bytes of the files that differ."""
    lines = []
    with tempfile.TemporaryDirectory(prefix="ogp-site-bench-") as folder:
        server = S3Server(Path(folder, "server")).start()
        try:
            os.environ.update(server.environment())
            place = S3Place(bucket="public", prefix="site", endpoint=server.endpoint)
            bucket = S3Store(object_storage.connect(place), layout.cache_control)
            for name, store in (("a folder", DirectoryStore(Path(folder, "public"))), ("SeaweedFS", bucket)):
                for n, (record, drawn) in enumerate(releases, 1):
                    counted, before = Counted(store), store.head(layout.PAGES)
                    publisher = ReleasePublisher(counted)
                    release = history.parse(n, replace_number(record, n).to_bytes())
                    page_list.make(publisher, release, drawn, Fence(publisher, release))
                listed = store.head(layout.PAGES)
                size = listed.size if listed else 0
                uploaded = counted.bytes - (before.size if before else 0)  # which was read
                ratio = uploaded / (differing + size)
                lines.append(
                    f"{name}: {uploaded / 1e6:.2f} MB sent, of them {size / 1e6:.2f} MB for {layout.PAGES}: "
                    f"{ratio:.3f} of the bytes that differ; {counted.requests} requests"
                )
        finally:
            server.kill()
    return lines


def replace_number(record: Manifest, n: int) -> Manifest:
    """The record of another release."""
    return record.model_copy(update={"release": n, "previous": None if n == 1 else "0" * 64})
