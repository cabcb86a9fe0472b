"""``ogp init --from mexico``: the shape of Mexico's forum for another country, and the example it comes from."""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
import yaml

from ogp_pipeline import starter, templates
from ogp_pipeline.cli import app
from ogp_pipeline.i18n import catalogue
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import LANGUAGES
from ogp_pipeline.intake import ledger
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme.model import Decisions
from ogp_pipeline.runs import run
from ogp_pipeline.runs.known_state import known_tables
from ogp_pipeline.runs.outcomes import NothingReceived, Published
from ogp_pipeline.runs.record import RunRecord
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.schema import schemas
from ogp_pipeline.starter import mexico
from tests.consumers.loading import check_loads

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "mexico"
SCHEMAS = schemas.load()
SUPPLIED = {table.name for table in SCHEMAS.tables.values() if table.supplied}
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
FILLED = {
    "commitments": "commitment_id,plan_id,cluster_id,title_es\nGT0001,GT-NAP1,eje-1,Compras abiertas\n",
    "commitment_institutions": "commitment_id,institution_id,role\nGT0001,GOBIERNO,lead\n",
    "milestones": (
        "milestone_id,commitment_id,institution_id,title_es,due_date,due_precision\n"
        "GT0001.1,GT0001,GOBIERNO,Publicar los contratos,2027-06-30,day\n"
    ),
}


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``ogp init gt --from mexico`` makes, after its half-done rows were completed and sent, and a plan."""
    folder = tmp_path_factory.mktemp("starts") / "gt"
    starter.create(folder, "GT", "es", date(2026, 3, 1), SCHEMAS, "mexico")
    assert isinstance(run.run(open_workspace(folder), NOW, "empty").outcome, NothingReceived)
    complete(folder)
    assert isinstance(run.run(open_workspace(folder), NOW, "begun").outcome, Published)
    return folder


def complete(folder: Path) -> None:
    """Fills in what is half-done, and sends it and a plan."""
    received = folder / "inbox" / "secretariado"
    for file in half_done(folder):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"^(eje-(\d),GT-NAP1,),", r"\1,Tema \2", text, flags=re.MULTILINE)
        text = re.sub(r"^(GOBIERNO|GARANTE|COALICION),,,", r"\1,,Parte \1,", text, flags=re.MULTILINE)
        text = re.sub(r"^((?:gobierno|garante|sociedad-civil),\w+,\w+),,", r"\1,2026-01-01,", text, flags=re.MULTILINE)
        (received / file.name).write_text(text, encoding="utf-8")
    for table, text in FILLED.items():
        (received / f"{table}.csv").write_text(text, encoding="utf-8")


def half_done(folder: Path) -> list[Path]:
    """The blank files in which something stands already."""
    forms = (folder / "forms" / "secretariado").iterdir()
    return [file for file in forms if len(file.read_text(encoding="utf-8").splitlines()) > 1]


def judged(name: str, table: str, subject: str, assessor: str, code: str) -> str:
    """A file with one judgement of completion."""
    headings = "assessment_id,subject_table,subject_id,assessor_id,variable,scale,code,stage,assessed_on"
    row = (name, table, subject, assessor, "completion", "ogp-completion-2015", code, "midterm", "2026-08-01")
    return f"{headings}\n{','.join(row)}\n"


FORUM = {
    "gobierno/updates": (
        "milestone_id,period_id,status,progress_es,completed_on\n"
        "GT0001.1,2026-S1,complete,Contratos publicados,2026-06-15\n"
    ),
    "gobierno/evidence": (
        "milestone_id,period_id,number,kind,url,title_es\n"
        "GT0001.1,2026-S1,1,link,https://example.org/contratos,Contratos\n"
    ),
    "gobierno/assessments": judged("g1", "commitments", "GT0001", "GOBIERNO", "complete"),
    "organo-garante/assessments": judged("i1", "milestones", "GT0001.1", "GARANTE", "limited"),
    "sociedad-civil/assessments": judged("c1", "commitments", "GT0001", "COALICION", "limited"),
    "secretariado/decisions": (
        "decision_id,subject_table,subject_id,variable,stage,code,method,decided_on\n"
        "d1,commitments,GT0001,completion,midterm,substantial,consensus,2026-08-15\n"
    ),
    "secretariado/decision_positions": (
        "decision_id,seat_id,position\nd1,gobierno,agrees\nd1,garante,agrees\nd1,sociedad-civil,agrees\n"
    ),
    "secretariado/corrections": (
        "correction_id,table,key,field,expected,value,reason_es,made_by,made_on\n"
        "k1,updates,GT0001.1/2026-S1,status,complete,substantial,Falta un anexo,GARANTE,2026-08-20\n"
    ),
}  # fmt: skip


@pytest.mark.night
def test_all_files_may_be_filled_in_before_the_first_run(tmp_path: Path) -> None:
    folder = tmp_path / "gt"
    starter.create(folder, "GT", "es", date(2026, 3, 1), SCHEMAS, "mexico")
    complete(folder)
    for name, text in FORUM.items():
        (folder / f"inbox/{name}.csv").write_text(text, encoding="utf-8")
    record = run.run(open_workspace(folder), NOW, "first")
    assert {one.source for one in record.sources if one.state == "rejected"} == set()
    sent = {f"secretariado/{file.stem}" for file in half_done(folder)}
    sent |= {f"secretariado/{table}" for table in FILLED} | set(FORUM)
    accepted = {one.source for one in record.sources if one.state.startswith("accepted")}
    assert accepted == {name.replace("/", "-").replace("_", "-") for name in sent}
    [decided] = read(folder, "joint_evaluation").query("subject_id == 'GT0001'").to_dict("records")
    assert (decided["state"], decided["agreed_code"]) == ("agreed", "substantial")


def read(folder: Path, name: str) -> pd.DataFrame:
    [file] = (file for file in (folder / "var/public/latest").rglob(f"{name}.csv") if file.parent.name != "dictionary")
    return pd.read_csv(file, dtype=str, keep_default_na=False)


@pytest.mark.night
def test_what_is_completed_and_sent_is_published(begun: Path) -> None:
    assert list(read(begun, "clusters")["name_es"]) == [f"Tema {number}" for number in range(1, 9)]
    assert dict(read(begun, "forum_seats")[["seat_id", "rotates"]].values) == {
        "garante": "false",
        "gobierno": "false",
        "sociedad-civil": "true",
    }
    assert list(read(begun, "milestones")["milestone_id"]) == ["GT0001.1"]


def test_every_table_has_a_template_in_spanish_that_a_source_reads_back(begun: Path, tmp_path: Path) -> None:
    workspace = open_workspace(begun)
    known = known_tables(workspace, ledger.read(workspace.intake), NOW.date())
    drawn = set()
    for party, tables in mexico.PARTIES.items():
        for table in tables:
            period = "2026-S1" if "period_id" in SCHEMAS.tables[table].field_names else None
            request = templates.check(workspace.programme, SCHEMAS, table, party, period, "es", NOW.date())
            assert request.source is not None and request.source.id == f"{party}-libro"
            sheet = templates.draw(templates.Prefill.of(known, request))
            [drawing] = sheet.sheets
            assert drawing.columns and (drawing.prepared.open_ended or drawing.prepared.known)
            drawn.add(table)
    assert drawn == SUPPLIED
    templates.write(sheet, tmp_path / "one.xlsx")


def test_each_party_has_one_inbox_and_a_blank_file_for_each_table(tmp_path: Path) -> None:
    files = starter.create(tmp_path, "GT", "es", date(2026, 3, 1), SCHEMAS, "mexico")
    tables = [file for file in files if file.suffix == ".csv"]
    for file in tables:
        headings = file.read_text(encoding="utf-8").splitlines()[0].split(",")
        assert tuple(headings) == SCHEMAS.tables[file.stem].field_names
    programme = programme_file.load(tmp_path / "programme.yaml", SCHEMAS)
    assert {(party.id, *party.may_supply) for party in programme.suppliers} == {
        (party, *asked) for party, asked in mexico.PARTIES.items()
    }
    blank = {(file.parent.name, file.stem) for file in tables}
    assert blank == {(party.id, table) for party in programme.suppliers for table in party.may_supply}
    places = {(source.supplier, source.kind, source.place.address) for source in programme.sources}
    assert places == {(party, "inbox", f"inbox/{party}") for party in mexico.PARTIES}  # nothing is only read
    assert {file.stem for file in half_done(tmp_path)} == {"clusters", "forum_seats", "institutions"}
    assert programme.evaluation.decisions == Decisions(
        rule="consensus", quorum_seats=3, parties=["government", "oversight", "civil_society"]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_country_gets_no_fact_of_mexicos(tmp_path: Path, language: str) -> None:
    files = starter.create(tmp_path, "GT", language, date(2026, 3, 1), SCHEMAS, "mexico")
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    [where_from] = [line for line in text.splitlines() if "mexico" in line.lower() or "méxico" in line.lower()]
    assert where_from.startswith("#") and "ogp init --from mexico" in where_from
    assert not re.findall(r"\b(?:MX\w*|SFP|IFAI|FUNDAR|GESOC|Función Pública|201[123]|ocho organizaciones)\b", text)


def test_who_asks_for_an_unknown_start_is_told_which_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        app.main(["init", str(tmp_path / "new"), "--from", "atlantis"])
    said = capsys.readouterr().err
    assert left.value.code == 2 and not (tmp_path / "new").exists()
    assert all(name in said for name in ("atlantis", *starter.STARTS))


def test_it_speaks_spanish_unless_told_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder, asked in (("es", []), ("en", ["--lang", "en"])):
        with pytest.raises(SystemExit):
            app.main(["init", str(tmp_path / folder), "--from", "mexico", "--country", "GT", *asked])
    said = capsys.readouterr().out
    assert "llene los archivos de forms/" in said and "fill in the files under forms/" in said
    assert "Quién puede enviar qué" in (tmp_path / "es/programme.yaml").read_text(encoding="utf-8")
    assert "Who may send what" in (tmp_path / "en/programme.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", [["--lang", "fr"], ["--languages", "fr,en"]])
def test_it_speaks_every_language_of_the_catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        app.main(["init", str(tmp_path / "sn"), "--from", "mexico", "--country", "SN", *asked])
    assert not left.value.code and "remplissez les fichiers du dossier forms/" in capsys.readouterr().out
    text = (tmp_path / "sn/programme.yaml").read_text(encoding="utf-8")
    programme = open_workspace(tmp_path / "sn").programme
    assert programme.languages == ["fr", "en"] and programme.plans[0].title.root["fr"] == "Premier plan d’action"
    comments = [line.strip(" #") for line in text.splitlines() if line.lstrip().startswith("# ")]
    french = {say(key, "fr") for key in ("init.forum.parties", "init.forum.for_all", "init.forum.consensus")}
    english = set(catalogue.texts("init.", "en").values()) | set(catalogue.texts("init.", "es").values())
    assert french <= set(comments) and not english & set(comments)
    readme = (tmp_path / "sn/README.md").read_text(encoding="utf-8")
    assert readme.index("## Français") < readme.index("## English") and "Español" not in readme
    assert "title_en,title_fr" in (tmp_path / "sn/forms/secretariado/commitments.csv").read_text(encoding="utf-8")


def test_the_example_is_what_the_starters_templates_make() -> None:
    made = mexico.example(SCHEMAS)
    here = {path.relative_to(EXAMPLE).as_posix() for path in EXAMPLE.rglob("*") if path.is_file()}
    assert {name for name in here if not name.startswith("var/")} == set(made)
    stale = [name for name, text in made.items() if (EXAMPLE / name).read_text(encoding="utf-8") != text]
    assert not stale, "run: python -m ogp_pipeline.starter examples/mexico"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunRecord]:
    """The example, run once, and the record of the run."""
    place = tmp_path_factory.mktemp("example") / "mx"
    folder = Path(shutil.copytree(EXAMPLE, place, ignore=shutil.ignore_patterns("var")))
    return folder, run.run(open_workspace(folder), NOW, "first")


def test_ckan_loads_the_tables_of_the_example(example: tuple[Path, RunRecord]) -> None:
    assert check_loads(example[0] / "var" / "public") > 5  # as its XLoader does, types and all


def test_the_example_publishes_the_first_plan_and_who_the_texts_name(example: tuple[Path, RunRecord]) -> None:
    folder, record = example
    assert isinstance(record.outcome, Published)
    assert {source.source for source in record.sources if source.state == "accepted"} == {"secretariado-institutions"}
    published = {table: read(folder, table) for table in ("institutions", "action_plans", "commitments", "proposals")}
    assert set(published["institutions"]["institution_id"]) == {"SFP", "IFAI", "coalicion", "FUNDAR", "GESOC"}
    assert list(published["action_plans"]["plan_id"]) == ["MX-NAP1"]
    assert published["commitments"].empty and published["proposals"].empty


def test_the_example_states_no_day_that_the_texts_do_not() -> None:
    """What is not known is a comment or an empty cell; nothing else is dated but the first plan."""
    text = (EXAMPLE / "programme.yaml").read_text(encoding="utf-8")
    stated = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert re.findall(r"\d{4}-\d{2}-\d{2}", stated) == ["2011-09-01", "2012-08-31"]
    assert "changes_of_government" not in yaml.safe_load(text)
    for name in ("clusters", "forum_seats"):
        rows = pd.read_csv(EXAMPLE / "por-llenar" / f"{name}.csv", dtype=str, keep_default_na=False)
        assert not any(rows[column].any() for column in rows if column.startswith(("name_", "starts_", "ends_")))
        assert len(rows) == {"clusters": 8, "forum_seats": 3}[name]
