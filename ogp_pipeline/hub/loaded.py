"""What the run of any programme needs, loaded: the nursery of a hub imports this once, and its processes share it."""

import ogp_pipeline.metadata.documents
import ogp_pipeline.publishing.verify
import ogp_pipeline.runs.publication  # noqa: F401 - what a run imports when it first needs it
from ogp_pipeline import version
from ogp_pipeline.hub import processes
from ogp_pipeline.schema import schemas

__all__ = ["processes"]

schemas.load()
version.commit()
