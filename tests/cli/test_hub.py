"""The commands of a hub that run nothing; a night is tested in tests/hub."""

import json
from pathlib import Path

import pytest

from ogp_pipeline.cli.app import main
from tests.shapes import shaped

pytestmark = pytest.mark.usefixtures("shaped")
__all__ = ["shaped"]


def ended(*arguments: str) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as raised:
        main(["hub", *arguments])
    return int(raised.value.code or 0)


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert ended("init", str(tmp_path / "region"), "--country", "MX", "--languages", "es,en,fr", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made[0].endswith("hub.yaml") and all(Path(path).is_file() for path in made)
    return tmp_path / "region"


def test_a_new_hub_has_no_mistake(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("check", str(folder), "--json") == 0
    [first] = json.loads(capsys.readouterr().out)
    assert (first["programme"], first["kind"], first["mistakes"]) == ("first", "run", [])
    assert "fr: " in (folder / "hub.yaml").read_text(encoding="utf-8")


def test_a_check_names_keys_but_never_their_values(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRST_AWS_SECRET_ACCESS_KEY", "so-secret")
    assert ended("check", str(folder)) == 0
    out = capsys.readouterr().out
    assert "AWS_SECRET_ACCESS_KEY" in out and "so-secret" not in out


def test_two_programmes_that_share_a_store_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = folder / "programmes" / "first"
    (first / "again.yaml").write_bytes((first / "programme.yaml").read_bytes())
    with (folder / "hub.yaml").open("a", encoding="utf-8") as file:
        file.write("  - {id: second, programme: programmes/first/again.yaml, quotas: {sources: 2}}\n")
    assert ended("check", str(folder), "--json") == 2
    told = " ".join(json.loads(capsys.readouterr().out)[1]["mistakes"])
    assert "is that of programme first, too; each needs its own" in told
    assert "its quota is 2" in told


def test_a_hub_is_not_made_twice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended("init", str(folder)) == 2
    assert "not touched" in capsys.readouterr().err
