"""The ways in which a wish is not granted."""

from __future__ import annotations

import re
from typing import ClassVar
from uuid import UUID


class Refused(Exception):
    """A rule of the desk forbids what was asked.

    Each subclass is one rule; its docstring is what the caller is told, its ``name`` what programs match on,
    its attributes the facts.
    """

    name: ClassVar[str] = "refused"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def __str__(self) -> str:
        return (type(self).__doc__ or self.name).strip().splitlines()[0]


class Lacking(Exception):
    """The stream has not heard yet of what this message builds on. The message is kept until it has."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not heard yet: {what}")
        self.what = what


class Elsewhere(Exception):
    """The stream does not take the message itself: another one does, in its place and for ever.

    Whoever drives the core gives that one the same command.
    """

    def __init__(self, key: UUID) -> None:
        super().__init__(str(key))
        self.key = key


class UnknownPolicyVersion(Lacking):
    """The message names a policy version that this process has not loaded."""

    def __init__(self, policy: str, version: int) -> None:
        super().__init__(f"policy {policy} version {version}")
        self.policy = policy
        self.version = version
