"""What happens to a ticket. Owner: intake. Topic: ``vigie.tickets.v1``, key = ticket id."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from vigie.contracts.event import Event, Personal, TicketEvent
from vigie.contracts.instants import Instant
from vigie.contracts.requests import Contact, Language
from vigie.contracts.terms import ContractTerms
from vigie.contracts.text import Word

Awaited = Literal["answer", "files"]
Mode = Literal["phone", "remote", "on_site"]
Outcome = Literal["solved", "unresolved"]
ContactOutcome = Literal["reached", "no_answer", "voicemail"]
CloseReason = Literal["no_contact", "no_answer", "files_requested", "mutual_agreement", "duplicate", "solved"]
Relation = Literal["research", "origin", "related"]
"""What another ticket is to one: where its fault is looked into; whose fault it looks into; something of the same."""
BugCause = Literal["software", "misuse", "wrong_data", "computer"]
"""Where a fault comes from: the product itself; how it is used; the customer's data; their computer."""
RepairOutcome = Literal["repaired", "irreparable"]
Visitor = Literal["technician", "installer"]
"""Who goes to the customer: somebody of the desk, or of an approved partner."""
ReopenReason = Literal["files_received", "customer", "agent"]
AdmissionReason = Literal[
    "no_maintenance_contract",
    "audit_not_accepted",
    "user_not_trained",
    "access_code_wrong",
    "out_of_scope",
    "contact_not_entitled",
]
"""Why a desk does not serve a request, where its policy says so."""
RefusalReason = Literal["invalid", AdmissionReason]
OnCallRefusal = Literal[
    "within_working_hours", "not_conforming", "ticket_number_missing", "contact_details_missing", "not_covered"
]


Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]
"""Euros without VAT; in JSON a string, because money is no binary fraction."""


class Asked(Personal):
    """Who asked for what, in their own words."""

    contact: Contact
    subject: str
    description: str | None = None
    recording: str | None = None
    """Where they spoke to a machine: under which the channel keeps it."""


class Calling(Personal):
    """Who called, and what they left."""

    caller_number: str | None = None
    """As the telephone network gave it; it proves nothing."""
    recording: str | None = None
    """Under which the channel keeps what was said."""
    subject: str | None = None


class LeftMessage(Personal):
    """What somebody said in a message."""

    text: str | None = None
    contact_details: str | None = None
    subject: str | None = None


class AskedToo(Personal):
    """Who asked for the same: the contact of the duplicate, and those of its own duplicates."""

    contacts: tuple[Contact, ...]


class Words(Personal):
    """What somebody wrote."""

    text: str


class FileName(Personal):
    """What somebody called a file, as far as that is safe."""

    name: str


def words(text: str | None) -> Words | None:
    """``text`` as the personal part of an event; None where nothing was written."""
    return None if text is None else Words(text=text)


class TicketOpened(TicketEvent, at="opened_at"):
    """A request became a ticket, under the version of the policy that was in force at ``opened_at``."""

    opened_at: Instant
    channel: str
    customer: str | None
    kind: Word
    service: str | None
    reason: str | None
    priority: Word
    language: Language
    """The language the desk writes to the contact in."""
    contract: ContractTerms
    policy: Word
    policy_version: int
    policy_hash: str
    """sha256 of the policy file's bytes, hex."""
    identified_by: Literal["caller_number"] | None = None
    """None: the contact said who they are. Else only the number they called from says so, which anybody can forge: ask
    before acting on it."""
    personal: Asked | None = None


