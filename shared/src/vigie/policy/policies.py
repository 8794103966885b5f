"""The policies that a process knows: every version of every desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from vigie.decider.errors import UnknownPolicyVersion
from vigie.policy.policy import Policy

_OFFSETS_APART: Final = 2
"""Days by which the dates of one instant may differ between two offsets: each is less than a day."""


class Policies:
    """Versions of policies, to be asked for by what a ticket says or by when it was asked for."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        in_order = sorted(policies, key=lambda policy: (policy.id, policy.version))
        self._versions = {(policy.id, policy.version): policy for policy in in_order}
        self._desks: dict[str, list[Policy]] = {}
        for policy in in_order:
            self._desks.setdefault(policy.id, []).append(policy)

    def version(self, desk: str, version: int) -> Policy:
        """The version that a ticket was opened under; raises :class:`UnknownPolicyVersion`."""
        try:
            return self._versions[desk, version]
        except KeyError:
            raise UnknownPolicyVersion(desk, version) from None

    def at(self, desk: str, moment: datetime) -> Policy | None:
        """The version for a request made at ``moment`` (aware), by the date that the desk's own clock showed then.

        None before the first version was in force, and for a desk that is not known.
        """
        in_force = [one for one in self._of(desk) if _is_in_force(one, moment)]
        return in_force[-1] if in_force else None

    def on(self, desk: str, day: date) -> Policy | None:
        """The version in force on a local date of the desk; None as in :meth:`at`."""
        in_force = [one for one in self._of(desk) if one.effective_from <= day]
        return in_force[-1] if in_force else None

    def latest(self, desk: str) -> Policy | None:
        """The desk's last version, in force already or not; None for a desk that is not known."""
        versions = self._of(desk)
        return versions[-1] if versions else None

    def desks(self) -> tuple[str, ...]:
        """The ids of all desks, in the order of the alphabet."""
        return tuple(self._desks)

    def versions(self, desk: str) -> tuple[int, ...]:
        """The versions of a desk, oldest first; () for a desk that is not known."""
        return tuple(one.version for one in self._of(desk))

    def all(self) -> tuple[Policy, ...]:
        """Every version, by desk, oldest first."""
        return tuple(self._versions.values())

    def _of(self, desk: str) -> list[Policy]:
        return self._desks.get(desk, [])


def _is_in_force(policy: Policy, moment: datetime) -> bool:
    """Every request asks: where no offset could make a difference, the local date is not worked out."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no offset, so it is no instant")
    days = moment.toordinal() - policy.effective_from.toordinal()
    if abs(days) > _OFFSETS_APART:
        return days > 0
    return policy.effective_from <= moment.astimezone(ZoneInfo(policy.timezone)).date()
