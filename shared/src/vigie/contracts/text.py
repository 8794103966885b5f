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
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("a lone surrogate cannot be stored") from error
    return text


def one_line(text: str) -> str:
    """``text`` unchanged, or a ValueError where it holds what breaks a line or steers a terminal."""
    if any(character < " " or "\x7f" <= character <= "\x9f" or character in "\u2028\u2029" for character in text):
        raise ValueError("one line holds no line breaks and no control characters")
    return text


def _line(text: str) -> str:
    """Both of the above; what can be printed as it stands, which is nearly everything, need not be looked through."""
    return text if text.isprintable() else one_line(storable(text))


def not_blank(text: str) -> str:
    """``text`` unchanged, or a ValueError where nothing is said."""
    if text.isspace():
        raise ValueError("it holds nothing but spaces")
    return text


def each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    """``values`` unchanged, or a ValueError that says which is there more than once."""
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value!r} is here a second time")
    return values


Word = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.&/-]*$")]
"""An id that people give to things: a desk, a priority, a kind, an agent, a level (``N1``, ``R&D``)."""

Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(_line),
]
"""One line written by a person: a name, a subject."""

Prose = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000), AfterValidator(storable), AfterValidator(not_blank)
]
"""What a person writes at length, in characters."""
