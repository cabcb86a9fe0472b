"""Runs in the consumers' environment: is the metadata valid, and are the CSV files what it says?

JSON: a list of complaints.
"""

import json
import sys

from csvw import CSVW

try:
    document = CSVW(sys.argv[1], validate=True)
    complaints = [] if document.is_valid else [str(one.message) for one in document.warnings]
except ValueError as error:
    complaints = [str(error)]
json.dump(complaints, sys.stdout)
