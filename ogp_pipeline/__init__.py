"""OGP Pipeline: from an agency's file to a published, versioned open dataset.

The rooms, in the order in which they may import: each one only from those above it. ``flows`` stands below all.

    errors      what can go wrong, one class for each kind
    version     which software this is: version, commit, and a hash of the code that decides what is published
    i18n        texts for people, in every language that we speak
    schema      what schemas/ holds: tables, code lists, rules, metrics
    programme   the programme file of a country, and how a source's columns become ours
    store       objects under keys: a folder or a bucket
    workbooks   XLSX files, opened in a process that may die
    sources     from where files come, and how each format is read
    intake      the ledger: what was received, and what became of it
    tables      from the ledger to typed tables, as known on a day
    validation  what a delivery goes through before it counts
    templates   workbooks that suppliers fill in
    evaluation  metrics and findings
    release     datasets in every format, built in a folder
    publishing  how a release becomes public, and stays provable
    metadata    what portals and search engines are told
    site        the public pages and the forum's report
    starter     what ``ogp init`` makes
    runs        what ``ogp run`` does: collect, publish, record
    upkeep      the engineer's tasks: rollback, purge, trace, reproduce
    cli         the command line
"""

from ogp_pipeline import version

__version__ = version.VERSION
