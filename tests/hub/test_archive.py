"""After ten releases of a comparison the older ones stand in an archive, with their pages where they were."""

from pathlib import Path

from ogp_pipeline.hub.comparison import publish_comparison
from ogp_pipeline.publishing.publisher import Hooks
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.store.directory import DirectoryStore
from tests.hub.countries import HUB, Country, tables
from tests.publishing import synthetic


def test_the_page_of_a_release_stays_when_its_archive_is_made(tmp_path: Path) -> None:
    country, store = Country("aa", tmp_path / "aa"), DirectoryStore(tmp_path / "hub")
    country.publish(tables("CL"))
    page = tmp_path / "hub/en/release/1.0.0.html"
    first = b""
    for turn in range(22):
        keywords = {"en": [f"word {turn}"]}
        hub = HUB.model_copy(update={"languages": ["en"], "search": False, "keywords": keywords})
        publish_comparison([country.member], hub, store, synthetic.STARTED, hooks=Hooks(now=synthetic.moment))
        first = first or page.read_bytes()
    assert page.read_bytes() == first
    assert Path(tmp_path, "hub/archives/1/index.json").is_file()
    home = Path(tmp_path, "hub/en/index.html").read_text(encoding="utf-8")
    assert 'href="../archives/1/versions.json"' in home
    assert verify(DirectoryReader(tmp_path / "hub")).problems == ()
