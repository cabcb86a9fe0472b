"""Mail after a run. Whatever becomes of it, the run is as it was."""

from datetime import datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from flows.workspaces import open_workspace
from ogp_pipeline.mail import post


# Not repeated by Prefect: what did not go out is tried again by the next run, and nothing is sent twice.
@task(name="mail", task_run_name="mail", timeout_seconds=10 * 60, cache_policy=NO_CACHE, persist_result=False)
def send_mail(programme: Path, now: datetime) -> None:
    """Send what is due and was not sent; log what did not go out."""
    posted = post.send_due(open_workspace(programme), now)
    log = get_run_logger()
    log.info("mail: %d sent, %d not", len(posted.sent), len(posted.unsent))
    if posted.trouble:
        log.warning(posted.trouble)


def mail_after(programme: Path, now: datetime) -> None:
    """The task, where the programme sends mail at all. Its state is its own."""
    if post.is_on(open_workspace(programme)):
        send_mail(programme, now, return_state=True)
