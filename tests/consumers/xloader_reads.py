"""Runs in the consumers' environment: what CKAN's XLoader makes of CSV files when it guesses their types.

Its own code reads, guesses and converts (``loader.load_table``) up to the database, which is not here. Paths of CSV
files -> JSON, for each: the column types of the table that it would create, how many rows it would send, and the first
value in each column that PostgreSQL would refuse there.
"""

import json
import logging
import sys

from ckanext.xloader import loader
from ckanext.xloader.parser import TypeConverter
from ckanext.xloader.utils import type_guess

LOG = logging.getLogger(__name__)


def read(path: str) -> dict:
    """As ``load_table`` does it, with the settings that CKAN has if nobody sets any."""
    ending, encoding, above, headings, stream = loader._read_metadata(path, "text/csv", LOG)
    kinds, names = loader.get_types()
    guessed = type_guess(stream.sample[1:], types=kinds, strict=True)
    types = [names[str(kind)] for kind in guessed]
    skipped = [*range(1, above + 2), {"type": "preset", "value": "blank"}]
    convert = TypeConverter(types=guessed, fields=[{"strip_extra_white": True} for _ in headings]).convert_types
    rows, refused = 0, {}
    with loader.UnknownEncodingStream(path, ending, encoding, skip_rows=skipped, post_parse=[convert]) as table:
        for row in table:
            rows += 1
            for heading, kind, value in zip(headings, types, row, strict=True):
                if kind != "text" and isinstance(value, str) and value:
                    refused.setdefault(heading, value)
    return {"types": dict(zip(headings, types, strict=False)), "rows": rows, "refused": refused}


json.dump({path: read(path) for path in sys.argv[1:]}, sys.stdout)
