"""Every figure that a service shows, with its name and meaning, in one place.

Names are a contract with dashboards and alarms: they are added, never changed. No label takes a value from a ticket.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric
from prometheus_client.parser import text_string_to_metric_families

_MOMENTS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The figures of one process; in a registry of their own, so that two services can live in one process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.records = Counter(
            "vigie_records", "What became of each record heard.", ["fate"], registry=registry
        )  # repeated: inbox duplicates
        self.batches_failed = Counter("vigie_batches_failed", "Batches that had to be tried again.", registry=registry)
        self.batch_seconds = Histogram(
            "vigie_batch_seconds", "From the fetch of a batch to its commit.", buckets=_MOMENTS, registry=registry
        )
        self.lateness = Histogram(
            "vigie_wakeup_lateness_seconds",
            "Machine seconds from the instant a stream asked for to its transaction.",
            buckets=_MOMENTS,
            registry=registry,
        )
        self.wakeups = Counter("vigie_wakeups", "What became of each due wake-up.", ["fate"], registry=registry)
        self.overdue = Gauge(
            "vigie_wakeups_overdue", "Streams whose instant has come and that were not woken yet.", registry=registry
        )
        self.overdue_age = Gauge(
            "vigie_wakeups_overdue_oldest_seconds",
            "Machine seconds since the earliest of those instants.",
            registry=registry,
        )
        self.wakeups_held = Counter(
            "vigie_wakeups_held",
            "Looks at which something due was not woken: consumer behind, or wall clock set.",
            ["reason"],
            registry=registry,
        )
        self.woken_behind = Counter(
            "vigie_wakeups_while_behind",
            "Partitions woken although their consumer was still behind after 30 s.",
            registry=registry,
        )
        self.mails = Counter(
            "vigie_mails",
            "What became of mails; again: attempts after the first, of deferred ones or where no outcome is known.",
            ["outcome"],
            registry=registry,
        )
        self.lag = Gauge(
            "vigie_consumer_lag", "Records not yet applied, of all partitions held.", ["group"], registry=registry
        )
        self.lag_seconds = Gauge(
            "vigie_consumer_lag_seconds",
            "For how long the oldest record not yet applied has waited, at most.",
            ["group"],
            registry=registry,
        )
        self.unknown_lag = Gauge(
            "vigie_consumer_lag_unknown", "Partitions held whose last fetch is too old.", ["group"], registry=registry
        )
        self.partitions = Gauge(
            "vigie_consumer_partitions", "Partitions held of every topic.", ["group"], registry=registry
        )
        self.poll_age = Gauge("vigie_consumer_poll_age_seconds", "Since the last poll.", ["group"], registry=registry)
        self.rejoins = Gauge(
            "vigie_consumer_rejoins",
            "How often it polled without reading and joined its group anew, since the start.",
            ["group"],
            registry=registry,
        )
        self.outbox_depth = Gauge("vigie_outbox_depth", "Rows still to be published.", registry=registry)
        self.outbox_age = Gauge(
            "vigie_outbox_oldest_seconds", "How long the oldest of them has been seen waiting.", registry=registry
        )
        self.published = Gauge("vigie_published", "Rows published since the start.", registry=registry)
        self.relay_failures = Gauge("vigie_relay_failures", "Rounds of the relay that failed.", registry=registry)
        self.shards = Gauge("vigie_relay_shards", "Shards of the outbox owned.", registry=registry)
        self.parked = Gauge("vigie_parked_streams", "Streams that wait for something not heard yet.", registry=registry)
        self.dead_letters = Gauge("vigie_dead_letters", "Records that nobody could use.", registry=registry)
        self.conflicts = Gauge(
            "vigie_append_conflicts",
            "Transactions that found a version of a stream taken, since the start. The locks forbid it.",
            registry=registry,
        )
        self.database_answers = Gauge(
            "vigie_database_answers", "1: it did when last asked. 0: the figures it gives are old.", registry=registry
        )
        self.started = Gauge(
            "vigie_started_seconds", "When this process began, in machine seconds since 1970.", registry=registry
        )
        self.started.set_to_current_time()
        self.clock_steps = Gauge("vigie_clock_steps", "How often the wall clock was set.", registry=registry)

    def named(self, group: str) -> dict[str, float]:
        """All figures by name, as heartbeats tell them: ``vigie_`` and ``_total`` left out, labels' values after a dot
        (``records.repeated``), the name of ``group``, which is the service's own, left out (``consumer_lag``)."""
        return _named(self.registry.collect(), group)


def read_figures(text: str, group: str) -> dict[str, float]:
    """The same, of what /metrics answered. ValueError for what is no such answer."""
    return _named(text_string_to_metric_families(text), group)


def _named(metrics: Iterable[Metric], group: str) -> dict[str, float]:
    return {
        _name(sample.name, [value for value in sample.labels.values() if value != group]): sample.value
        for metric in metrics
        for sample in metric.samples
        if not sample.name.endswith("_created")
    }


def _name(sample: str, labels: list[str]) -> str:
    return ".".join([sample.removeprefix("vigie_").removesuffix("_total"), *labels])
