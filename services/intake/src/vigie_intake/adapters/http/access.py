"""Who asks, and what they may do."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import asyncpg
from fastapi import Request

from vigie.contracts.tickets import InvalidField
from vigie.io.grouping import Grouping
from vigie_intake.adapters.http.problems import Wrong
from vigie_intake.adapters.http.strict import Authenticate
from vigie_intake.adapters.tokens import Principal, holders

_BEARER: Final = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)


def bearer_tokens(pool: asyncpg.Pool) -> Authenticate:
    """Principals by the tokens in the database, asked each time: a token that is revoked ends at once.

    Requests that come while a look-up is running are looked up together.
    """
    asking: Grouping[str, Principal | None] = Grouping(partial(holders, pool))

    async def authenticate(request: Request) -> Principal:
        match = _BEARER.fullmatch(request.headers.get("authorization", ""))
        if match is None:
            raise _unauthorized("Send a token: Authorization: Bearer …")
        principal = await asking.put(match[1])
        if principal is None:
            raise _unauthorized("This token is not known, or was revoked.", 'error="invalid_token"')
        return principal

    return authenticate


def _unauthorized(detail: str, why: str = "") -> Wrong:
    return Wrong(401, "unauthorized", detail, headers={"WWW-Authenticate": f'Bearer realm="vigie"{why and ", " + why}'})


def principal_of(request: Request) -> Principal:
    """Who asks; the route has found out before anything was read."""
    principal: Principal = request.state.principal
    return principal


def acting_agent(principal: Principal, named: str | None) -> str | None:
    """Who acts: the principal itself, or whom it names where its role may act for others. None: a customer."""
    own_name = principal.name if principal.is_staff else None
    if named is None or named == own_name:
        return own_name
    if not principal.acts_for_others:
        field = InvalidField(field="agent", problem="may only be yourself")
        raise Wrong(403, "not_for_others", "Your role may not act for others.", (field,))
    return named


def staff_only(principal: Principal) -> None:
    """Refuse what only the desk's own people do."""
    if not principal.is_staff:
        raise Wrong(403, "staff_only", "Only the desk's own people may do this.")


def actor(principal: Principal, agent: str | None) -> str:
    """How an event says who caused it."""
    return f"channel:{principal.name}" if agent is None else f"agent:{agent}"
