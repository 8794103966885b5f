"""``vigie mails …``: what the desks write, to be read before anybody gets it; and ``vigie notifier …``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn, cast, get_args
from uuid import UUID

import typer

from vigie.contracts.event import Event
from vigie.contracts.notifications import NotificationRequested
from vigie.contracts.requests import Language
from vigie.contracts.topics import NOTIFICATIONS
from vigie.decider import Received, fold
from vigie.io.republish_cli import add_republish, service_app
from vigie.policy import BadPolicy, Policies, Policy, load_policies
from vigie.policy.cli import FOLDER
from vigie_notifier.core import MailCore, core
from vigie_notifier.core.examples import Examples, needs_opening
from vigie_notifier.core.occasions import SUBJECTS

EVENTS = {event.__name__: event for event in SUBJECTS.values()}

app = typer.Typer(name="mails", help="What the desks write to people.", no_args_is_help=True)
notifier = service_app("notifier", "notifier: the mails to people.")
add_republish(notifier, "notifier", {"mail": NOTIFICATIONS})


@app.callback()
def mails() -> None:
    """What the desks write to people."""


@app.command()
def preview(
    event: Annotated[str, typer.Argument(help="What happened: TicketClosed.")],
    desk: Annotated[str | None, typer.Option(help="Left out: the first one that mails about it.")] = None,
    lang: Annotated[str | None, typer.Option(help="fr, en or es; left out: the desk's first.")] = None,
    case: Annotated[str | None, typer.Option(help="Which turn it took: no_answer. Left out: the ordinary one.")] = None,
    html: Annotated[bool, typer.Option("--html", help="Print the HTML part alone, for a browser.")] = False,
    folder: Annotated[
        Path, typer.Option("--policies", envvar="VIGIE_POLICIES", help="The folder of all desks.")
    ] = FOLDER,
) -> None:
    """Print the mails about an example of EVENT, as the desk would write them.

    Exit 2 for a name that means nothing here, with those that do; 1 when nobody is told of this case.
    """
    kind = EVENTS.get(event) or _refuse(f"there is no mail about {event!r}", EVENTS)
    policy = _speaking(_desk(desk, event, lang, folder), lang)
    cases = Examples(policy, policy.languages[0]).of(kind)
    name = case or next(iter(cases))
    if name not in cases:
        _refuse(f"{event} has no case {case!r}", cases)
    written = tuple(_mails(core(Policies([policy])), policy, cases[name]))
    if not written:
        typer.echo(f"{policy.id} mails nobody about {event} in the case {name}.", err=True)
        raise typer.Exit(1)
    if html:
        typer.echo(written[0].personal.html if written[0].personal else "", nl=False)
        return
    typer.echo("\n".join(map(_as_text, written)), nl=False)


def _desk(name: str | None, event: str, lang: str | None, folder: Path) -> Policy:
    """The desk of that name, else the first that mails about ``event``, in ``lang`` where one is asked for."""
    try:
        policies = load_policies(folder)
    except BadPolicy as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(2) from bad
    if lang is not None and lang not in get_args(Language):
        _refuse(f"nobody writes in {lang!r}", get_args(Language))
    if name is not None and name not in policies.desks():
        _refuse(f"there is no desk {name!r}", policies.desks())
    desks = [policy for one in policies.desks() if name in (None, one) and (policy := policies.latest(one))]
    told = [one for one in desks if event in {rule.event for rule in one.mail_rules}]
    if not told:
        known = dict.fromkeys(rule.event for one in desks for rule in one.mail_rules)
        _refuse(f"{name or 'no desk'} mails nobody about {event}", known)
    able = [one for one in told if lang is None or lang in one.languages]
    if not able:
        _refuse(f"{name or 'no desk that mails about it'} does not write in {lang!r}", told[0].languages)
    return able[0]


def _speaking(policy: Policy, lang: str | None) -> Policy:
    """The desk with ``lang`` as its own language, and that of everybody who works there."""
    if lang is None:
        return policy
    language = cast(Language, lang)
    return replace(
        policy,
        languages=(language, *(one for one in policy.languages if one != language)),
        informs={
            level: tuple(replace(one, language=language) for one in people) for level, people in policy.informs.items()
        },
        on_call_team=tuple(replace(one, language=language) for one in policy.on_call_team),
        desk_team=tuple(replace(one, language=language) for one in policy.desk_team),
    )


def _mails(notifier: MailCore, policy: Policy, event: Event) -> Iterator[NotificationRequested]:
    """What the notifier itself decides to write when it hears ``event``, after the opening of its ticket if any."""
    state = notifier.decider.initial
    past = (Examples(policy, policy.languages[0]).opening(),) if needs_opening(event) else ()
    for number, happening in enumerate((*past, event), 1):
        at = happening.occurred_at
        received = Received(event=happening, id=UUID(int=number), sequence=number, occurred_at=at, now=at)
        reaction = notifier.react(received)
        events = () if reaction is None else notifier.decider.decide(state, reaction.command)
        state = fold(notifier.decider, state, events)
    yield from (one for one in events if isinstance(one, NotificationRequested))


def _as_text(requested: NotificationRequested) -> str:
    mail = requested.personal
    if mail is None:
        raise ValueError("a mail that was just written is complete")
    return (
        f"From: {requested.sender_name} <{requested.sender}>\n"
        f"To: {f'{mail.recipient_name} <{mail.recipient}>'.strip()}\n"
        f"Subject: {mail.subject}\n\n{mail.text}"
    )


def _refuse(reason: str, known: Iterable[str]) -> NoReturn:
    typer.echo(f"{reason}; there is {', '.join(known)}", err=True)
    raise typer.Exit(2)