class OtherTicket(BaseModel):
    """A ticket that an event of another ticket names."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    ticket_id: UUID
    number: str


class InvalidField(BaseModel):
    """One thing that is wrong with a request: the path of the field, and why, without repeating its value."""

    model_config = ConfigDict(frozen=True)

    field: str
    problem: str


class RequestRefused(Event, at="refused_at"):
    """A request that could be read was not accepted. It has a stream of its own and never becomes a ticket."""

    request_id: UUID
    desk: str | None
    refused_at: Instant
    reason: RefusalReason
    fields: tuple[InvalidField, ...] = ()
    """Only where the reason is ``invalid``."""
    channel: str | None = None
    customer: str | None = None
    kind: str | None = None
    priority: str | None = None
    language: Language | None = None
    personal: Asked | None = None


class CallQueued(Event, at="queued_at"):
    """A call or a voicemail that could not become a ticket by itself, because the directory does not say who called or
    nothing says what about. It waits for a technician; the ticket they make of it has the call's id."""

    call_id: UUID
    desk: Word
    queued_at: Instant
    channel: str
    """``phone`` or ``voicemail``"""
    kind: Word | None = None
    """By the key that was pressed; None: none was that the desk knows."""
    customer: str | None = None
    """Where all whom the directory knows under this number are of one customer: that one."""
    personal: Calling | None = None


class CallGivenUp(Event, at="given_up_at"):
    """A caller hung up before anybody answered. Nothing follows from it; it is counted."""

    call_id: UUID
    desk: Word
    given_up_at: Instant
    kind: Word | None = None
    waited_seconds: int | None = None
    personal: Calling | None = None


class TicketLinked(TicketEvent, at="linked_at"):
    """The ticket has to do with another one of the desk, or with a case of another system. It changes nothing else."""

    linked_at: Instant
    linked_by: str
    relation: Relation
    """What the other is to this ticket."""
    to: OtherTicket | None = None
    """Its event of the same instant says the same from the other side. None: the case of another system."""
    reference: str | None = None
    """Under which another system keeps the case; None: a ticket of the desk."""


class MessageRefused(Event, at="refused_at"):
    """A message that came as an event could not be followed: the answer to whoever sent it, with the reason.

    In the ticket's stream where the message is about a ticket, so that its history shows it; else in a stream of its
    own, whose key is ``message_id``.
    """

    message_id: UUID
    message: str
    """Its type: ``vigie.ReplyReceived.v1``."""
    refused_at: Instant
    reason: Word
    """``invalid``, a reason of ``OnCallRefused``, or the name of the rule that forbids it (``ticket_closed``)."""
    fields: tuple[InvalidField, ...] = ()
    """Only where the reason is ``invalid``."""
    ticket_id: UUID | None = None
    number: str | None = None
    desk: str | None = None
    personal: LeftMessage | None = None


class PriorityChanged(TicketEvent, at="changed_at"):
    """The ticket has another priority; its running clocks start anew."""

    changed_at: Instant
    prioritised_by: str
    previous: Word
    priority: Word


class TicketQualified(TicketEvent, at="qualified_at"):
    """Somebody has understood what the ticket is about. Its promises stay as they were made at the opening."""

    qualified_at: Instant
    qualified_by: str
    previous_kind: Word
    kind: Word
    service: str | None
    """What it is about; None: not said."""


class TicketTakenInCharge(TicketEvent, at="taken_at"):
    """A technician answers for the ticket from now on."""

    taken_at: Instant
    taken_by: str


class TicketAssigned(TicketEvent, at="assigned_at"):
    """The ticket has an owner; being assigned is not taking in charge."""

    assigned_at: Instant
    assigned_to: str
    assigned_by: str


class CustomerReplied(TicketEvent, at="replied_at"):
    """The customer wrote, by whatever channel. Ends the wait for the customer."""

    replied_at: Instant
    personal: Words | None = None


class AgentReplied(TicketEvent, at="replied_at"):
    """A technician wrote a public comment: the contact is told."""

    replied_at: Instant
    replied_by: str
    personal: Words | None = None


class NoteAdded(TicketEvent, at="added_at"):
    """A technician left a note for colleagues. The customer never sees it."""

    added_at: Instant
    added_by: str
    personal: Words | None = None


class CustomerAsked(TicketEvent, at="asked_at"):
    """The desk waits for the customer: for an answer, or for files. Public: the contact is told."""

    asked_at: Instant
    asked_by: str
    awaiting: Awaited
    personal: Words | None = None


