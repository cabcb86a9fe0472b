"""What a killed process left among the temporary files goes; what anybody else has there stays."""

import os
import subprocess
import sys
from pathlib import Path

from ogp_pipeline import scratch


def test_what_a_dead_process_left_goes_and_what_lives_stays(tmp_path: Path) -> None:
    code = "import os, sys; from ogp_pipeline import scratch; os.mkdir(sys.argv[1] + scratch.prefix('spool') + 'x')"
    subprocess.run([sys.executable, "-c", code, f"{tmp_path}/"], check=True)
    [left] = tmp_path.iterdir()
    (left / "received.csv").write_text("a supplier's", encoding="utf-8")
    mine = tmp_path / f"{scratch.prefix('spool')}y"
    mine.mkdir()
    pid = os.getpid()
    began = mine.name.split("-")[4]
    again = tmp_path / mine.name.replace(f"-{pid}-{began}-", f"-{pid}-{int(began) + 1}-")
    again.mkdir()
    others = ["ogp-spool-old", "ogp-preview-abc", mine.name.replace(mine.name.split("-")[2], "0" * 8)]
    for name in others:
        (tmp_path / name).mkdir()
    (tmp_path / left.name.replace("-x", "-link")).symlink_to(tmp_path)
    assert set(scratch.sweep(tmp_path)) == {left, again}, "the number of a process that is no more was given out again"
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, *others, left.name.replace("-x", "-link")}
    assert scratch.sweep(tmp_path) == []
