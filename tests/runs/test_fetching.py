"""Addresses are asked at the same time; what they give is taken in in the programme's order."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ogp_pipeline.intake import ledger
from ogp_pipeline.runs import fetching, run
from tests.small_country import FILES, NOW, PROGRAMME, SmallCountry, build

SOURCES = ("institutions", "commitments", "roles", "milestones")


@contextmanager
def server(content: str, together: threading.Barrier) -> Iterator[str]:
    """Answers when as many servers were asked as ``together`` waits for; else with an error."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                together.wait(20)
            except threading.BrokenBarrierError:
                self.send_error(500)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content.encode())))
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written to the terminal."""

    running = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/{len(content)}.csv"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def from_addresses(folder: Path, addresses: dict[str, str]) -> SmallCountry:
    replaced = {
        f"kind: folder, path: inbox/forum, files: {name}.csv, read": f"kind: http, url: '{url}', "
        "allow_private_hosts: true, read"
        for name, url in addresses.items()
    }
    assert all(old in PROGRAMME for old in replaced)
    return build(folder, **replaced)


def test_servers_that_wait_for_each_other_are_all_read_in_order(tmp_path: Path) -> None:
    together = threading.Barrier(len(SOURCES))
    with ExitStack() as servers:
        urls = {name: servers.enter_context(server(FILES[f"forum/{name}.csv"], together)) for name in SOURCES}
        country = from_addresses(tmp_path, urls)
        workspace = country.open()
        with run.looking_ahead(workspace, NOW):
            results = [run.collect_source(workspace, source.id, NOW) for source in workspace.programme.sources]
    assert [one.state for one in results] == ["accepted"] * 5
    assert [entry.source for entry in ledger.read(country.open().intake)] == [*SOURCES, "updates"]


def test_a_download_is_given_once_and_nothing_is_left(tmp_path: Path) -> None:
    with ExitStack() as servers:
        alone = threading.Barrier(1)
        urls = {name: servers.enter_context(server(FILES[f"forum/{name}.csv"], alone)) for name in SOURCES}
        workspace = from_addresses(tmp_path, urls).open()
        first = workspace.programme.sources[0]
        with pytest.raises(KeyboardInterrupt), fetching.ahead(workspace, NOW):
            fetched = fetching.collected(workspace, first, NOW)
            assert fetched is not None and len(fetched[0]) == 1
            assert fetching.collected(workspace, first, NOW) is None
            raise KeyboardInterrupt
    assert not workspace.memory.downloads
