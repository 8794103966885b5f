"""Heartbeats tell the figures of /metrics, by shorter names."""

from __future__ import annotations

from vigie.io.metrics import Metrics


def test_a_gauge_is_told_by_its_name() -> None:
    metrics = Metrics()
    metrics.outbox_depth.set(7)
    assert metrics.named("intake")["outbox_depth"] == 7


def test_a_counter_is_told_by_each_of_its_labels() -> None:
    metrics = Metrics()
    metrics.records.labels("repeated").inc(3)
    assert metrics.named("intake")["records.repeated"] == 3


def test_the_services_own_group_needs_no_name() -> None:
    metrics = Metrics()
    metrics.lag_seconds.labels("intake").set(12)
    metrics.lag_seconds.labels("intake-view").set(40)
    figures = metrics.named("intake")
    assert (figures["consumer_lag_seconds"], figures["consumer_lag_seconds.intake-view"]) == (12, 40)


def test_a_histogram_is_told_whole() -> None:
    metrics = Metrics()
    metrics.lateness.observe(0.04)
    figures = metrics.named("sla-timer")
    assert figures["wakeup_lateness_seconds_bucket.0.03"] == 0
    assert figures["wakeup_lateness_seconds_bucket.0.05"] == 1
    assert figures["wakeup_lateness_seconds_sum"] == 0.04
