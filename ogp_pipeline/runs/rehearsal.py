"""A rehearsal (``ogp run --dry-run``): a run in which everything is done and nothing is kept.

    <folder>/site/     what would be public: the pages, and the newest release under latest/
    <folder>/private/  what would be in the private store: receipts, ledger, the run's record

Both stores are read, and what a run writes lies in the folder instead. Inboxes are looked into and left as they are, so
suppliers are told nothing. Addresses are asked as in a run.

A draft (``ogp run --draft``) is a rehearsal of the first release, in a folder of its own that only its owner reads. It
says so on each page and in the titles of its data, and nobody's key signs it.
"""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from ogp_pipeline.errors import WrongUse
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.publishing import history, layout, page_list
from ogp_pipeline.runs.memory import Memory
from ogp_pipeline.runs.workspace import Workspace
from ogp_pipeline.store.directory import DirectoryStore
from ogp_pipeline.store.overlay import OverlayStore

SITE, PRIVATE = "site", "private"
DRAFT = Path("var/draft")  # where a draft lies, from the programme's folder
_MARK = ".ogp-preview"  # an empty file: what lies beside it was made by a rehearsal, and may be made anew


@dataclass(frozen=True, slots=True)
class Preview:
    """``workspace``: what is to be run. ``folder``: where to look afterwards."""

    workspace: Workspace
    folder: Path

    @property
    def start_page(self) -> Path:
        """The page to open first; there is none as long as nothing can be published."""
        return self.folder / SITE / "index.html"

    def complete(self) -> None:
        """Fetch the pages and the newest release that stand already, where the run wrote no others."""
        store, site = self.workspace.publication, DirectoryStore(self.folder / SITE)
        listed = store.get(layout.PAGES)
        pages = page_list.read(listed.data) if listed is not None else None
        wanted = [page.key for page in pages.pages] if pages is not None else []
        for key in (*wanted, *store.list(layout.latest(""))):
            if site.head(key) is None:
                store.download(key, self.folder / SITE / key)


def draft(workspace: Workspace, folder: Path | None = None) -> Preview:
    """A draft in ``folder``, by default beside the programme. WrongUse once there is a release."""
    if history.head(workspace.publication) is not None:
        raise WrongUse(
            "there is a release already, and a draft is for the time before the first one: "
            "--dry-run shows what the next release would be"
        )
    publication = workspace.programme.publication
    titled = publication.model_copy(update={"title": _marked(publication.title)})
    programme = workspace.programme.model_copy(update={"publication": titled})
    preview = prepare(replace(workspace, programme=programme, draft=True), folder or workspace.base / DRAFT)
    preview.folder.chmod(0o700)
    return preview


def _marked(title: Text) -> Text:
    """The title, with the word that says what it is."""
    return Text(**{tag: say("draft.title", spoken(tag), title=text) for tag, text in title.root.items()})


def prepare(workspace: Workspace, folder: Path) -> Preview:
    """The programme with stores that keep nothing. WrongUse if the folder holds what no rehearsal made."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / _MARK).is_file())):
        raise WrongUse(f"{folder} is not empty, and no preview lies there; choose another folder. Nothing was touched.")
    for part in (SITE, PRIVATE):
        shutil.rmtree(folder / part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
    rehearsed = replace(
        workspace,
        intake=OverlayStore(DirectoryStore(folder / PRIVATE, private=True), workspace.intake),
        publication=OverlayStore(DirectoryStore(folder / SITE), workspace.publication),
        memory=Memory(),
        rehearsal=True,
    )
    return Preview(rehearsed, folder)
