"""A file that no source takes is named by the run, and its supplier is told."""

import json

import pytest

from ogp_pipeline.runs import left_files, status
from ogp_pipeline.runs.summary import summary_markdown
from tests.small_country import NOW, published


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    country = published(tmp_path_factory.mktemp("left") / "country")
    country.write("agency/Updates.CSV", "x")
    country.write("agency/Informe (final).xlsx", "x")
    country.write("forum/viejos/a.csv", "x")
    country.write("agency/notes.md", "x")
    country.write("agency/old/notes.md", "x")
    country.edit("files: updates.csv", "files: updates.csv, ignore: [notes.md, old]")
    return country, country.run(), country.run()


def test_the_run_names_it_once_with_what_to_do(ran):
    _, record, _ = ran
    assert record.outcome.exit_code == 0
    assert {(one.folder, one.reason, one.files) for one in record.left} == {
        ("inbox/agency", "near", (("Updates.CSV", "updates.csv"),)),
        ("inbox/agency", "unknown", (("Informe (final).xlsx", ""),)),
        ("inbox/forum", "subfolder", (("viejos", ""),)),
    }
    told = summary_markdown(record, "en")
    assert told.count("Updates.CSV") == 1 and "“Updates.CSV” → “updates.csv”. Rename it" in told
    assert "taken are updates.csv." in told
    assert {one["folder"] for one in json.loads(record.to_bytes())["left"]} == {"inbox/agency", "inbox/forum"}


def test_status_names_it(ran):
    country, record, _ = ran
    found = status.read(country.open(), NOW.date())
    assert {left_files.describe(one, "es") for one in found.left} == {
        left_files.describe(one, "es") for one in record.left
    }


def test_the_supplier_is_told_in_its_language_once(ran):
    country, first, second = ran
    keys = {one.receipt for one in first.left if one.folder == "inbox/agency"}
    [key] = keys
    assert keys == {one.receipt for one in second.left if one.folder == "inbox/agency"}
    page = country.open().intake.get(key.removesuffix("json") + "es.html").data.decode()
    assert "«Updates.CSV» no se lee: solo su nombre es distinto de «updates.csv»" in page
    assert "Cámbiele el nombre a «updates.csv»." in page and "aquí solo se leen updates.csv" in page
    receipt = json.loads(country.open().intake.get(key).data)
    assert (receipt["supplier"], receipt["verdict"]) == ("agency", "rejected")
    assert not any(source.deliveries for source in first.sources if source.state == "rejected")
    assert "bytes" not in page, "nobody looked into the files, so nobody tells their size and hash"
