"""nginx and Caddy, as docs/hosting.md sets them, serve a publication of which verification has nothing to say."""

import base64
import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest
import requests

from ogp_pipeline.publishing import layout
from ogp_pipeline.publishing.reader import HttpReader
from ogp_pipeline.publishing.verify import verify
from tests.publishing.test_web_hosts import SIGNER, publish_next

DOCUMENTED = (Path(__file__).parents[2] / "docs" / "hosting.md").read_text(encoding="utf-8")
NAMES = tuple(f"plan/a.{ending}" for ending in layout.MEDIA_TYPES if ending != "json")


def documented(language: str, **replaced: str) -> str:
    """The one configuration in that language, with some of its words replaced by the test's."""
    [text] = re.findall(rf"```{language}\n(.*?)```", DOCUMENTED, re.S)
    for old, new in replaced.items():
        assert text.count(OLD[old]) == 1
        text = text.replace(OLD[old], new)
    return text


OLD = {"root": "/srv/ogp/public", "port": "listen 80;", "site": "data.example.org {"}


@pytest.mark.parametrize("language", ["nginx", "caddy"])
def test_every_ending_that_we_publish_has_its_type_in_the_configurations(language: str) -> None:
    text = documented(language)
    for ending, media_type in layout.MEDIA_TYPES.items():
        main = media_type.partition(";")[0]
        told = (
            rf"^\s+{re.escape(main)}\s+{ending};"
            if language == "nginx"
            else rf"^\s+header @{ending} .*{re.escape(main)}"
        )
        assert re.search(told, text, re.M), ending
    for prefix in layout.IMMUTABLE:
        assert re.search(rf"[/(|:]{prefix.rstrip('/')}[/|)]", text), prefix


@pytest.mark.parametrize("language", ["nginx", "caddy"])
def test_the_policy_of_the_configurations_lets_every_script_of_ours_run_and_no_other(language: str) -> None:
    [policy] = re.findall(r"Content-Security-Policy \"(.*?)\"", documented(language))
    [scripts] = re.findall(r"script-src ([^;]*)", policy)
    room = resources.files("ogp_pipeline.site")
    written = [file.read_bytes() for file in room.iterdir() if file.name.endswith(".js")]
    ours = {f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'" for script in written}
    assert set(scripts.split()) == {"'self'", "'wasm-unsafe-eval'", *ours}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[str]:
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(300):
            try:
                requests.get(f"{address}/latest.json", timeout=5)
                break
            except requests.ConnectionError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def nginx(root: Path, folder: Path, port: int) -> list[str]:
    temporary = " ".join(
        f"{name}_temp_path {folder / name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    served = documented("nginx", root=str(root), port=f"listen 127.0.0.1:{port};")
    user = "user root;" if os.geteuid() == 0 else ""
    head = f"{user} daemon off; pid {folder / 'pid'}; error_log {folder / 'errors'}; events {{}}"
    (folder / "nginx.conf").write_text(f"{head} http {{ access_log off; {temporary}\n{served} }}")
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]


def caddy(root: Path, folder: Path, port: int) -> list[str]:
    served = documented("caddy", root=str(root), site=f"http://127.0.0.1:{port} {{")
    (folder / "Caddyfile").write_text("{\n    admin off\n}\n" + served)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.mark.night
@pytest.mark.parametrize("kind", [nginx, caddy])
def test_the_documented_configuration_serves_as_it_should(
    tmp_path: Path, kind: Callable[[Path, Path, int], list[str]]
) -> None:
    if shutil.which(kind.__name__) is None:
        pytest.skip(f"{kind.__name__} is not installed: `make night` tries to")
    root, folder, port = tmp_path / "public", tmp_path / "host", free_port()
    folder.mkdir()
    for content in ("1", "2"):
        publish_next(root, tmp_path / "built", content, signer=SIGNER, extra=NAMES)
    with running(kind(root, folder, port), port, folder) as address:
        result = verify(HttpReader(address))
        assert result.problems == () and result.releases == 2
        assert result.host == ()
        missing = requests.get(f"{address}/releases/3.json", timeout=10)
        assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")
        for hidden in (".store/lock", "data/.hidden"):
            (root / hidden).write_text("x")
            assert requests.get(f"{address}/{hidden}", timeout=10).status_code == 404
        publish_next(root, tmp_path / "built", "3", signer=SIGNER, extra=NAMES)
        result = verify(HttpReader(address))
        assert result.problems == () and result.releases == 3 and result.host == ()
        (root / "v/1.1.0/plan/clusters.csv").unlink()
        assert [finding.key for finding in verify(HttpReader(address)).problems] == ["v/1.1.0/plan/clusters.csv"]
