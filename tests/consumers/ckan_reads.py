"""Runs in the consumers' environment: what CKAN's harvester makes of a catalogue.

Catalogues in any notation -> JSON, a list of datasets for each.
"""

import json
import sys
from pathlib import Path

from ckanext.dcat.processors import RDFParser

NOTATIONS = {".ttl": "turtle", ".rdf": "xml", ".jsonld": "json-ld"}


def read(path: Path) -> list[dict]:
    """The datasets that ckanext-dcat finds, as it would hand them to CKAN."""
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    parser.parse(path.read_bytes(), _format=NOTATIONS[path.suffix])
    return list(parser.datasets())


json.dump([read(Path(path)) for path in sys.argv[1:]], sys.stdout)
