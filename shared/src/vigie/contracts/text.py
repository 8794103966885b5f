"""Text that can be stored and published: no NUL, no lone surrogate, a stated length.

PostgreSQL refuses NUL and UTF-8 has no lone surrogates: both would fail deep inside a batch and take their
neighbours along, so they are refused at the edge with the name of the field.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, StringConstraints


def storable(text: str) -> str:
    """``text`` unchanged, or a ValueError that says which character cannot be stored."""
    if "\x00" in text:
        raise ValueError("the character NUL cannot be stored")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a lone surrogate cannot be stored")
    return text


Word = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.&/-]*$")]
"""An id that people give to things: a desk, a priority, a kind, an agent, a level (``N1``, ``R&D``)."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(storable)]
"""One line written by a person: a name, a subject."""

Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(storable)]
"""What a person writes at length, in characters."""
