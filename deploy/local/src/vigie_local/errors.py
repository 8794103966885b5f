"""What may go wrong on somebody's machine."""

from __future__ import annotations


class StackError(Exception):
    """The stack cannot do what was asked; the message is one sentence for the person who asked, and all they see."""
