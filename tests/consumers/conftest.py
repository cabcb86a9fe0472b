"""A small country that keeps both its stores in buckets of the real server, and whoever reads it without keys."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from ogp_pipeline.cli import app
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.publishing import history
from ogp_pipeline.publishing.history import Release
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from ogp_pipeline.store import object_storage
from ogp_pipeline.store.object_storage import Bucket
from tests.flaky_proxy import FlakyProxy
from tests.inbox_country import KEYS
from tests.s3_server import S3Server
from tests.small_country import FILES, NOW, SmallCountry, build

LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class PublicCountry(SmallCountry):
    """``bucket``: the public one, with the administrator's keys. ``address``: where strangers read it."""

    bucket: Bucket
    address: str

    endpoint: str

    def open(self) -> Workspace:
        return open_workspace(self.folder, replace(KEYS, endpoint_url=self.endpoint))

    def releases(self) -> list[Release]:
        return history.releases(self.open().publication)


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory, s3_server: S3Server) -> PublicCountry:
    """Two releases; the second has one text more. Between them, a run without news."""
    folder, prefix = tmp_path_factory.mktemp("public-country"), uuid.uuid4().hex
    address = f"{s3_server.endpoint}/public/{prefix}"
    build(
        folder,
        **{
            "store: {directory: var/public}": f"store: {{s3: {{bucket: public, prefix: {prefix}}}}}",
            "intake: {directory: var/private}": f"intake: {{s3: {{bucket: private, prefix: {prefix}}}}}",
            "https://data.example.org": address,
        },
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in s3_server.environment().items():
            patch.setenv(name, value)
        patch.delenv("OGP_SIGNING_KEY", raising=False)
        with pytest.raises(SystemExit) as left:
            app.main(["store", "setup", str(folder)])
        assert not left.value.code
        country = SmallCountry(folder)
        assert country.run("first").outcome == Published("1.0.0")
        assert country.run("second").outcome == Unchanged("1.0.0")
        country.write("agency/updates.csv", FILES["agency/updates.csv"].replace("Waits", "«Ñandú» waits"))
        assert country.run("third", LATER).outcome == Published("1.0.1")
    place = S3Place(bucket="public", prefix=prefix, endpoint=s3_server.endpoint)
    return PublicCountry(folder, object_storage.connect(place, KEYS), address, s3_server.endpoint)


@pytest.fixture
def counted(country: PublicCountry, s3_server: S3Server) -> Iterator[FlakyProxy]:
    """A proxy before the server, which counts; its address of the publication is ``counted.endpoint`` + path."""
    with FlakyProxy(s3_server.endpoint) as proxy:
        yield proxy
