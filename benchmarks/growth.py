"""What a programme costs when it grows old: a made-up country, whose agencies each send one file a quarter.

    quarter      the run that takes a quarter's files in and publishes; of its CPU, what the intake of a file took
    quiet night  the run of the next day: nothing new, and nothing of the day changes what is published
    reads        requests that read the private store in that night (on S3: all requests of the run, inboxes included)

Every run is a process of its own: its CPU seconds (user and system, with its workers') count from after the imports,
and its peak memory is the process's. Requests do not depend on the machine; seconds do, so look at the ratio.
"""

import argparse
import hashlib
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

MILESTONES = 10  # of each agency
BEGINNING = 2014
STATUSES = ("not_started", "in_progress", "complete")
LANGUAGE_TEXT = "Work went on as planned in this quarter; the working group met twice."


def quarter(number: int) -> tuple[str, date, date]:
    """Name, first and last day of the quarter with this number, from 1."""
    year, part = BEGINNING + (number - 1) // 4, (number - 1) % 4
    first = date(year, 3 * part + 1, 1)
    after = date(year + (part == 3), (3 * part + 3) % 12 + 1, 1)
    return f"{year}-Q{part + 1}", first, after - timedelta(days=1)


def programme(agencies: int, quarters: int, stores: dict[str, str], s3: bool) -> str:
    """The programme file: one plan over all quarters, one inbox for each agency."""
    periods = []
    for number in range(1, quarters + 1):
        name, first, last = quarter(number)
        due = last + timedelta(days=15)
        periods.append(f"      - {{id: {name}, starts: {first}, ends: {last}, due: {due}}}")
    suppliers = [
        f"  - {{id: a{n:02d}, names: {{en: Agency {n}}}, sector: government, institution: M{n:02d}, language: en, "
        "may_supply: [updates]}"
        for n in range(1, agencies + 1)
    ]
    sources = [
        f"  - {{id: {table}, supplier: forum, kind: folder, path: forum, files: {table}.csv, read: {{kind: csv}}, "
        f"tables: {{{table}: {{columns: {{}}}}}}}}"
        for table in ("institutions", "commitments", "commitment_institutions", "milestones")
    ]
    for n in range(1, agencies + 1):
        place = f"s3: {{bucket: inbox, prefix: a{n:02d}}}" if s3 else f"path: inbox/a{n:02d}"
        sources.append(
            f"  - {{id: u{n:02d}, supplier: a{n:02d}, kind: inbox, {place}, settle_seconds: 0, read: {{kind: csv}}, "
            "tables: {updates: {columns: {}}}}"
        )
    return "\n".join(
        [
            "id: growth\ncountry: XX\ntitle: {en: Plans}\nlanguages: [en]\nplans:",
            f"  - id: P1\n    number: 1\n    title: {{en: Plan}}\n    starts: {quarter(1)[1]}",
            f"    ends: {quarter(quarters)[2]}\n    scale: us-nap5\n    periods:",
            *periods,
            "suppliers:",
            "  - {id: forum, names: {en: Forum}, sector: civil_society, language: en, commitments: all, may_supply: "
            "[institutions, commitments, commitment_institutions, milestones]}",
            *suppliers,
            "sources:",
            *sources,
            "publication:\n  title: {en: Commitments}\n  description: {en: All of them.}",
            '  licence: {id: CC0-1.0, title: CC0, url: "https://creativecommons.org/publicdomain/zero/1.0/"}',
            "  base_url: https://data.example.org",
            f"  store: {stores['public']}\n  intake: {stores['private']}\n",
        ]
    )


