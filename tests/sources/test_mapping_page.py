"""Every example of docs/mapping.md: what the file holds, what the programme file says, what comes of it."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter

from ogp_pipeline.formats.format import Options
from ogp_pipeline.programme.mapping import Reader, TableMapping
from ogp_pipeline.programme.sources import FolderSource
from ogp_pipeline.schema import schemas
from ogp_pipeline.sources import mapper, reading
from ogp_pipeline.sources.spool import keep
from ogp_pipeline.validation.headings import known_headings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mapping.md"
SECTION = re.compile(r"^### (.+?)\n(.*?)(?=^##|\Z)", re.M | re.S)
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.M | re.S)
SECTIONS = {title: BLOCK.findall(text) for title, text in SECTION.findall(PAGE.read_text(encoding="utf-8"))}
EXAMPLES = {title: blocks for title, blocks in SECTIONS.items() if len(blocks) > 1}
READER: TypeAdapter[Options] = TypeAdapter(Reader)


def test_the_page_has_its_examples() -> None:
    assert len(EXAMPLES) >= 20


@pytest.mark.parametrize("title", EXAMPLES)
def test_what_the_page_says_comes_of_it(title: str, tmp_path: Path) -> None:
    *files, (_, _, settings), (_, _, expected) = EXAMPLES[title]
    said: dict[str, Any] = yaml.load(settings, yaml.BaseLoader)
    options = READER.validate_python({"kind": files[0][0], **said.pop("read", {})})
    mapping = TableMapping.model_validate(said)
    committed = schemas.load()
    source = FolderSource.model_construct(tables={"milestones": [mapping]})
    raw, problems = [], []
    for kind, name, content in files:
        file = keep([content.encode()], name or f"file.{kind}", tmp_path)
        read = reading.read(file, options, vocabulary=known_headings(source, committed))
        raw += read.rows
        problems += [one for one in read.problems if committed.rule(one.rule).level == "blocks"]
    applied = mapper.apply("milestones", mapping, raw, tmp_path)
    assert not problems and not [one for one in applied.problems if committed.rule(one.rule).level == "blocks"]
    assert [dict(row.values) for row in applied.rows] == list(csv.DictReader(io.StringIO(expected)))


@pytest.mark.parametrize("title", sorted(SECTIONS.keys() - EXAMPLES.keys()))
def test_what_the_page_shows_of_settings_alone_can_stand_under_read(title: str) -> None:
    ((_, _, settings),) = SECTIONS[title]
    assert READER.validate_python(yaml.safe_load(settings)["read"])
