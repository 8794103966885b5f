"""Fixtures that every test may ask for; what each gives is told where it is defined."""

from support.stack import database, stack

__all__ = ["database", "stack"]
