"""A small country in a folder, with a forum and an agency: the programme that end-to-end tests run."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ogp_pipeline.publishing import history
from ogp_pipeline.runs import run as pipeline
from ogp_pipeline.runs.outcomes import Published
from ogp_pipeline.runs.record import RunRecord
from ogp_pipeline.runs.workspace import Workspace, open_workspace
from tests.kept import kept

NOW = datetime(2024, 7, 10, 12, tzinfo=UTC)

PROGRAMME = """\
id: xx-nap
country: XX
title: {es: Planes, en: Plans}
languages: [en]
plans:
  - id: XX-1
    number: 1
    title: {es: Primer plan, en: First plan}
    starts: 2024-01-01
    ends: 2025-12-31
    scale: us-nap5
    periods:
      - {id: 2024-H1, starts: 2024-01-01, ends: 2024-06-30, due: 2024-07-15}
suppliers:
  - id: forum
    names: {es: Foro, en: Forum}
    sector: civil_society
    language: en
    may_supply: [institutions, commitments, commitment_institutions, milestones]
    commitments: all
  - id: agency
    names: {es: Ministerio, en: Ministry}
    sector: government
    institution: M1
    language: es
    may_supply: [updates, evidence]
sources:
  - {id: institutions, supplier: forum, kind: folder, path: inbox/forum, files: institutions.csv, read: {kind: csv}, tables: {institutions: {columns: {}}}}
  - {id: commitments, supplier: forum, kind: folder, path: inbox/forum, files: commitments.csv, read: {kind: csv}, tables: {commitments: {columns: {}}}}
  - {id: roles, supplier: forum, kind: folder, path: inbox/forum, files: roles.csv, read: {kind: csv}, tables: {commitment_institutions: {columns: {}}}}
  - {id: milestones, supplier: forum, kind: folder, path: inbox/forum, files: milestones.csv, read: {kind: csv}, tables: {milestones: {columns: {}}}}
  - {id: updates, supplier: agency, kind: folder, path: inbox/agency, files: updates.csv, read: {kind: csv}, rhythm_days: 30, tables: {updates: {columns: {}}}}
publication:
  title: {es: Compromisos, en: Commitments}
  description: {es: Todos., en: All of them.}
  licence: {id: CC-BY-4.0, title: CC BY 4.0, url: "https://creativecommons.org/licenses/by/4.0/"}
  base_url: https://data.example.org
  search: false
  store: {directory: var/public}
  intake: {directory: var/private}
"""  # noqa: E501 - one line for each source reads best

FILES = {
    "forum/institutions.csv": "institution_id,name_en,sector\nM1,Ministry,government\nM2,Other ministry,government\n",
    "forum/commitments.csv": "commitment_id,plan_id,title_en\nXX0001,XX-1,Open budgets\nXX0002,XX-1,Open courts\n",
    "forum/roles.csv": "commitment_id,institution_id,role\nXX0001,M1,lead\nXX0002,M2,lead\n",
    "forum/milestones.csv": (
        "milestone_id,commitment_id,institution_id,title_en,due_date,due_precision\n"
        "XX0001.1,XX0001,M1,Publish the draft,2024-06-30,day\n"
        "XX0001.2,XX0001,M1,Publish the law,2025-06-30,day\n"
        "XX0002.1,XX0002,M2,Publish the rulings,2025-06-30,day\n"
    ),
    "agency/updates.csv": (
        "milestone_id,period_id,status,progress_en\n"
        "XX0001.1,2024-H1,in_progress,The draft is being discussed.\n"
        "XX0001.2,2024-H1,not_started,Waits for the draft.\n"
    ),
}

CORRECTED = FILES["agency/updates.csv"].replace("in_progress,The draft is being discussed.", "complete,Out.")


@dataclass(frozen=True)
class SmallCountry:
    """The folder; ``write`` lays a file into an inbox, ``run`` runs the pipeline once."""

    folder: Path

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def edit(self, old: str, new: str) -> None:
        """Replace what stands once in the programme file."""
        file = self.folder / "programme.yaml"
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")

    def open(self) -> Workspace:
        return open_workspace(self.folder)

    def run(self, name: str = "run", now: datetime = NOW) -> RunRecord:
        return pipeline.run(self.open(), now, name)

    def collect(self, now: datetime = NOW) -> None:
        """What a run does before it publishes."""
        workspace = self.open()
        for source in workspace.programme.sources:
            pipeline.collect_source(workspace, source.id, now)

    def versions(self) -> list[str]:
        return [release.version for release in history.releases(self.open().publication)]

    def public_files(self) -> dict[str, bytes]:
        root = self.folder / "var/public"
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def folder_sources(files: Iterable[str]) -> str:
    """Lines of the programme file: a source of its own for each file ``supplier/table.csv`` in an inbox."""
    return "".join(
        f"  - {{id: {supplier}-{table}, supplier: {supplier}, kind: folder, path: inbox/{supplier}, "
        f"files: {table}.csv, read: {{kind: csv}}, tables: {{{table}: {{columns: {{}}}}}}}}\n"
        for supplier, table in (name.removesuffix(".csv").split("/") for name in files)
    )


def build(folder: Path, **replaced: str) -> SmallCountry:
    """The country with all its files; ``replaced``: texts of the programme file to replace, old=new."""
    text = PROGRAMME
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    country = SmallCountry(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    for name, content in FILES.items():
        country.write(name, content)
    return country


def published(folder: Path, **replaced: str) -> SmallCountry:
    """The country as ``build`` makes it, whose first run has published 1.0.0; ``folder`` is made, as by ``linked``."""
    return linked(published_once(**replaced), folder)


def published_once(**replaced: str) -> Path:
    """The same, not to be written to."""

    def make(folder: Path) -> None:
        assert build(folder, **replaced).run("first").outcome == Published("1.0.0")

    return kept(f"published {sorted(replaced.items())}", make)


def corrected_once() -> Path:
    """The published country, whose agency has then corrected one status: 1.0.1, of the same day. Not to write to."""

    def make(folder: Path) -> None:
        country = published(folder)
        country.write("agency/updates.csv", CORRECTED)
        assert country.run("second").outcome == Published("1.0.1")

    return kept("corrected", make)


def linked(of: Path, folder: Path) -> SmallCountry:
    """A copy of a country, quickly made: what is public is the same files.

    So a test writes there by a store, or takes a file away before it writes another.
    """

    def public(at: str, names: list[str]) -> list[str]:
        return ["public"] if at == str(of / "var") else []

    shutil.copytree(of, folder, ignore=public)
    if (of / "var/public").exists():
        shutil.copytree(of / "var/public", folder / "var/public", copy_function=os.link)
    return SmallCountry(folder)
