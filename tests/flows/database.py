"""A real PostgreSQL server on the loopback, in a temporary folder, as a drill may stop it and start it again.

PostgreSQL refuses to run as root: where the tests are root's, it runs as Debian's user of that name, or as nobody.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from ogp_pipeline import scratch

COMPOSE = Path(__file__).parents[2] / "deploy/compose.yaml"
OWNER, PASSWORD, NAME = "prefect", "no/secret:here@100%", "prefect"
_DEBIAN = sorted(str(folder) for folder in Path("/usr/lib/postgresql").glob("*/bin"))
_PATH = os.pathsep.join([*reversed(_DEBIAN), os.environ.get("PATH", os.defpath)])
# The least work that still is a real server; what is lost when the machine loses its power is of no interest here.
_SETTINGS = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "60", "unix_socket_directories": ""}


class Database:
    """One cluster with one empty database. Use ``running``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user = _user() if os.getuid() == 0 else None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """What compose.yaml tells the server; the password has letters that mean something in an address."""
        told: dict[str, str] = yaml.safe_load(COMPOSE.read_text())["services"]["server"]["environment"]
        named = {name: value for name, value in told.items() if name.startswith("PREFECT_SERVER_DATABASE_")}
        ours = {"HOST": "127.0.0.1", "PORT": str(self.port), "PASSWORD": PASSWORD}
        return named | {f"PREFECT_SERVER_DATABASE_{name}": value for name, value in ours.items()}

    @property
    def url(self) -> str:
        """The same as one address."""
        return f"postgresql+asyncpg://{OWNER}:{quote(PASSWORD, safe='')}@127.0.0.1:{self.port}/{NAME}"

    def create(self) -> None:
        """The cluster and, when it has started, the database."""
        if self._user:
            shutil.chown(self._folder, self._user, -1)
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        options = ["--auth=scram-sha-256", f"--username={OWNER}", f"--pwfile={secret}", "--encoding=UTF8", "--no-sync"]
        self._do("initdb", *options, "--no-locale", f"--pgdata={self._folder / 'data'}")
        self.start()
        self._do("createdb", *self._at(), NAME)

    def start(self) -> None:
        """Returns when it takes connections."""
        settings = {**_SETTINGS, "port": str(self.port), "listen_addresses": "127.0.0.1"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", str(self._folder / "data"), *options],
                stdout=log,
                stderr=log,
                **self._how(),
            )
        ready = [_program("pg_isready"), "--quiet", *self._at()]
        until = time.monotonic() + 60
        while subprocess.run(ready, **self._how(), check=False).returncode != 0:
            said = (self._folder / "log").read_text(errors="replace")
            assert self._process.poll() is None and time.monotonic() < until, said[-4000:]
            time.sleep(0.05)

    def stop(self) -> None:
        """At once, which PostgreSQL calls immediate: nothing is written out, every connection is cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=60)
            self._process = None

    def dump(self) -> str:
        """Everything that the database holds, as text."""
        return self._do("pg_dump", *self._at(), "--inserts", NAME)

    def _at(self) -> Sequence[str]:
        return ("--host=127.0.0.1", f"--port={self.port}", f"--username={OWNER}")

    def _do(self, program: str, *arguments: str) -> str:
        asked = [_program(program), *arguments]
        done = subprocess.run(asked, **self._how(), capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
        return done.stdout

    def _how(self) -> dict[str, Any]:
        environment = {"PATH": _PATH, "PGPASSWORD": PASSWORD, "LC_ALL": "C.UTF-8"}
        how: dict[str, Any] = {"cwd": self._folder, "env": environment, "stdin": subprocess.DEVNULL}
        if self._user:
            how |= {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}
        return how


def _program(name: str) -> str:
    path = shutil.which(name, path=_PATH)
    assert path is not None, f"{name} is not there, though initdb is"
    return path


def _user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def running() -> Iterator[Database]:
    """A server that answers, and is gone afterwards."""
    if shutil.which("initdb", path=_PATH) is None:
        pytest.skip("there is no PostgreSQL: `make programs` installs it where this is root on Debian")
    # Not below pytest's own folders, which only their owner may enter.
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("postgres")) as folder:
        database = Database(Path(folder))
        try:
            database.create()
            yield database
        finally:
            database.stop()
