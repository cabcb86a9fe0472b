"""The programme file: all mistakes at once, each with its line."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from ogp_pipeline import starter
from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.formats.limits import Limits
from ogp_pipeline.i18n.text import Text
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme import written
from ogp_pipeline.programme.model import Publication
from ogp_pipeline.programme.publisher import Contact, Publisher
from ogp_pipeline.schema import schemas
from ogp_pipeline.starter import plain
from tests.programme.example import GOOD, line_of, load, mistakes


def test_a_good_file_loads(tmp_path: Path) -> None:
    programme = load(tmp_path, GOOD)
    assert programme.plans[0].periods[0].id == "2024-H1"
    assert [mapping.columns["commitment_id"].source for mapping in programme.sources[0].tables["commitments"]] == ["id"]


def test_the_day_of_a_change_of_government_is_read_by_its_key_and_norway_is_no_answer(tmp_path: Path) -> None:
    change = "changes_of_government: [{on: 2025-01-14, title: {en: New government}}]\nsuppliers:"
    programme = load(tmp_path, GOOD.replace("suppliers:", change).replace("country: XX", "country: NO"))
    assert [one.on.isoformat() for one in programme.changes_of_government] == ["2025-01-14"]
    assert programme.country == "NO"


def test_five_mistakes_are_told_together_each_with_its_line(tmp_path: Path) -> None:
    text = (
        GOOD.replace("country: XX", "country: Mexico")
        .replace("scale: us-nap5", "scale: us-nap9")
        .replace("sector: government", "sector: goverment")
        .replace("supplier: forum", "supplier: forun")
        .replace("base_url: https", "base_uri: https")
    )
    found = mistakes(tmp_path, text)
    told = dict(found)
    assert "Mexico" in told[line_of(text, "country:")]
    assert "us-nap9" in told[line_of(text, "us-nap9")] and "ca-nap" in told[line_of(text, "us-nap9")]
    assert "goverment" in told[line_of(text, "goverment")]
    assert "forun" in told[line_of(text, "forun")]
    assert "base_uri" in told[line_of(text, "base_uri")]
    assert any("base_url" in message and "missing" in message for _, message in found)
    assert [line for line, _ in found] == sorted(line for line, _ in found if line is not None)


def test_the_message_names_file_and_line_of_every_mistake(tmp_path: Path) -> None:
    text = GOOD.replace("supplier: forum", "supplier: forun")
    with pytest.raises(ProgrammeError, match=rf"programme\.yaml:{line_of(text, 'forun')}: .*forun"):
        load(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("may_supply: [commitments]", "may_supply: [metrics]", "no table `metrics` that a supplier fills"),
        ("      commitments: {columns", "      comitments: {columns", "no table `comitments`"),
        ("plan_id: {value", "plan: {value", "has no column `plan`"),
        ("path: inbox", "path: outbox", "no folder `outbox`"),
        ("{from: id}", "{from: id, map_file: codes.csv}", "no file `codes.csv`"),
        ("{from: id}", "{from: id, match: '(['}", "not a regular expression"),
        ("{from: id}", "{squeeze: true}", "needs `from`, `value`, `jmespath` or `template`"),
        ("commitments: all}", "commitments: own}", "needs `institution`"),
        ("title: {en: Plans}", "title: {}", "needs a text in at least one language"),
        ("number: 1", "number: one", "must be a whole number (found 'one')"),
        ("number: 1", "number: 0", "must be at least 1"),
        ("starts: 2024-01-01\n", "starts: 2024-02-31\n", "must be a date that exists, as year-month-day"),
        ("sector: government", "sector: goverment", "must be one of 'government', 'oversight'"),
        ("languages: [en]", "languages: en", "must be a list, such as"),
        ("read: {kind: csv}", "read: csv", "must be a mapping of settings"),
        ("read: {kind: csv}", "read: {kind: paper}", "has paper as 'kind'; it must be one of 'csv'"),
        ("read: {kind: csv}", "read: {sheet: Datos}", "needs 'kind', which says what it is"),
        ("country: XX", "country: Mexico", "is not written as it should be"),
        ("base_url: https://example.org", "base_url: 5", "must be text"),
        ("base_url: https://example.org", "base_url: example.org", "must start with http:// or https://"),
        ("base_url: https://example.org", "themes: [GOVT]\n  base_url: https://example.org", "must be one of 'AGRI'"),
        (
            "base_url: https://example.org",
            "contact: {name: {en: Desk}}\n  base_url: https://example.org",
            "needs `url` or `email`",
        ),
        (
            "base_url: https://example.org",
            "contact: {name: {en: Desk}, email: example.org}\n  base_url: https://example.org",
            "is not an e-mail address",
        ),
    ],
)
def test_each_mistake_says_where_and_what(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = GOOD.replace(old, new, 1)
    found = mistakes(tmp_path, text)
    assert [line for line, message in found if said in message] == [line_of(text, new.strip().splitlines()[0])]


@pytest.mark.parametrize(
    ("old", "new", "item"),
    [
        ("{id: 2024-H1, starts", "{id: all, starts", "id: all"),
        ("ends: 2025-12-31", "ends: 2023-12-31", "- id: XX-1"),
        ("kind: folder", "kind: ftp", "- id: plan"),
    ],
)
def test_a_mistake_of_a_whole_item_names_its_first_line(tmp_path: Path, old: str, new: str, item: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert [line for line, _ in mistakes(tmp_path, text)] == [line_of(text, item)]


def test_a_repeated_key_and_a_repeated_id_are_mistakes(tmp_path: Path) -> None:
    text = GOOD.replace("country: XX", "country: XX\ncountry: YY")
    assert [(line, "stands here and in line 2" in said) for line, said in mistakes(tmp_path, text)] == [(3, True)]
    twice = GOOD.replace(
        "      - {id: 2024-H1",
        "      - {id: 2024-H1, starts: 2024-01-01, ends: 2024-06-30, due: 2024-07-15}\n      - {id: 2024-H1",
    )
    assert len(mistakes(tmp_path, twice)) == 2


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    [(line, said)] = mistakes(tmp_path, GOOD.replace("languages: [en]", "languages: [en"))
    assert line is not None and line >= 4 and "not valid YAML" in said


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeError, match="ogp init"):
        programme_file.load(tmp_path / "programme.yaml", schemas.load())


@pytest.mark.parametrize("language", ["es", "en"])
def test_what_init_makes_loads_without_a_mistake(tmp_path: Path, language: str) -> None:
    starter.create(tmp_path / "new", "MX", language, date(2026, 3, 1), schemas.load())
    programme = programme_file.load(tmp_path / "new" / "programme.yaml", schemas.load())
    assert programme.country == "MX"
    assert {table for source in programme.sources for table in source.tables} == {
        *plain.FORUM_TABLES,
        *plain.AGENCY_TABLES,
    }


def test_init_makes_a_programme_in_several_languages_with_a_scale_of_its_own(tmp_path: Path) -> None:
    starter.create(tmp_path / "new", "CA", "fr", date(2026, 3, 1), schemas.load(), languages=["fr", "en", "iu"])
    programme = programme_file.load(tmp_path / "new" / "programme.yaml", schemas.load())
    assert programme.languages == programme.publication.languages == ["fr", "en", "iu"]
    assert programme.texts == ("en", "fr", "iu") and programme.spoken == ("en", "fr")
    assert programme.title.held(("en", "fr", "es")) == {
        "en": "Open government action plans",
        "fr": "Plans d’action pour un gouvernement ouvert",
    }
    [plan], [scale] = programme.plans, programme.scales
    assert plan.scale == scale.id == "ca-progress"
    assert [level.meaning for level in scale.levels] == list(plain.LEVELS.values())
    headings = (tmp_path / "new/forms/forum/clusters.csv").read_text(encoding="utf-8").strip().split(",")
    assert headings[2:5] == ["name_en", "name_fr", "name_iu"]
    text = (tmp_path / "new" / "programme.yaml").read_text(encoding="utf-8")
    assert "us-nap5" not in text and "# Le fichier de programme" in text


def test_a_source_has_the_programmes_limits_but_for_its_own(tmp_path: Path) -> None:
    text = GOOD.replace("sources:\n", "limits: {rows: 5, columns: 7}\nsources:\n", 1)
    programme = load(tmp_path, text)
    [source, *_] = programme.sources
    assert programme.limits_of(source) == Limits(rows=5, columns=7)
    own = source.model_copy(update={"limits": Limits(rows=9)})
    assert (programme.limits_of(own).rows, programme.limits_of(own).columns) == (9, 7)


def test_every_limit_stands_in_the_documentation_with_its_default() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/programme.md").read_text(encoding="utf-8")
    for name, default in Limits():
        assert f"| `{name}` | {default} |" in text


def test_a_programme_that_says_nothing_to_portals_publishes_and_answers_itself(tmp_path: Path) -> None:
    programme = load(tmp_path, GOOD.replace("base_url: https://example.org", "base_url: https://example.org/data/"))
    assert programme.publisher == Publisher(name=programme.title, url="https://example.org/data")
    assert programme.contact == Contact(name=programme.title, url="https://example.org/data")
    named = programme.publication.model_copy(update={"publisher": Publisher(name=Text(es="Foro"))})
    asked = programme.model_copy(update={"publication": named})
    assert asked.contact == Contact(name=Text(es="Foro"), url="https://example.org/data")


@pytest.mark.parametrize("bad", ["{days: 7, renew_days: 7}", "{days: -1}", "{days: 3}"])
def test_what_expires_before_it_is_renewed_is_a_mistake(tmp_path: Path, bad: str) -> None:
    good = GOOD.replace("base_url:", "expiry: {days: 0, renew_days: 9}\n  base_url:")
    assert load(tmp_path, good).publication.expiry.days == 0
    found = mistakes(tmp_path, good.replace("{days: 0, renew_days: 9}", bad))
    assert [line for line, _ in found] == [line_of(good, "  expiry:")]


def test_every_setting_for_portals_stands_in_the_documentation() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/programme.md").read_text(encoding="utf-8")
    for name in ("publisher", "contact", "themes", "frequency", "spatial", "keywords"):
        assert name in Publication.model_fields
        assert f"| `{name}` |" in text


def test_keywords_are_given_by_language(tmp_path: Path) -> None:
    programme = load(tmp_path, GOOD.replace("  base_url:", "  keywords: {es: [' datos ', agua limpia]}\n  base_url:"))
    assert programme.publication.keywords == {"es": ["datos", "agua limpia"]}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("{es: ['agua, aire']}", "holds a comma or semicolon"),
        ("{es: []}", "must not be empty"),
        ("{es: [x]}", "2 to 100 characters"),
        ("{spanish: [agua]}", "must be a language"),
        ("[agua]", "must be a mapping"),
    ],
)
def test_keywords_that_portals_would_mix_up_are_a_mistake(tmp_path: Path, given: str, says: str) -> None:
    found = mistakes(tmp_path, text := GOOD.replace("  base_url:", f"  keywords: {given}\n  base_url:"))
    assert [line for line, _ in found] == [line_of(text, "  keywords:")] and says in found[0][1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("read: {kind: markdown, headingz: a}", "`sources.0.read.headingz` is not a known setting"),
        ("read: {kind: xlsx, page: a}", "`sources.0.read.page` is not a known setting"),
        ("read: {kind: paper}", "it must be one of 'csv', "),
    ],
)
def test_a_mistake_names_the_setting_as_it_stands_in_the_file(tmp_path: Path, given: str, said: str) -> None:
    """Pydantic's location names the kind too, which stands at another place."""
    text = GOOD.replace("read: {kind: csv}", given)
    ((line, told),) = mistakes(tmp_path, text)
    assert line == line_of(text, "read:") and said in told


