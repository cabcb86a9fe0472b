"""No page of a large country is too heavy to be read where the line is slow: 60 kB on it, without search."""

import gzip
import pickle
import random
from itertools import takewhile

import pandas as pd
from bs4 import BeautifulSoup

from benchmarks import site as large
from ogp_pipeline.publishing.drawn_pages import DrawnPages
from ogp_pipeline.site import long_tables
from ogp_pipeline.site.pages import draw, pages
from tests.site.rich import AS_OF, SCHEMAS, rich_tables

MOST = 60_000
WORDS = [
    "publicar",
    "abrir",
    "datos",
    "agua",
    "salud",
    "presupuestos",
    "juzgados",
    "escuelas",
    "municipios",
    "contratos",
    "obras",
    "denuncias",
    "acceso",
]


def weight(page: bytes) -> int:
    return len(gzip.compress(page, 6))


def many(tables, commitments=1_000, parts=2):
    """The rich country with so many commitments and milestones, each with a title of its own; all are overdue."""
    luck = random.Random(7)
    first = tables["commitments"].iloc[[0]]
    own = pd.concat([first] * commitments, ignore_index=True)
    own["commitment_id"] = [f"ZZ{place:04d}" for place in range(commitments)]
    own["title_es"] = [" ".join(luck.choices(WORDS, k=9)) for _ in range(commitments)]
    part = pd.concat([tables["milestones"].iloc[[0]]] * (commitments * parts), ignore_index=True)
    part["commitment_id"] = [name for name in own["commitment_id"] for _ in range(parts)]
    part["milestone_id"] = [f"{name}.{place}" for name in own["commitment_id"] for place in range(parts)]
    part["parent_id"] = None
    part["title_es"] = [" ".join(luck.choices(WORDS, k=9)) for _ in range(len(part))]
    part["due_date"] = [AS_OF - pd.Timedelta(days=luck.randint(1, 900)).to_pytimedelta() for _ in range(len(part))]
    kept = {"commitments": own, "milestones": part}
    return tables | {name: frame.astype(tables[name].dtypes.to_dict()) for name, frame in kept.items()}


def test_the_lists_and_reports_of_a_thousand_commitments_are_light(chain, programme):
    newest = chain[-1].model_copy(update={"as_of": AS_OF})
    made = draw(many(rich_tables()), newest, [newest], programme, SCHEMAS)
    # What comes before the page of the first commitment: home, reports and their further pages, lists.
    weights = {path: weight(page) for path, page in takewhile(lambda drawn: "/commitment/" not in drawn[0], made)}
    assert {path: size for path, size in weights.items() if size > MOST} == {}
    assert max(size for path, size in weights.items() if path.endswith("/commitments.html")) > MOST / 2
    assert sum("overdue-milestones-" in path for path in weights) == 4


def test_every_line_of_a_long_table_stands_on_one_of_its_pages(chain, programme, monkeypatch):
    newest = chain[-1].model_copy(update={"as_of": AS_OF})
    publication = programme.publication.model_copy(update={"languages": ("en",)})
    programme = programme.model_copy(update={"publication": publication})
    whole = parsed(pages(rich_tables(), newest, [newest], programme, SCHEMAS))
    monkeypatch.setattr(long_tables, "FIRST", 2)
    monkeypatch.setattr(long_tables, "EACH", 3)
    divided = parsed(pages(rich_tables(), newest, [newest], programme, SCHEMAS))
    assert divided.keys() > whole.keys()
    further = {path for path in divided if path not in whole}
    reached = set()
    for path, page in whole.items():
        for table in page.find_all("table", class_=lambda named: named != "list"):
            if not table.caption or not table.caption.get("id"):
                continue
            lines = rows(table)
            begins = divided[path].find(id=table.caption["id"])
            told, place = rows(begins.parent), begins.find_parent(class_="scroll") or begins.parent
            links = place.find_next_sibling("nav") if len(lines) > 2 else None
            for link in links.find_all("a") if links else ():
                there = resolved(path, link["href"])
                reached.add(there)
                told += rows(divided[there].find("table"))
                back = [at["href"].partition("#")[2] for at in divided[there].main.find_all("a")]
                assert table.caption["id"] in back
            assert told == lines
    assert reached == further


def parsed(made):
    """Pages with many lines."""
    rooms = ("en/plan/", "en/theme/", "en/report/plan-1/")
    return {path: BeautifulSoup(page, "html.parser") for path, page in made.items() if path.startswith(rooms)}


def rows(table):
    return [line.get_text("|") for line in table.tbody.find_all("tr")]


def resolved(path, link):
    parts = path.split("/")[:-1]
    for part in link.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_no_page_of_a_large_country_is_too_heavy(tmp_path):
    large.make(1_000, tmp_path / "tables")
    tables, record = pickle.loads((tmp_path / "tables").read_bytes()), large.manifest("1.0.0")
    made = DrawnPages(draw(tables, record, [record], large.evaluate_data.programme(), SCHEMAS))
    heavy = {path: weight(made.data(path)) for path in made if path.endswith(".html")}
    assert {path: size for path, size in heavy.items() if size > MOST} == {}
