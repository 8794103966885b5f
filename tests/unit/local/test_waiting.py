"""How tests wait: until it holds, or with the last reason why it does not."""

from __future__ import annotations

import pytest

from support.eventually import eventually


async def test_what_was_found_at_last_is_the_answer() -> None:
    answers = iter([None, [], ["mail"]])
    assert await eventually(lambda: next(answers)) == ["mail"]


async def test_an_assertion_is_tried_until_it_holds() -> None:
    seen: list[int] = []

    async def seen_three_times() -> None:
        seen.append(1)
        assert len(seen) == 3

    await eventually(seen_three_times)
    assert len(seen) == 3


async def test_a_search_that_never_finds_is_a_failure() -> None:
    with pytest.raises(AssertionError, match=r"^not within 0\.1 s: it was still None$"):
        await eventually(lambda: None, within=0.1)


async def test_a_failure_tells_the_last_reason() -> None:
    def no_mail() -> None:
        raise AssertionError("no mail to jeanne")

    with pytest.raises(AssertionError, match=r"^not within 0\.1 s: no mail to jeanne$"):
        await eventually(no_mail, within=0.1)


async def test_another_error_is_not_waited_out() -> None:
    def broken() -> bool:
        raise KeyError("recipient")

    with pytest.raises(KeyError, match="recipient"):
        await eventually(broken, within=5)
