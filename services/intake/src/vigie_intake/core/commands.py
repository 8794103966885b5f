"""What people and systems ask of a ticket: imperatives, each with the instant at which it was asked.

The first ones come as events. All others are *actions*: the body of an HTTP request or the step of a policy case is
the action without its time. Nothing but ``at`` and what the action is about is required, so that a case can say
``do: take_charge`` and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from vigie.contracts.instants import Instant
from vigie.contracts.requests import AboutTicket, CallAbandoned, CallReceived, Contact, RequestSubmitted, VoicemailLeft
from vigie.contracts.terms import ContractTerms
from vigie.contracts.text import Line, Prose, Word, each_once
from vigie.contracts.tickets import (
    Amount,
    Awaited,
    BugCause,
    ContactOutcome,
    Mode,
    OtherTicket,
    Outcome,
    Relation,
    ReopenReason,
    RepairOutcome,
    Visitor,
)
from vigie.decider import Caller
from vigie_intake.core.reading import InvalidMessage, InvalidRequest


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Make a ticket of a request that could be read; whether its desk accepts it is the decision."""

    at: datetime
    """When the customer asked."""
    now: datetime
    """When the request arrived: a request from the future is refused."""
    key: UUID
    number: str
    request: RequestSubmitted
    contract: ContractTerms


@dataclass(frozen=True, slots=True)
class RefuseRequest:
    """Say to whoever sent it that a request cannot become a ticket as it stands."""

    at: datetime
    key: UUID
    request: InvalidRequest


@dataclass(frozen=True, slots=True)
class HearMessage:
    """Do to a ticket what a channel's message says, or tell whoever sent it which rule forbids that."""

    at: datetime
    """When it happened."""
    now: datetime
    """When it arrived."""
    message_id: UUID
    message: AboutTicket
    sender: ContractTerms | None = None
    """What the directory says of whoever sent it; None: that is not said, or it does not know the ticket's customer."""


@dataclass(frozen=True, slots=True)
class RefuseMessage:
    """Say to whoever sent it that a message cannot be followed as it stands."""

    at: datetime
    message_id: UUID
    message: InvalidMessage


@dataclass(frozen=True, slots=True)
class HearCall:
    """Make of a call what can be made of it: a ticket, or a call that waits for a technician."""

    at: datetime
    """When somebody called."""
    now: datetime
    """When that arrived."""
    key: UUID
    number: str
    """Of the ticket, should it become one."""
    call: CallReceived | VoicemailLeft
    caller: Caller | None


@dataclass(frozen=True, slots=True)
class CountCall:
    """Count a call that nobody answered."""

    at: datetime
    now: datetime
    key: UUID
    call: CallAbandoned


class Action(BaseModel):
    """Something that somebody does to a ticket."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, use_attribute_docstrings=True)

    at: Instant


class AgentAction(Action):
    """An action of the desk's own people."""

    agent: Word = "agent"
    """Who acts, by the desk's own name for them; never a mail address, because facts are kept for ever."""


class TakeCharge(AgentAction):
    """« I have it »: from now on this technician answers for the ticket."""


class Assign(AgentAction):
    """Give the ticket an owner, without taking it in charge for them."""

    to: Word | None = None
    """The new owner; None: whoever acts."""


class Reply(AgentAction):
    """Write to the customer."""

    text: Prose | None = None


class Note(AgentAction):
    """Write to colleagues only."""

    text: Prose | None = None


class AskCustomer(AgentAction):
    """Ask the customer for something and wait for it."""

    awaiting: Awaited = Field(default="answer", alias="for")
    text: Prose | None = None


class CustomerReply(Action):
    """The customer writes, by whatever channel."""

    text: Prose | None = None


class ReceiveFiles(Action):
    """What the desk needs to go on has come from the customer, by whatever channel."""


class AddAttachment(Action):
    """A file, whose content is already kept, belongs to the ticket."""

    agent: Word | None
    """None: the customer adds it, through a channel."""
    attachment_id: UUID
    media_type: str
    size: int
    """Bytes."""
    sha256: str
    """Hex."""
    name: str
    """A safe one."""


class AttemptContact(AgentAction):
    """Say how trying to speak to the customer ended."""

    outcome: ContactOutcome


class Qualify(AgentAction):
    """Say what the ticket is about, once that is understood."""

    kind: Word | None = None
    """None: as it was."""
    service: Line | None = None
    """None: as it was."""


class SetPriority(AgentAction):
    """Give the ticket another priority."""

    priority: Word


class Resolve(AgentAction):
    """Hold the fault to be gone."""

    text: Prose | None = None


class Close(AgentAction):
    """Expect nothing more of anybody."""


class AgreeClosed(AgentAction):
    """Close by mutual agreement with the customer."""


class Reopen(Action):
    """Open the ticket again."""

    agent: Word | None = "agent"
    """None: the customer does it."""
    reason: ReopenReason | None = None
    """None: ``agent`` or ``customer``, by who acts."""


class Escalate(AgentAction):
    """Ask for a level by hand."""

    level: Word


class TakeUp(AgentAction):
    """Answer for a level that was called."""

    level: Word


class EndIntervention(AgentAction):
    """Say how work on the fault itself ended."""

    mode: Mode = "phone"
    outcome: Outcome = "solved"


