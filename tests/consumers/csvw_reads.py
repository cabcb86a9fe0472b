"""Runs in the consumers' environment: is the metadata valid, and are the CSV files what it says?

Paths of metadata -> JSON, a list of complaints for each.
"""

import json
import sys

from csvw import CSVW


def complaints(path: str) -> list[str]:
    """What the validator has against it."""
    try:
        document = CSVW(path, validate=True)
        return [] if document.is_valid else [str(warning.message) for warning in document.warnings]
    except ValueError as error:
        return [str(error)]


json.dump([complaints(path) for path in sys.argv[1:]], sys.stdout)
