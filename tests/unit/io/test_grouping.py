"""What arrives while a group runs forms the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from support.eventually import eventually
from vigie.io.grouping import Grouping


class Recorder:
    """Doubles numbers; 13 is refused, 0 fails its whole group. Each group waits to be let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.go = asyncio.Semaphore(0)

    async def run(self, items: Sequence[int]) -> list[int | Exception]:
        self.groups.append(list(items))
        await self.go.acquire()
        if 0 in items:
            raise ConnectionError
        return [ValueError("unlucky") if item == 13 else item * 2 for item in items]


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def put_one_after_the_other(grouping: Grouping[int, int], items: range) -> list[asyncio.Task[int]]:
    tasks = []
    for item in items:
        tasks.append(asyncio.create_task(grouping.put(item)))
        await settle()
    return tasks


async def test_what_arrives_while_a_group_runs_forms_the_next_one() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run, at_most=3, held_up_after=60)
    tasks = await put_one_after_the_other(grouping, range(1, 5))
    assert recorder.groups == [[1]]
    for _ in range(2):
        recorder.go.release()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8]
    assert recorder.groups == [[1], [2, 3, 4]]


async def test_a_second_group_runs_beside_the_first_when_more_wait_than_one_can_take() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run, at_most=3, at_once=2, held_up_after=60)
    tasks = await put_one_after_the_other(grouping, range(1, 10))
    assert recorder.groups == [[1], [2, 3, 4]]
    for _ in range(4):
        recorder.go.release()
    assert await asyncio.gather(*tasks) == [2, 4, 6, 8, 10, 12, 14, 16, 18]
    assert recorder.groups == [[1], [2, 3, 4], [5, 6, 7], [8, 9]]


async def test_nobody_waits_for_a_group_that_is_held_up() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run, at_once=2, held_up_after=0.001)
    tasks = await put_one_after_the_other(grouping, range(1, 3))
    await eventually(lambda: len(recorder.groups) == 2)
    assert recorder.groups == [[1], [2]]
    for _ in range(2):
        recorder.go.release()
    assert await asyncio.gather(*tasks) == [2, 4]


async def test_an_items_own_error_is_its_answer() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run)
    recorder.go.release()
    answers = await asyncio.gather(grouping.put(1), grouping.put(13), return_exceptions=True)
    assert [type(answer) for answer in answers] == [int, ValueError]


async def test_a_group_that_fails_fails_each_of_its_items_and_the_next_goes_on() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run, at_once=1)
    for _ in range(2):
        recorder.go.release()
    answers = await asyncio.gather(grouping.put(0), grouping.put(5), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionError, ConnectionError]
    assert await grouping.put(4) == 8


async def test_a_caller_that_gives_up_does_not_stop_its_group() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run)
    one, other = asyncio.create_task(grouping.put(1)), asyncio.create_task(grouping.put(2))
    await settle()
    one.cancel()
    recorder.go.release()
    assert await other == 4
    with pytest.raises(asyncio.CancelledError):
        await one


async def test_what_nobody_waits_for_any_more_is_not_begun() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run, at_once=1)
    one = asyncio.create_task(grouping.put(1))
    await settle()
    gone, other = asyncio.create_task(grouping.put(2)), asyncio.create_task(grouping.put(3))
    await settle()
    gone.cancel()
    await settle()
    recorder.go.release()
    recorder.go.release()
    assert (await one, await other) == (2, 6)
    assert recorder.groups == [[1], [3]]


async def test_closing_waits_for_what_is_running() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run)
    task = asyncio.create_task(grouping.put(1))
    await settle()
    closing = asyncio.create_task(grouping.close())
    await settle()
    assert not closing.done()
    recorder.go.release()
    await closing
    assert await task == 2


async def test_who_has_just_been_answered_may_ask_again_at_once() -> None:
    recorder = Recorder()
    grouping = Grouping(recorder.run, at_most=3, held_up_after=60)
    for _ in range(3):
        recorder.go.release()

    async def one_after_the_other() -> list[int]:
        return [await grouping.put(item) for item in (1, 2, 3)]

    assert await asyncio.wait_for(one_after_the_other(), timeout=5) == [2, 4, 6]
    assert recorder.groups == [[1], [2], [3]]
