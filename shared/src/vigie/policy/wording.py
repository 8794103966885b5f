"""The words around a policy's own ones when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vigie.contracts.requests import Language


class Words(NamedTuple):
    """One language; what stands in braces is filled in."""

    heading: str
    promises: str
    ladders: str
    only_for: str
    holidays: str
    on_call: str
    all_services: str
    weekdays: tuple[str, ...]
    """From Monday."""


WORDS: Mapping[Language, Words] = {
    "fr": Words(
        heading="{title} – version {version}, en vigueur depuis le {since}",
        promises="Engagements",
        ladders="Escalade, si un délai est dépassé d’au moins",
        only_for="Pour : {kinds}",
        holidays=", fermé les jours fériés {country}",
        on_call="Astreinte en dehors de {outside} : {services}",
        all_services="tous les services",
        weekdays=("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
    ),
    "en": Words(
        heading="{title} – version {version}, in force since {since}",
        promises="Commitments",
        ladders="Escalation, once a commitment is overdue by",
        only_for="For: {kinds}",
        holidays=", closed on public holidays {country}",
        on_call="On call outside {outside}: {services}",
        all_services="all services",
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ),
    "es": Words(
        heading="{title} – versión {version}, en vigor desde el {since}",
        promises="Compromisos",
        ladders="Escalada, si un plazo se supera en",
        only_for="Para: {kinds}",
        holidays=", cerrado los festivos {country}",
        on_call="Guardia fuera de {outside}: {services}",
        all_services="todos los servicios",
        weekdays=("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
    ),
}