class FilesReceived(TicketEvent, at="received_at"):
    """What the desk needs to go on arrived from the customer. Ends the wait for the customer, like a reply."""

    received_at: Instant


class AttachmentAdded(TicketEvent, at="added_at"):
    """A file belongs to the ticket from now on.

    Its content is kept apart from the events, under ``attachment_id``; it was there before this was written.
    """

    added_at: Instant
    added_by: str | None
    """Who of the desk; None: the customer, through a channel."""
    attachment_id: UUID
    media_type: str
    """By its content: ``application/pdf``."""
    size: int
    """Bytes."""
    sha256: str
    """Of the content, hex."""
    personal: FileName | None = None


class ContactAttempted(TicketEvent, at="attempted_at"):
    """A technician tried to speak to the customer. It neither takes the ticket in charge nor ends a wait."""

    attempted_at: Instant
    attempted_by: str
    outcome: ContactOutcome


class InterventionEnded(TicketEvent, at="ended_at"):
    """Work on the fault itself came to an end, solved or not."""

    ended_at: Instant
    ended_by: str
    mode: Mode
    outcome: Outcome
    escalates_to: Word | None = None
    """The level that the desk's procedure turns to now; None: to nobody, or to nobody further."""


class OnSitePlanned(TicketEvent, at="planned_at"):
    """Somebody will come to the customer."""

    planned_at: Instant
    planned_by: str
    visitor: Visitor
    scheduled_for: Instant | None = None
    """When they are expected; None: not agreed yet."""


class ArrivedOnSite(TicketEvent, at="arrived_at"):
    """Somebody is at the customer's."""

    arrived_at: Instant
    arrived_by: str


class ExchangeOrdered(TicketEvent, at="ordered_at"):
    """Equipment that is defective will be exchanged for other of its kind."""

    ordered_at: Instant
    ordered_by: str
    item: str | None = None


class RepairOrdered(TicketEvent, at="ordered_at"):
    """Equipment that is defective goes to the workshop."""

    ordered_at: Instant
    ordered_by: str
    item: str | None = None


class RepairFinished(TicketEvent, at="finished_at"):
    """The workshop is done with equipment: repaired, or given up. It resolves nothing."""

    finished_at: Instant
    finished_by: str
    outcome: RepairOutcome
    item: str | None = None


class BugDeclared(TicketEvent, at="declared_at"):
    """The fault is the product's own: its makers must mend it. It resolves nothing."""

    declared_at: Instant
    declared_by: str
    cause: BugCause
    reference: str | None = None
    """Under which the makers keep it."""
    escalates_to: Word | None = None
    """The level that the desk's procedure turns to now; None: to nobody, or to nobody further."""
    personal: Words | None = None


class WorkaroundProvided(TicketEvent, at="provided_at"):
    """The customer can work in spite of the fault. It resolves nothing."""

    provided_at: Instant
    provided_by: str
    personal: Words | None = None


class FixDelivered(TicketEvent, at="delivered_at"):
    """The makers' correction has reached the customer. It resolves nothing: whether it helps is still to be seen."""

    delivered_at: Instant
    delivered_by: str
    reference: str | None = None
    """Under which the makers deliver it: a release."""
    personal: Words | None = None


class PriceProposed(TicketEvent, at="proposed_at"):
    """The customer was told what the work will cost. It takes the place of an earlier price, accepted or not."""

    proposed_at: Instant
    proposed_by: str
    amount: Amount


class PriceAccepted(TicketEvent, at="accepted_at"):
    """The customer agrees to the price: that which was proposed last, if one was."""

    accepted_at: Instant
    recorded_by: str | None
    """Who heard it; None: the customer said so through a channel."""
    amount: Amount | None
    """None: the customer was told it elsewhere."""


