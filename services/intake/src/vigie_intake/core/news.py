"""What of a ticket reaches its customer: what somebody said to them, and what their desk mails to them.

Which events those are is the policy's to say, and what happened is remembered without asking it: a state knows no
rules. So the news is kept by kind, and a policy picks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from vigie.contracts.event import Event
from vigie.contracts.tickets import ContactAttempted, TicketListed
from vigie.policy import Policy

SPOKEN: Final = "spoken"
"""They were spoken to: news at any desk."""


def kind_of_news(event: Event) -> str | None:
    """The event's name, or that they were spoken to; None: nobody tells that, or nobody hears it."""
    match event:
        case ContactAttempted(outcome="reached"):
            return SPOKEN
        case ContactAttempted(outcome="no_answer") | TicketListed(news_owed=False):
            return None
        case _:
            return type(event).__name__


def with_news(news: Mapping[str, datetime], event: Event) -> Mapping[str, datetime]:
    """``news`` and ``event``; of one kind, the latest."""
    kind = kind_of_news(event)
    if kind is None or news.get(kind, event.occurred_at) > event.occurred_at:
        return news
    return {**news, kind: event.occurred_at}


def reaches_customer(kind: str, policy: Policy) -> bool:
    """Whether news of that kind comes to the ear of a customer of the desk."""
    return kind == SPOKEN or any(rule.event == kind and rule.to == "contact" for rule in policy.mail_rules)


def told_at(news: Mapping[str, datetime], policy: Policy) -> datetime | None:
    """When a customer of the desk last heard anything; None: they have not."""
    return max((at for kind, at in news.items() if reaches_customer(kind, policy)), default=None)
