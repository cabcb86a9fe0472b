"""CKAN's XLoader on the CSV files that a catalogue lists: are all of them loaded, each column with its type?"""

import csv
import json
import re
from pathlib import Path

from tests.consumers.environment import ask

OF_XLOADER = {"string": "text", "boolean": "text", "integer": "numeric", "number": "numeric", "date": "timestamp"}
SAMPLE = 99  # rows, under the headings, from which XLoader guesses
NOTHING = re.compile(r"0?(\.0*)?")  # cells that its guesser takes for empty; what holds nothing else is text to it


def check_loads(public: Path) -> int:
    """Have XLoader guess every CSV file that ``catalog.jsonld`` in ``public`` lists; how many there are."""
    graph = json.loads((public / "catalog.jsonld").read_text(encoding="utf-8"))["@graph"]
    listed = {node["@id"].rpartition("#")[2] for node in graph if node.get("@type") == ["dcat:Distribution"]}
    described = json.loads((public / "latest" / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    tables = {str(public / "latest" / one["path"]): one for one in described if one["path"] in listed}
    told = ask("xloader_reads.py", *tables)
    for path, table in tables.items():
        with Path(path).open(encoding="utf-8", newline="") as file:
            heading, *rows = csv.reader(file)
        cells = dict(zip(heading, zip(*rows, strict=True), strict=True))
        expected = {
            field["name"]: OF_XLOADER[field["type"]]
            if any(not NOTHING.fullmatch(cell) for cell in cells[field["name"]][:SAMPLE])
            else "text"
            for field in table["schema"]["fields"]
        }
        assert told[path] == {"types": expected, "rows": table["rows"], "refused": {}}, path
    return len(tables)