class BilledStep(BaseModel):
    """One step from the minutes that were worked to those that are charged."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    rule: Word
    """``real``, ``minimum``, ``minimum_without_remote_tool``, or the name of a factor."""
    value: float
    """Minutes; of a factor, the number."""
    gives: float
    """Minutes after this step."""


class WorkLogged(TicketEvent, at="logged_at"):
    """Time was spent on the ticket, and so much of it is charged."""

    logged_at: Instant
    logged_by: str
    mode: Mode
    remote_tool: bool
    """Whether the customer had installed the tool for remote help."""
    phase: Word | None = None
    real_minutes: int
    billed_minutes: int
    factors: tuple[Word, ...] = ()
    factor: float
    """The product of the factors: what the value of the billed minutes is multiplied by."""
    travel: Amount | None = None
    """Charged apart, under any contract."""
    computation: tuple[BilledStep, ...]
    """How the charge came about, from the real minutes to the weighted ones."""


class OnCallAccepted(TicketEvent, at="accepted_at"):
    """A message left with the on-call service is within what it covers: the on-call technician is told at once."""

    accepted_at: Instant
    personal: LeftMessage | None = None


class OnCallRefused(TicketEvent, at="refused_at"):
    """A message left with the on-call service waits for working hours. It changes no clock."""

    refused_at: Instant
    reason: OnCallRefusal
    personal: LeftMessage | None = None


class EscalationRequested(TicketEvent, at="requested_at"):
    """Somebody asks for a level by hand."""

    requested_at: Instant
    requested_by: str
    level: Word


class EscalationTakenUp(TicketEvent, at="taken_up_at"):
    """Somebody of a level that was called answers: « I have it »."""

    taken_up_at: Instant
    taken_up_by: str
    level: Word


class TicketListed(TicketEvent, at="listed_at"):
    """The ticket was not resolved when the desk listed what is not, as it does each week. It changes nothing else."""

    listed_at: Instant
    weeks: int
    """On how many weekly lists it has been by now, with this one."""
    awaiting: Awaited | None
    """What the customer owes the desk; None: the desk has the turn."""
    told_at: Instant | None
    """When the customer last heard of it, the acknowledgement included; None: they have not."""
    news_owed: bool
    """They have heard nothing since the list before, so they are told that it goes on."""


class TicketResolved(TicketEvent, at="resolved_at"):
    """The desk holds the fault to be gone. The text, if any, is told to the contact."""

    resolved_at: Instant
    resolved_by: str
    personal: Words | None = None


class TicketClosed(TicketEvent, at="closed_at"):
    """Nothing more is expected of anybody. Only reopening follows."""

    closed_at: Instant
    closed_by: str | None
    """None: the ticket closed itself, by the policy's rule."""
    reason: CloseReason
    duplicate_of: OtherTicket | None = None
    """Only where the reason is ``duplicate``: the ticket that goes on in its place. Then it is never reopened."""


class DuplicateMerged(TicketEvent, at="merged_at"):
    """Another ticket turned out to be about the same: it is closed, and what its customer says comes here."""

    merged_at: Instant
    merged_by: str
    duplicate: OtherTicket
    personal: AskedToo | None = None


class TicketReopened(TicketEvent, at="reopened_at"):
    """The ticket is open again, with what was left of its promises."""

    reopened_at: Instant
    reopened_by: str | None
    reason: ReopenReason


AfterOpening = (
    TicketQualified
    | PriorityChanged
    | TicketTakenInCharge
    | TicketAssigned
    | CustomerReplied
    | AgentReplied
    | NoteAdded
    | CustomerAsked
    | FilesReceived
    | AttachmentAdded
    | ContactAttempted
    | InterventionEnded
    | OnSitePlanned
    | ArrivedOnSite
    | ExchangeOrdered
    | RepairOrdered
    | RepairFinished
    | BugDeclared
    | WorkaroundProvided
    | FixDelivered
    | PriceProposed
    | PriceAccepted
    | WorkLogged
    | OnCallAccepted
    | OnCallRefused
    | EscalationRequested
    | EscalationTakenUp
    | TicketListed
    | TicketResolved
    | TicketClosed
    | TicketReopened
    | DuplicateMerged
    | TicketLinked
    | MessageRefused
)
"""What may happen to a ticket once it is there."""

IntakeEvent = TicketOpened | RequestRefused | CallQueued | CallGivenUp | AfterOpening
