"""What each language must have a word for.

A sentence is a tuple of pieces. The first is said always; each of the others only where all that its braces name is
known. Where the first itself names what is not known, the sentence under ``<name>:unsaid`` stands in for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vigie.contracts.requests import Language
from vigie.speech import typeset

Sentence = tuple[str, ...]


class Words(NamedTuple):
    """One language."""

    sentences: Mapping[str, Sentence]
    """By the event's name, or its name and the turn it took: ``ClockMet.late``."""
    terms: Mapping[str, Mapping[str, str]]
    """What the values of a field are called: by the field's name, or the event's and the field's. ``*`` is said of any
    other value, its braces are the value."""
    quoted: str
    """Around what a person wrote, and around names that the desk gives to things."""
    erased: str
    """In place of what a person wrote and was erased since."""
    also: str
    """Between several."""


def in_print(words: Words, language: Language) -> Words:
    """``words`` with the typography of their language."""

    def printed(sentence: Sentence) -> Sentence:
        return tuple(typeset(piece, language) for piece in sentence)

    return words._replace(
        sentences={name: printed(sentence) for name, sentence in words.sentences.items()},
        quoted=typeset(words.quoted, language),
    )
