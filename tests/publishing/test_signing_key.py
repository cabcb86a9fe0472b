"""The private key comes from the environment or a file, and is never shown or written over."""

import traceback
from pathlib import Path

import pytest

from ogp_pipeline.errors import StoreError
from ogp_pipeline.publishing import signing, signing_key


def test_the_environment_holds_the_key_or_its_path(tmp_path: Path) -> None:
    key = signing.new_key()
    path = tmp_path / "key.pem"
    path.write_bytes(key.to_pem())
    for value in (key.to_pem().decode(), str(path), f" {path}\n"):
        found = signing_key.from_environment({signing_key.VARIABLE: value})
        assert found and found.fingerprint == key.fingerprint
    assert signing_key.from_environment({}) is None


def test_a_mutilated_key_is_never_repeated() -> None:
    pem = signing.new_key().to_pem().decode().strip()
    secret = pem.splitlines()[1]
    quoted, bare, oneline = f'"{pem}"', secret, pem.replace("\n", "\\n")
    for value in (quoted, bare, oneline, f"{secret}\0", f"/no/such/{secret}", secret * 99):
        with pytest.raises(StoreError) as caught:
            signing_key.from_environment({signing_key.VARIABLE: value})
        assert secret not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("taken", ["key.pem", "key.pem.pub"])
def test_a_new_key_overwrites_neither_file(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_bytes(b"somebody's")
    with pytest.raises(StoreError, match="exists"):
        signing_key.make(tmp_path / "key.pem")
    assert [path.name for path in tmp_path.iterdir()] == [taken]
    assert (tmp_path / taken).read_bytes() == b"somebody's"
