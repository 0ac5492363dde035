"""What Prometheus is told of the daemon. There are as many series as the sources that are set make, and no more."""

import os
import threading
from collections import Counter as Count
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from archive import Archive
from crawler.reading import READER
from scheduler.runner import Outcome

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OTHERS = "other"  # crawled by hand, or not any more
_SECONDS = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900)


class Meters:
    """What is counted while this process lives. Starts at nothing with each start, as Prometheus expects."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self._articles = self._counter("articles", "Articles by what became of each", "source", "verdict")
        self._runs = self._counter("runs", "Crawls that are over", "source", "outcome")
        self._requests = self._counter("requests", "Requests sent, robots.txt aside", "source")
        self._bytes = self._counter("received_bytes", "Bytes received", "source")
        self._seconds = Histogram(
            "broadsheet_run_seconds", "How long crawls took", registry=self.registry, buckets=_SECONDS
        )
        ProcessCollector(registry=self.registry)

    def after(self, outcome: Outcome) -> None:
        """A run is over."""
        source, report = outcome.source, outcome.report
        self._runs.labels(source, _ended(outcome)).inc()
        if report is None:
            return
        for verdict, count in Count(report.states.values()).items():
            self._articles.labels(source, verdict).inc(count)
        self._requests.labels(source).inc(report.requests)
        self._bytes.labels(source).inc(report.received_bytes)
        if report.finished_at is not None:
            self._seconds.observe(max(0.0, (report.finished_at - report.started_at).total_seconds()))

    def page(self, looks: Iterable[Metric]) -> bytes:
        """All there is to tell: what was counted, and what a look at the archive shows."""
        shown = CollectorRegistry(auto_describe=False)
        shown.register(_Shown(list(looks)))
        return generate_latest(self.registry) + generate_latest(shown)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"broadsheet_{name}", what, labels, registry=self.registry)


# A second series for each counter, to say when it began: the process says that already.
disable_created_metrics()  # type: ignore[no-untyped-call]

METERS = Meters()


def look(archive: Archive, sources: Collection[str], now: datetime) -> Iterator[Metric]:
    """What the archive says of itself. Takes its time; raises ArchiveError."""
    yield InfoMetricFamily(
        "broadsheet", "Which Broadsheet this is", value={"version": version("broadsheet"), "reader": READER}
    )
    yield _urls(archive.counts(), sources)
    yield _alarms(archive, sources)
    yield from _times(archive, sources, now)
    yield GaugeMetricFamily("broadsheet_threads", "Threads of this process", value=_threads())


def _urls(counts: Mapping[str, Mapping[str, int]], sources: Collection[str]) -> Metric:
    total: Count[tuple[str, str]] = Count()
    for source, states in counts.items():
        for state, count in states.items():
            total[_named(source, sources), state] += count
    family = GaugeMetricFamily("broadsheet_urls", "URLs by state", labels=("source", "state"))
    for key, count in sorted(total.items()):
        family.add_metric(key, count)
    return family


def _alarms(archive: Archive, sources: Collection[str]) -> Metric:
    """Of the machine's the source is empty."""
    total = Count(
        (_named(alarm.source, sources) if alarm.source else "", alarm.kind) for alarm in archive.alarms.open()
    )
    family = GaugeMetricFamily("broadsheet_open_alarms", "Alarms that are open", labels=("source", "kind"))
    for key, count in sorted(total.items()):
        family.add_metric(key, count)
    return family


def _times(archive: Archive, sources: Collection[str], now: datetime) -> Iterator[Metric]:
    since = GaugeMetricFamily(
        "broadsheet_seconds_since_success",
        "Since the end of the last crawl that went well",
        labels=("source",),
    )
    for source, at in sorted(archive.days.last_success().items()):
        if source in sources:
            since.add_metric((source,), (now - at).total_seconds())
    yield since
    due = archive.runs.due()
    waits = {
        source: (due[source].next_at - now).total_seconds() for source in sorted(sources) if source in due
    }
    ahead = GaugeMetricFamily(
        "broadsheet_next_due_seconds", "Until the next crawl; below 0: it is late", labels=("source",)
    )
    for source, seconds in waits.items():
        ahead.add_metric((source,), seconds)
    yield ahead
    asleep = {
        run.source for run in archive.runs.latest() if run.state == "running"
    } | archive.orders.paused().keys()
    late = [-seconds for source, seconds in waits.items() if seconds < 0 and source not in asleep]
    yield GaugeMetricFamily("broadsheet_due_sources", "Sources that wait for their turn", value=len(late))
    yield GaugeMetricFamily(
        "broadsheet_lateness_seconds", "Of the latest of them", value=max(late, default=0.0)
    )


class _Shown(Collector):
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _ended(outcome: Outcome) -> str:
    if outcome.is_offline:
        return "offline"
    if outcome.report is not None and outcome.report.ok:
        return "ok"
    return "failed"


def _named(source: str, sources: Collection[str]) -> str:
    return source if source in sources else OTHERS


def _threads() -> int:
    """As the system counts them, libraries' own included."""
    with suppress(OSError):
        return len(os.listdir("/proc/self/task"))
    return threading.active_count()
