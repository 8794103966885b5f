"""The words around a policy's own ones when it is printed: one module for each language."""

from __future__ import annotations

from collections.abc import Mapping

from vigie.contracts.requests import Language
from vigie.policy.wording.en import ENGLISH
from vigie.policy.wording.es import SPANISH
from vigie.policy.wording.fr import FRENCH
from vigie.policy.wording.words import Words

__all__ = ["WORDS", "Words"]

WORDS: Mapping[Language, Words] = {"fr": FRENCH, "en": ENGLISH, "es": SPANISH}
