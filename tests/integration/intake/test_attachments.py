"""Files through the API: kept in a real folder, told of by events in a real database."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from integration.intake.front_desk import FILE_LIMIT, POLICIES, FrontDesk, asked
from vigie.io.errors import Transient
from vigie.io.records import Answer, Order
from vigie_intake.adapters.attachments import sweep
from vigie_intake.adapters.http.access import bearer_tokens
from vigie_intake.adapters.http.desk import Desk

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"\x01" * 5000
YESTERDAY = timedelta(hours=24)


async def send(
    desk: FrontDesk,
    number: str,
    content: Any = PDF,
    name: str = "plan.pdf",
    *,
    token: str = "amelie-token",
    **more: str,
) -> httpx.Response:
    return await desk.http.post(
        f"/v1/tickets/{number}/attachments",
        content=content,
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
            **{key.replace("_", "-"): value for key, value in more.items()},
        },
    )


def stored(desk: FrontDesk) -> list[Path]:
    return sorted(path for path in desk.folder.rglob("*") if path.is_file())


async def listed(desk: FrontDesk, number: str, token: str = "amelie-token") -> list[dict[str, Any]]:
    answer = await desk.get(f"/v1/tickets/{number}/attachments", token=token)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["attachments"]
    return found


async def history(desk: FrontDesk, number: str) -> list[str]:
    return [one["event"] for one in (await desk.get(f"/v1/tickets/{number}")).json()["history"]]


async def test_a_file_is_kept_whole_and_told_of(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    answer = await send(empty_desk, number)
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"2"'
    (happened,) = answer.json()["happened"]
    assert happened["event"] == "AttachmentAdded"
    (file,) = stored(empty_desk)
    assert file.read_bytes() == PDF
    assert await listed(empty_desk, number) == [
        {
            "attachment_id": happened["attachment_id"],
            "name": "plan.pdf",
            "media_type": "application/pdf",
            "size": 5015,
            "sha256": sha256(PDF).hexdigest(),
            "added_at": "2026-03-23T21:00:00Z",
            "added_by": "amelie",
        }
    ]
    assert answer.headers["location"] == f"/v1/tickets/{number}/attachments/{happened['attachment_id']}"
    assert file.relative_to(empty_desk.folder).as_posix() == f"{answer.json()['ticket_id']}/{happened['attachment_id']}"


async def test_a_download_is_for_saving_and_never_for_showing(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    answer = await send(front_desk, number, b"<html><script>alert(1)</script>", "%C3%A9tage.html")
    download = await front_desk.get(answer.headers["location"], token="amelie-token")
    assert download.status_code == 200
    assert download.content == b"<html><script>alert(1)</script>"
    assert download.headers["content-type"] == "text/plain"
    assert download.headers["content-length"] == "31"
    assert download.headers["x-content-type-options"] == "nosniff"
    assert download.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert download.headers["content-disposition"] == (
        "attachment; filename=\"_tage.html.txt\"; filename*=UTF-8''%C3%A9tage.html.txt"
    )
    assert download.headers["etag"] == f'"{sha256(download.content).hexdigest()}"'


async def test_who_has_the_file_already_is_not_sent_it_again(front_desk: FrontDesk) -> None:
    location = (await send(front_desk, await front_desk.open())).headers["location"]
    headers = {"Authorization": "Bearer amelie-token", "If-None-Match": f'"{sha256(PDF).hexdigest()}"'}
    again = await front_desk.http.get(location, headers=headers)
    assert (again.status_code, again.content) == (304, b"")


async def test_une_fois_les_fichiers_ou_dessins_recus_le_cas_sera_reouvert(front_desk: FrontDesk) -> None:
    number = await front_desk.open(desk="systell", priority="normal", service=None, reason=None)
    await front_desk.post(f"/v1/tickets/{number}/ask-customer", {"for": "files"})
    assert (await front_desk.get(f"/v1/tickets/{number}")).json()["state"] == "closed"
    answer = await send(front_desk, number, b"\0\x01\x02 Alphacam", "meuble.amd", token="systell-portal-token")
    assert answer.status_code == 201, answer.text
    assert answer.json()["state"] == "open"
    assert [one["event"] for one in answer.json()["happened"]] == [
        "TicketReopened",
        "FilesReceived",
        "AttachmentAdded",
    ]
    assert [(one["name"], one["added_by"]) for one in await listed(front_desk, number, "admin-token")] == [
        ("meuble.amd", None)
    ]


async def test_what_the_desk_does_not_take_leaves_nothing(empty_desk: FrontDesk) -> None:
    number, before = await empty_desk.open(), await empty_desk.written()
    for content, status, name in (
        (b"MZ\x90\0" + b"\0" * 60, 415, "file_type_not_accepted"),
        (b"a;b\n" * 40_000 + b"\0\x01", 415, "file_type_not_accepted"),
        (b"", 422, "file_empty"),
    ):
        answer = await send(empty_desk, number, content, "photo.png")
        assert (answer.status_code, answer.json()["name"]) == (status, name)
    assert stored(empty_desk) == []
    assert await empty_desk.written() == (before[0], before[1], before[2])


async def test_a_file_whose_size_nobody_announced_is_cut_off_at_the_limit(empty_desk: FrontDesk) -> None:
    number, sent = await empty_desk.open(), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield PDF
        while True:
            sent += 100_000
            yield b"\x01" * 100_000

    answer = await send(empty_desk, number, endless())
    assert (answer.status_code, answer.json()["name"]) == (413, "file_too_large")
    assert sent <= FILE_LIMIT + 200_000
    assert stored(empty_desk) == []
    assert await listed(empty_desk, number) == []


async def test_a_file_of_just_the_limit_is_taken(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    assert (await send(front_desk, number, PDF.ljust(FILE_LIMIT, b"\x01"))).status_code == 201
    assert (await send(front_desk, number, PDF.ljust(FILE_LIMIT + 1, b"\x01"))).status_code == 413


async def test_a_file_without_a_name_is_refused_before_it_is_read(front_desk: FrontDesk) -> None:
    answer = await front_desk.post_bytes(f"/v1/tickets/{await front_desk.open()}/attachments", PDF)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Content-Disposition"


async def test_two_files_at_once_are_both_there(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    other = PDF + b"another"
    answers = await asyncio.gather(send(front_desk, number), send(front_desk, number, other, "autre.pdf"))
    assert sorted(answer.status_code for answer in answers) == [201, 201]
    contents = [await front_desk.get(answer.headers["location"], token="amelie-token") for answer in answers]
    assert [one.content for one in contents] == [PDF, other]
    assert len({answer.headers["etag"] for answer in answers}) == 2


async def test_the_same_request_again_adds_nothing(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    first = await send(empty_desk, number, Idempotency_Key="k1")
    again = await send(empty_desk, number, Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["location"] == first.headers["location"]
    assert len(await listed(empty_desk, number)) == len(stored(empty_desk)) == 1


async def test_another_file_under_the_same_key_is_refused_and_not_kept(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    await send(empty_desk, number, Idempotency_Key="k1")
    other = await send(empty_desk, number, PDF + b"!", Idempotency_Key="k1")
    assert (other.status_code, other.json()["name"]) == (422, "idempotency_mismatch")
    assert len(stored(empty_desk)) == 1


async def test_a_file_for_a_closed_or_a_changed_ticket_is_refused_and_not_kept(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    stale = await send(empty_desk, number, If_Match='"9"')
    assert stale.status_code == 412
    await empty_desk.post(f"/v1/tickets/{number}/close")
    closed = await send(empty_desk, number)
    assert (closed.status_code, closed.json()["name"]) == (409, "ticket_closed")
    assert stored(empty_desk) == []


async def test_whoever_may_not_see_the_ticket_finds_no_files(front_desk: FrontDesk) -> None:
    number = await front_desk.open()
    location = (await send(front_desk, number)).headers["location"]
    for token, status in (("elsewhere-token", 404), ("no-such-token", 401)):
        assert (await front_desk.get(location, token=token)).status_code == status
        assert (await front_desk.get(f"/v1/tickets/{number}/attachments", token=token)).status_code == status
        assert (await send(front_desk, number, token=token)).status_code == status


async def test_a_file_is_found_under_its_own_ticket_only(front_desk: FrontDesk) -> None:
    location = (await send(front_desk, await front_desk.open())).headers["location"]
    elsewhere = f"/v1/tickets/{await front_desk.open()}/attachments/{location.rpartition('/')[2]}"
    answer = await front_desk.get(elsewhere)
    assert (answer.status_code, answer.json()["name"]) == (404, "attachment_unknown")


async def test_a_content_that_was_erased_is_gone(empty_desk: FrontDesk) -> None:
    answer = await send(empty_desk, await empty_desk.open())
    ids = UUID(answer.json()["ticket_id"]), UUID(answer.json()["happened"][0]["attachment_id"])
    await empty_desk.filing.objects.delete(*ids)
    download = await empty_desk.get(answer.headers["location"])
    assert (download.status_code, download.json()["name"]) == (410, "attachment_gone")


class DiesBeforeTheCommit:
    """The engine of a process whose database went away: nobody knows what was written."""

    async def perform(self, order: Order) -> Answer:
        raise Transient("the connection was lost")

    async def perform_all(self, orders: Sequence[Order]) -> list[Answer]:
        raise Transient("the connection was lost")


async def test_an_operator_sweeps_what_belongs_to_no_ticket(empty_desk: FrontDesk) -> None:
    await send(empty_desk, await empty_desk.open())
    lost = empty_desk.folder / str(uuid4()) / str(uuid4())
    lost.parent.mkdir()
    lost.write_bytes(PDF)
    for file in stored(empty_desk):
        os.utime(file, (time.time() - 90_000,) * 2)
    command = [sys.executable, "-m", "vigie.cli", "intake", "sweep-attachments", "--database", empty_desk.dsn]
    done = await asyncio.create_subprocess_exec(
        *command, "--attachments", empty_desk.folder.as_uri(), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await done.communicate()
    assert (done.returncode, said) == (0, b"1 swept\n")
    assert not lost.exists()
    assert len(stored(empty_desk)) == 1


async def test_what_a_crash_left_between_store_and_commit_is_swept(empty_desk: FrontDesk) -> None:
    number = await empty_desk.open()
    kept = await send(empty_desk, number)
    desk = Desk(
        DiesBeforeTheCommit(),
        empty_desk.pool,
        POLICIES,
        empty_desk.clock,
        bearer_tokens(empty_desk.pool),
        empty_desk.directory,
        empty_desk.filing,
    )
    async with asked(desk) as http:
        assert (await send(replace(empty_desk, http=http), number)).status_code == 503
    assert len(await listed(empty_desk, number)) == 1
    assert len(stored(empty_desk)) == 2
    (empty_desk.folder / kept.json()["ticket_id"] / "half#1").write_bytes(b"a piece")

    assert await _sweep(empty_desk) == 0  # all of them may be uploads under way
    for file in stored(empty_desk):
        os.utime(file, (time.time() - 90_000,) * 2)
    assert await _sweep(empty_desk) == 2
    (left,) = stored(empty_desk)
    assert left.name == kept.json()["happened"][0]["attachment_id"]


async def _sweep(desk: FrontDesk) -> int:
    async with desk.pool.acquire() as conn:
        return await sweep(conn, desk.filing.objects, datetime.fromtimestamp(time.time(), UTC) - YESTERDAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "a%00b%0D%0ASet-Cookie: x.pdf", "%E2%80%AEfdp.exe"])
async def test_no_name_leads_anywhere_or_breaks_a_header(front_desk: FrontDesk, name: str) -> None:
    answer = await send(front_desk, await front_desk.open(), name=name)
    assert answer.status_code == 201
    download = await front_desk.get(answer.headers["location"])
    assert download.headers["content-disposition"].startswith("attachment; filename=")
    assert "set-cookie" not in download.headers
    assert [path for path in front_desk.folder.iterdir() if not path.is_dir()] == []
