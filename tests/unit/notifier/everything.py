"""The desk that mails about everything, as people of one language meet it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from support.scenario import given
from unit.notifier.desk import OPENING, RAISING
from vigie.contracts.event import Event
from vigie.contracts.notifications import Mail, NotificationRequested
from vigie.contracts.requests import Language
from vigie.policy import Policies, Policy, Recipient, load_policy
from vigie_notifier.core import Tell, TellAlone, core
from vigie_notifier.core.alone import ALONE
from vigie_notifier.core.examples import Examples, needs_opening

EVERYTHING = load_policy(Path(__file__).parent / "desk_of_everything.yaml")


def desk_speaking(language: Language) -> Policy:
    """The desk, with colleagues who all read ``language``, which it writes first of all."""

    def reading(people: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        return tuple(replace(one, language=language) for one in people)

    languages = (language, *(one for one in EVERYTHING.languages if one != language))
    informs = {level: reading(people) for level, people in EVERYTHING.informs.items()}
    return replace(
        EVERYTHING,
        languages=languages,
        informs=informs,
        on_call_team=reading(EVERYTHING.on_call_team),
        desk_team=reading(EVERYTHING.desk_team),
    )


def heard(event: Event) -> Tell | TellAlone:
    """The command that hearing ``event`` as it happens comes to."""
    at = event.occurred_at
    if isinstance(event, ALONE):
        return TellAlone(at, at, RAISING, event)
    return Tell(at, at, RAISING, event)  # type: ignore[arg-type]  # every other example is of a ticket


def mails(event: Event, language: Language, policy: Policy | None = None) -> list[Mail]:
    """The mails about an example, to a contact who writes ``language``."""
    policy = policy or desk_speaking(language)
    decider = core(Policies([policy])).decider
    opening = Examples(policy, language).opening()
    open_it = given(decider).when(Tell(opening.opened_at, opening.opened_at, OPENING, opening))
    past = open_it.events() if needs_opening(event) else ()
    events = given(decider, *past).when(heard(event)).events()
    return [one.personal for one in events if isinstance(one, NotificationRequested) and one.personal]
