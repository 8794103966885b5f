"""What sla-timer knows: what it hears of a ticket, and what it says of the promises about it."""

from vigie.contracts import topics
from vigie.contracts.sla import SlaEvent
from vigie.decider import Core
from vigie.policy import Policies
from vigie_sla_timer.core.decisions import promises_decider
from vigie_sla_timer.core.learning import Learn, react
from vigie_sla_timer.core.promises import Promises
from vigie_sla_timer.core.statements import EVENTS

__all__ = ["Learn", "Promises", "core"]


def core(policies: Policies) -> Core[Promises, Learn, SlaEvent]:
    """sla-timer's core, judging each ticket by the policy version that it was opened under."""
    return Core(
        service="sla-timer",
        category="promises",
        topic=topics.SLA,
        consumes=(topics.TICKETS,),
        decider=promises_decider(policies.version),
        events=EVENTS,
        react=react,
    )
