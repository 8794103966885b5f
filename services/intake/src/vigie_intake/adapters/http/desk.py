"""What the routes are made of: everything they need, given once by the composition root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import asyncpg

from vigie.io.records import Answer, DomainClock, Order
from vigie.policy import Policies
from vigie_intake.adapters.directory import Directory
from vigie_intake.adapters.http.strict import Authenticate
from vigie_intake.adapters.objects import Objects
from vigie_intake.core.attachments import Kind


class Performs(Protocol):
    """The engine, as far as the API knows it."""

    async def perform(self, order: Order) -> Answer:
        """Carry out ``order``; see ``vigie.io.engine.Engine.perform`` for what it raises."""

    async def perform_all(self, orders: Sequence[Order]) -> list[Answer]:
        """Carry out all of ``orders`` in one transaction, or none of them."""


@dataclass(frozen=True, slots=True)
class Filing:
    """Where attachments are kept, and which."""

    objects: Objects
    limit: int
    """Bytes of one file."""
    media_types: frozenset[str]
    """Those that are accepted; project files of a desk are accepted besides."""

    def takes(self, kind: Kind, project_files: frozenset[str]) -> bool:
        """Whether files of ``kind`` are accepted, at a desk with such project files."""
        return kind.media_type in self.media_types or not project_files.isdisjoint(kind.endings)


@dataclass(frozen=True, slots=True)
class Desk:
    """The inside of intake, as the API sees it."""

    engine: Performs
    pool: asyncpg.Pool
    """For reading the view."""
    policies: Policies
    clock: DomainClock
    authenticate: Authenticate
    directory: Directory
    filing: Filing
