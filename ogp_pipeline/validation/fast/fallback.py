"""The one way out of a strategy: ``Fallback`` says why it does not apply, and the next one begins anew."""

import csv
import re

import polars as pl
import pyarrow as pa
from frictionless import FrictionlessException


class Fallback(Exception):
    """Raised where a strategy cannot prove that it gives frictionless' report; caught in ``strategies.py`` only."""


# Frictionless lets some exceptions of its readers out of `validate` (a pattern that does not compile, an unhashable
# value in a key, a naive datetime against an aware bound). Whatever of these meets a fast strategy, the plain one
# repeats it: either it raises the same again, or it never came to that row.
CRASHES: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    FrictionlessException,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    csv.Error,
    re.error,
    pa.ArrowException,
    pl.exceptions.PolarsError,
)
