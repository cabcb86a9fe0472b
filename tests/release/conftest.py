"""A small programme with rows (sample.yaml), as the frames and schemas that the release takes."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import yaml

from ogp_pipeline.programme.model import Programme
from ogp_pipeline.release.content import Content, assemble
from ogp_pipeline.schema import schemas as schemas_module
from ogp_pipeline.schema.schemas import MetricDefinition

SAMPLE = Path(__file__).with_name("sample.yaml")
_TEXTS = ("title", "definition", "numerator", "denominator", "source")
_DTYPES = {"string": "string", "integer": "Int64", "boolean": "boolean", "date": object, "number": object}


def sample_schemas(document):
    """The real schemas, with the sample's metric definitions in place of the real ones."""
    definitions = {}
    for line in document["metric_definitions"]:
        text = {"en": f"{line['id']} in English", "es": f"{line['id']} en español"}
        definitions[line["id"]] = MetricDefinition(**line, **dict.fromkeys(_TEXTS, text), dimensions=("plan",))
    return replace(schemas_module.load(), metrics=definitions)


def sample_frame(rows, table):
    """Rows as dicts -> a frame with every column of the table, typed as ``tables`` would type it."""
    data = {field.name: [row.get(field.name) for row in rows] for field in table.fields}
    for field in table.fields:
        if field.type == "number":
            data[field.name] = [None if value is None else Decimal(str(value)) for value in data[field.name]]
    return pd.DataFrame({field.name: pd.Series(data[field.name], dtype=_DTYPES[field.type]) for field in table.fields})


def sample_content(document, schemas):
    """The sample as content."""
    frames = {name: sample_frame(rows, schemas.tables[name]) for name, rows in document["tables"].items()}
    derived = {name: sample_frame(document[name], schemas.tables[name]) for name in ("provenance", "metrics")}
    return assemble({**frames, **derived}, schemas)


@pytest.fixture(scope="session")
def document():
    return yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def programme(document):
    return Programme.model_validate(document["programme"])


@pytest.fixture(scope="session")
def schemas(document):
    return sample_schemas(document)


@pytest.fixture(scope="session")
def sample(document, schemas):
    return sample_content(document, schemas)


@pytest.fixture
def content(sample):
    """The sample's own copy for every test, so that tests may change it."""
    return Content({name: frame.copy() for name, frame in sample.tables.items()})
