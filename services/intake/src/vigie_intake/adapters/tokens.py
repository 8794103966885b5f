"""Who may use the API: a bearer token is a principal with a role and desks. Only its sha256 is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from vigie.io.queries import queries

Role = Literal["channel", "agent", "manager", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)

Database = asyncpg.Pool | asyncpg.Connection | PoolConnectionProxy
"""Whatever a single statement can be sent to."""

_SQL = queries("tokens", __package__ or "")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking."""

    name: str
    role: Role
    desks: frozenset[str] = frozenset()
    """Empty: every desk."""

    def sees(self, desk: str) -> bool:
        """Whether the desk exists for this principal."""
        return not self.desks or desk in self.desks

    @property
    def is_staff(self) -> bool:
        """Whether this is somebody of the desk: a channel only brings what customers say."""
        return self.role != "channel"

    @property
    def acts_for_others(self) -> bool:
        """Whether a command of this principal may name another agent."""
        return self.role in ("manager", "admin")


def fingerprint(token: str) -> bytes:
    """What is kept of a token. They are 256 random bits, so a plain hash is enough."""
    return sha256(token.encode()).digest()


def fresh_token() -> str:
    """A new token, shown once."""
    return f"vigie_{secrets.token_urlsafe(32)}"


async def holders(conn: Database, tokens: Iterable[str]) -> list[Principal | None]:
    """Whose each of ``tokens`` is, in order; None: nobody's, or not any more."""
    hashes = [fingerprint(token) for token in tokens]
    known = {
        row["hash"]: Principal(row["principal"], row["role"], frozenset(row["desks"]))
        for row in await conn.fetch(_SQL["holders"], hashes)
    }
    return [known.get(one) for one in hashes]


async def keep_token(conn: Database, token: str, principal: Principal) -> None:
    """Let ``token`` stand for ``principal`` from now on."""
    await conn.execute(_SQL["keep"], fingerprint(token), principal.name, principal.role, sorted(principal.desks))


async def list_tokens(conn: asyncpg.Connection) -> list[asyncpg.Record]:
    """Every token there has ever been: id, principal, role, desks, created_at, revoked_at."""
    return await conn.fetch(_SQL["list"])


async def revoke_tokens(conn: asyncpg.Connection, principal_or_id: str) -> int:
    """End the tokens of a principal, or the one of an id; how many there were."""
    return len(await conn.fetch(_SQL["revoke"], principal_or_id))
