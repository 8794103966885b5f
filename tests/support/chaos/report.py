"""The report of a run, as Markdown that a terminal can show too."""

from __future__ import annotations

from collections import Counter, defaultdict

from support.chaos.run import Outcome


def report(outcome: Outcome) -> str:
    """All of it."""
    lines = [
        f"### Seed {outcome.plan.seed}",
        "",
        _what_was_done(outcome),
        _what_was_seen(outcome),
        "",
        *_faults(outcome),
        "",
        *_invariants(outcome),
    ]
    for name, violations in outcome.violations.items():
        lines += ["", f"**{name}**", *(f"- {one}" for one in violations[:10])]
        if len(violations) > 10:
            lines.append(f"- … and {len(violations) - 10} more")
    return "\n".join(lines) + "\n"


def _what_was_done(outcome: Outcome) -> str:
    plan, faults = outcome.plan, outcome.recording.faults
    rest = "came to rest" if outcome.at_rest else "DID NOT come to rest"
    return (
        f"{len(faults)} faults of {len({one.kind for one in faults})} kinds in {outcome.seconds:.0f} s; "
        f"{plan.replicas} of each service at the start, a clock {plan.speed:g} times as fast; it {rest}."
    )


def _what_was_seen(outcome: Outcome) -> str:
    kept = outcome.recording
    opened = sum(one.event == "TicketOpened" for one in kept.accepted)
    return (
        f"{opened} requests and {len(kept.accepted) - opened} commands were accepted, {len(kept.poison)} records were "
        f"poison; {len(kept.records)} records on the topics, {len(kept.stored)} events stored, {len(kept.mails)} mails "
        f"taken. Answers: {_counts(outcome.answers)}. Services that ended by themselves: {_counts(outcome.own_ends)}. "
        f"Swallowed connections: {_counts(outcome.swallowed)}."
    )


def _faults(outcome: Outcome) -> list[str]:
    targets: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in outcome.recording.faults:
        targets[one.kind][one.target] += 1
    rows = [f"| {kind} | {sum(who.values())} | {_counts(who)} |" for kind, who in sorted(targets.items())]
    return ["| fault | times | whom |", "|---|---:|---|", *rows]


def _invariants(outcome: Outcome) -> list[str]:
    rows = [
        f"| {name} | {one.checked} | {len(one.violations)} | {_counts(one.counted)} |"
        for name, one in outcome.findings.items()
    ]
    return ["| invariant | checked | violated | counted |", "|---|---:|---:|---|", *rows]


def _counts(counted: dict[str, int] | Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items())) or "none"
