"""The index of one language: files below ``<language>/search/`` that a script on the search page reads piece by piece.

    pagefind.js, pagefind-worker.js, wasm.<language>.pagefind   Pagefind's own, the same for every site
    pagefind-entry.json, pagefind.<…>.pf_meta                   where the rest begins
    index/, fragment/                                           words, and what is shown of each page; named by content
    facets.json                                                 what each page can be filtered by
    README.txt                                                  whose these are

The same pages give the same bytes on any machine. Pagefind's own filters would not: each process writes their values in
another order. So the facets stand in a file of ours, which names a page as Pagefind's results do.
"""

import gzip
import json
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from ogp_pipeline import scratch
from ogp_pipeline.site.search.documents import LEFT_OUT, Document, documents
from ogp_pipeline.site.search.service import Pagefind

FOLDER = "search"
# What a search page asks for of what Pagefind writes: not its own pages and boxes.
_OURS = ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json")
_PARTS = re.compile(r"\.pf_(?:meta|index|fragment)$")
_FRAGMENT, _MARK = "fragment/", b"pagefind_dcd"
_README = """The search of this publication, made with Pagefind {version} (https://pagefind.app). Pagefind's programs,
pagefind.js, pagefind-worker.js and wasm.*.pagefind, may be used, changed and passed on under the MIT licence.
"""


def bundle(pages: Iterable[tuple[str, bytes]], folder: str, language: str) -> dict[str, bytes]:
    """Key -> bytes of the search in the pages below a folder; {} where there is nothing to find. OgpError if it fails.

    ``language``: of the pages' ``html`` element, by which Pagefind cuts words down to their stems.
    """
    return index(documents(pages, folder, language), folder, language)


def index(made_of: Iterable[Document], folder: str, language: str) -> dict[str, bytes]:
    """The same of documents, whose paths are below the folder."""
    with tempfile.TemporaryDirectory(prefix=scratch.prefix("search")) as place:
        indexed = _lay_out(Path(place), made_of)
        files = _run(Path(place), indexed, language) if indexed else {}
    if not indexed:
        return {}
    entry = json.loads(files["pagefind-entry.json"])
    needed = {*_OURS, *(f"wasm.{own['wasm'] or 'unknown'}.pagefind" for own in entry["languages"].values())}
    made = {name: data for name, data in files.items() if name in needed or _PARTS.search(name)}
    made["facets.json"] = _facets(made, indexed)
    made["README.txt"] = _README.format(version=entry["version"]).encode()
    return {f"{folder}/{FOLDER}/{name}": data for name, data in sorted(made.items())}


def _lay_out(place: Path, pages: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """Each page as a file for Pagefind; their facets."""
    indexed = {}
    for document in pages:
        page = place / "pages" / document.path
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(document.html, encoding="utf-8")
        indexed[document.path] = document.facets
    return indexed


def _run(place: Path, paths: Iterable[str], language: str) -> dict[str, bytes]:
    """What Pagefind writes of these pages. It is given them in the order of their paths, on which its bytes depend."""
    with (place / "complaints").open("w+b") as complaints, Pagefind(language, LEFT_OUT, complaints) as pagefind:
        return pagefind.files((path, place / "pages" / path) for path in sorted(paths))


def _facets(files: Mapping[str, bytes], indexed: Mapping[str, tuple[str, ...]]) -> bytes:
    """The facets of each page under the name of its fragment, in the order of the pages."""
    named = {_path_of(data): Path(name).stem for name, data in files.items() if name.startswith(_FRAGMENT)}
    lines = [[named[path], *facets] for path, facets in indexed.items() if path in named]
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":")).encode()


def _path_of(fragment: bytes) -> str:
    """Of which page a fragment is."""
    return str(json.loads(gzip.decompress(fragment).removeprefix(_MARK))["url"]).removeprefix("/")
