"""Runs in the consumers' environment: Croissant metadata, with the files beside it.

JSON: complaints, and rows by table.
"""

import json
import logging
import sys
from pathlib import Path

import mlcroissant

path = Path(sys.argv[1])
logging.disable(logging.CRITICAL)
files = {one["@id"]: str(path.parent / one["@id"]) for one in json.loads(path.read_text())["distribution"]}
try:
    dataset = mlcroissant.Dataset(jsonld=str(path), mapping=files)
    issues = dataset.metadata.issues
    rows = {name: sum(1 for _ in dataset.records(name)) for name in sys.argv[2:]}
    told = {"errors": sorted(issues.errors), "warnings": sorted(issues.warnings), "rows": rows}
except mlcroissant.ValidationError as error:
    told = {"errors": [str(error)], "warnings": [], "rows": {}}
json.dump(told, sys.stdout)
