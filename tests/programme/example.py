"""A programme file that is right, and how the tests load it and ask for its mistakes."""

from pathlib import Path

import pytest

from ogp_pipeline.errors import ProgrammeError
from ogp_pipeline.programme import file as programme_file
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.schema import schemas

GOOD = """\
id: xx-nap
country: XX
title: {en: Plans}
languages: [en]
plans:
  - id: XX-1
    number: 1
    title: {en: First plan}
    starts: 2024-01-01
    ends: 2025-12-31
    scale: us-nap5
    periods:
      - {id: 2024-H1, starts: 2024-01-01, ends: 2024-06-30, due: 2024-07-15}
suppliers:
  - {id: forum, names: {en: Forum}, sector: government, language: en, may_supply: [commitments], commitments: all}
sources:
  - id: plan
    supplier: forum
    kind: folder
    path: inbox
    read: {kind: csv}
    tables:
      commitments: {columns: {commitment_id: {from: id}, plan_id: {value: XX-1}}}
publication:
  title: {en: Commitments}
  description: {en: All of them.}
  licence: {id: CC-BY-4.0, title: CC BY 4.0, url: "https://creativecommons.org/licenses/by/4.0/"}
  base_url: https://example.org
  store: {directory: var/public}
  intake: {directory: var/private}
"""


def load(folder: Path, text: str) -> Programme:
    (folder / "inbox").mkdir(exist_ok=True)
    path = folder / "programme.yaml"
    path.write_text(text, encoding="utf-8")
    return programme_file.load(path, schemas.load())


def mistakes(folder: Path, text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(ProgrammeError) as caught:
        load(folder, text)
    return caught.value.mistakes


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)
