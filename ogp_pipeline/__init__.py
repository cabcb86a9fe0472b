"""OGP Pipeline: from an agency's file to a published, versioned open dataset.

The rooms, in the order in which they may import: each one only from those above it. ``flows`` stands below all.

    errors        what can go wrong, one class for each kind
    version       which software this is: version, commit, and a hash of the code that decides what is published
    registration  how rules, metrics, formats … become known: each by its own module
    scratch       temporary folders that say whose they are, and what killed processes left
    patterns      regular expressions over what suppliers send: linear
    i18n          texts for people, in every language that we speak
    telemetry     what a run does, for those who watch machines: log, traces, measures
    schema        what schemas/ holds: tables, code lists, rules, metrics
    workbooks     workbooks of Excel and LibreOffice, opened in a process that may die
    formats       the formats of files that suppliers send, from bytes to rows of text
    programme     the programme file of a country, and how a source's columns become ours
    store         objects under keys: a folder or a bucket
    sources       from where files come, and how they become rows of our tables
    intake        the ledger: what was received, and what became of it
    tables        from the ledger to typed tables, as known on a day
    validation    what a delivery goes through before it counts
    templates     workbooks that suppliers fill in
    evaluation    metrics and findings
    release       datasets in every format, built in a folder
    publishing    how a release becomes public, and stays provable
    metadata      what portals and search engines are told
    site          the public pages and the forum's report
    profiling     what a country's file holds, and the tables and mapping that it could become
    starter       what ``ogp init`` makes
    runs          what ``ogp run`` does: collect, publish, record
    upkeep        the engineer's tasks: rollback, purge, trace, reproduce
    mail          receipts, reminders and the secretariat's digest by mail
    desk          a web page where suppliers check and send their files
    hub           many programmes, run side by side and compared
    cli           the command line
"""

import importlib

from ogp_pipeline import version

__version__ = version.VERSION

# What engineers and portals may build on: `from ogp_pipeline import run`. Nothing else is promised (docs/api.md).
# A name is loaded when it is first asked for, so that `import ogp_pipeline` stays quick; types stand in __init__.pyi.
_PUBLIC = {
    "OgpError": "ogp_pipeline.errors:OgpError",
    "apply_changes": "ogp_pipeline.release.apply_changes:apply_changes",
    "catch_up": "ogp_pipeline.upkeep.catch_up:catch_up",
    "check_file": "ogp_pipeline.runs.checking:check_file",
    "freshness": "ogp_pipeline.publishing.freshness:freshness",
    "load_schemas": "ogp_pipeline.schema.schemas:load",
    "open_reader": "ogp_pipeline.publishing.reader:open_reader",
    "open_workspace": "ogp_pipeline.runs.workspace:open_workspace",
    "reproduce": "ogp_pipeline.upkeep.reproduction:reproduce",
    "run": "ogp_pipeline.runs.run:run",
    "trace": "ogp_pipeline.upkeep.tracing:trace",
    "validate": "ogp_pipeline.validation.fast:validate",
    "verify": "ogp_pipeline.publishing.verify:verify",
}

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


def __getattr__(name: str) -> object:
    """A public name, loaded from where it stands."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _PUBLIC[name].partition(":")
    return getattr(importlib.import_module(module), attribute)
