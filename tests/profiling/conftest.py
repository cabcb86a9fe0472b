"""A programme into which files are mapped: one plan with two periods, one supplier who may send the plan."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ogp_pipeline.profiling.proposal import Proposal, Wish, propose
from ogp_pipeline.runs import first_mapping
from ogp_pipeline.runs.collect import collect_source
from ogp_pipeline.runs.first_mapping import MappingPreview
from ogp_pipeline.runs.record import SourceResult
from ogp_pipeline.runs.workspace import Workspace, open_workspace

NOW = datetime(2025, 9, 1, 12, tzinfo=UTC)
PROGRAMME = """\
# Our programme.
id: gt-nap
country: GT
title: {es: Planes, en: Plans}
languages: [es, en]
plans:
  - id: GT-NAP1
    number: 1
    title: {es: Plan, en: Plan}
    starts: 2025-01-01
    ends: 2026-12-31
    scale: us-nap5
    periods:
      - {id: 2025-H1, starts: 2025-01-01, ends: 2025-06-30, due: 2025-12-15, title: {es: Primer semestre de 2025}}
      - {id: 2025-H2, starts: 2025-07-01, ends: 2025-12-31, due: 2026-01-15, title: {es: Segundo semestre de 2025}}
suppliers:
  - id: forum
    names: {es: Foro, en: Forum}
    sector: government
    language: en
    may_supply: [commitments]
    commitments: all
sources: []
# What we publish.
publication:
  title: {es: Compromisos, en: Commitments}
  description: {es: Todos., en: All of them.}
  licence: {id: CC-BY-4.0, title: CC BY 4.0, url: "https://creativecommons.org/licenses/by/4.0/"}
  base_url: https://data.example.org
  store: {directory: var/public}
  intake: {directory: var/private}
"""


@dataclass(frozen=True)
class Mapper:
    """A folder with the programme; ``propose`` looks at a file, ``run`` writes what is proposed and takes it in."""

    folder: Path

    def lay(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def open(self) -> Workspace:
        return open_workspace(self.folder)

    def propose(self, *paths: Path, **wish: str) -> Proposal:
        workspace = self.open()
        day = date(2025, 9, 1)
        return propose(paths, workspace.programme, workspace.base, workspace.schemas, Wish(**wish), day)

    def run(self, *paths: Path, **wish: str) -> tuple[MappingPreview, SourceResult]:
        workspace = self.open()
        preview = first_mapping.look(workspace, paths, Wish(**wish), NOW)
        first_mapping.write(preview, workspace.path, workspace.content)
        return preview, collect_source(self.open(), preview.proposal.source["id"], NOW)


@pytest.fixture
def mapper(tmp_path: Path) -> Mapper:
    (tmp_path / "programme.yaml").write_text(PROGRAMME, encoding="utf-8")
    return Mapper(tmp_path)
