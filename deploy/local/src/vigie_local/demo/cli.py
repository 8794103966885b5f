"""``vigie demo``: the composition of a story, and its end."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import httpx
import typer
from aiokafka import AIOKafkaProducer
from rich.console import Console
from rich.table import Table

from vigie.io.clock import ScaledClock
from vigie_local.cli import one_sentence
from vigie_local.demo.mailbox import Delivered, delivered
from vigie_local.demo.player import Player
from vigie_local.demo.stage import stage
from vigie_local.demo.story import Story, read_story
from vigie_local.demo.telling import Timeline
from vigie_local.demo.verdict import Line, Verdict, judge
from vigie_local.demo.watcher import Watcher
from vigie_local.errors import StackError
from vigie_local.run import Addresses

app = typer.Typer()

ENOUGH = 10.0
"""Machine seconds that the last events and mails are given to arrive after the story's end."""


@app.command()
@one_sentence
def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the story: 0 when all was seen, else 1.")] = False,
    desk: Annotated[str, typer.Option(help="Whose story.")] = "serveurcom",
) -> None:
    """Play a desk's story on a stack of its own, show it live, and compare it with what was expected."""
    story = read_story(desk)
    out = Console(highlight=False)
    with _interruptible(), suppress(KeyboardInterrupt), stage(story) as (addresses, clock):
        verdict = asyncio.run(_tell(story, addresses, clock, out))
        out.print(_table(verdict, story))
        _sum_up(verdict, out)
        if once:
            raise typer.Exit(0 if verdict.passed else 1)
        _show(addresses, out)
        threading.Event().wait()


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl-C does: the stage is taken down."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


async def _tell(story: Story, addresses: Addresses, clock: ScaledClock, out: Console) -> Verdict:
    zone = ZoneInfo(story.timezone)
    out.rule(story.title)
    out.print(f"The clock goes {clock.speed:g} times as fast as ours; times are those of {zone.key}.\n", style="dim")
    late = clock.machine_seconds(clock.now() - story.first_after(clock.virtual))
    if late > 0:
        out.print(
            f"Starting took {late:.0f} s longer than the story leaves: what people do comes late.", style="yellow"
        )
    watcher = Watcher(addresses.kafka, Timeline(out, zone).tell)
    ready = asyncio.Event()
    watching = asyncio.create_task(watcher.watch(ready))
    await ready.wait()
    try:
        async with _hands(story, addresses, clock, watcher) as player:
            await player.play()
            return await _judged(player, addresses)
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


@asynccontextmanager
async def _hands(story: Story, addresses: Addresses, clock: ScaledClock, watcher: Watcher) -> Any:
    """Those who act: somebody at the API, another system on Kafka."""
    login = {"Authorization": f"Bearer {addresses.token}"}
    producer = AIOKafkaProducer(bootstrap_servers=addresses.kafka, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        async with httpx.AsyncClient(base_url=addresses.api or "", headers=login, timeout=10) as http:
            yield Player(story, clock, http, producer, watcher)
    finally:
        await producer.stop()


async def _judged(player: Player, addresses: Addresses) -> Verdict:
    """The verdict, once everything expected has been seen, or after a while."""
    deadline = asyncio.get_running_loop().time() + ENOUGH
    while True:
        mails = await asyncio.to_thread(_mails, addresses, player.watcher)
        verdict = judge(player.story, player.tickets, player.watcher.seen, mails, player.clock)
        if verdict.passed or asyncio.get_running_loop().time() > deadline:
            return verdict
        await asyncio.sleep(0.2)


def _mails(addresses: Addresses, watcher: Watcher) -> tuple[Delivered, ...]:
    if addresses.imap is None:
        raise StackError("The story reads the mails it expects: name the mailbox with VIGIE_IMAP.")
    return delivered(addresses.imap, watcher.seen)


def _table(verdict: Verdict, story: Story) -> Table:
    table = Table("expected", "at", "seen", "late by", title="Expected and seen", title_justify="left")
    zone = ZoneInfo(story.timezone)
    for line in verdict.lines:
        at = f"{line.at.astimezone(zone):%H:%M:%S}" if line.at else ""
        table.add_row(line.wanted, at, "[green]yes[/green]" if line.seen else "[red]no[/red]", _late(line))
    return table


def _late(line: Line) -> str:
    return "" if line.lateness is None else f"{line.lateness.total_seconds() * 1000:.0f} ms"


def _sum_up(verdict: Verdict, out: Console) -> None:
    missing = [line.wanted for line in verdict.lines if not line.seen]
    for wanted in missing:
        out.print(f"missing: {wanted}", style="red", markup=False)
    for one in verdict.unexpected:
        out.print(f"not expected: {one.name} {one.data}", style="red", markup=False)
    seen = len(verdict.lines) - len(missing)
    out.print(f"{seen} of {len(verdict.lines)} seen, {len(verdict.unexpected)} not expected")


def _show(addresses: Addresses, out: Console) -> None:
    out.print("\nEverything stays up; Ctrl-C stops it.\n")
    rows = {
        "API": f"{addresses.api}/docs",
        "token": addresses.token,
        "mailbox": addresses.mailbox,
        "Kafka": addresses.kafka,
        "PostgreSQL": addresses.database,
    }
    for name, value in rows.items():
        out.print(f"{name:<12}{value}", markup=False, soft_wrap=True)
