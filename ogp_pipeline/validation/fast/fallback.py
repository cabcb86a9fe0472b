"""The one way out of a lane: ``Fallback`` says why this lane does not apply, and the next one down begins anew."""

import csv
import re

import polars as pl
import pyarrow as pa
from frictionless import FrictionlessException


class Fallback(Exception):
    """Raised wherever a lane cannot prove that it would give frictionless' report; caught in ``lanes.py`` only."""


# Frictionless lets some exceptions of its readers out of `validate` (a pattern that does not compile, an unhashable
# value in a key, a naive datetime against an aware bound). Whatever of these meets a fast lane, the plain lane repeats
# it: either it raises the same again, or it never came to that row.
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
