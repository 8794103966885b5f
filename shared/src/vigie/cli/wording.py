"""The words of weeks and deadlines when they are printed; those of a policy's own sheet are in vigie.policy.wording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vigie.contracts.requests import Language
from vigie.contracts.tickets import ContactOutcome
from vigie.policy.durations import DaysName


class Words(NamedTuple):
    """One language; what stands in braces is filled in."""

    week: str
    columns_of_week: tuple[str, str, str, str]
    """Day, opening hours, how long, what is special."""
    total: str
    closed: str
    closed_early: str
    """The hours of that day were over already."""
    closed_once: str
    """A day that the policy itself takes out, without a name."""
    never_was: str
    """A date that the zone left out."""
    worked: str
    long_day: str
    """A day of 23 or 25 hours."""
    opening_day: str
    """What a count of days leaves out."""
    not_counted: str
    """A weekday that is none of those that are counted."""
    counted_day: str
    days: Mapping[DaysName, tuple[str, str]]
    """One and many."""
    opened: str
    columns_of_reckoning: tuple[str, str, str, str]
    """Day, what was counted or why nothing was, how long, running total."""
    until: str
    """More than one day."""
    holiday: str
    shift: str
    promise: str
    due: str
    warning: str
    if_nothing: str
    call: str
    starts_with: str
    starts: Mapping[str, str]
    """By event."""
    attempts: Mapping[ContactOutcome, str]
    """A contact attempt of one outcome, where only that starts a promise."""
    outside_customer_hours: str
    no_target: str
    no_promise: str
    refused: str


WORDS: Mapping[Language, Words] = {
    "fr": Words(
        week="Du {first} au {last}",
        columns_of_week=("Jour", "Ouvert", "Durée", ""),
        total="Total",
        closed="fermé",
        closed_early="déjà fermé",
        closed_once="fermeture",
        never_was="cette date n’existe pas ici",
        worked="{holiday}, travaillé",
        long_day="changement d’heure, jour de {length}",
        opening_day="jour de l’ouverture, non compté",
        not_counted="non compté",
        counted_day="jour {count}",
        days={
            "jours_ouvres": ("{count} jour ouvré", "{count} jours ouvrés"),
            "jours_ouvrables": ("{count} jour ouvrable", "{count} jours ouvrables"),
        },
        opened="Requête ouverte le {at}, priorité {priority}, {kind}",
        columns_of_reckoning=("Jour", "Compté", "Durée", "Cumul"),
        until="jusqu’au {last} : {reason}",
        holiday="{name} (férié)",
        shift="changement d’heure, {before} → {after}",
        promise="{label} : {within}",
        due="Au plus tard le {at}",
        warning="Alerte le {at}",
        if_nothing="Si rien n’est fait :",
        call="{level} le {at}, après {after} de retard",
        starts_with="{label} : {within}, à partir du moment où {event}",
        starts={
            "OnCallAccepted": "un message d’astreinte est accepté",
            "OnSitePlanned": "une intervention sur site est planifiée",
            "ContactAttempted": "une tentative de contact a lieu",
        },
        attempts={
            "reached": "le client est joint",
            "no_answer": "le client ne répond pas",
            "voicemail": "un message est laissé sur le répondeur du client",
        },
        outside_customer_hours="{event}, en dehors de ses heures",
        no_target="Aucun délai promis à une telle requête pour : {labels}",
        no_promise="Aucun délai n’est promis à une telle requête.",
        refused="Une telle requête est refusée : {reason}",
    ),
    "en": Words(
        week="From {first} to {last}",
        columns_of_week=("Day", "Open", "Length", ""),
        total="Total",
        closed="closed",
        closed_early="closed by then",
        closed_once="closing day",
        never_was="there is no such date here",
        worked="{holiday}, worked",
        long_day="clocks change, a day of {length}",
        opening_day="day of the opening, not counted",
        not_counted="not counted",
        counted_day="day {count}",
        days={
            "jours_ouvres": ("{count} business day", "{count} business days"),
            "jours_ouvrables": ("{count} working day", "{count} working days"),
        },
        opened="Request opened {at}, priority {priority}, {kind}",
        columns_of_reckoning=("Day", "Counted", "Length", "Total"),
        until="until {last}: {reason}",
        holiday="{name} (public holiday)",
        shift="clocks change, {before} → {after}",
        promise="{label}: {within}",
        due="At the latest {at}",
        warning="Warning {at}",
        if_nothing="If nothing is done:",
        call="{level} {at}, {after} late",
        starts_with="{label}: {within}, starts when {event}",
        starts={
            "OnCallAccepted": "an on-call message is accepted",
            "OnSitePlanned": "a visit on site is planned",
            "ContactAttempted": "somebody tries to reach the customer",
        },
        attempts={
            "reached": "the customer is reached",
            "no_answer": "the customer does not answer",
            "voicemail": "a message is left on the customer’s voicemail",
        },
        outside_customer_hours="{event}, outside their hours",
        no_target="Nothing is promised to such a request for: {labels}",
        no_promise="Nothing is promised to such a request.",
        refused="Such a request is refused: {reason}",
    ),
    "es": Words(
        week="Del {first} al {last}",
        columns_of_week=("Día", "Abierto", "Duración", ""),
        total="Total",
        closed="cerrado",
        closed_early="ya cerrado",
        closed_once="día de cierre",
        never_was="esa fecha no existe aquí",
        worked="{holiday}, laborable",
        long_day="cambio de hora, día de {length}",
        opening_day="día de la apertura, no contado",
        not_counted="no contado",
        counted_day="día {count}",
        days={
            "jours_ouvres": ("{count} día de apertura", "{count} días de apertura"),
            "jours_ouvrables": ("{count} día laborable", "{count} días laborables"),
        },
        opened="Solicitud abierta el {at}, prioridad {priority}, {kind}",
        columns_of_reckoning=("Día", "Contado", "Duración", "Suma"),
        until="hasta el {last}: {reason}",
        holiday="{name} (festivo)",
        shift="cambio de hora, {before} → {after}",
        promise="{label}: {within}",
        due="A más tardar el {at}",
        warning="Aviso el {at}",
        if_nothing="Si no se hace nada:",
        call="{level} el {at}, con {after} de retraso",
        starts_with="{label}: {within}, a partir del momento en que {event}",
        starts={
            "OnCallAccepted": "se acepta un mensaje de guardia",
            "OnSitePlanned": "se planifica una visita",
            "ContactAttempted": "se intenta contactar con el cliente",
        },
        attempts={
            "reached": "se contacta con el cliente",
            "no_answer": "el cliente no contesta",
            "voicemail": "se deja un mensaje en el buzón del cliente",
        },
        outside_customer_hours="{event}, fuera de su horario",
        no_target="No se promete ningún plazo a tal solicitud para: {labels}",
        no_promise="No se promete ningún plazo a tal solicitud.",
        refused="Tal solicitud se rechaza: {reason}",
    ),
}
