"""The services by their heartbeats: alive, one process to a name, not late, not behind."""

from __future__ import annotations

from collections.abc import Sequence

from vigie.contracts.topics import SERVICES
from vigie.io.beats import WINDOW, Beat, latest
from vigie.io.doctor.findings import Finding, fail, lasting, ok, warn

SILENT_WARNS, SILENT_FAILS = 15.0, 45.0
"""Seconds since the last heartbeat; there is one every five."""
BEHIND_WARNS, BEHIND_FAILS = 30.0, 300.0
"""Seconds that a record may wait to be read."""


def judge_life(beats: Sequence[Beat], now: float) -> list[Finding]:
    """One line for each service that is silent, and one or more for each replica; ``now``: machine seconds."""
    newest = latest(beats)
    findings = []
    for service in SERVICES:
        replicas = [beat for (name, _), beat in sorted(newest.items()) if name == service]
        if not replicas:
            todo = f"start {service}; if it runs: vigie logs {service}"
            findings.append(fail(service, f"no heartbeat in the last {WINDOW:.0f} s", todo))
        alive = any(now - beat.at < SILENT_FAILS for beat in replicas)
        findings += [judge_replica(beat, now, replaced=alive) for beat in replicas]
    return findings + judge_names(beats)


def judge_replica(beat: Beat, now: float, *, replaced: bool = False) -> Finding:
    """The worst there is to say of one; ``replaced``: another replica of that service is alive."""
    check, silent = f"{beat.service} {beat.replica}", now - beat.at
    logs = f"vigie logs {beat.service}"
    if silent >= SILENT_FAILS:
        if replaced:
            return warn(check, f"silent for {lasting(silent)}; others of its service are alive", logs)
        return fail(check, f"silent for {lasting(silent)}", f"start {beat.service}; if it runs: {logs}")
    if troubles := judge_figures(beat):
        worst = next((one for one in troubles if one.verdict == "fail"), troubles[0])
        seen = "; ".join(one.seen for one in troubles)
        return Finding(check, worst.verdict, seen, worst.todo)
    if silent >= SILENT_WARNS:
        return warn(check, f"silent for {lasting(silent)}", logs)
    held = int(beat.figure("consumer_partitions"))
    return ok(check, f"alive, heard {lasting(max(0.0, silent))} ago, holds {held} of 12 partitions")


def judge_figures(beat: Beat) -> list[Finding]:
    """What is wrong with what it says of itself; each with what to do."""
    check, figure = f"{beat.service} {beat.replica}", beat.figure
    logs = f"vigie logs {beat.service}"
    found = []
    if beat.figures.get("database_answers", 1) == 0:
        found.append(fail(check, "its database does not answer", f"is PostgreSQL up, for that machine too? {logs}"))
    if (lag := beat.worst("consumer_lag_seconds")) >= BEHIND_WARNS:
        judge = fail if lag >= BEHIND_FAILS else warn
        if beat.worst("consumer_lag_unknown"):
            seen, todo = f"has fetched nothing from Kafka for {lasting(lag)}", f"is Kafka up? vigie logs kafka; {logs}"
        else:
            seen, todo = f"{lasting(lag)} behind with reading", f"{logs}, and look for batch_failed"
        found.append(judge(check, seen, todo))
    if figure("wakeups_overdue_oldest_seconds") >= BEHIND_WARNS:
        late = lasting(figure("wakeups_overdue_oldest_seconds"))
        seen = f"{figure('wakeups_overdue'):.0f} wake-ups overdue, the first by {late}"
        found.append(fail(check, seen, f"{logs}, and look for wakeups_failed and woken_while_behind"))
    if figure("outbox_oldest_seconds") >= BEHIND_WARNS:
        seen = f"its outbox waits for {lasting(figure('outbox_oldest_seconds'))}"
        found.append(fail(check, seen, f"is Kafka up? {logs}, and look for relay_failed"))
    if figure("append_conflicts"):
        seen = f"{figure('append_conflicts'):.0f} writes found their version taken"
        found.append(fail(check, seen, "somebody writes to this database beside Vigie: select * from pg_stat_activity"))
    if figure("clock_steps"):
        seen = f"its machine's clock was set {figure('clock_steps'):.0f} times since it started"
        found.append(warn(check, seen, "let NTP slew it: chronyc tracking, or timedatectl timesync-status"))
    return found


def judge_names(beats: Sequence[Beat]) -> list[Finding]:
    """Two processes that call themselves the same throw each other out of the group, again and again.

    A restart also changes when a name's process began, but only once: the old one is never heard after the new one.
    """
    began: dict[tuple[str, str], list[float]] = {}
    for beat in sorted(beats, key=lambda beat: beat.at):
        began.setdefault((beat.service, beat.replica), []).append(beat.figure("started_seconds"))
    todo = "give each copy a VIGIE_REPLICA of its own, and restart one"
    return [
        fail(f"name of {service} {replica}", f"two processes called themselves so in the last {WINDOW:.0f} s", todo)
        for (service, replica), instants in sorted(began.items())
        if instants != sorted(instants)
    ]
