"""A collector on the loopback that takes traces and measures as OTLP over HTTP, and decodes what it got."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from google.protobuf.message import Message
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from ogp_pipeline.telemetry import export, measures


def values(attributes: "list[KeyValue]") -> dict[str, object]:
    return {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in attributes}


@dataclass
class Collector:
    """``environment``: what tells a program to send here."""

    endpoint: str
    got: list[Message] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.endpoint}

    def take(self, request: Request) -> Response:
        kind = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}[request.path]
        self.got.append(kind.FromString(request.get_data()))
        return Response(b"", content_type="application/x-protobuf")

    def spans(self) -> dict[str, list[Span]]:
        """By their names."""
        spans: dict[str, list[Span]] = {}
        for message in self.got:
            if isinstance(message, ExportTraceServiceRequest):
                for each in message.resource_spans:
                    for span in (span for scope in each.scope_spans for span in scope.spans):
                        spans.setdefault(span.name, []).append(span)
        return spans

    def resources(self) -> list[dict[str, object]]:
        """What the senders say of themselves."""
        messages = [
            getattr(message, kind, []) for message in self.got for kind in ("resource_spans", "resource_metrics")
        ]
        return [values(list(each.resource.attributes)) for message in messages for each in message]

    def measures(self) -> dict[str, list[tuple[dict[str, object], float]]]:
        """By their names: attributes, and the sum; of a histogram, how often."""
        measures: dict[str, list[tuple[dict[str, object], float]]] = {}
        for message in self.got:
            if isinstance(message, ExportMetricsServiceRequest):
                for each in message.resource_metrics:
                    for metric in (metric for scope in each.scope_metrics for metric in scope.metrics):
                        points = measures.setdefault(metric.name, [])
                        for point in metric.sum.data_points:
                            points.append((values(list(point.attributes)), point.as_int or point.as_double))
                        for point in metric.histogram.data_points:
                            points.append((values(list(point.attributes)), point.count))
        return measures


@contextmanager
def sending(to: Collector) -> Iterator[None]:
    """Meanwhile this process sends its traces and measures there, by providers that nobody else gets."""
    tracers, meters = export._tracers[:], export._meters[:]
    spans, reader = OTLPSpanExporter(f"{to.endpoint}/v1/traces"), OTLPMetricExporter(f"{to.endpoint}/v1/metrics")
    traces = TracerProvider(shutdown_on_exit=False)
    traces.add_span_processor(BatchSpanProcessor(spans))
    metrics = MeterProvider([PeriodicExportingMetricReader(reader)], shutdown_on_exit=False)
    export._tracers[:], export._meters[:] = [traces.get_tracer("ogp_pipeline")], [metrics.get_meter("ogp_pipeline")]
    measures._instruments.clear()
    try:
        yield
    finally:
        export._tracers[:], export._meters[:] = tracers, meters
        measures._instruments.clear()
        traces.shutdown()
        metrics.shutdown()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with HTTPServer(host="127.0.0.1", port=0) as server:
        made = Collector(f"http://127.0.0.1:{server.port}")
        for path in ("/v1/traces", "/v1/metrics"):
            server.expect_request(path, method="POST").respond_with_handler(made.take)
        yield made
