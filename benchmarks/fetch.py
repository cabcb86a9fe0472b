"""A run over addresses that answer slowly: how long it takes, beside the time that one after the other would take.

python -m benchmarks.fetch [sources] [seconds]      60 sources that answer in 2 s each, if not said otherwise
"""

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs.workspace import open_workspace

_PROGRAMME = """\
id: xx-nap
country: XX
title: {{es: Planes, en: Plans}}
languages: [en]
plans: [{{id: XX-1, number: 1, title: {{es: Primer plan, en: First plan}}, starts: 2024-01-01, ends: 2025-12-31, scale: us-nap5}}]
suppliers:
  - {{id: forum, names: {{es: Foro, en: Forum}}, sector: civil_society, language: en, commitments: all, may_supply: [institutions]}}
sources:
{sources}
publication:
  title: {{es: Compromisos, en: Commitments}}
  description: {{es: Todos., en: All of them.}}
  licence: {{id: CC-BY-4.0, title: CC BY 4.0, url: "https://creativecommons.org/licenses/by/4.0/"}}
  base_url: https://data.example.org
  store: {{directory: var/public}}
  intake: {{directory: var/private}}
"""  # noqa: E501
_SOURCE = (
    "  - {{id: s{number}, supplier: forum, kind: http, url: 'http://127.0.0.1:{port}/{number}.csv', "
    "allow_private_hosts: true, read: {{kind: csv}}, tables: {{institutions: {{columns: {{}}}}}}}}"
)


def server(seconds: float) -> ThreadingHTTPServer:
    """Gives one institution, another for each path, after so many seconds."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Wait, then answer."""
            time.sleep(seconds)
            number = self.path.strip("/").removesuffix(".csv")
            body = f"institution_id,name_en,sector\nI{number},Institution {number},government\n".encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written to the terminal."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


def main(sources: int = 60, seconds: float = 2.0) -> None:
    """Run once with everything new and once with nothing new."""
    running = server(seconds)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        lines = (_SOURCE.format(number=number, port=running.server_port) for number in range(sources))
        path = Path(folder) / "programme.yaml"
        path.write_text(_PROGRAMME.format(sources="\n".join(lines)), encoding="utf-8")
        for name in ("first", "second"):
            begun, cpu = time.monotonic(), time.process_time()
            record = pipeline.run(open_workspace(path), datetime.now(UTC), name)
            states = sorted({one.state for one in record.sources})
            told = f"{time.monotonic() - begun:.1f} s, {time.process_time() - cpu:.1f} s of our processor"
            sys.stdout.write(f"{name}: {told}; one after the other: {sources * seconds:.0f} s; {', '.join(states)}\n")
    running.shutdown()


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:]))
