"""``/v1/tickets/{number}/attachments``: files, in and out.

A file is stored before the event that names it is committed, and a refused one is taken away again. Where nobody knows
whether the commit happened it stays: a content without an event is swept later, an event without its content would be
a lie. What goes out is for saving, never for showing: a customer's file must not act as a page of ours.
"""

# Annotations are read while the handlers are made, so they must not be postponed here.

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field
from uuid_utils.compat import uuid7

from vigie.contracts.addresses import MailAddress
from vigie.decider import Elsewhere, Lacking, Refused
from vigie.io.errors import IdempotencyMismatch, StaleVersion, UnknownStream
from vigie.io.records import Order
from vigie_intake.adapters.attachments import attachments_of, find_attachment
from vigie_intake.adapters.http.access import acting_agent, actor, principal_of
from vigie_intake.adapters.http.answers import Answer, TicketNow, as_json
from vigie_intake.adapters.http.desk import Desk
from vigie_intake.adapters.http.documents import FILE, FILE_HEADERS, Number, problems
from vigie_intake.adapters.http.headers import etag, expected_version, idempotency_key, trace
from vigie_intake.adapters.http.orders import render
from vigie_intake.adapters.http.problems import Wrong
from vigie_intake.adapters.http.reading import visible_ticket
from vigie_intake.adapters.http.senders import SENDER, check_update
from vigie_intake.adapters.http.uploads import Upload, file_name, not_accepted
from vigie_intake.core.attachments import Kind, judge, safe_name
from vigie_intake.core.commands import AddAttachment

UPLOAD_WITHIN: Final = 600.0
"""Machine seconds for a whole upload: 25 MB at a third of a megabit a second."""
_NOT_DONE: Final = (Refused, Lacking, StaleVersion, IdempotencyMismatch, UnknownStream)
"""After these it is certain that nothing was written."""

AttachmentId = Annotated[UUID, Path(description="The attachment's id")]


class Attachment(Answer):
    """A file of a ticket."""

    attachment_id: UUID
    name: str | None = Field(examples=["plan.pdf"])
    """A safe one; null where it was erased."""
    media_type: str = Field(examples=["application/pdf"])
    """By the content."""
    size: int = Field(examples=[48211])
    """Bytes."""
    sha256: str
    """Of the content, hex: also the entity tag of the download."""
    added_at: datetime
    added_by: str | None = Field(examples=["amelie"])
    """Null: the customer."""


class Attachments(Answer):
    """The files of a ticket, oldest first."""

    attachments: tuple[Attachment, ...]


def add_attachments(router: APIRouter, desk: Desk) -> None:
    """Add the three routes."""

    @router.post(
        "/tickets/{number}/attachments",
        status_code=201,
        response_model=TicketNow,
        responses=_told(problems(400, 401, 403, 404, 409, 412, 413, 415, 422)),
        openapi_extra={**FILE_HEADERS, **FILE},
        summary="Add a file",
    )
    async def add_attachment(
        request: Request, number: Number, sender: Annotated[MailAddress | None, Query(description=SENDER)] = None
    ) -> Response:
        """The body is the file as it is, its name stands in `Content-Disposition`; the type is judged by the content.

        A customer's file, brought by a channel while the desk waits for the customer or after it closed the ticket,
        does to the ticket what `files-received` does. `Location` leads to the file.
        """
        principal = principal_of(request)
        agent = acting_agent(principal, None)
        ticket = await visible_ticket(desk.pool, principal, number)
        await check_update(desk, ticket, sender)
        name, upload = file_name(request), Upload(request, desk.filing.limit)
        project_files = _project_files(desk, ticket["desk"])
        kind = judge(await upload.head(), name, project_files)
        if kind is None or not desk.filing.takes(kind, project_files):
            raise not_accepted()
        attachment_id = uuid7()
        await desk.filing.objects.put(ticket["ticket_id"], attachment_id, upload.content(kind))
        command = _command(desk, agent, attachment_id, kind, upload, safe_name(name, kind))
        order = Order(
            key=ticket["ticket_id"],
            command=command,
            id=uuid7(),
            actor=actor(principal, agent),
            principal=principal.name,
            idempotency_key=idempotency_key(request),
            digest=sha256(f"POST {request.url.path}\n{command.name}\n{command.sha256}".encode()).digest(),
            expected_version=expected_version(request),
            expect_exists=True,
            render=render,
            traceparent=trace(request),
        )
        return await _carry_out(desk, order, attachment_id)

    @router.get(
        "/tickets/{number}/attachments",
        response_model=Attachments,
        responses=problems(401, 404),
        summary="The files of a ticket",
    )
    async def attachments(request: Request, number: Number) -> Response:
        """Oldest first."""
        ticket = await visible_ticket(desk.pool, principal_of(request), number)
        rows = await attachments_of(desk.pool, ticket["ticket_id"])
        found = Attachments(attachments=tuple(Attachment.model_validate(dict(row)) for row in rows))
        return as_json(found)

    @router.get(
        "/tickets/{number}/attachments/{attachment_id}",
        response_class=Response,
        responses={
            200: {"description": "The file.", "content": FILE["requestBody"]["content"]},
            304: {"description": "You have it already."},
            **problems(401, 404, 410),
        },
        summary="Download a file",
    )
    async def attachment(request: Request, number: Number, attachment_id: AttachmentId) -> Response:
        """For saving, never for showing. `ETag` is the sha256 of the content; `If-None-Match` is understood."""
        ticket = await visible_ticket(desk.pool, principal_of(request), number)
        row = await find_attachment(desk.pool, ticket["ticket_id"], attachment_id)
        if row is None:
            raise Wrong(404, "attachment_unknown", "The ticket has no such attachment.")
        headers = _download_headers(row)
        if headers["ETag"] in (tag.strip() for tag in request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers={"ETag": headers["ETag"]})
        content = await desk.filing.objects.read(ticket["ticket_id"], attachment_id)
        if content is None:
            raise Wrong(410, "attachment_gone", "The content of this attachment is not there any more.")
        return StreamingResponse(content, headers=headers)


