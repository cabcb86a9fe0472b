"""A comparison of made-up countries: in it stands what they have published, and what could not be read is said.

Two rounds. First: ``aa`` (signed), ``bb`` (another scale), ``cc`` has published nothing, ``dd`` is of newer software.
Second: ``aa`` counts a metric in another way, and a file of the newest release of ``bb`` was changed in its store.
"""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from rdflib import Graph

from ogp_pipeline.hub.comparison import publish_comparison
from ogp_pipeline.hub.members import Member
from ogp_pipeline.hub.outcomes import ComparisonOutcome, NothingToCompare, Reason
from ogp_pipeline.publishing.publish import publish
from ogp_pipeline.publishing.publisher import Hooks
from ogp_pipeline.publishing.reader import DirectoryReader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.runs.outcomes import Published, Unchanged
from ogp_pipeline.store.directory import DirectoryStore
from tests.hub.countries import CANADIAN, HUB, Country, tables
from tests.publishing import synthetic

HOOKS = Hooks(now=synthetic.moment)


@dataclass(frozen=True)
class Night:
    outcome: ComparisonOutcome
    files: dict[str, bytes]

    def rows(self, table: str) -> list[dict[str, str]]:
        text = self.files[f"latest/comparison/{table}.csv"].decode()
        return list(csv.DictReader(text.splitlines()))

    def member(self, name: str) -> dict[str, str]:
        return next(row for row in self.rows("hub_members") if row["member_id"] == name)


@dataclass(frozen=True)
class Hub:
    folder: Path
    countries: dict[str, Country]
    members: list[Member]
    first: Night
    again: Night
    second: Night


def _night(folder: Path, members: list[Member]) -> Night:
    outcome = publish_comparison(members, HUB, DirectoryStore(folder), synthetic.STARTED, hooks=HOOKS)
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return Night(outcome, files)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    countries = {name: Country(name, folder / name) for name in ("aa", "bb", "cc", "dd")}
    countries["aa"].publish(tables("CL"), synthetic.KEYS[0])
    canadian = tables("CA", scale="ca-nap", levels=CANADIAN)
    countries["bb"].publish(canadian)
    head = synthetic.draft(folder, None, "dd", "run-1", schemas="99.0.0+0123456789ab", software="9.0.0")
    publish(synthetic.publisher(countries["dd"].store), head, None, synthetic.attempt("dd"))
    members = [country.member for country in countries.values()]
    first = _night(folder / "hub", members)
    again = _night(folder / "hub", members)
    countries["aa"].publish(_otherwise(tables("CL")), synthetic.KEYS[0])
    broken = countries["bb"].publish({**canadian, "metrics": canadian["metrics"].head(3)})
    key = broken.manifest.file("metrics/metrics.csv")
    assert key is not None
    Path(countries["bb"].folder, "public", key.key).write_bytes(b"metric_id\n")
    yield Hub(folder / "hub", countries, members, first, again, _night(folder / "hub", members))


