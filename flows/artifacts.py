"""Artifacts decorate a run and decide nothing: if the server does not take one, the run goes on and its log says so."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import httpx
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.exceptions import PrefectException

_LOG = logging.getLogger("prefect.ogp")


def show_markdown(key: str, text: str, description: str) -> None:
    """A text on the page of the run."""
    with _or_not(key):
        create_markdown_artifact(text, key=key, description=description)


def show_table(key: str, rows: Sequence[Mapping[str, object]], description: str) -> None:
    """A table on the page of the run."""
    with _or_not(key):
        create_table_artifact(table=[dict(row) for row in rows], key=key, description=description)


@contextmanager
def _or_not(key: str) -> Iterator[None]:
    try:
        yield
    except (httpx.HTTPError, PrefectException) as error:
        _LOG.warning("the server did not take the artifact %s: %s", key, error)
