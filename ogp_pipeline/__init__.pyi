"""The types of the public names, which ``__init__.py`` loads when they are asked for."""

from ogp_pipeline.errors import OgpError
from ogp_pipeline.publishing.freshness import freshness
from ogp_pipeline.publishing.reader import open_reader
from ogp_pipeline.publishing.verify import verify
from ogp_pipeline.release.apply_changes import apply_changes
from ogp_pipeline.runs.checking import check_file
from ogp_pipeline.runs.run import run
from ogp_pipeline.runs.workspace import open_workspace
from ogp_pipeline.schema.schemas import load as load_schemas
from ogp_pipeline.upkeep.catch_up import catch_up
from ogp_pipeline.upkeep.reproduction import reproduce
from ogp_pipeline.upkeep.tracing import trace
from ogp_pipeline.validation.fast import validate

__version__: str

__all__ = [
    "OgpError",
    "apply_changes",
    "catch_up",
    "check_file",
    "freshness",
    "load_schemas",
    "open_reader",
    "open_workspace",
    "reproduce",
    "run",
    "trace",
    "validate",
    "verify",
]