def _otherwise(made: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same, with a metric that is counted in another way."""
    definitions = made["metric_definitions"]
    own = definitions["metric_id"] == "commitment_completion"
    definitions.loc[own, "numerator_en"] = "Commitments at that level, and half of the others."
    return made


def test_a_number_is_the_one_in_the_countrys_release_and_leads_there(hub: Hub) -> None:
    sources = {(row["member_id"], row["source_table"]): row for row in hub.first.rows("figure_sources")}
    compared = 0
    for name in ("aa", "bb"):
        source = sources[name, "metrics"]
        data = Path(hub.countries[name].folder, "public", "v", source["version"], source["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == source["sha256"]
        assert source["address"] == f"https://data.example.org/{name}/v/1.0.0/metrics/metrics.csv"
        key = ("metric_id", "plan_id", "period_id", "dimension", "member_id", "category")
        there = {"/".join(row[part] for part in key): row for row in csv.DictReader(data.decode().splitlines())}
        for row in hub.first.rows("figures"):
            if row["member_id"] == name:
                own = there[row["row_key"]]
                for column in ("numerator", "denominator", "missing", "value"):
                    assert row[column] == own[column]
                compared += 1
    assert compared == len(hub.first.rows("figures")) > 30


def test_every_number_says_what_it_is_worth_and_none_that_is_missing_is_a_zero(hub: Hub) -> None:
    for row in hub.first.rows("figures"):
        assert (row["status"] == "counted") == (row["value"] != "")
    assert {row["status"] for row in hub.first.rows("figures")} >= {"counted", "part_missing"}


def test_only_the_newest_period_of_a_metric_is_compared(hub: Hub) -> None:
    own = [row for row in hub.first.rows("figures") if row["metric_id"] == "milestone_completion"]
    assert {(row["period_id"], row["period_end"]) for row in own} == {("r2", "2022-12-31")}


def test_members_that_were_not_read_are_named_and_have_no_figures(hub: Hub) -> None:
    assert hub.first.outcome.ended == Published("1.0.0")
    assert [(fault.member, fault.reason, fault.kept) for fault in hub.first.outcome.not_read] == [
        ("cc", Reason.NOTHING_PUBLISHED, None),
        ("dd", Reason.NEWER_SOFTWARE, None),
    ]
    for name, reason in (("cc", "nothing_published"), ("dd", "newer_software")):
        assert (hub.first.member(name)["state"], hub.first.member(name)["reason"]) == ("not_read", reason)
        assert hub.first.member(name)["version"] == ""
        for table in ("figures", "compared_plans", "commitment_index"):
            assert name not in {row["member_id"] for row in hub.first.rows(table)}
        assert "has never been read" in hub.first.files[f"en/country/{name}.html"].decode()


def test_nothing_new_writes_nothing(hub: Hub) -> None:
    assert hub.again.outcome.ended == Unchanged("1.0.0")
    assert hub.again.outcome.not_read == list(hub.first.outcome.not_read)
    assert hub.again.files == hub.first.files


def test_the_last_good_figures_of_a_broken_release_are_kept_with_their_version(hub: Hub) -> None:
    fault = next(fault for fault in hub.second.outcome.not_read if fault.member == "bb")
    assert (fault.reason, fault.kept) == (Reason.NOT_VERIFIED, "1.0.0")
    row = hub.second.member("bb")
    assert (row["state"], row["reason"], row["version"]) == ("kept", "not_verified", "1.0.0")
    kept = [row for row in hub.second.rows("figures") if row["member_id"] == "bb"]
    assert kept == [row for row in hub.first.rows("figures") if row["member_id"] == "bb"]
    assert "could not be read" in hub.second.files["en/plan/bb/plan-1.html"].decode()


def test_two_definitions_stand_side_by_side_and_are_not_merged(hub: Hub) -> None:
    before, after = (
        {row["definition_id"] for row in night.rows("figure_definitions") if "commitment_comp" in row["metric_id"]}
        for night in (hub.first, hub.second)
    )
    assert (len(before), len(after)) == (1, 2)
    page = hub.second.files["en/metric/commitment_completion.html"].decode()
    assert all(f'<span class="code">{name}</span>' in page for name in after)
    assert "and half of the others" in page


def test_levels_of_two_scales_never_share_a_table(hub: Hub) -> None:
    page = hub.first.files["en/metric/milestone_completion.html"].decode()
    headed = re.findall(r'<h3 id="[^"]*">([^<]*)</h3>', page)
    assert headed == ["Plans with these very levels: ca-nap", "Plans with these very levels: us-nap5"]
    first, second = (table.partition("</table>")[0] for table in page.split("<table")[1:])
    assert "Limited progress" in first and "In progress" not in first
    assert "In progress" in second and "Limited progress" not in second
    levels = [row["code"] for row in hub.first.rows("plan_scales") if row["plan_id"] == "plan-1"
              and (row["member_id"], row["list"]) == ("bb", "progress_status")]  # fmt: skip
    assert sorted(levels) == ["C", "LP", "NS", "SP"]


def test_a_stranger_verifies_every_version(hub: Hub) -> None:
    checked = verify(DirectoryReader(hub.folder))
    assert checked.problems == () and checked.releases == 2 and checked.pages > 50
    assert hub.first.member("aa")["key"] == synthetic.KEYS[0].fingerprint and hub.first.member("bb")["key"] == ""


def test_every_page_is_there_in_every_language_with_a_policy_and_without_a_script(hub: Hub) -> None:
    pages = {key: data.decode() for key, data in hub.second.files.items() if re.match(r"(es|en|fr)/.*\.html$", key)}
    named = {language: {key[3:] for key in pages if key.startswith(f"{language}/")} for language in ("es", "en", "fr")}
    assert named["es"] == named["en"] == named["fr"]
    assert {"index.html", "search.html", "country/aa.html", "plan/aa/plan-1.html", "release/1.0.0.html"} <= named["es"]
    for key, text in pages.items():
        assert 'Content-Security-Policy" content="default-src &#39;none&#39;' in text
        assert ("<script" in text) == key.endswith("search.html")
        for link in re.findall(r'href="([^"#]+)', text):
            if "://" not in link and not link.startswith("data:"):
                target = (Path("/hub") / key).parent / link
                assert Path(*target.parts).resolve().relative_to("/hub").as_posix() in hub.second.files, (key, link)


def test_the_catalogue_names_the_catalogue_of_every_member_that_was_read(hub: Hub) -> None:
    text = hub.first.files["catalog.ttl"].decode()
    for name, is_read in (("aa", True), ("bb", True), ("cc", False)):
        assert (f"<https://data.example.org/{name}/catalog.ttl#catalog>" in text) == is_read
    listed = json.loads(hub.first.files["catalogs.json"])
    assert [entry["id"] for entry in listed["catalogs"]] == ["aa", "bb", "cc", "dd"]
    assert listed["catalogs"][1]["data_json"] == "https://data.example.org/bb/data.json"
    assert "https://hub.example.org/en/release/1.0.0.html" in hub.first.files["changes.en.atom"].decode()
    assert "/ZZ" not in text and "country/CAN>" in text


def test_the_catalogue_conforms_to_the_profile(hub: Hub) -> None:
    pyshacl = pytest.importorskip("pyshacl")
    shapes = Path(__file__).parents[1] / "validators/dcat-ap-3.0.1/shapes.ttl"
    conforms, _, told = pyshacl.validate(
        Graph().parse(data=hub.first.files["catalog.ttl"]), shacl_graph=Graph().parse(shapes), allow_warnings=True
    )
    assert conforms, told


def test_every_commitment_can_be_found_in_each_language_of_its_text(hub: Hub) -> None:
    spanish, english = (json.loads(hub.first.files[f"commitments/{tag}/search/facets.json"]) for tag in ("es", "en"))
    assert len(spanish) == 6 and len(english) == 4  # of the two countries; one title is in Spanish alone
    facets = next(line[1:] for line in english if line[1:2] == ["bb"] and line[5] == "XX0001")
    assert facets[:2] == ["bb", "Limited progress"] and facets[2] == "Water"
    assert facets[3] == "https://data.example.org/bb/en/commitment/XX0001.html"


def test_of_a_hub_that_has_read_nobody_nothing_is_published(tmp_path: Path) -> None:
    night = _night(tmp_path / "hub", [Country("cc", tmp_path / "cc").member])
    assert night.outcome.ended == NothingToCompare() and night.files == {}


def test_the_same_releases_give_the_same_bytes(hub: Hub, tmp_path: Path) -> None:
    countries = {name: Country(name, tmp_path / name) for name in ("aa", "bb")}
    countries["aa"].publish(tables("CL"), synthetic.KEYS[0])
    countries["bb"].publish(tables("CA", scale="ca-nap", levels=CANADIAN))
    members = [countries["bb"].member, countries["aa"].member, *hub.members[2:]]  # in whatever order
    night = _night(tmp_path / "hub", members)
    of_one_run = ("data/", "releases/", "v/1.0.0/manifest.json", "latest.json", "pages.json", "versions.json")
    there, here = (
        {key: data for key, data in files.items() if not key.startswith((*of_one_run, ".store", "deltas"))}
        for files in (hub.first.files, night.files)
    )
    assert here.keys() == there.keys()
    assert {key for key in here if here[key] != there[key]} == set()
