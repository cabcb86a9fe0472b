"""Traces and measures for a collector, by OpenTelemetry's own SDK. Off unless its standard variables name a collector.

    OTEL_EXPORTER_OTLP_ENDPOINT                    the collector, for both; OTLP over HTTP
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, …_METRICS_ENDPOINT    one of them only, or elsewhere
    OTEL_SDK_DISABLED=true, OTEL_TRACES_EXPORTER=none, OTEL_METRICS_EXPORTER=none    none of it after all

The SDK reads its other variables itself (headers, timeouts, intervals, attributes of the resource, sampling). Where a
program has set providers before us (``opentelemetry-instrument``), they are taken as they are.
"""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ogp_pipeline import version

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.trace import Tracer

_LOG = logging.getLogger(__name__)
_SERVICE, _SCOPE = "ogp-pipeline", "ogp_pipeline"
_PREFIX = "OTEL_EXPORTER_OTLP"

_tracers: "list[Tracer]" = []  # one, once it is on
_meters: "list[Meter]" = []


def wanted(environment: Mapping[str, str], kind: str) -> bool:
    """Whether ``TRACES`` or ``METRICS`` are to be sent."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if environment.get(f"OTEL_{kind}_EXPORTER", "otlp").strip().lower() == "none":
        return False
    return bool(environment.get(f"{_PREFIX}_ENDPOINT") or environment.get(f"{_PREFIX}_{kind}_ENDPOINT"))


def begin(environment: Mapping[str, str], service: str = _SERVICE) -> None:
    """Send what was asked for from now on, until the process ends. Once more, nothing happens.

    ``service``: its name, where the environment gives none. Without the SDK, or with a protocol that it cannot speak,
    a warning says so, and nothing is sent: what is watched goes on.
    """
    traces, metrics = wanted(environment, "TRACES"), wanted(environment, "METRICS")
    if not (traces or metrics) or tracer() or meter():
        return
    if environment.get(f"{_PREFIX}_PROTOCOL", "http/protobuf") != "http/protobuf":
        _LOG.warning("%s_PROTOCOL: only http/protobuf is spoken here; no traces and measures are sent", _PREFIX)
        return
    try:
        resource = _resource(environment, service)
        if traces:
            _begin_traces(resource)
        if metrics:
            _begin_metrics(resource)
    except ImportError as error:
        _LOG.warning(
            "no traces and measures are sent: %s; `pip install 'ogp-pipeline[telemetry]'` brings what sends them", error
        )


def tracer() -> "Tracer | None":
    """What makes spans; None while it is off."""
    return _tracers[0] if _tracers else None


def meter() -> "Meter | None":
    """What makes instruments; None while it is off."""
    return _meters[0] if _meters else None


def _resource(environment: Mapping[str, str], service: str) -> "Resource":
    from opentelemetry.sdk.resources import Resource

    named = environment.get("OTEL_SERVICE_NAME") or "service.name=" in environment.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return Resource.create({"service.version": version.VERSION, **({} if named else {"service.name": service})})


def _begin_traces(resource: "Resource") -> None:
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        provider = TracerProvider(resource=resource)
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)
    _tracers.append(trace.get_tracer(_SCOPE, version.VERSION))


def _begin_metrics(resource: "Resource") -> None:
    from opentelemetry import metrics
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    if "Proxy" in type(metrics.get_meter_provider()).__name__:
        reader = PeriodicExportingMetricReader(OTLPMetricExporter())
        metrics.set_meter_provider(MeterProvider(metric_readers=[reader], resource=resource))
    _meters.append(metrics.get_meter(_SCOPE, version.VERSION))
