"""The secrets of a whole installation (PostgreSQL, server, worker, bucket, alerts), and what that leaves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.blocks.system import Secret
from prefect.settings import PREFECT_API_AUTH_STRING, temporary_settings

from flows import alerts
from flows.workspaces import BLOCK
from ogp_pipeline.errors import OgpError
from tests.flows import planted
from tests.flows.conftest import HISTORY
from tests.flows.database import PASSWORD, Database, running
from tests.flows.station import Programme, Station, opened
from tests.s3_server import SECRET_KEY, S3Server
from tests.small_country import build

pytestmark = [pytest.mark.prefect, pytest.mark.night]
LOGIN = f"admin:{planted.OTHERS['server']}"


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    with running() as database:
        yield database


@pytest.fixture(scope="module")
def station(database: Database, s3_server: S3Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    environment = {name: secret for name, secret in planted.environment().items() if name != "AWS_SESSION_TOKEN"}
    environment |= database.environment() | s3_server.environment()
    environment |= {"PREFECT_SERVER_API_AUTH_STRING": LOGIN, "PREFECT_API_AUTH_STRING": LOGIN}
    with (
        temporary_settings({PREFECT_API_AUTH_STRING: LOGIN}),
        opened(tmp_path_factory.mktemp("station"), **environment) as station,
    ):
        yield station


def test_what_an_installation_leaves_holds_no_secret(
    station: Station, database: Database, s3_server: S3Server, tmp_path: Path
) -> None:
    stores = {f"{name}: {{directory: var/{folder}}}": f"{name}: {{s3: {{bucket: private, prefix: planted/{folder}}}}}"
              for name, folder in (("store", "public"), ("intake", "private"))}  # fmt: skip
    programme = Programme(station, build(tmp_path, **HISTORY, **stores).folder)
    alerts.setup({alerts.DUTY: planted.SECRETS[alerts.DUTY]})
    keys = {"access_key_id": "nobody", "secret_access_key": planted.OTHERS["block"], "endpoint_url": s3_server.endpoint}
    Secret(value=keys).save("ogp-s3", overwrite=True)
    worker = station.start_worker()
    good = station.run(programme.deployed(0))
    assert station.end_of(good) == "Published", station.states(good)
    refused = station.run(programme.deployed(0, {BLOCK: "ogp-s3"}))
    assert station.end_of(refused) == "Failed", station.states(refused)
    try:
        told = alerts.test()
    except OgpError as error:
        told = [str(error)]
    assert told != ["sent"], "nobody listens there"
    station.kill(worker)

    left = [("dump", database.dump().encode()), *planted.files(station.home)]
    client = s3_server.client()
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="private", Prefix="planted/"):
        left += [(kept["Key"], client.get_object(Bucket="private", Key=kept["Key"])["Body"].read())
                 for kept in page["Contents"]]  # fmt: skip
    whole = b"".join(data for _, data in left)
    assert str(good).encode() in whole and b"InvalidAccessKeyId" in whole and len(left) > 50
    assert planted.leaks(left) == []
    others = (SECRET_KEY.encode(), PASSWORD.encode())
    assert [name for name, data in left if any(secret in data for secret in others)] == []
