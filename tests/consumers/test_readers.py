"""Those for whom it is made read the publication over HTTP: frictionless, pandas, polars. What they ask is counted."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import frictionless
import numpy as np
import pandas as pd
import polars as pl
import pytest

from ogp_pipeline.release import parquet_format
from tests.consumers.conftest import PublicCountry
from tests.consumers.environment import ask
from tests.flaky_proxy import FlakyProxy

QUERYING = (Path(__file__).parents[2] / "docs/querying.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", QUERYING, re.M | re.S)
PLACES = ["latest", "v/1.0.0", "v/1.0.1"]


def through(proxy: FlakyProxy, country: PublicCountry) -> str:
    """The publication's address behind the proxy."""
    return f"{proxy.endpoint}/public/{country.bucket.prefix}".rstrip("/")


@pytest.mark.parametrize("place", PLACES)
def test_frictionless_reads_and_validates_the_remote_package(country: PublicCountry, place: str) -> None:
    package = frictionless.Package(f"{country.address}/{place}/datapackage.json")
    report = package.validate()
    assert report.valid, report.flatten(["title", "fieldName", "message"])[:5]
    assert len(report.tasks) == len(package.resources) > 20
    rows = package.get_resource("updates").read_rows()
    assert [row["milestone_id"] for row in rows] == ["XX0001.1", "XX0001.2"]


def test_frictionless_finds_what_a_release_that_was_tampered_with_would_hide(
    country: PublicCountry, counted: FlakyProxy
) -> None:
    """The same remote package, one file of which is another's: the check is no formality."""
    package = frictionless.Package(f"{through(counted, country)}/v/1.0.1/datapackage.json")
    updates = package.get_resource("updates")
    updates.path = "../1.0.0/progress/updates.csv"
    assert updates.validate().flatten(["type"]) != []


@pytest.mark.parametrize("place", PLACES)
def test_pandas_reads_the_same_from_csv_and_from_parquet(country: PublicCountry, place: str) -> None:
    address = f"{country.address}/{place}/progress/updates"
    text = pd.read_csv(f"{address}.csv")  # with its defaults: no code of ours is one of its words for nothing
    binary = pd.read_parquet(f"{address}.parquet")
    assert list(text.columns) == list(binary.columns) and len(text) == len(binary) == 2
    for name in ("milestone_id", "period_id", "status", "progress_en"):
        assert text[name].tolist() == binary[name].tolist()
    assert text["progress_en"].str.contains("Ñandú").any() == (place != "v/1.0.0")


def test_polars_reads_parquet_over_http(country: PublicCountry, counted: FlakyProxy) -> None:
    found = pl.scan_parquet(f"{through(counted, country)}/latest/progress/updates.parquet")
    rows = found.select("milestone_id", "status").collect()
    assert rows.rows() == [("XX0001.1", "in_progress"), ("XX0001.2", "not_started")]
    assert all(method in ("GET", "HEAD") for method, *_ in counted.answered)
    assert any(asked for _, _, asked, _ in counted.answered), "by ranges"


def test_polars_takes_of_a_large_table_only_the_columns_it_needs(
    country: PublicCountry, counted: FlakyProxy, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A table as large as many years', written by our own writer and lying where releases lie."""
    import pyarrow as pa

    path = tmp_path_factory.mktemp("large") / "large.parquet"
    random = np.random.default_rng(1)
    number = 200_000
    parquet_format.write_rows(
        pa.table(
            {
                "id": pa.array(range(number), pa.int32()),
                "small": pa.array(random.integers(0, 100, number), pa.int8()),
                "noise": pa.array([one.tobytes().hex() for one in random.integers(0, 1 << 62, (number, 2))]),
            }
        ),
        path,
    )
    size = path.stat().st_size
    key = f"{country.bucket.prefix}data/large.parquet"
    with path.open("rb") as file:
        country.bucket.once.put_object(Bucket="public", Key=key, Body=file)
    found = pl.scan_parquet(f"{through(counted, country)}/data/large.parquet")
    total = found.select(pl.col("small").cast(pl.Int64).sum()).collect().item()
    assert total == int(pl.read_parquet(path)["small"].cast(pl.Int64).sum())
    asked = [asked for method, _, asked, _ in counted.answered if method == "GET"]
    taken = sum(sent for *_, sent in counted.answered)
    assert asked and all(asked), "every read is of a range"
    assert taken < size / 10, f"{taken} of {size} bytes in {len(asked)} reads"


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_examples_of_the_documentation_run_as_they_stand(
    country: PublicCountry, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    assert "https://data.example.org" in EXAMPLES[number]
    exec(EXAMPLES[number].replace("https://data.example.org", country.address), {"__name__": "example"})
    assert capsys.readouterr().out.strip()


[SQL] = re.findall(r"^```sql\n(.*?)^```$", QUERYING, re.M | re.S)
R_EXAMPLES = re.findall(r"^```r\n(.*?)^```$", QUERYING, re.M | re.S)


def test_duckdb_runs_the_queries_of_the_documentation_over_http(country: PublicCountry, counted: FlakyProxy) -> None:
    counts, rows = ask("duckdb_reads.py", SQL.replace("https://data.example.org", through(counted, country)))
    assert sorted(counts) == [["in_progress", 1], ["not_started", 1]]
    assert sorted(row[2] for row in rows) == ["in_progress", "not_started"]
    assert any(asked for _, _, asked, _ in counted.answered), "by ranges"


def r(script: str, folder: Path) -> str:
    """What R prints."""
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed: `make night` tries to")
    (folder / "script.R").write_text(script, encoding="utf-8")
    done = subprocess.run([program, "script.R"], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.night
def test_r_runs_the_example_of_the_documentation_that_needs_no_package(country: PublicCountry, tmp_path: Path) -> None:
    printed = r(R_EXAMPLES[0].replace("https://data.example.org", country.address), tmp_path)
    assert printed.split() == ["in_progress", "not_started", "1", "1"]


@pytest.mark.night
def test_r_loads_every_table_also_one_without_rows(country: PublicCountry, tmp_path: Path) -> None:
    described = json.loads(country.open().publication.get("latest/datapackage.json").data)["resources"]
    named = "".join(f'"{table["path"]}",' for table in described).rstrip(",")
    printed = r(
        f"for (name in c({named})) {{\n"
        f'  rows <- read.csv(paste0("{country.address}/latest/", name), na.strings = "", encoding = "UTF-8")\n'
        '  cat(nrow(rows), names(rows), "\\n")\n}\n',
        tmp_path,
    )
    expected = [[str(table["rows"]), *(field["name"] for field in table["schema"]["fields"])] for table in described]
    assert [line.split() for line in printed.splitlines()] == expected
    assert any(rows == "0" for rows, *_ in expected)


def test_the_documentation_has_an_example_for_each_way_to_read() -> None:
    assert len(EXAMPLES) == 5
    assert {"pandas", "polars", "requests", "csv"} <= set(re.findall(r"^import (\w+)", "".join(EXAMPLES), re.M))
    # What cannot be run here asks for the same addresses as what is run.
    for table in re.findall(
        r"/([a-z_]+/[a-z_]+)\.parquet", "".join(re.findall(r"```(?:sql|r)\n.*?```", QUERYING, re.S))
    ):
        assert f"/{table}.parquet" in "".join(EXAMPLES)
