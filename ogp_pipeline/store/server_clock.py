"""What the answers of a server say of the time: how far this machine's clock is ahead of its own."""

import time
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any


class ServerClock:
    """``ahead``: as the last answer said it, to a second or two; None before the first that says it."""

    def __init__(self) -> None:
        self.ahead: timedelta | None = None

    def hear(self, parsed: dict[str, Any], **_more: Any) -> None:  # noqa: ANN401 - what botocore tells its handlers
        """Take note of an answer's ``Date``."""
        said = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
        if said is None:
            return
        try:
            self.ahead = timedelta(seconds=time.time() - parsedate_to_datetime(said).timestamp())
        except ValueError:  # a proxy that dates its answers otherwise
            return
