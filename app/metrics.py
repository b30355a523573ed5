"""Metrics: the server's figures, as Prometheus reads them. They count; none is about anybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
REGISTRY = CollectorRegistry()
ProcessCollector("playground", registry=REGISTRY)
disable_created_metrics()  # type: ignore[no-untyped-call]  # when counting began is told by the process

LAG_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5)
SAVE_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)


def counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"playground_{name}", meaning, labels, registry=REGISTRY)


def gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"playground_{name}", meaning, labels, registry=REGISTRY)


def histogram(name: str, meaning: str, bounds: tuple[float, ...]) -> Histogram:
    return Histogram(f"playground_{name}", meaning, buckets=bounds, registry=REGISTRY)


RUNS = gauge("runs", "Runs: awake ones have a process, those asleep are only kept", "state")
PLAYING = gauge("runs_playing", "Runs that train at this moment")
WATCHERS = gauge("watchers", "Sockets on runs")
SOCKETS = gauge("sockets", "Open websockets in all")
LOAD = gauge("load_level", "0: all goes well; 1: viewers, 2: all get fewer pictures; 3: new runs are refused")
SAVING = gauge("saving", "1 while what happens can be saved, 0 while the disk is full or fails")

FRAMES_SENT = counter("frames_sent", "Pictures sent to watchers")
FRAMES_SKIPPED = counter("frames_skipped", "Pictures that a watcher was not sent, for a newer one was there")
RESTARTS = counter("worker_restarts", "Training processes that died and were replaced")
SAVES = counter("saves", "Commits to the store")
SAVE_FAILURES = counter("save_failures", "Commits that failed")
SAVE_TIME = histogram("save_seconds", "Time that a commit took", SAVE_SECONDS)
REFUSED = counter("refused_requests", "Requests that were refused, by status", "status")
CLOSED = counter("closed_sockets", "Sockets that we closed, by code: 4503 is no room, 4510 a watcher too slow", "code")
ERRORS = counter("internal_errors", "Requests that failed because of a mistake in the server")
LOOP_LAG = histogram("loop_lag_seconds", "How late the event loop is", LAG_SECONDS)


@contextmanager
def timed_save() -> Iterator[None]:
    """Count a commit to the store, or its failure."""
    began = monotonic()
    try:
        yield
    except BaseException:
        SAVE_FAILURES.inc()
        raise
    SAVES.inc()
    SAVE_TIME.observe(monotonic() - began)


def exposition() -> bytes:
    """All figures, in Prometheus' text format."""
    return generate_latest(REGISTRY)
