"""Prefect around ``ogp_pipeline.runs.run``: schedules, time limits, retries, named states, a summary.

    collect     one task per source: fetch, validate, write receipts and the ledger; publishes nothing
    release     one task: publish what the ledger holds
    pipeline    both, every night
    doctor      every week: fold the whole ledger anew and compare
    hub         many programmes, each in a task of its own, then their comparison
    backfill    collect, then one release for each date of the programme's history
    states      what a run, or a source, ended as -> the Prefect state that is named after it
    mail        receipts, reminders and the digest, after a run
    record      the run record, stored, and shown as the Markdown artifact ``run-summary``
    assets      what a release publishes, and from which sources, for Prefect's lineage
    artifacts   what decorates a run's page, and decides nothing
    told        what is wrong, told to Prefect as events: what begins and what ends
    automations  what the server makes of them, and what heals a run that cannot speak any more
    alerts      puts these into the server
    drain       lets a worker finish before it is stopped
    runners     who carries out tasks: threads, or a Dask cluster
    retries     which errors are worth another try
    workspaces  the programme of a run, opened once in a process

No logic stands here. Tasks are given paths, ids and small values, never frames, stores or secrets. Nothing is
cached between runs: what was done already is known to the ledger and the store, which a retry may trust.
"""

import os

from ogp_pipeline.telemetry import export, logs

# The process of a run begins by importing this: the log, and traces and measures, where the environment asks for them.
logs.begin(os.environ)
export.begin(os.environ)
