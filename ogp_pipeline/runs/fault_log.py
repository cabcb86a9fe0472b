"""What our own software failed on, as the log tells the engineer."""

import logging
import traceback

from ogp_pipeline.i18n.legible import presentable


def log_fault(logger: logging.Logger, what: str, error: Exception) -> None:
    """Log ``what`` happened, with the error's trace, in letters that every log can hold and without secrets.

    Names from outside stand in both, and half a letter of a file name that is not UTF-8 breaks a log that is sent on.
    """
    lines = "".join(traceback.format_exception(error)).splitlines()
    logger.error("%s\n%s", presentable(what), "\n".join(map(presentable, lines)))
