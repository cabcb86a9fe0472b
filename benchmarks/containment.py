"""One hostile file of each kind, each in a source of its own: what the others published, how long, which receipts.

python -m benchmarks.containment [deadline in seconds]
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from ogp_pipeline.runs import run as pipeline
from tests.hostile_country import FILES, Killer, hostile_country
from tests.small_country import NOW


def main(seconds: int = 5) -> None:
    """Run once, and tell what became of each source."""
    with tempfile.TemporaryDirectory() as folder, Killer() as killer:
        country = hostile_country(Path(folder), seconds)
        began: list[tuple[str, float]] = []

        def on_progress(stage: str, done: int, total: int) -> None:
            del done, total
            began.append((stage, time.monotonic()))
            killer.at.set() if stage == "collect dying" else killer.at.clear()

        record = pipeline.run(country.open(), NOW, "run", on_progress=on_progress)
        store = country.open().intake
        times = {
            stage.removeprefix("collect "): after - at
            for (stage, at), (_, after) in zip(began, began[1:], strict=False)  # noqa: RUF007
        }
        lines = [f"published: {', '.join(country.versions())}; {len(FILES)} hostile sources; outcome: {record.outcome}"]
        for result in record.sources:
            for summary in result.deliveries:
                stored = store.get(summary.receipt) if summary.receipt else None
                told = json.loads(stored.data)["summary"]["en"] if stored else "no receipt"
                lines.append(f"{times[result.source]:7.2f} s  {result.source:12}  {summary.state:9}  {told}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:]))
