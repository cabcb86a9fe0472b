"""The address of an S3 server is kept and shown, so it may hold no password."""

from pathlib import Path

import pytest

from ogp_pipeline.errors import ProgrammeError, StoreRefused
from ogp_pipeline.programme.places import S3Place
from ogp_pipeline.store.object_storage import Access, connect
from tests.small_country import build

ADDRESS = "http://clerk:open-sesame@127.0.0.1:9"


@pytest.mark.parametrize("given", ["environment", "block"])
def test_a_password_in_the_address_of_the_server_is_refused_and_not_shown(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-key")
    if given == "environment":
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", ADDRESS)
    with pytest.raises(StoreRefused, match="holds a name or password") as refused:
        connect(S3Place(bucket="private"), Access(endpoint_url=ADDRESS) if given == "block" else None)
    assert "sesame" not in str(refused.value)


def test_so_it_is_in_the_programme_file(tmp_path: Path) -> None:
    there = {"{directory: var/private}": f'{{s3: {{bucket: private, endpoint: "{ADDRESS}"}}}}'}
    with pytest.raises(ProgrammeError, match="`endpoint` holds a name or password") as mistaken:
        build(tmp_path, **there).open()
    assert "sesame" not in str(mistaken.value)
