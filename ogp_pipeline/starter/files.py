"""What every start is made of: templates of this folder, and CSV files with the headings of their tables."""

import json
from collections.abc import Sequence
from functools import cache

import jinja2

from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.i18n.languages import spoken
from ogp_pipeline.schema.schemas import Table
from ogp_pipeline.starter import time_zones


def rendered(template: str, **values: object) -> str:
    """A template of this folder with its values. Every value that it names must be given."""
    return _environment().get_template(template).render(**values)


def csv_file(table: Table, rows: Sequence[dict[str, str]] = ()) -> str:
    """The headings, and rows below them. Column names and what a start writes are plain words: nothing needs quoting.

    A column that ``rows`` name and the table has not is a KeyError.
    """
    lines = [",".join(table.field_names)]
    for row in rows:
        if strange := set(row) - set(table.field_names):
            raise KeyError(f"{table.name} has no column {sorted(strange)}")
        lines.append(",".join(row.get(name, "") for name in table.field_names))
    return "\n".join(lines) + "\n"


def texts(languages: Sequence[str], key: str, **values: object) -> str:
    """A text as the programme file writes it: in each of the languages that we speak, or in English."""
    ours = dict.fromkeys(spoken(tag) for tag in languages)
    return flow({language: say(key, language, **values) for language in ours})


def flow(words: dict[str, str]) -> str:
    """YAML in one line: a text between quotation marks is JSON's."""
    pairs = (f"{language}: {json.dumps(text, ensure_ascii=False)}" for language, text in words.items())
    return f"{{{', '.join(pairs)}}}"


@cache  # it keeps the compiled templates
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("ogp_pipeline.starter", "."),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=False,
        autoescape=False,
    )
    environment.globals["time_zone"] = time_zones.setting
    return environment
