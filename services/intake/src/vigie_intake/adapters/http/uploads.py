"""A file on its way in: its name from a header, its content in pieces, judged while it passes.

Nothing is known of its size beforehand (a sender may lie about it, or not know), so the limit holds for what has come.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from email.message import Message
from hashlib import sha256
from typing import Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from vigie.contracts.tickets import InvalidField
from vigie_intake.adapters.http.problems import Wrong
from vigie_intake.core.attachments import HEAD_BYTES, Kind, still

_LONGEST_NAME: Final = 4096
"""Characters that are looked at; a safe name is shorter anyway."""


def file_name(request: Request) -> str:
    """What the sender calls the file: ``filename``, or RFC 8187's ``filename*``, in ``Content-Disposition``."""
    parsed = Message()
    parsed["Content-Disposition"] = _as_it_was_meant(request.headers.get("content-disposition", ""))
    name = parsed.get_filename()
    if not name or not name.strip():
        field = InvalidField(field="Content-Disposition", problem='is required: attachment; filename="plan.pdf"')
        raise Wrong(400, "bad_request", "The file has no name.", (field,))
    return name[:_LONGEST_NAME]


def _as_it_was_meant(header: str) -> str:
    """Headers come as latin-1, but browsers and curl write UTF-8 into them."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header


class Upload:
    """The body of a request, read once. ``size`` and ``sha256`` are of what has passed so far."""

    def __init__(self, request: Request, limit: int) -> None:
        self._request, self._limit = request, limit
        self._pieces = request.stream()
        self._head: list[bytes] = []
        self._hash = sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    async def head(self) -> bytes:
        """The first ``HEAD_BYTES``, or all of it; Wrong(413) already where the sender announces too much."""
        announced = self._request.headers.get("content-length", "")
        if announced.isdigit() and int(announced) > self._limit:
            raise _too_large(self._limit)
        read = 0
        while read < HEAD_BYTES and (piece := await self._next()):
            self._head.append(piece)
            read += len(piece)
        if not read:
            raise Wrong(422, "file_empty", "The file is empty.")
        return b"".join(self._head)[:HEAD_BYTES]

    async def content(self, kind: Kind) -> AsyncIterator[bytes]:
        """All of it, with what ``head`` has read. Wrong(413), and Wrong(415) where it does not go on as ``kind``."""
        while piece := self._head.pop(0) if self._head else await self._next():
            self.size += len(piece)
            if self.size > self._limit:
                raise _too_large(self._limit)
            if not still(kind, piece):
                raise not_accepted()
            self._hash.update(piece)
            yield piece

    async def _next(self) -> bytes:
        """The next piece that holds something; empty at the end."""
        try:
            async for piece in self._pieces:
                if piece:
                    return piece
        except ClientDisconnect as error:
            raise Wrong(400, "upload_incomplete", "The file ended before it was whole.") from error
        return b""


def not_accepted() -> Wrong:
    """The content is of no kind that the desk takes."""
    return Wrong(
        415, "file_type_not_accepted", "The desk takes no such files; what counts is the content, not the name."
    )


def _too_large(limit: int) -> Wrong:
    return Wrong(413, "file_too_large", f"The file is larger than {limit} bytes.")
