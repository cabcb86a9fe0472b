"""What is asked of object storage, counted where measures are wanted: each try, as the server sees and bills it."""

from typing import TYPE_CHECKING, Any

from ogp_pipeline.telemetry import export
from ogp_pipeline.telemetry.measures import Measure, record

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

_WITHOUT_BODY = "HeadObject"  # its answer says how large the object is, and sends nothing of it


def watch(client: "S3Client") -> None:
    """Count what this client sends and gets. Nothing is registered while no measures are wanted."""
    if export.meter() is None:
        return
    client.meta.events.register("before-send.s3", _sent)
    client.meta.events.register("response-received.s3", _answered)


def sent(operation: str, size: int) -> None:
    """A request with a body of so many bytes."""
    record(Measure.REQUESTS, 1, operation=operation)
    if size:
        record(Measure.BYTES, size, direction="out", operation=operation)


def _sent(request: Any, event_name: str, **_more: Any) -> None:  # noqa: ANN401 - what botocore tells its handlers
    sent(event_name.rpartition(".")[2], int(request.headers.get("Content-Length") or 0))


def _answered(event_name: str, response_dict: dict[str, Any] | None = None, **_more: Any) -> None:  # noqa: ANN401
    operation = event_name.rpartition(".")[2]
    size = int((response_dict or {}).get("headers", {}).get("content-length") or 0)
    if size and operation != _WITHOUT_BODY:
        record(Measure.BYTES, size, direction="in", operation=operation)
