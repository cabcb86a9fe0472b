"""The score that a portal would give our catalogue, and that it falls for what is taken away."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyshacl
import pytest
from rdflib import OWL, Graph, Namespace
from rdflib.namespace import DCTERMS

from ogp_pipeline.metadata.quality import MOST, Indicator, score, total

DCAT = Namespace("http://www.w3.org/ns/dcat#")
ROOT = "https://data.example.org/xx/"
ENOUGH = 380
SHAPES = Path(__file__).parents[1] / "validators" / "dcat-ap-3.0.1" / "shapes.ttl"


@pytest.fixture(scope="module")
def catalog(made: dict[str, bytes]) -> Graph:
    return Graph().parse(data=made["catalog.ttl"], format="turtle")


@pytest.fixture(scope="module")
def judged(catalog: Graph, folder: Path) -> list[Indicator]:
    shapes = Graph().parse(SHAPES)
    shapes.remove((None, OWL.imports, None))
    conforms, _, _ = pyshacl.validate(catalog, shacl_graph=shapes)
    return score(catalog, lambda address: (folder / address.removeprefix(ROOT)).is_file(), conforms=conforms)


def test_the_catalogue_scores_380_points_or_more(judged: list[Indicator]) -> None:
    lines = "\n".join(f"{one.points:5.1f}/{one.most} {one.dimension}: {one.name}" for one in judged)
    assert total(judged) >= ENOUGH, lines


def test_the_scheme_has_405_points_in_five_dimensions(judged: list[Indicator]) -> None:
    most: Counter[str] = Counter()
    for one in judged:
        most[one.dimension] += one.most
    assert most == {
        "findability": 100,
        "accessibility": 100,
        "interoperability": 110,
        "reusability": 75,
        "contextuality": 20,
    }
    assert sum(most.values()) == MOST


def test_only_formats_that_the_portal_does_not_count_as_open_cost_points(judged: list[Indicator]) -> None:
    assert {one.name for one in judged if one.points < one.most} == {"not proprietary", "readable by machines"}


@pytest.mark.parametrize(
    ("predicate", "loss"),
    [(DCAT.keyword, 30), (DCAT.theme, 30), (DCAT.contactPoint, 20), (DCTERMS.license, 30), (DCAT.byteSize, 5)],
)
def test_what_is_missing_costs_its_points(
    catalog: Graph, judged: list[Indicator], predicate, loss: int, folder: Path
) -> None:
    poorer = catalog + Graph()
    poorer.remove((None, predicate, None))
    found = score(poorer, lambda address: (folder / address.removeprefix(ROOT)).is_file(), conforms=True)
    assert total(judged) - total(found) == pytest.approx(loss)


def test_addresses_that_do_not_answer_and_shapes_that_fail_cost_theirs(catalog: Graph, judged: list[Indicator]) -> None:
    assert total(judged) - total(score(catalog, lambda _: False, conforms=True)) == pytest.approx(80)
    assert total(judged) - total(score(catalog, lambda _: False, conforms=False)) == pytest.approx(110)
    assert total(score(Graph(), lambda _: True, conforms=True)) == 0


def test_anybody_can_ask_for_the_score_of_a_folder(folder: Path, judged: list[Indicator]) -> None:
    command = [sys.executable, "-m", "ogp_pipeline.metadata.quality", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    assert said.splitlines()[-1].strip() == f"{total(judged):.1f} of {MOST}"