class PlanOnSite(AgentAction):
    """Send somebody to the customer."""

    visitor: Visitor = "technician"
    scheduled_for: Instant | None = None
    """When they are expected; None: not agreed yet."""


class ArriveOnSite(AgentAction):
    """Somebody has arrived at the customer's."""


class OrderExchange(AgentAction):
    """Exchange defective equipment for other of its kind."""

    item: Line | None = None


class OrderRepair(AgentAction):
    """Send defective equipment to the workshop."""

    item: Line | None = None


class FinishRepair(AgentAction):
    """Say what the workshop made of equipment."""

    outcome: RepairOutcome = "repaired"
    item: Line | None = None


class DeclareBug(AgentAction):
    """Hold the fault to be the product's own."""

    cause: BugCause = "software"
    reference: Line | None = None
    """Under which its makers keep it."""
    text: Prose | None = None


class ProvideWorkaround(AgentAction):
    """Tell the customer how to work in spite of the fault."""

    text: Prose | None = None


class DeliverFix(AgentAction):
    """Give the customer the makers' correction."""

    reference: Line | None = None
    """Under which its makers deliver it."""
    text: Prose | None = None


class ProposePrice(AgentAction):
    """Tell the customer what the work will cost."""

    amount: Amount


class AcceptPrice(Action):
    """Agree to the price that was proposed last."""

    agent: Word | None = "agent"
    """Who heard the customer agree; None: the customer says so through a channel."""


class LogWork(AgentAction):
    """Write down time that was spent on the ticket."""

    minutes: Annotated[int, Field(ge=0, le=100_000)]
    """Those that were really worked."""
    mode: Mode = "phone"
    remote_tool: bool = True
    """Whether the customer had installed the tool for remote help."""
    factors: Annotated[tuple[Word, ...], AfterValidator(each_once)] = ()
    """The names of what multiplies the value."""
    phase: Word | None = None
    """Which part of the work it was."""
    travel: Amount | None = None
    """What the journey costs, apart from the time."""


class OnCallMessage(Action):
    """A message was left with the on-call service about this ticket: what it did and did not say."""

    ticket_number: bool = True
    contact_details: bool = True
    subject: bool = True
    service: Line | None = None
    """The service it is about; None: that of the ticket."""


class Counterpart(OtherTicket):
    """A ticket as far as the rules of another one ask about it: what never changes."""

    desk: str
    customer: str | None


class Merge(AgentAction):
    """Hold the ticket to be a duplicate: the other one goes on in its place."""

    into: Counterpart


class TakeDuplicate(AgentAction):
    """The other half of a merge: go on in the place of a ticket about the same."""

    duplicate: Counterpart
    contacts: tuple[Contact, ...]
    """Whose ticket it was, and whose duplicates it had taken; none: that was erased."""


class Link(AgentAction):
    """Say that the ticket has to do with another one, or with a case that another system keeps."""

    relation: Relation
    """What the other is to this ticket."""
    to: OtherTicket | None
    reference: Line | None
    """One of the two."""


class TakeLink(Link):
    """The other half of a link between two tickets."""


Work = (
    TakeCharge
    | Assign
    | Reply
    | Note
    | AskCustomer
    | CustomerReply
    | ReceiveFiles
    | AttemptContact
    | Qualify
    | SetPriority
    | Resolve
    | Close
    | AgreeClosed
    | Escalate
    | TakeUp
    | EndIntervention
    | PlanOnSite
    | ArriveOnSite
    | OrderExchange
    | OrderRepair
    | FinishRepair
    | DeclareBug
    | ProvideWorkaround
    | DeliverFix
    | ProposePrice
    | AcceptPrice
    | LogWork
    | Merge
    | Link
)
"""What is done to a ticket that is not closed."""

SecondHalf = TakeDuplicate | TakeLink
"""What a ticket is told of by a command on another one; both are carried out or none is."""
TicketAction = Work | Reopen | OnCallMessage | AddAttachment | SecondHalf
ByEvent = HearMessage | RefuseMessage | HearCall | CountCall
TicketCommand = OpenTicket | RefuseRequest | ByEvent | TicketAction

ACTIONS: Final[dict[str, type[Action]]] = {
    "take_charge": TakeCharge,
    "assign": Assign,
    "reply": Reply,
    "note": Note,
    "ask_customer": AskCustomer,
    "customer_reply": CustomerReply,
    "files_received": ReceiveFiles,
    "contact_attempt": AttemptContact,
    "qualify": Qualify,
    "set_priority": SetPriority,
    "resolve": Resolve,
    "close": Close,
    "agree_closed": AgreeClosed,
    "reopen": Reopen,
    "escalate": Escalate,
    "take_up": TakeUp,
    "end_intervention": EndIntervention,
    "plan_on_site": PlanOnSite,
    "arrive_on_site": ArriveOnSite,
    "order_exchange": OrderExchange,
    "order_repair": OrderRepair,
    "finish_repair": FinishRepair,
    "declare_bug": DeclareBug,
    "workaround": ProvideWorkaround,
    "deliver_fix": DeliverFix,
    "propose_price": ProposePrice,
    "accept_price": AcceptPrice,
    "log_work": LogWork,
    "on_call_message": OnCallMessage,
}
"""The actions by the names that policy cases use. Adding a file is none: there, ``files_received`` tells of files.
Nor is what concerns two tickets, as a case is about one."""
