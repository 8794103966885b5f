"""`vigie customers import`, as people run it, beside a running intake on a real Kafka."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import pytest

from support.librdkafka import Reader, publish, reading
from support.stack import Stack
from vigie.contracts import topics
from vigie.contracts.ids import customer_key
from vigie.contracts.requests import REQUEST_SUBMITTED
from vigie.io.migrations import Place
from vigie.io.service import Service, running
from vigie.io.settings import Address
from vigie.io.store import verify
from vigie_intake.adapters.directory import rebuild
from vigie_intake.app import PARTS
from vigie_intake.settings import IntakeSettings

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs/howto"
TABLES = ("customers", "customer_sites", "customer_contacts", "customer_trainings", "customer_contracts")


class Done(NamedTuple):
    """What became of a command."""

    code: int
    out: str
    err: str


@pytest.fixture
async def intake(stack: Stack, database: str) -> AsyncIterator[Service]:
    anywhere = Address("127.0.0.1", 0)
    settings = IntakeSettings(
        database_url=database, kafka=stack.kafka, policies=ROOT / "policies", health=anywhere, http=anywhere
    )
    async with running(PARTS, settings) as service:
        yield service


async def imported(database: str, file: Path, *options: str) -> Done:
    env = {**os.environ, "DATABASE_URL": database, "VIGIE_POLICIES": str(ROOT / "policies"), "VIGIE_CLOCK": "system"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "vigie.cli", "customers", "import", str(file), *options,
        env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return Done(process.returncode or 0, out.decode(), err.decode())


async def count(service: Service, table: str = "events") -> int:
    number: int = await service.pool.fetchval(f"select count(*) from {table}")
    return number


async def told(reader: Reader, wanted: Any) -> Any:
    return await asyncio.to_thread(reader.until, wanted)


async def test_a_file_is_imported_once_and_for_all(intake: Service, database: str) -> None:
    rehearsed = await imported(database, EXAMPLES / "customers.csv", "--dry-run")
    assert rehearsed.out.splitlines()[-1] == "3 new, 0 changed, 0 unchanged (nothing written)"
    assert await count(intake) == 0
    first = await imported(database, EXAMPLES / "customers.csv")
    assert (first.code, first.out.splitlines()) == (
        0,
        ["+ acme", "+ boulangerie", "+ mercado", "3 new, 0 changed, 0 unchanged"],
    )
    events = await count(intake)
    again = await imported(database, EXAMPLES / "customers.csv", "--json")
    assert json.loads(again.out) == {"imported": True, "new": [], "changed": [], "unchanged": 3, "complaints": []}
    assert await count(intake) == events


async def test_the_same_in_yaml_is_the_same(intake: Service, database: str) -> None:
    await imported(database, EXAMPLES / "customers.csv")
    assert (await imported(database, EXAMPLES / "customers.yaml")).out == "0 new, 0 changed, 3 unchanged\n"


async def test_a_file_with_one_mistake_imports_nothing(intake: Service, database: str, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("customer,name,desk,valid_from\nacme,Acme,systell,2026-01-01\nzeta,Zeta,nowhere,soon\n")
    done = await imported(database, file)
    assert done == Done(
        2,
        "",
        f"{file}:3: valid_from: is no day, written like 2026-12-31 or 31/12/2026\nnothing was imported: 1 complaint\n",
    )
    assert await count(intake) == 0


async def test_two_at_the_same_time_import_it_once(intake: Service, database: str) -> None:
    both = await asyncio.gather(*(imported(database, EXAMPLES / "customers.csv") for _ in range(2)))
    assert sorted(one.out.splitlines()[-1] for one in both) == [
        "0 new, 0 changed, 3 unchanged",
        "3 new, 0 changed, 0 unchanged",
    ]
    owner = await asyncpg.connect(database, server_settings={"search_path": Place.of("intake").schema})
    assert await verify(owner, f"customer-{customer_key('acme')}") is None
    await owner.close()


async def test_customers_are_published_and_their_requests_judged(
    intake: Service, database: str, stack: Stack, tmp_path: Path
) -> None:
    mark = uuid4().hex[:8]
    file = tmp_path / "customers.yaml"
    contract = "{contract: C-1, desk: systell, maintained: %s, valid_from: 2026-01-01, access_code: s3cret}"
    file.write_text(
        "customers:\n"
        + "".join(
            f"  {name}-{mark}: {{name: Acme, contracts: [{contract % maintained}]}}\n"
            for name, maintained in (("served", "true"), ("refused", "false"))
        )
    )
    assert (await imported(database, file)).code == 0
    with reading(stack.kafka, topics.CUSTOMERS, topics.TICKETS) as reader:
        signed = await told(
            reader, lambda one: one.data.get("customer") == f"refused-{mark}" and "contract" in one.data
        )
        assert (signed.key, signed.data["maintained"]) == (str(customer_key(f"refused-{mark}")), False)
        assert b"s3cret" not in signed.raw
        outcomes = []
        for name in ("served", "refused"):
            cause = str(uuid4())
            body = json.dumps(request(f"{name}-{mark}")).encode()
            await asyncio.to_thread(publish, stack.kafka, topics.REQUESTS, body, request_headers(cause))
            outcomes.append(await told(reader, lambda one, cause=cause: one.headers.get("ce_causationid") == cause))
    assert [one.headers["ce_type"] for one in outcomes] == ["vigie.TicketOpened.v1", "vigie.RequestRefused.v1"]
    assert outcomes[1].data["reason"] == "no_maintenance_contract"


def request_headers(cause: str) -> dict[str, str]:
    attributes = {"specversion": "1.0", "id": cause, "source": "/acme/crm", "type": REQUEST_SUBMITTED}
    return {f"ce_{name}": value for name, value in attributes.items()} | {"content-type": "application/json"}


def request(customer: str) -> dict[str, Any]:
    return {
        "desk": "systell",
        "customer": customer,
        "contact": {"name": "Jeanne Martin", "email": "jeanne@acme.example"},
        "kind": "technical",
        "subject": "Alphacam ne démarre plus",
    }


async def test_the_projection_is_made_again_from_the_events(intake: Service, database: str) -> None:
    await imported(database, EXAMPLES / "customers.csv")
    before = {table: await rows(intake, table) for table in TABLES}
    assert all(before.values())
    for table in TABLES:
        await intake.pool.execute(f"delete from {table}")
    async with intake.pool.acquire() as conn:
        assert await rebuild(conn) == 3  # type: ignore[arg-type]  # what a pool gives is a connection
    assert {table: await rows(intake, table) for table in TABLES} == before


async def rows(service: Service, table: str) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in await service.pool.fetch(f"select * from {table}")), key=repr)


async def test_thousands_of_customers_are_one_transaction(intake: Service, database: str, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    lines = [f"c-{number},Customer {number},c{number}@acme.example,C,systell,2026-01-01" for number in range(3_000)]
    file.write_text("\n".join(["customer,name,email,contact_name,desk,valid_from", *lines]))
    done = await imported(database, file)
    assert (done.code, done.out.splitlines()[-1]) == (0, "3000 new, 0 changed, 0 unchanged"), done.err
    assert await intake.pool.fetchval("select count(distinct xmin::text) from customers") == 1
