"""Only what may pass by itself is tried again."""

import pytest
from prefect import task
from prefect.client.schemas.objects import State, StateType, TaskRun

from flows import collect, release
from flows.retries import worth_another_try
from ogp_pipeline.errors import (
    AnotherLedger,
    BrokenHistory,
    LostRace,
    ProgrammeError,
    SourceError,
    StoreError,
    StoreRefused,
    UnsafeStore,
)
from tests.every import for_every


def _tried_again(error: Exception) -> bool:
    state: State = State(type=StateType.FAILED, data=error)
    return worth_another_try(task(lambda: None), TaskRun.model_construct(), state)


@pytest.mark.parametrize("error", [StoreError("503"), LostRace("3"), ConnectionResetError(), OSError(28, "disk full")])
def test_trouble_with_a_store_or_a_disk_is_tried_again(error: Exception) -> None:
    assert _tried_again(error)


@for_every(
    "error",
    [
        ProgrammeError("p.yaml", []),
        UnsafeStore("x"),
        StoreRefused("x"),
        AnotherLedger("x"),
        BrokenHistory("x"),
        SourceError("x"),
        ValueError("a bug"),
        TimeoutError("the time limit"),
    ],
)
def test_what_somebody_has_to_look_at_is_not(error: Exception) -> None:
    assert not _tried_again(error)


@pytest.mark.parametrize("repeated", [collect.collect_source, release.publish_release], ids=lambda one: one.name)
def test_every_task_has_a_time_limit_pauses_between_tries_and_caches_nothing(repeated: object) -> None:
    assert repeated.timeout_seconds and repeated.retries == len(repeated.retry_delay_seconds)
    assert all(seconds > 0 for seconds in repeated.retry_delay_seconds)
    assert repeated.persist_result is False and repeated.retry_condition_fn is worth_another_try
