"""``POST /v1/tickets/{number}/…``: what people do to a ticket.

The body is the command without its time; the routes are made from one table, so that none can forget a header, a
right or an error.
"""

# Annotations are read while the handlers are made, so they must not be postponed here.

from collections.abc import Awaitable, Callable
from inspect import Parameter
from typing import Annotated, Any, Final, NamedTuple, get_args

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from vigie.contracts.addresses import MailAddress
from vigie.contracts.text import Word
from vigie_intake.adapters.http.access import acting_agent, principal_of, staff_only
from vigie_intake.adapters.http.answers import TicketNow
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import ACTION_EXAMPLES, COMMAND_HEADERS, Number, problems
from vigie_intake.adapters.http.orders import perform
from vigie_intake.adapters.http.reading import visible_ticket
from vigie_intake.adapters.http.senders import SENDER, check_update
from vigie_intake.core import commands as do

REQUIRED: Final[Any] = Parameter.empty
"""As a parameter's default: there is none. FastAPI hands an Ellipsis over as if it had been sent."""


class ActionRoute(NamedTuple):
    """One of the paths under a ticket."""

    path: str
    command: type[do.Action]
    summary: str
    required: tuple[str, ...] = ()
    """What people must say, although a policy case may leave it out."""
    by_channels: bool = False
    """Whether customers do it, through a channel."""
    by_sender: bool = False
    """Whether it is an update that some desks take from named contacts only."""


ROUTES: Final = (
    ActionRoute("take-charge", do.TakeCharge, "Take the ticket in charge"),
    ActionRoute("assign", do.Assign, "Give the ticket an owner"),
    ActionRoute("replies", do.Reply, "Write to the customer", ("text",)),
    ActionRoute("notes", do.Note, "Write to colleagues", ("text",)),
    ActionRoute("ask-customer", do.AskCustomer, "Ask the customer, and wait for them"),
    ActionRoute(
        "customer-replies", do.CustomerReply, "What the customer writes", ("text",), by_channels=True, by_sender=True
    ),
    ActionRoute("files-received", do.ReceiveFiles, "What was asked for has come", by_channels=True, by_sender=True),
    ActionRoute("contact-attempts", do.AttemptContact, "How trying to reach the customer ended"),
    ActionRoute("qualify", do.Qualify, "Say what the ticket is about"),
    ActionRoute("priority", do.SetPriority, "Give the ticket another priority"),
    ActionRoute("resolve", do.Resolve, "Hold the fault to be gone"),
    ActionRoute("close", do.Close, "Close the ticket"),
    ActionRoute("agree-closed", do.AgreeClosed, "Close the ticket by mutual agreement"),
    ActionRoute("reopen", do.Reopen, "Open the ticket again", by_channels=True, by_sender=True),
    ActionRoute("escalate", do.Escalate, "Ask for a level by hand"),
    ActionRoute("take-up", do.TakeUp, "Answer for a level that was called"),
    ActionRoute("end-intervention", do.EndIntervention, "End work on the fault"),
    ActionRoute("plan-on-site", do.PlanOnSite, "Send somebody to the customer"),
    ActionRoute("arrive-on-site", do.ArriveOnSite, "Somebody has arrived at the customer's"),
    ActionRoute("order-exchange", do.OrderExchange, "Exchange defective equipment"),
    ActionRoute("order-repair", do.OrderRepair, "Send defective equipment to the workshop"),
    ActionRoute("finish-repair", do.FinishRepair, "Say what the workshop made of equipment"),
    ActionRoute("declare-bug", do.DeclareBug, "Hold the fault to be the product's own"),
    ActionRoute("workaround", do.ProvideWorkaround, "Tell how to work in spite of the fault", ("text",)),
    ActionRoute("deliver-fix", do.DeliverFix, "Give the customer the makers' correction"),
    ActionRoute("propose-price", do.ProposePrice, "Tell the customer what the work will cost"),
    ActionRoute("accept-price", do.AcceptPrice, "Agree to the price that was proposed", by_channels=True),
    ActionRoute("log-work", do.LogWork, "Write down time that was spent"),
    ActionRoute("on-call-messages", do.OnCallMessage, "A message left with the on-call service", by_channels=True),
)


def add_actions(router: APIRouter, desk: Desk) -> None:
    """Add every route of ``ROUTES``."""
    for route in ROUTES:
        router.post(
            f"/tickets/{{number}}/{route.path}",
            response_model=TicketNow,
            responses=problems(400, 401, 403, 404, 409, 412, 413, 415, 422),
            openapi_extra=COMMAND_HEADERS,
            summary=route.summary,
            description=route.command.__doc__,
            operation_id=route.path.replace("-", "_"),
        )(_handler(route, desk))


def _handler(route: ActionRoute, desk: Desk) -> Callable[..., Awaitable[Response]]:
    body_type = body_of(route)
    required = any(field.is_required() for field in body_type.model_fields.values())
    nothing_said: Any = REQUIRED if required else body_type()
    names_agent = "agent" in route.command.model_fields

    async def act(
        request: Request,
        number: Number,
        body: Annotated[body_type, Body(openapi_examples=ACTION_EXAMPLES.get(route.path))] = nothing_said,  # type: ignore[valid-type]
    ) -> Response:
        principal = principal_of(request)
        if not route.by_channels:
            staff_only(principal)
        ticket = await visible_ticket(desk.pool, principal, number)
        said: dict[str, Any] = body.model_dump(exclude_unset=True)  # type: ignore[attr-defined]
        await check_update(desk, ticket, said.pop("sender", None))
        agent = acting_agent(principal, said.pop("agent", None))
        who = {"agent": agent} if names_agent else {}
        command = route.command(at=desk.clock.now(), **said, **who)
        return await perform(desk, request, key=ticket["ticket_id"], command=command, agent=agent, expect_exists=True)

    return act


def body_of(route: ActionRoute) -> type[BaseModel]:
    """The command's model without ``at``; what is required of people has no default."""
    fields: dict[str, Any] = {
        name: (_said(field.annotation), ...) if name in route.required else (field.annotation, field)
        for name, field in route.command.model_fields.items()
        if name not in ("at", "agent")
    }
    if "agent" in route.command.model_fields:
        fields["agent"] = (Word | None, Field(default=None, description="Who acts; left out: you."))
    if route.by_sender:
        fields["sender"] = (MailAddress | None, Field(default=None, description=SENDER))
    return create_model(
        f"{route.command.__name__}Body",
        __config__=ConfigDict(extra="forbid", frozen=True),
        __doc__=route.command.__doc__,
        **fields,
    )


def _said(annotation: Any) -> Any:
    """The annotation without ``None``."""
    return next(one for one in get_args(annotation) if one is not type(None))
