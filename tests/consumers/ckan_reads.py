"""Runs in the consumers' environment: what CKAN's harvester makes of a catalogue.

Turtle files -> JSON, a list for each.
"""

import json
import sys
from pathlib import Path

from ckanext.dcat.processors import RDFParser


def read(path: str) -> list[dict]:
    """The datasets that ckanext-dcat finds, as it would hand them to CKAN."""
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(Path(path).read_bytes(), _format="turtle")
    return list(parser.datasets())


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
