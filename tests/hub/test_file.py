"""The hub's file: all mistakes at once, each with its line."""

from pathlib import Path

import pytest

from ogp_pipeline.errors import HubError
from ogp_pipeline.hub import file as hub_file
from ogp_pipeline.hub.model import Hub

GOOD = """\
id: region
title: {es: Región, en: Region}
description: {es: Cuatro programas., en: Four programmes.}
languages: [es, en]
publication:
  base_url: https://hub.example.org
  store: {directory: var/public}
  private: {directory: var/private}
  licence: {id: CC-BY-4.0, title: CC BY 4.0, url: "https://creativecommons.org/licenses/by/4.0/"}
run: {at_once: 2}
quotas: {seconds: 600}
programmes:
  - {id: xa, programme: xa/programme.yaml, environment: XA_, quotas: {mb: 1024}}
  - {id: xb, programme: xb/programme.yaml, environment: XB_, paused: its forum meets again in May}
  - {id: xc, store: {s3: {bucket: xc-public}}, address: "https://xc.example.org/data"}
  - {id: xd, address: "https://xd.example.org"}
"""


def load(folder: Path, text: str = GOOD) -> Hub:
    for name in ("xa", "xb"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "programme.yaml").touch()
    (folder / "hub.yaml").write_text(text, encoding="utf-8")
    return hub_file.load(folder)


def mistakes(folder: Path, text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(HubError) as raised:
        load(folder, text)
    return raised.value.mistakes


def test_programmes_are_run_paused_or_only_compared(tmp_path: Path) -> None:
    hub = load(tmp_path)
    assert [programme.id for programme in hub.programmes if programme.is_run] == ["xa"]
    quotas = hub.quotas_of(hub.programme("xa"))
    assert (quotas.seconds, quotas.mb) == (600, 1024), "its own where it says so, else the hub's"


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    text = GOOD.replace("at_once: 2", "at_once: 0").replace("XA_,", "xa,").replace("{seconds: 600}", "{minutes: 10}")
    assert mistakes(tmp_path, text) == [
        (10, "`run.at_once`: must be at least 1 (found 0)"),
        (11, "`quotas.minutes` is not a known setting"),
        (13, "`programmes.0.environment`: must be capital letters, digits and `_`, and end with `_`, such as MX_"
             " (found 'xa')"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("id: xb,", "id: xa,", 13, "each needs its own"),
        ("xb/programme.yaml", "xe/programme.yaml", 14, "there is no programme file `xe/programme.yaml`"),
        ("xb/programme.yaml", "xa/../xa/programme.yaml", 14, "of xa already"),
        ("XB_", "XA_CITY_", 14, "begins with `XA_` of xa, which would see its keys"),
        ("{directory: var/private}", "{directory: var/public/private}", 8, "what is private would show"),
        ("{s3: {bucket: xc-public}}", "{directory: var/public/xc}", 15, "a hub only reads a programme's store"),
    ],
)
def test_what_points_at_what_is_looked_at(tmp_path: Path, before: str, after: str, line: int, told: str) -> None:
    assert before in GOOD
    assert any(at == line and told in said for at, said in mistakes(tmp_path, GOOD.replace(before, after)))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{id: xe}", "write `programme` (the file, to run it), or `store` or `address`"),
        ("{id: xe, programme: xa/programme.yaml, store: {directory: p}}", "write either `programme`"),
        ("{id: xe, address: 'https://xe.example.org', paused: later}", "`paused` is for programmes that are run here"),
        ("{id: xe, programme: xa/programme.yaml, environment: AWS_}", "such variables mean something already"),
        ("{id: Xe, address: 'https://xe.example.org'}", "is not written as it should be"),
    ],
)
def test_a_programme_is_run_or_only_compared(tmp_path: Path, line: str, told: str) -> None:
    assert [(at, told in said) for at, said in mistakes(tmp_path, f"{GOOD}  - {line}\n")] == [(17, True)]


def test_a_missing_file_says_what_makes_it(tmp_path: Path) -> None:
    with pytest.raises(HubError, match=r"in the hub's file:(?s:.)*`ogp hub init FOLDER` makes one"):
        hub_file.load(tmp_path)
