"""What happened, in one line of the log each: a sentence, and for machines the event's name and its facts beside it.

A log in plain text stays as quiet as it is: these lines have a handler of their own, which throws them away, and go up
to whoever else listens (lines of JSON, Prefect's page of the run).
"""

import logging

_LOG = logging.getLogger("ogp_pipeline.events")
_LOG.addHandler(logging.NullHandler())  # else Python itself would print what is bad on the error stream


def tell(event: str, said: str, *, well: bool = True, **facts: str | float | None) -> None:
    """Log it. ``said``: the same for people. ``well``: nobody has to look."""
    _LOG.log(logging.INFO if well else logging.WARNING, "%s", said, extra={"event": event, **facts})
