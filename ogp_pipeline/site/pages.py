"""All pages of the site. A pure function of the release: the same release gives the same bytes."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ogp_pipeline import catalogue
from ogp_pipeline.bilingual import Text
from ogp_pipeline.metadata.entries import entries
from ogp_pipeline.metadata.schema_org import schema_org
from ogp_pipeline.programme import Programme
from ogp_pipeline.release.manifest import Manifest
from ogp_pipeline.schemas import Schemas
from ogp_pipeline.site import notation
from ogp_pipeline.site.commitments import clusters
from ogp_pipeline.site.history import datasets, versions
from ogp_pipeline.site.home import plans
from ogp_pipeline.site.labels import Said
from ogp_pipeline.site.words import LANGUAGE_NAMES, words

PAGES = {"index.html": "home.html.j2", "commitments.html": "commitments.html.j2"}


def pages(
    tables: Mapping[str, pd.DataFrame],
    manifest: Manifest,
    chain: Sequence[Manifest],
    programme: Programme,
    schemas: Schemas,
) -> dict[str, bytes]:
    """Path from the store's root -> HTML in UTF-8.

    ``tables``: the release's tables by name. ``chain``: every release up to ``manifest``, oldest first. Pages
    are made in the languages of the programme's publication; links lead to files of the store, by relative
    paths.
    """
    environment = _environment()
    languages = list(dict.fromkeys(programme.publication.languages))
    found = entries(chain, programme, schemas)
    made = {"index.html": _choice(environment, programme, languages)}
    for language in languages:
        own_words = words(language)
        context = {
            "language": language,
            "languages": [(code, LANGUAGE_NAMES[code]) for code in languages],
            "w": own_words,
            "publication": programme.publication,
            "title": _said(programme.publication.title, language),
            "description": _said(programme.publication.description, language),
            "manifest": manifest,
            "long_date": partial(catalogue.day, language=language),
            "size": notation.size,
        }
        shown: dict[str, dict[str, Any]] = {
            "index.html": {
                "plans": plans(tables, language, own_words),
                "datasets": datasets(manifest, schemas, language),
                "versions": versions(chain, language),
                # It escapes what could end its element (metadata.schema_org), and is no HTML to escape again.
                "described": Markup(schema_org(found, programme, language)),
            },
            "commitments.html": {"clusters": clusters(tables, language, own_words)},
        }
        for name, template in PAGES.items():
            text = environment.get_template(template).render(page=name, **context, **shown[name])
            made[f"{language}/{name}"] = text.encode()
    return made


def _said(text: Text, language: str) -> Said:
    return Said(text.get(language), language if getattr(text, language) else ("en" if language == "es" else "es"))


def _choice(environment: Environment, programme: Programme, languages: Sequence[str]) -> bytes:
    titles = [(code, programme.publication.title.get(code), words(code)["choose"]) for code in languages]
    return environment.get_template("choice.html.j2").render(titles=titles).encode()


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("ogp_pipeline.site", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
