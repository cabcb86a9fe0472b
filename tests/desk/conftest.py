"""The desk of the small country, whose agency has an inbox, behind a proxy; a clock that stands still."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from ogp_pipeline.desk import links
from ogp_pipeline.desk.app import Desk
from ogp_pipeline.desk.links import Link
from ogp_pipeline.desk.requests import Address, Office
from tests.inbox_country import InboxCountry, copy, open_country
from tests.small_country import NOW

URL = "https://desk.example.org/entrega"
SETTINGS = f"desk: {{url: {URL}, files_per_hour: 4}}\npublication:"
FORUM = (
    "files: institutions.csv, read: {kind: csv}, tables: {institutions: {columns: {}}}}\n"
    "  - {id: plan, supplier: forum, kind: inbox, path: inbox/plan, read: {kind: xlsx}, "
    "tables: {milestones: {columns: {}}, commitments: {columns: {}}}}"
)


@dataclass
class Served:
    """The desk, links to it, and who visits. ``now`` moves only when a test says so."""

    country: InboxCountry
    drafts: Path
    portal: BlockingPortal
    now = NOW
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.desk = Desk(Office(self.country.folder), Address(URL), self.drafts, lambda: self.now)

    def link(self, source: str = "updates", days: int = 7) -> Link:
        workspace = self.country.open()
        return links.issue(workspace.intake, links.inbox_of(workspace.programme, source), "", self.now, days)

    def entrance(self, link: Link) -> str:
        return f"/enter/{links.token(self.desk.office.key, link)}"

    def client(self) -> TestClient:
        """A browser that has not been here."""
        client = TestClient(_proxied(self.desk.app()), base_url=URL)
        client.portal = self.portal  # else a thread and a loop are made for each request
        return client

    def visitor(self, link: Link | None = None) -> TestClient:
        client = self.client()
        assert client.get(self.entrance(link or self.link())).status_code == 200
        return client


def _proxied(app: ASGIApp) -> ASGIApp:
    """As docs/desk.md says: the proxy takes the desk's own path away."""

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            assert scope["path"].startswith("/entrega/"), scope["path"]
            scope = {**scope, "path": scope["path"].removeprefix("/entrega"), "raw_path": None}
        await app(scope, receive, send)

    return proxy


def form(page: str) -> str:
    """The proof that a page's forms bring along."""
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def upload(client: TestClient, name: str, data: str | bytes, proof: str | None = None, **headers: str):
    """What a browser sends when somebody chooses a file and presses the button."""
    content = data.encode() if isinstance(data, str) else data
    fields = {"form": form(client.get("/").text) if proof is None else proof}
    return client.post("/check", data=fields, files={"file": (name, content)}, headers=headers)


def send(client: TestClient, checked):
    """What it sends when the button below the receipt is pressed."""
    draft = re.search(r"/drafts/[^/]+/send", checked.text)
    assert draft is not None, checked.text
    return client.post(draft[0], data={"form": form(checked.text)})


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small country, whose commitments and milestones are known; nobody has reported."""
    settings = {
        "publication:": SETTINGS,
        "files: institutions.csv, read: {kind: csv}, tables: {institutions: {columns: {}}}}": FORUM,
    }
    folder = tmp_path_factory.mktemp("desk") / "country"
    (folder / "inbox/plan").mkdir(parents=True)
    country = open_country(folder, **settings)
    country.collect()
    return country.folder


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as opened:
        yield opened


@pytest.fixture
def served(published: Path, tmp_path: Path, portal: BlockingPortal) -> Served:
    (tmp_path / "drafts").mkdir()
    return Served(copy(published, tmp_path / "country"), tmp_path / "drafts", portal)
