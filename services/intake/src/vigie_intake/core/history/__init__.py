"""What happened to a ticket, one sentence for each event, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from vigie.contracts.requests import Language
from vigie_intake.core.history.en import ENGLISH
from vigie_intake.core.history.es import SPANISH
from vigie_intake.core.history.fr import FRENCH
from vigie_intake.core.history.teller import Teller
from vigie_intake.core.history.words import Words

__all__ = ["WORDS", "Teller", "Words"]

WORDS: Mapping[Language, Words] = {"fr": FRENCH, "en": ENGLISH, "es": SPANISH}
