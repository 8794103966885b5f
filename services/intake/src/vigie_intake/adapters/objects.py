"""Where the contents of attachments are: a folder, or a bucket that speaks S3.

Invariants, and what breaks without them:

- An object is whole and durable before the event that names it is committed. Else a ticket would have a file that
  nobody can download. So an event without its object cannot be; an object without an event can (a crash between the
  two, a transaction whose outcome nobody knows), and is swept later.
- An object is written once, under ids that nobody chooses. Else one file could take the place of another.
- Content passes through in pieces: memory does not grow with the file.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from urllib.request import url2pathname
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from vigie.io.errors import Transient

PIECE_BYTES: Final = 5 * 1024 * 1024
"""What is sent at a time: the least that S3 takes. Two such pieces are in memory for each upload."""
_READ_BYTES: Final = 256 * 1024
_RETRIES: Final[Any] = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}


class WrongStore(ValueError):
    """The place for attachments cannot be used."""


class Objects:
    """Contents by attachment. Whatever the store cannot do now is ``Transient``."""

    def __init__(self, store: ObjectStore, folder: Path | None) -> None:
        self._store, self._folder = store, folder

    async def put(self, ticket_id: UUID, attachment_id: UUID, content: AsyncIterator[bytes]) -> None:
        """Keep ``content``. Where it raises, or this is cancelled, nothing is kept, and the same is raised."""
        key = _key(ticket_id, attachment_id)
        try:
            await obstore.put_async(
                self._store, key, content, use_multipart=True, chunk_size=PIECE_BYTES, max_concurrency=2
            )
        except BaseError as error:
            raise Transient(f"the attachment cannot be kept: {type(error).__name__}") from error
        if self._folder is not None:
            await asyncio.to_thread(_settle, self._folder / key)

    async def read(self, ticket_id: UUID, attachment_id: UUID) -> AsyncIterator[bytes] | None:
        """The content in pieces; None: it is not there any more."""
        try:
            found = await obstore.get_async(self._store, _key(ticket_id, attachment_id))
        except FileNotFoundError:
            return None
        except BaseError as error:
            raise Transient(f"the attachment cannot be read: {type(error).__name__}") from error
        return _pieces(found)

    async def delete(self, ticket_id: UUID, attachment_id: UUID) -> None:
        """Forget the content; nothing where there is none."""
        try:
            await obstore.delete_async(self._store, _key(ticket_id, attachment_id))
        except FileNotFoundError:
            return
        except BaseError as error:
            raise Transient(f"the attachment cannot be deleted: {type(error).__name__}") from error

    async def written_before(self, instant: datetime) -> AsyncIterator[list[tuple[UUID, UUID]]]:
        """(ticket, attachment) of what was last written before ``instant`` (machine time), a page at a time."""
        async for page in obstore.list(self._store):
            yield [ids for one in page if one["last_modified"] < instant and (ids := _ids(one["path"])) is not None]

    async def sweep_pieces(self, instant: datetime) -> int:
        """Delete what uploads that were killed before ``instant`` left of themselves; how many.

        Only in a folder: a bucket has a rule of its own for incomplete uploads.
        """
        if self._folder is None:
            return 0
        return await asyncio.to_thread(_sweep_pieces, self._folder, instant.timestamp())


def open_objects(url: str) -> Objects:
    """The store at ``url``: ``file:///folder``, or ``s3://bucket?region=…&endpoint=…``; WrongStore otherwise.

    Who may use a bucket is said by the usual ``AWS_…`` variables, never by the address: addresses are logged.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(url2pathname(parts.path))
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            store: ObjectStore = LocalStore(folder)
        except (BaseError, OSError) as error:
            raise WrongStore(f"{folder} cannot be a folder for attachments: {_first_line(error)}") from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise WrongStore(f"{folder} cannot be written to")
        return Objects(store, folder)
    if parts.scheme != "s3" or not parts.netloc:
        raise WrongStore("attachments are kept at file:///folder or s3://bucket")
    options: Any = dict(parse_qsl(parts.query))
    plain = options.get("endpoint", "").startswith("http://")
    try:
        bucket = S3Store.from_url(
            f"s3://{parts.netloc}{parts.path}",
            config=options,
            client_options={"allow_http": plain},
            retry_config=_RETRIES,
        )
    except (BaseError, ValueError, TypeError) as error:
        raise WrongStore(f"this bucket cannot be opened: {_first_line(error)}") from error
    return Objects(bucket, None)


def _first_line(error: Exception) -> str:
    """Behind it, obstore tells where in its own source it happened."""
    return str(error).partition("\n")[0]


def _key(ticket_id: UUID, attachment_id: UUID) -> str:
    return f"{ticket_id}/{attachment_id}"


def _ids(path: str) -> tuple[UUID, UUID] | None:
    """None: not one of ours."""
    ticket, _, attachment = path.rpartition("/")
    try:
        return UUID(ticket), UUID(attachment)
    except ValueError:
        return None


async def _pieces(found: obstore.GetResult) -> AsyncIterator[bytes]:
    async for piece in found.stream(min_chunk_size=_READ_BYTES):
        yield bytes(piece)


def _settle(file: Path) -> None:
    """Let ``file`` outlive the machine's power, as the event that will name it does."""
    for path in (file, file.parent, file.parent.parent):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep_pieces(folder: Path, before: float) -> int:
    left = [path for path in folder.glob("*/*#*") if path.stat().st_mtime < before]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
