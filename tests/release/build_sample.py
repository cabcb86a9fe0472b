"""Run by test_build in its own processes: builds the sample into the folder named by the argument."""

import sys
from datetime import date
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parent))
import conftest

from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.build import build

document = yaml.safe_load(conftest.SAMPLE.read_text(encoding="utf-8"))
schemas = conftest.sample_schemas(document)
build(
    conftest.sample_content(document, schemas),
    None,
    Programme.model_validate(document["programme"]),
    schemas,
    Path(sys.argv[1]),
    date(2023, 1, 16),
    created="2024-07-10T12:00:00Z",
)
