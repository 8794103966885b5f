"""How a decision is written: pure functions over one stream, and what a service makes of what it hears."""

from vigie.decider.core import Caller, Core, Reaction, Received, stream_name
from vigie.decider.decider import Command, Decider, Wake, due_before, fold
from vigie.decider.errors import Elsewhere, Lacking, Refused, UnknownPolicyVersion

__all__ = [
    "Caller",
    "Command",
    "Core",
    "Decider",
    "Elsewhere",
    "Lacking",
    "Reaction",
    "Received",
    "Refused",
    "UnknownPolicyVersion",
    "Wake",
    "due_before",
    "fold",
    "stream_name",
]
