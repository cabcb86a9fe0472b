"""The score that a portal would give our catalogue, and that it falls for what is taken away."""

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF
from rdflib.term import Node

from ogp_pipeline.errors import OgpError
from ogp_pipeline.metadata import quality
from ogp_pipeline.metadata.conformance import faults
from ogp_pipeline.metadata.quality import MOST, SHAPES, Indicator, score, total

DCAT = Namespace("http://www.w3.org/ns/dcat#")
ROOT = "https://data.example.org/xx/"
ENOUGH = 380


@pytest.fixture(scope="module")
def catalog(made: dict[str, bytes]) -> Graph:
    return Graph().parse(data=made["catalog.ttl"], format="turtle")


@pytest.fixture(scope="module")
def judged(catalog: Graph, folder: Path) -> list[Indicator]:
    found = faults(catalog, SHAPES)
    return score(catalog, _stands(folder), lambda dataset: not found[dataset])


def _stands(folder: Path) -> Callable[[str], bool]:
    return lambda address: (folder / address.removeprefix(ROOT)).is_file()


def _conforms(_: Node) -> bool:
    return True


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
    found = score(poorer, _stands(folder), _conforms)
    assert total(judged) - total(found) == pytest.approx(loss)


def test_addresses_that_do_not_answer_and_shapes_that_fail_cost_theirs(catalog: Graph, judged: list[Indicator]) -> None:
    assert total(judged) - total(score(catalog, lambda _: False, _conforms)) == pytest.approx(80)
    assert total(judged) - total(score(catalog, lambda _: False, lambda _: False)) == pytest.approx(110)
    assert total(score(Graph(), lambda _: True, _conforms)) == 0


def test_what_the_shapes_find_costs_the_points_of_the_dataset_that_it_concerns(catalog: Graph, folder: Path) -> None:
    spoilt = catalog + Graph()
    plan, file = URIRef(f"{ROOT}catalog.ttl#dataset-plan"), URIRef(f"{ROOT}catalog.ttl#metrics/metrics.csv")
    spoilt.remove((plan, DCTERMS.description, None))
    spoilt.set((file, DCAT.byteSize, Literal("many")))
    found = faults(spoilt, SHAPES)
    assert {str(node).rpartition("-")[2] for node, lines in found.items() if lines} == {"plan", "metrics"}
    assert len(found) == 6 and any("description" in line for line in found[plan])
    scores = score(spoilt, _stands(folder), lambda dataset: not found[dataset])
    assert next(one.points for one in scores if one.name == "DCAT-AP") == pytest.approx(20)


def test_a_fault_of_what_all_share_is_one_of_every_dataset(catalog: Graph) -> None:
    spoilt = catalog + Graph()
    spoilt.remove((URIRef(f"{ROOT}catalog.ttl#publisher"), FOAF.name, None))
    found = faults(spoilt, SHAPES)
    assert len(found) == 6 and all("foaf/0.1/name" in line for lines in found.values() for line in lines)
    assert all(found.values())


def test_shapes_that_are_none_are_refused(catalog: Graph, tmp_path: Path) -> None:
    (tmp_path / "none.ttl").write_text("")
    with pytest.raises(OgpError, match="no SHACL shapes"):
        faults(catalog, tmp_path / "none.ttl")


Ask = Callable[..., tuple[int, str]]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ask:
    """How ``python -m ogp_pipeline.metadata.quality`` ends, and what it says."""

    def ask(*arguments: str | Path) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["quality", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            quality.main()
        return int(left.value.code or 0), capsys.readouterr().out

    return ask


def test_anybody_can_ask_for_the_score_of_a_folder(ask: Ask, folder: Path, judged: list[Indicator]) -> None:
    code, told = ask(folder)
    assert told.splitlines()[-1].strip() == f"{total(judged):.1f} of {MOST}"
    assert code == 0


def test_conformance_that_nobody_measured_counts_nothing(
    ask: Ask, folder: Path, judged: list[Indicator], tmp_path: Path
) -> None:
    code, told = ask(folder, "--shapes", tmp_path / "away.ttl")
    assert code == 1 and "not measured" in told
    assert told.splitlines()[-1].strip() == f"{total(judged) - 30:.1f} of {MOST}"
