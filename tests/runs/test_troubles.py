"""What is wrong is told when it begins and when it ends; in between it is only known."""

from datetime import timedelta
from pathlib import Path

from ogp_pipeline.intake import layout
from ogp_pipeline.runs import disk, standing_troubles, status, troubles
from ogp_pipeline.runs import run as core
from ogp_pipeline.runs.outcomes import Rejected
from ogp_pipeline.runs.record import RunRecord
from ogp_pipeline.runs.standing_troubles import Kind, News, Trouble
from ogp_pipeline.runs.summary import summary_markdown
from tests.small_country import FILES, NOW, SmallCountry, published

UPDATES = "inbox/agency/updates.csv"
BAD = FILES["agency/updates.csv"].replace("in_progress", "nearly")


def _kinds(told: tuple[Trouble, ...]) -> list[tuple[Kind, str]]:
    return [(trouble.kind, trouble.subject) for trouble in told]


def _hour(country: SmallCountry, days: int) -> News:
    """What a collection has to tell, which is then kept."""
    workspace, now = country.open(), NOW + timedelta(days=days)
    results = [core.collect_source(workspace, source.id, now) for source in workspace.programme.sources]
    told = core.news_of_collection(workspace, now, results)
    core.keep_told(workspace, told, now)
    return told


def _night(country: SmallCountry, days: int) -> RunRecord:
    return country.run(f"night-{days}", NOW + timedelta(days=days))


def test_a_file_that_nobody_mends_is_told_once_and_its_end_once(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    (country.folder / UPDATES).write_text(BAD)
    first = _hour(country, 1)
    assert _kinds(first.new) == [(Kind.REJECTED, "updates")]
    [told] = first.new
    assert told.said.startswith("Ministry (updates)") and "“nearly”" in told.said
    assert told.receipt and country.open().intake.get(told.receipt) is not None
    again = _hour(country, 2)
    assert (again.new, again.known, again.cured) == ((), (told,), ()), "since the first day"
    (country.folder / UPDATES).unlink()
    assert (Kind.REJECTED, "updates") not in _kinds(_hour(country, 3).cured), "that it was taken away mends nothing"
    (country.folder / UPDATES).write_text(FILES["agency/updates.csv"])
    mended = _hour(country, 4)
    assert (Kind.REJECTED, "updates") in _kinds(mended.cured)
    assert (mended.new, mended.known) == ((), ())
    assert _hour(country, 5).cured == ()


def test_a_source_that_has_never_delivered_is_silent_beyond_its_rhythm(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    more = "  - {id: evidence, supplier: agency, kind: folder, path: inbox/agency, files: evidence.csv, "
    more += "read: {kind: csv}, rhythm_days: 7, tables: {evidence: {columns: {}}}}\npublication:\n"
    country.edit("publication:\n", more)
    (country.folder / "inbox/agency/evidence.csv").write_text("")
    assert not [told for day in (1, 8) for told in _hour(country, day).new if told.kind is Kind.SILENT]
    [late] = [told for told in _hour(country, 10).new if told.kind is Kind.SILENT]
    assert late.said == "Ministry (evidence): nothing new for 2 days longer than its rhythm"
    [silent] = [
        source for source in status.read(country.open(), (NOW + timedelta(days=12)).date()).sources if source.stale_days
    ]
    assert (silent.id, silent.stale_days) == ("evidence", 4)
    assert (Kind.SILENT, "evidence") in _kinds(_hour(country, 11).known)


def test_the_summary_names_supplier_reason_and_receipt(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    (country.folder / UPDATES).write_text(BAD)
    record = _night(country, 1)
    assert isinstance(record.outcome, Rejected)
    [told] = record.news.new
    for language, head in (
        ("en", "Something is wrong"),
        ("es", "Algo no está bien"),
        ("fr", "Quelque chose ne va pas"),
    ):
        summary = summary_markdown(record, language)
        assert head in summary and told.said in summary and f"`{told.receipt}`" in summary
        assert "| updates | agency |" in summary
    document = record.to_json()["troubles"]
    assert [trouble["subject"] for trouble in document["new"]] == ["updates"]


def test_what_a_run_has_not_looked_at_is_not_over(tmp_path: Path) -> None:
    country = published(tmp_path / "country")
    (country.folder / UPDATES).write_text(BAD)
    assert _hour(country, 1).new
    workspace = country.open()
    assert troubles.news(workspace, NOW.date(), [], []).cured == ()


def test_two_runs_that_end_together_keep_what_both_met(tmp_path: Path) -> None:
    workspace = published(tmp_path / "country").open()
    one_day = NOW.date()
    first, second = (Trouble(Kind.FAILED, name, "", one_day, name) for name in ("first", "second"))
    for trouble in (first, second):
        standing_troubles.keep(workspace, News(new=(trouble,)), one_day)
    assert standing_troubles.read(workspace).troubles == (first, second)
    standing_troubles.keep(workspace, News(cured=(first,)), one_day)
    assert standing_troubles.read(workspace).troubles == (second,)
    workspace.intake.put_view(layout.TROUBLES, b"[1]", "application/json")
    assert standing_troubles.read(workspace).troubles == (), "what cannot be read stops no run"
    standing_troubles.keep(workspace, News(new=(first,)), one_day)
    assert standing_troubles.read(workspace).troubles == (first,)


def test_a_disk_that_is_nearly_full_is_told_before_it_is(tmp_path: Path) -> None:
    workspace = published(tmp_path / "country").open()
    assert [name for name, _ in disk.low(workspace, least_mb=10**9)] == ["store", "intake", "temporary files"]
    assert "MB are left in" in disk.low(workspace, least_mb=10**9)[0][1]
    assert disk.low(workspace, least_mb=0) == []
