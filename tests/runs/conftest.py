"""The small country whose agency has an inbox, for the tests of whole runs on inboxes."""

from pathlib import Path

import pytest

from tests.inbox_country import InboxCountry, Open, copy, forum_once, move_to_bucket


@pytest.fixture(scope="session")
def forum() -> Path:
    """A country that knows what its forum said, and has published it; each test works on a copy."""
    return forum_once()


@pytest.fixture(params=["folder", "bucket"])
def open_copy(request: pytest.FixtureRequest, forum: Path, tmp_path: Path) -> Open:
    """Makes a copy of the country, with texts of its programme file replaced; once for each kind of place."""

    def make(name: str = "copy", **replaced: str) -> InboxCountry:
        country = copy(forum, tmp_path / name, **replaced)
        return move_to_bucket(country, request.getfixturevalue("s3_server")) if request.param == "bucket" else country

    return make


@pytest.fixture
def on_disk(forum: Path, tmp_path: Path) -> InboxCountry:
    """With the agency's inbox in a folder, for what only a disk has."""
    return copy(forum, tmp_path / "copy")
