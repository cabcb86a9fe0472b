"""An attempt's name tells when it began."""

from datetime import datetime, timedelta, timezone

import pytest

from ogp_pipeline.store import attempts


def test_an_attempt_tells_when_it_started_in_utc() -> None:
    started = datetime(2024, 1, 31, 18, 0, 5, tzinfo=timezone(timedelta(hours=-6)))
    name = attempts.name(started, bytes.fromhex("00112233aabbccdd"))
    assert name == "20240201T000005Z-00112233aabbccdd"
    assert attempts.started(name) == started


@pytest.mark.parametrize(
    "name", ["", "20240201T000005Z", "20240201T000005Z-0", "today-00112233", "x/20240201T000005Z-00112233"]
)
def test_what_is_no_attempt_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not an attempt"):
        attempts.started(name)
