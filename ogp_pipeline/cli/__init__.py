"""The command line: every command calls one function of the core and shows what it returns.

app           run, check, look: the commands that everybody meets
options       arguments that commands share
starting      for whoever begins a programme, and for templates
memory        what verify remembers of each address
mapping       for whoever brings a country's file
deciding      for what waits for a person's word
portals       for those who hold copies
earlier_runs  for whoever asks how runs went: outcomes, durations, growth
meeting       for those who meet: the report, and the agenda of a session
storage       for object storage
desk          for the desk where suppliers send by a link
mail          for receipts and reminders by mail
alerts        for whoever is told when something is wrong
hub           for who looks after many programmes
keeping       for those who keep copies, and remove what is kept no longer
upkeep        for those who look after a publication
views_run     what init, run and releases show
views_status  what status shows
views_map     what map shows
views_look    what check, diff and reproduce show
views_trace   what trace shows
views_schema  what schema shows
views_upkeep  what the commands of upkeep show
"""

import gc
import sys

INTERRUPTED = 130  # what a shell says of a program that ended by Ctrl-C

_ENOUGH = 10_000  # new objects before garbage is looked for; after Python's 700 it was a twentieth of a publish


def ogp() -> None:
    """What the ``ogp`` script calls: load the commands, then run the one that was typed.

    What is loaded stays until the end. To look through it for garbage again and again took a sixth of the start.
    """
    try:
        gc.disable()
        from ogp_pipeline.cli.app import main

        gc.freeze()
        gc.set_threshold(_ENOUGH)
        gc.enable()
        main()
    except KeyboardInterrupt:  # before a command has begun
        _stop()
    except SystemExit as ended:
        if ended.code != INTERRUPTED:
            raise
        _stop()


def _stop() -> None:
    sys.stderr.write("\nStopped. What is done stands, and the same command again goes on from there.\n")
    raise SystemExit(INTERRUPTED) from None
