"""A real S3 server for tests and for trying things out: SeaweedFS, bound to the loopback, with access keys.

    python tests/s3_server.py --folder var/s3        # what `make s3` does; until it is interrupted

Everything that is not needed is off: telemetry, the admin pages, WebDAV, the other catalogues. It counts as ready
after a real put and get, since it answers before its volumes are registered. Its filer port (HTTP, beside the S3 one)
asks for no credentials at all, which is why nothing here may listen on anything but the loopback.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

HOST = "127.0.0.1"
ACCESS_KEY, SECRET_KEY = "ogp-admin", "not-a-secret-on-the-loopback"
BUCKETS = ("public", "private", "inbox")
_PORTS = ("s3", "master", "volume", "filer", "admin")
_SECONDS = 60.0  # until ready, on a busy machine


class S3Server:
    """One server over ``folder``. ``start`` waits until it is ready; ``kill`` and ``start`` again keep the data."""

    def __init__(self, folder: Path, ports: dict[str, int] | None = None) -> None:
        self._folder = folder
        self._ports = ports or {}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        """The address of the S3 port."""
        return f"http://{HOST}:{self._ports['s3']}"

    def environment(self) -> dict[str, str]:
        """What boto3 and ``ogp`` read."""
        return {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_REGION": "us-east-1",
        }

    def client(self, access_key: str = ACCESS_KEY, secret_key: str = SECRET_KEY, service: str = "s3") -> Any:
        """A plain boto3 client: the administrator's, or with other keys."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(signature_version="s3v4" if service == "s3" else None, retries={"total_max_attempts": 1}),
        )

    def start(self) -> "S3Server":
        """Run it; RuntimeError with the end of its log if it is not ready in time."""
        for _ in range(3):  # a port that was free may be taken by another process before we use it
            ports = self._ports or _free_ports()
            self._run(ports)
            if self._is_ready(ports):
                self._ports = ports
                return self
            self.kill()
        raise RuntimeError(f"the S3 server does not start:\n{(self._folder / 'log').read_text()[-4000:]}")

    def kill(self) -> None:
        """SIGKILL: what a crash of its machine's power would leave, but for the page cache."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM: it writes out what it holds, which takes some seconds."""
        self._end(signal.SIGTERM)

    def wait(self) -> None:
        """Until it ends."""
        if self._process:
            self._process.wait()

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def _run(self, ports: dict[str, int]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        identities = {
            "identities": [
                {
                    "name": "admin",
                    "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
                    "actions": ["Admin", "Read", "Write", "List", "Tagging"],
                }
            ]
        }
        config = self._folder / "identities.json"
        config.write_text(json.dumps(identities))
        flags = {
            "dir": str(self._folder / "data"),
            "bucket": ",".join(BUCKETS),
            "ip": HOST,
            "ip.bind": HOST,
            "s3.config": str(config),
            "s3.iam.readOnly": "false",
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
            "master.telemetry": "false",
            "admin.ui": "false",
            "webdav": "false",
            **{f"{name}.port": str(ports[name]) for name in _PORTS},
            **{f"{name}.port.grpc": str(ports[f"{name}.grpc"]) for name in _PORTS},
        }
        (self._folder / "data").mkdir(exist_ok=True)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).with_name("weed")), "mini", *(f"-{k}={v}" for k, v in flags.items())],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env={**os.environ, "HOME": str(self._folder), "TMPDIR": str(self._folder)},  # of its logs, too
            )

    def _is_ready(self, ports: dict[str, int]) -> bool:
        self._ports, before = ports, self._ports
        client, over = self.client(), time.monotonic() + _SECONDS
        while time.monotonic() < over and self._process and self._process.poll() is None:
            try:
                for bucket in BUCKETS:
                    client.put_object(Bucket=bucket, Key="ready", Body=b"1")
                    client.get_object(Bucket=bucket, Key="ready")["Body"].read()
                    client.delete_object(Bucket=bucket, Key="ready")
                return True
            except (BotoCoreError, ClientError):
                time.sleep(0.1)
        self._ports = before
        return False


def _free_ports() -> dict[str, int]:
    """Ports below those that systems give to outgoing connections, one of which could take a killed server's place."""
    found: dict[str, int] = {}
    held: list[socket.socket] = []
    for name in [*_PORTS, *(f"{name}.grpc" for name in _PORTS)]:
        while name not in found:
            port = random.randrange(12_000, 32_000)
            with suppress(OSError):
                held.append(socket.create_server((HOST, port)))
                found[name] = port
    for one in held:
        one.close()
    return found


def _main() -> None:
    parser = argparse.ArgumentParser(description="Run an S3 server on the loopback until interrupted.")
    parser.add_argument("--folder", type=Path, help="where it keeps its data; default: a temporary folder")
    parser.add_argument("--port", type=int, default=8333, help="of S3 (default: %(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ogp-s3-") as temporary:
        server = S3Server((arguments.folder or Path(temporary)).resolve(), {**_free_ports(), "s3": arguments.port})
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            server.start()
            said = [f"S3 at {server.endpoint}, buckets {', '.join(BUCKETS)}. In another terminal:", ""]
            said += [f"  export {name}={value}" for name, value in server.environment().items()]
            sys.stdout.write("\n".join([*said, "", "Ctrl-C ends it.", ""]))
            sys.stdout.flush()
            server.wait()
        except KeyboardInterrupt:
            sys.stdout.write("Stopping.\n")
        finally:
            server.stop()


if __name__ == "__main__":
    _main()
