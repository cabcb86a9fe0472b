"""Personal links: as the commands make, list and revoke them."""

import json
from pathlib import Path
from typing import Any

import pytest

from ogp_pipeline.cli.app import main
from ogp_pipeline.desk import links, session
from ogp_pipeline.desk.session import Visit
from ogp_pipeline.errors import OgpError
from tests.desk.conftest import URL
from tests.inbox_country import InboxCountry, copy
from tests.shapes import shaped  # noqa: F401 - what commands print is compared with its shape
from tests.small_country import NOW


@pytest.fixture
def country(published: Path, tmp_path: Path) -> InboxCountry:
    return copy(published, tmp_path / "country")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--json"])
    assert ended.value.code == 0
    return json.loads(capsys.readouterr().out)


def test_a_link_is_made_listed_and_revoked(country: InboxCountry, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(country.folder)
    made = told(capsys, "desk", "link", "updates", "--to", "Prensa", "--days", "30", "-p", folder)
    assert made["url"].startswith(f"{URL}/enter/") and made["id"] not in made["url"]
    [listed] = told(capsys, "desk", "list", folder)
    assert (listed["source"], listed["label"], listed["works"]) == ("updates", "Prensa", True)
    [revoked] = told(capsys, "desk", "revoke", made["id"][:6], "-p", folder)
    assert revoked["id"] == made["id"]
    assert [one["works"] for one in told(capsys, "desk", "list", folder)] == [False]


def test_all_links_of_a_source_are_revoked_together_and_no_others(country: InboxCountry) -> None:
    workspace = country.open()
    store, programme = workspace.intake, workspace.programme
    for source in ("updates", "updates", "plan"):
        links.issue(store, links.inbox_of(programme, source), "", NOW, 7)
    assert len(links.revoke(store, NOW, source="updates")) == 2
    assert [link.source for link in links.listed(store) if link.works(NOW)] == ["plan"]
    with pytest.raises(OgpError, match="no such link works"):
        links.revoke(store, NOW, source="updates")


@pytest.mark.parametrize("source", ["milestones", "nothing"])
def test_only_an_inbox_has_links(country: InboxCountry, source: str) -> None:
    with pytest.raises(OgpError, match="inboxes: plan, updates"):
        links.inbox_of(country.open().programme, source)


def test_the_key_stays_and_what_another_key_signed_is_nothing(country: InboxCountry) -> None:
    store = country.open().intake
    key = links.key(store)
    assert links.key(store) == key and len(key) == 32
    visit = Visit.begin("x", "es")
    assert session.read(key, session.written(key, visit)) == visit
    assert session.read(b"other", session.written(key, visit)) is None
    assert session.is_ours(key, visit, session.form_token(key, visit))
    assert not session.is_ours(key, visit, session.written(key, visit))
    assert not session.is_ours(key, Visit.begin("x", "es"), session.form_token(key, visit))