@pytest.mark.parametrize(
    ("old", "new", "setting"),
    [
        ("read: {kind: csv}", "read: {kind: markdown, headingz: x, columns: {}}", "sources.0.read.headingz"),
        ("read: {kind: csv}", "read: {kind: xlsx, shet: x}", "sources.0.read.shet"),
        ("commitments: all}", "commitments: al}", "suppliers.0.commitments"),
        ("commitments: all}", "commitments: [1]}", "suppliers.0.commitments.0"),
        ("{from: id}", "{from: {a: 1}}", "sources.0.tables.commitments.columns.commitment_id.from"),
        ("{columns: {commitment_id", "{colums: {commitment_id", "sources.0.tables.commitments.colums"),
        ("path: inbox", "path: inbox\n    files: [a, 5]", "sources.0.files.1"),
        ("path: inbox", "path: inbox\n    files: 5", "sources.0.files"),
        ("path: inbox", "path: inbox\n    folder: 5", "sources.0.folder"),
        ("commitment_id: {from: id}", "csv: {frm: id}", "sources.0.tables.commitments.columns.csv.frm"),
    ],
)
def test_a_message_names_the_setting_as_the_file_has_it(tmp_path: Path, old: str, new: str, setting: str) -> None:
    told = {message.split("`")[1] for _, message in mistakes(tmp_path, GOOD.replace(old, new, 1))}
    assert setting in told
    names = set(re.findall(r"\w+", new)) | set(re.findall(r"\w+", GOOD))
    assert all(set(re.findall(r"[a-z_]\w*", one)) <= names | {"columns"} for one in told), "nothing of pydantic's"


def test_what_is_no_language_is_named_as_the_file_writes_it(tmp_path: Path) -> None:
    lines = GOOD.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("title:"))
    lines[at] = "title: {french: Suivi}"
    [(_, said)] = mistakes(tmp_path, "\n".join(lines))
    assert "`title.french`" in said and "BCP 47" in said and "[key]" not in said


def test_what_is_merged_from_elsewhere_is_not_repeated(tmp_path: Path) -> None:
    text = GOOD.replace("    read: {kind: csv}", "    <<: &own {read: {kind: csv}, whole: false}\n    whole: true")
    programme = load(tmp_path, text.replace("    path: inbox\n", "    path: inbox\n    files: plan.csv\n"))
    assert programme.sources[0].whole


def test_the_quick_reader_and_the_other_read_the_same() -> None:
    assert written._by(written._QuickLoader, GOOD) == written._by(written._Loader, GOOD)
    assert written._QuickLoader.__mro__[1] is not yaml.SafeLoader, "PyYAML was built without libyaml"
