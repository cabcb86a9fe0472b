"""OGP Pipeline: from an agency's file to a published, versioned open dataset.

The rooms, in the order in which they may import: each one only from those above it. ``flows`` stands below all.

    errors        what can go wrong, one class for each kind
    registration  how rules, metrics, formats … become known: each by its own module
    i18n          texts for people, in every language that we speak
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
    starter       what ``ogp init`` makes
    runs          what ``ogp run`` does: collect, publish, record
    upkeep        the engineer's tasks: rollback, purge, trace, reproduce
    cli           the command line
"""

__version__ = "0.1.0"
