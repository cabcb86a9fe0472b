"""Runs in the consumers' environment: what CKAN's ``datastore_search`` makes of what it is asked.

Query strings, one an argument -> JSON: for each the values as CKAN reads them, and what it objects to.
"""

import json
import sys
from urllib.parse import parse_qsl

from ckan.lib.navl.dictization_functions import validate
from ckanext.datastore.logic.schema import datastore_search_schema


def take(query: str) -> dict:
    """As the action begins: its own schema, before it looks into a database."""
    values, mistakes = validate(dict(parse_qsl(query, strict_parsing=True)), datastore_search_schema())
    return {"values": values, "mistakes": mistakes}


json.dump([take(query) for query in sys.argv[1:]], sys.stdout)
