"""docs/first-country.md, done to the letter: from a flat file to a published site."""

import shlex
import subprocess
from pathlib import Path

import pytest

from ogp_pipeline.cli import app
from ogp_pipeline.formats import FORMATS
from tests.recipes.steps import GIT_APPLY, steps

PAGE = Path(__file__).resolve().parents[1] / "docs" / "first-country.md"


def test_the_page_names_every_format_that_is_read() -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert not [kind for kind in FORMATS if f"`{kind}`" not in said]


def test_every_command_of_the_page_leads_to_a_published_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OGP_SIGNING_KEY", raising=False)
    done = []
    for step in steps(PAGE.read_text(encoding="utf-8")):
        if step.verb == "file":
            path = tmp_path / step.subject
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, encoding="utf-8")
        elif step.verb == "change":
            subprocess.run(GIT_APPLY, input=step.text.encode(), check=True, cwd=tmp_path)
        else:
            with pytest.raises(SystemExit) as left:
                app.main(shlex.split(step.subject)[1:])
            assert not left.value.code, f"line {step.line}: {step.subject}"
            done.append((step.subject, capsys.readouterr().out))
    said = dict(done)
    assert "# Paused: ?" in said["ogp map my-country/tracker/tracker.csv -p my-country"]
    assert (tmp_path / "preview/site/en/index.html").is_file()
    assert "to correct" in said["ogp run my-country"] and "Published" in said["ogp run my-country"]
    milestones = (tmp_path / "my-country/var/public/latest/plan/milestones.csv").read_text(encoding="utf-8")
    assert len(milestones.splitlines()) == 6
    completed = [line.split() for line in said["ogp status my-country"].splitlines() if "of 5 milestones" in line]
    assert [line[-6] for line in completed] == ["1", "3", "0", "1", "0", "0"]
