"""`vigie status` where no stack runs here, but VIGIE_KAFKA names one: what its heartbeats tell."""

from __future__ import annotations

import asyncio
import json
import os
import time

import typer
from aiokafka.errors import KafkaError
from rich.console import Console, RenderableType
from rich.live import Live

from vigie.io.beat_reader import hearing_beats
from vigie.io.beats import Beat, latest
from vigie.io.doctor.life import judge_life
from vigie.io.settings import Settings, WrongSettings, read_settings
from vigie_local.errors import StackError
from vigie_local.figures import figures_table, with_words

KEPT = 200
"""Heartbeats that are remembered: some minutes of all replicas."""


def show_elsewhere(*, as_json: bool, watch: bool) -> None:
    """The replicas of all services, by their heartbeats. Raises StackError when the broker does not answer."""
    try:
        settings = read_settings(Settings, database_url=os.environ.get("DATABASE_URL", ""))
        asyncio.run(_show(settings, as_json=as_json, watch=watch))
    except WrongSettings as wrong:
        raise StackError(str(wrong)) from None
    except (KafkaError, OSError, TimeoutError) as error:
        raise StackError(f"Kafka does not answer at {os.environ['VIGIE_KAFKA']}: {error}.") from None


async def _show(settings: Settings, *, as_json: bool, watch: bool) -> None:
    async with hearing_beats(settings) as source:
        beats = await source.news(within=2.0)
        if as_json:
            typer.echo(json.dumps(_as_json(beats)))
            return
        out = Console(highlight=False)
        if not watch:
            out.print(_picture(beats))
            return
        with Live(_picture(beats), console=out, auto_refresh=False) as live:
            while True:
                beats = [*beats, *await source.news(within=1.0)][-KEPT:]
                live.update(_picture(beats), refresh=True)
                await asyncio.sleep(0.5)


def _as_json(beats: list[Beat]) -> dict[str, object]:
    wrong = [one._asdict() for one in judge_life(beats, time.time()) if one.verdict != "ok"]
    return {"figures": {_name(beat): beat.figures for beat in latest(beats).values()}, "wrong": wrong}


def _picture(beats: list[Beat]) -> RenderableType:
    now = time.time()
    shown: dict[str, Beat | None] = {_name(beat): beat for _, beat in sorted(latest(beats).items())}
    return with_words(figures_table(shown), wrong=[one for one in judge_life(beats, now) if one.verdict != "ok"])


def _name(beat: Beat) -> str:
    return f"{beat.service} {beat.replica}"
