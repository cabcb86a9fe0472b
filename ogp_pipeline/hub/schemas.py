"""The tables of a hub's comparison: schemas/hub, which is laid out as schemas/ is."""

from collections.abc import Iterable
from functools import cache

from ogp_pipeline.schema import schemas
from ogp_pipeline.schema.schemas import Schemas

_FOLDER = "hub"
DATASET = "comparison"


def load(texts: Iterable[str], languages: Iterable[str]) -> Schemas:
    """The tables with a column for each text in ``texts``; ``languages``: in which we speak of them besides."""
    return schemas.speaking(_default(), tuple(texts), tuple(languages))


@cache
def _default() -> Schemas:
    return schemas.load(schemas.schemas_root() / _FOLDER)


def version() -> str:
    """Their version: the declared one, and the hash over the files."""
    return _default().version