def _project_files(desk: Desk, of: str) -> frozenset[str]:
    policy = desk.policies.at(of, desk.clock.now())
    return frozenset() if policy is None else policy.project_files


def _command(
    desk: Desk, agent: str | None, attachment_id: UUID, kind: Kind, upload: Upload, name: str
) -> AddAttachment:
    return AddAttachment(
        at=desk.clock.now(),
        agent=agent,
        attachment_id=attachment_id,
        media_type=kind.media_type,
        size=upload.size,
        sha256=upload.sha256,
        name=name,
    )


async def _carry_out(desk: Desk, order: Order, attachment_id: UUID) -> Response:
    """The answer to ``order``. The content that was just stored stays only if an event names it, or perhaps does."""
    try:
        answered = TicketNow.model_validate_json((await desk.engine.perform(order)).answer)
    except Elsewhere as elsewhere:
        await _move(desk, attachment_id, order.key, elsewhere.key)
        return await _carry_out(desk, replace(order, key=elsewhere.key, expected_version=None), attachment_id)
    except _NOT_DONE:
        await desk.filing.objects.delete(order.key, attachment_id)
        raise
    kept = next(one.model_dump()["attachment_id"] for one in answered.happened if one.event == "AttachmentAdded")
    if kept != str(attachment_id):  # an earlier equal request brought it
        await desk.filing.objects.delete(order.key, attachment_id)
    headers = {"ETag": etag(answered.version), "Location": f"/v1/tickets/{answered.number}/attachments/{kept}"}
    return as_json(answered, headers, 201)


async def _move(desk: Desk, attachment_id: UUID, here: UUID, there: UUID) -> None:
    """A duplicate's file is the file of the ticket that goes on in its place."""
    content = await desk.filing.objects.read(here, attachment_id)
    if content is not None:
        await desk.filing.objects.put(there, attachment_id, content)
    await desk.filing.objects.delete(here, attachment_id)


def _download_headers(row: asyncpg.Record) -> dict[str, str]:
    name = row["name"] or f"attachment-{row['attachment_id']}"
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace("\\", "_").replace('"', "_")
    return {
        "Content-Type": row["media_type"],
        "Content-Length": str(row["size"]),
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
        "ETag": f'"{row["sha256"]}"',
    }


def _told(errors: dict[int | str, dict[str, Any]]) -> dict[int | str, dict[str, Any]]:
    """``errors`` in the words of this route."""
    words = {
        400: "The file has no name, ended before it was whole, or a header is malformed.",
        413: "The file is larger than the deployment allows.",
        415: "The content is of no type that the desk takes.",
        422: "The file is empty, or the idempotency key was used for another request.",
    }
    return {
        status: {**error, "description": words.get(int(status), error["description"])}
        for status, error in errors.items()
    }
