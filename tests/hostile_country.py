"""The small country with sources of whose files each would stop, slow or kill a run: one source for each kind."""

import os
import signal
import threading
from collections.abc import Iterable
from pathlib import Path

from ogp_pipeline.runs import workers
from tests.small_country import PROGRAMME, SmallCountry, build

COMMENTS = "<!---->" * 40 + "x,y\n"
UPDATES = "milestone_id,period_id,status,progress_en\n"
FILES = {
    "comments.csv": COMMENTS,  # an expression that tried every way to end forty comments
    "letters.csv": UPDATES + f"XX0001.1,2024-H1,in_progress,{'a' * 99_000}\n",  # an address without its @
    "percent.csv": UPDATES + f"XX0001.1,2024-H1,in_progress,{'a%40' * 20_000}\n",
    "phone.csv": UPDATES + f"XX0001.1,2024-H1,in_progress,tel{'. ' * 45_000}x\n",
    "lol.md": "---\na: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: [*b, *b, *b, *b]\n---\ntext\n",
    "trailing.md": f"---\nid: A\n---\na{' ' * 90_000}b\n",
    "deep.json": "[" * 100_000,
    "digits.json": '[{"milestone_id": ' + "9" * 5_000 + "}]",
    "bomb.csv": "id\n" + "a" * 60 + "\n",  # the mapping's own expression hangs on it
    "memory.csv": "id\n" + "a" * 99_000 + "\n",  # the mapping's own template fills the memory
    "dying.csv": "id\n" + "a" * 60 + "\n",
}
# What RE2 does not have is left to ``re``: these expressions of the programme file really hang.
PERIOD = "period_id: {value: 2024-H1}"
HANGS = f"columns: {{milestone_id: {{from: id, match: '(?=a)(a+)+b'}}, {PERIOD}}}"
FILLS = f"columns: {{milestone_id: {{from: id, template: '{'{value}' * 10_000}'}}, {PERIOD}}}"
MAPPINGS = {"bomb": HANGS, "memory": FILLS, "dying": HANGS}
COSTLY = ("bomb", "memory")
SECONDS = 2


def hostile_country(folder: Path, seconds: int = SECONDS, names: Iterable[str] = FILES) -> SmallCountry:
    """The country; each hostile source has the name of its file. ``seconds``: what a delivery of theirs may take."""
    lines = []
    names = list(names)
    for name in names:
        source, _, kind = name.partition(".")
        read = {"csv": "csv", "json": "json", "md": "markdown"}[kind]
        most = 60 if source in ("dying", "memory") else seconds  # these must not end by the clock
        lines.append(
            f"  - {{id: {source}, supplier: agency, kind: folder, path: inbox/hostile, files: {name}, "
            f"read: {{kind: {read}}}, limits: {{delivery_seconds: {most}, delivery_mb: 500}}, "
            f"tables: {{updates: {{{MAPPINGS.get(source, 'columns: {}')}}}}}}}"
        )
    assert "publication:\n" in PROGRAMME
    country = build(folder, **{"publication:\n": "\n".join([*lines, "publication:\n"])})
    for name in names:
        country.write(f"hostile/{name}", FILES[name])
    return country


class Killer:
    """Kills every worker at work while ``at`` is set, as the system does when memory runs out."""

    def __init__(self) -> None:
        self.at = threading.Event()
        self.killed = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(0.2):
            if not self.at.is_set():
                continue
            for pid in busy_workers():
                os.kill(pid, signal.SIGKILL)
                self.killed += 1


def busy_workers() -> list[int]:
    """The workers of this process that have a job: those that are running, not waiting."""
    nursery = workers.pool().nursery
    listed = Path(f"/proc/{nursery}/task/{nursery}/children").read_text().split() if nursery else []
    return [int(pid) for pid in listed if state_of(int(pid)) == "R"]


def state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
