"""given · when · then, for any decider: a history, a command, what must follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from vigie.contracts.event import Event
from vigie.decider import Decider, Refused, fold


@dataclass(frozen=True)
class Given:
    """A decider with a history behind it, and perhaps what the last command made happen."""

    decider: Decider[Any, Any, Any]
    history: tuple[Event, ...] = ()

    def when(self, command: Any) -> Then:
        return Then(self, command)

    def state(self) -> Any:
        return fold(self.decider, self.decider.initial, self.history)


@dataclass(frozen=True)
class Then:
    given: Given
    command: Any

    def events(self) -> tuple[Event, ...]:
        result: tuple[Event, ...] = self.given.decider.decide(self.given.state(), self.command)
        return result

    def then(self, *expected: Event) -> Given:
        happened = self.events()
        assert happened == expected
        return Given(self.given.decider, (*self.given.history, *happened))

    def then_nothing(self) -> Given:
        return self.then()

    def then_refused(self, error: type[Refused]) -> None:
        with pytest.raises(error):
            self.events()


def given(decider: Decider[Any, Any, Any], *history: Event) -> Given:
    """A stream of ``decider`` to which ``history`` has happened."""
    return Given(decider, history)