def build(folder: Path, agencies: int, quarters: int, *, s3: bool) -> None:
    """The country before its first run."""
    stores = {name: f"{{s3: {{bucket: {name}, prefix: growth}}}}" for name in ("public", "private")}
    if not s3:
        stores = {name: f"{{directory: var/{name}}}" for name in ("public", "private")}
    (folder / "forum").mkdir(parents=True)
    (folder / "programme.yaml").write_text(programme(agencies, quarters, stores, s3), encoding="utf-8")
    last = quarter(quarters)[2]
    tables: dict[str, list[str]] = {
        "institutions": ["institution_id,name_en,sector"],
        "commitments": ["commitment_id,plan_id,title_en"],
        "commitment_institutions": ["commitment_id,institution_id,role"],
        "milestones": ["milestone_id,commitment_id,institution_id,title_en,due_date,due_precision"],
    }
    for n in range(1, agencies + 1):
        (folder / "inbox" / f"a{n:02d}").mkdir(parents=True)
        tables["institutions"].append(f"M{n:02d},Ministry {n},government")
        tables["commitments"].append(f"XX{n:04d},P1,Commitment {n}")
        tables["commitment_institutions"].append(f"XX{n:04d},M{n:02d},lead")
        tables["milestones"] += [
            f"XX{n:04d}.{m},XX{n:04d},M{n:02d},Step {m} of {n},{last},day" for m in range(1, MILESTONES + 1)
        ]
    for table, lines in tables.items():
        (folder / "forum" / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def send(folder: Path, agencies: int, number: int, client: Any) -> None:  # noqa: ANN401
    """Every agency's file of a quarter, into its inbox."""
    name, _, _ = quarter(number)
    for n in range(1, agencies + 1):
        lines = ["milestone_id,period_id,status,progress_en"]
        for m in range(1, MILESTONES + 1):
            lines.append(f"XX{n:04d}.{m},{name},{STATUSES[min(2, number * m // 40)]},{LANGUAGE_TEXT}")
        content, file = "\n".join(lines) + "\n", f"a{n:02d}/updates-{name}.csv"
        if client is None:
            (folder / "inbox" / file).write_text(content, encoding="utf-8")
        else:
            client.put_object(Bucket="inbox", Key=file, Body=content.encode())


class Counted:
    """A store, and how often it was read."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401
        self._inner, self.reads = inner, 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        method = getattr(self._inner, name)
        if name not in ("get", "head", "list", "download"):
            return method

        def counted(*arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401
            self.reads += 1
            return method(*arguments, **keywords)

        return counted


def _cpu() -> float:
    """Of this process, its children that have ended, and its workers, who have not."""
    from ogp_pipeline.runs import workers

    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    nursery = workers.pool().nursery
    return own + (sum(_family(nursery).values()) if nursery is not None else 0.0)


def _family(nursery: int) -> dict[int, float]:
    """CPU seconds of the nursery, with its workers that have ended, and of each of its living workers (Linux)."""
    ticks = os.sysconf("SC_CLK_TCK")
    seconds = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        pid = int(stat.parent.name)
        if pid == nursery or int(fields[1]) == nursery:
            seconds[pid] = sum(map(int, fields[11:15])) / ticks
    return seconds


def repeat(folder: Path, name: str) -> None:
    """A quarter's entries, quickly: each source says once more what it said last, in another file of that name."""
    from ogp_pipeline.intake import ledger
    from ogp_pipeline.runs import run as pipeline

    workspace = pipeline.open_workspace(folder)
    entries = ledger.read(workspace.intake)
    newest = {entry.source: entry for entry in entries if "updates" in entry.tables}
    for entry in newest.values():
        digest = hashlib.sha256(f"{name} {entry.source}".encode()).hexdigest()
        draft = {field.name: getattr(entry, field.name) for field in fields(ledger.EntryDraft)}
        draft |= {"delivery": digest, "files": tuple((file, digest) for file, _ in entry.files)}
        entries.append(ledger.append(workspace.intake, ledger.EntryDraft(**draft), entries))


def measure(folder: Path, now: datetime, name: str) -> dict[str, float]:
    """One run in this process."""
    from botocore.httpsession import URLLib3Session

    import ogp_pipeline.metadata.documents  # noqa: F401 - what a publish imports, so that it does not count
    from ogp_pipeline.runs import run as pipeline

    requests = itertools.count()
    sent = URLLib3Session.send

    def counting(session: Any, request: Any) -> Any:  # noqa: ANN401
        next(requests)
        return sent(session, request)

    URLLib3Session.send = counting  # type: ignore[method-assign]
    collected = 0.0

    def progress(stage: str, _done: int, _total: int) -> None:
        nonlocal collected
        if stage.startswith("release") and not collected:
            collected = _cpu()

    started = _cpu()
    workspace = pipeline.open_workspace(folder)
    if name.startswith("unpublished"):
        with pipeline.looking_ahead(workspace, now):
            states = [
                pipeline.collect_source(workspace, source.id, now).state for source in workspace.programme.sources
            ]
        pipeline.keep_what_is_known(workspace, now)
        if set(states) - {"accepted", "same"}:
            raise SystemExit(f"{name}: {sorted(set(states))}")
        return {}
    private: Any = Counted(workspace.intake)
    record = pipeline.run(replace(workspace, intake=private), now, name, on_progress=progress)
    ended = _cpu()
    if record.outcome.exit_code not in (0, 3):
        raise SystemExit(f"the run {name} ended as {record.outcome}")
    return {
        "cpu": ended - started,
        "intake": collected - started,
        "new": sum(item.state == "accepted" for source in record.sources for item in source.deliveries),
        "reads": private.reads,
        "requests": next(requests),
        "published": len(record.releases),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,  # Linux counts in kB
    }


def grow(
    folder: Path,
    agencies: int,
    quarters: int,
    client: Any,  # noqa: ANN401
    shown: Collection[int],
    *,
    repeated: bool,
) -> list[dict[str, float]]:
    """Quarter after quarter: what its run cost, and the quiet night after it. Those that are not ``shown`` are only
    taken in, or ``repeated``.
    """
    lines = []
    for number in range(1, quarters + 1):
        day = quarter(number)[2] + timedelta(days=5)
        sys.stderr.write(f"\r{number} of {quarters} quarters")
        if shown and number not in shown:
            if repeated and number > 1:
                repeat(folder, f"quarter {number}")
            else:
                send(folder, agencies, number, client)
                _in_a_process(folder, day, f"unpublished-{number}")
            continue
        send(folder, agencies, number, client)
        run = _in_a_process(folder, day, f"quarter-{number}")
        night = _in_a_process(folder, day + timedelta(days=1), f"night-{number}")
        if night["published"] or night["new"]:
            raise SystemExit(f"the night after quarter {number} was not quiet: {night}")
        lines.append(
            {"quarter": number, "entries": 4 + agencies * number}
            | {f"run_{key}": value for key, value in run.items()}
            | {f"night_{key}": value for key, value in night.items()}
        )
    sys.stderr.write("\n")
    return lines


def _in_a_process(folder: Path, day: date, name: str) -> dict[str, float]:
    now = datetime(day.year, day.month, day.day, 5, tzinfo=UTC).isoformat()
    command = [sys.executable, __file__, "--measure", str(folder), now, name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def table(lines: list[dict[str, float]], *, s3: bool) -> str:
    """The figures as Markdown: the first quarters, then every fourth that was measured."""
    reads = "night requests" if s3 else "night reads"
    told = [
        f"| after quarter | entries | run CPU s | intake CPU s a file | night CPU s | {reads} | peak MB |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for line in lines:
        if line["quarter"] in (1, 2) or line["quarter"] % 4 == 0 or line is lines[-1]:
            peak = max(line["run_peak_mb"], line["night_peak_mb"])
            told.append(
                f"| {line['quarter']:.0f} | {line['entries']:.0f} | {line['run_cpu']:.1f} | "
                f"{line['run_intake'] / max(line['run_new'], 1):.3f} | {line['night_cpu']:.2f} | "
                f"{line['night_requests' if s3 else 'night_reads']:.0f} | {peak:.0f} |"
            )
    return "\n".join(told)


def _numbers(given: str) -> tuple[int, ...]:
    return tuple(map(int, given.split(",")))


def main() -> None:
    """Print the growth as a Markdown table, or as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quarters", type=int, default=40, help="how many (default: 40)")
    parser.add_argument("--agencies", type=int, default=60, help="each with ten milestones (default: 60)")
    parser.add_argument("--s3", action="store_true", help="on a real S3 server on the loopback, requests counted")
    parser.add_argument(
        "--shown", type=_numbers, default=(), help="publish and measure only these, as 4,40 (default: all)"
    )
    parser.add_argument(
        "--repeated", action="store_true", help="the others repeat what was said: quick, to count reads"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--measure", nargs=3, metavar=("FOLDER", "NOW", "NAME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        folder, now, name = options.measure
        sys.stdout.write(json.dumps(measure(Path(folder), datetime.fromisoformat(now), name)) + "\n")
        return
    with tempfile.TemporaryDirectory(prefix="ogp-growth-") as scratch:
        folder, client = Path(scratch, "country"), None
        build(folder, options.agencies, options.quarters, s3=options.s3)
        if not options.s3:
            lines = grow(folder, options.agencies, options.quarters, None, options.shown, repeated=options.repeated)
        else:
            from tests.s3_server import S3Server

            server = S3Server(Path(scratch, "s3"))
            server.start()
            try:
                os.environ |= server.environment()
                client = server.client()
                lines = grow(
                    folder, options.agencies, options.quarters, client, options.shown, repeated=options.repeated
                )
            finally:
                server.stop()
    sys.stdout.write((json.dumps(lines, indent=1) if options.json else table(lines, s3=options.s3)) + "\n")


if __name__ == "__main__":
    main()
