"""The sample, built once in each process; and a built release as the next one's base."""

import atexit
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from ogp_pipeline import version
from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.base import BaseRelease, read_base
from ogp_pipeline.release.build import Build, build
from tests.release.conftest import SAMPLE, sample_content, sample_schemas

CREATED = "2024-07-10T12:00:00Z"
AS_OF = date(2023, 1, 16)


@cache
def built_sample() -> Build:
    """The sample as a first release. Nobody writes there: whoever spoils it makes a copy."""
    document = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    programme, schemas = Programme.model_validate(document["programme"]), sample_schemas(document)
    keeper = tempfile.TemporaryDirectory(prefix="sample-")
    atexit.register(keeper.cleanup)
    content = sample_content(document, schemas)
    return build(content, None, programme, schemas, Path(keeper.name) / "built", AS_OF, created=CREATED)


def base_of(built: Build) -> BaseRelease:
    """What ``built`` is to the release after it."""
    files = {file.name: file.sha256 for file in built.files}
    return read_base(lambda name: built.folder / name, version.code(), files)
