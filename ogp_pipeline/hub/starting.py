"""What ``ogp hub init`` makes: a hub's file that loads without a mistake, and a first programme to run."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ogp_pipeline import starter
from ogp_pipeline.errors import WrongUse
from ogp_pipeline.hub.file import NAME
from ogp_pipeline.i18n.catalogue import say
from ogp_pipeline.schema.schemas import Schemas

FIRST = "first"

_FILE = """\
# A hub: programmes that are run side by side and compared in public. `ogp hub check` tells every mistake with its line.
# Secrets never stand here: a programme has the variables of the environment that begin with its own prefix.
id: my-hub
title: {{{titles}}}
description: {{{descriptions}}}
languages: [{languages}]

publication: # of the comparison
  base_url: https://hub.example.org # where the public finds `store`
  store: {{directory: var/public}} # or {{s3: {{bucket: …, prefix: …}}}}
  private: {{directory: var/private}} # the records of the nights
  licence: {{id: CC-BY-4.0, title: Creative Commons Attribution 4.0, url: "https://creativecommons.org/licenses/by/4.0/"}}

# run: {{how: here, at_once: 4}} # `dask: tcp://…:8786` spreads it over a cluster, `how: deployments` over workers
quotas: {{seconds: 1800, sources: 500, mb: 4096}} # of each programme, in each run

programmes:
  - id: first # part of addresses: small letters, digits and -
    programme: programmes/{first}/programme.yaml
    environment: FIRST_ # FIRST_AWS_SECRET_ACCESS_KEY of the hub is its AWS_SECRET_ACCESS_KEY, and no other's
    # quotas: {{seconds: 600}}
    # paused: Why it is not run for now.
  # A programme that somebody else runs is only compared:
  # - {{id: second, address: "https://data.example.org"}}
"""


def create(folder: Path, country: str, languages: Sequence[str], today: date, schemas: Schemas) -> list[Path]:
    """Write a new hub with its first programme into ``folder``; the files written. WrongUse if one is there already."""
    file = folder / NAME
    if file.exists():
        raise WrongUse(f"already there, and not touched: {file}. Choose an empty folder.")
    made = starter.create(folder / "programmes" / FIRST, country, languages[0], today, schemas, languages=languages)
    text = _FILE.format(
        titles=", ".join(f"{code}: {say('hub.new.title', code)}" for code in languages),
        descriptions=", ".join(f"{code}: {say('hub.new.description', code)}" for code in languages),
        languages=", ".join(languages),
        first=FIRST,
    )
    file.write_text(text, encoding="utf-8", newline="")
    return [file, *made]
