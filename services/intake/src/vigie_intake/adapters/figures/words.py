"""The words of reports that people read, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from vigie.contracts.requests import Language


class Words(NamedTuple):
    """One language; what stands in braces is filled in."""

    heading: str
    nothing: str
    yes: str
    all: str
    no_service: str
    no_customer: str

    tickets: str
    ticket_columns: tuple[str, str, str, str, str]
    total: str
    backlog: str

    answers: str
    answer_columns: tuple[str, str, str, str, str]
    promised_hours: str

    promises: str
    promise_columns: tuple[str, str, str, str, str, str]

    same_day: str
    same_day_text: str

    work: str
    counts: Mapping[str, str]
    refused: str
    invalid: str

    calls: str
    calls_text: str

    services: str
    service_columns: tuple[str, str, str, str]
    incident: str
    still: str

    bills: str
    bill_columns: tuple[str, ...]
    phase_columns: tuple[str, str, str]
    minimum: str
    no_work: str

    unresolved: str
    unresolved_columns: tuple[str, ...]
    age: str
    listed: str
    """On how many weekly lists, and when last."""
    waits: str
    nobody: str
    not_told: str
    bug: str
    all_resolved: str


WORDS: Final[Mapping[Language, Words]] = {
    "fr": Words(
        heading="{title} – du {first} au {last} inclus, heure du service ({zone})",
        nothing="–",
        yes="oui",
        all="toutes",
        no_service="(service non indiqué)",
        no_customer="(client non indiqué)",
        tickets="Requêtes",
        ticket_columns=("Type", "Priorité", "Ouvertes", "Closes", "Rouvertes"),
        total="Total",
        backlog="Non résolues : {at_start} au début, {at_end} à la fin.",
        answers="Délai de réponse, de l’ouverture à la prise en charge",
        answer_columns=("Priorité", "Requêtes", "Moyenne", "Médiane", "90 % en moins de"),
        promised_hours="{of}, en heures de l’engagement",
        promises="Engagements",
        promise_columns=("Engagement", "Priorité", "Tenus", "En retard", "Non tenus", "Part tenue"),
        same_day="Le jour même",
        same_day_text=(
            "Requêtes ouvertes : {opened} ; prises en charge le jour même : {taken} ({taken_share}) ; "
            "traitées le jour même : {done} ({done_share})."
        ),
        work="Travail",
        counts={
            "interventions_solved": "interventions réussies",
            "interventions_unresolved": "interventions sans solution",
            "customers_reached": "clients joints",
            "customers_not_reached": "tentatives de contact sans succès",
            "visits_planned": "déplacements planifiés",
            "visits": "interventions sur site",
            "exchanges": "matériels échangés",
            "repairs": "matériels dépannés en atelier",
            "bugs": "bugs déclarés",
            "workarounds": "solutions palliatives",
            "fixes": "correctifs livrés",
        },
        refused="Demandes refusées",
        invalid="demande incomplète ou erronée",
        calls="Appels",
        calls_text="Reçus : {received} ; abandonnés : {given_up} ({share}).",
        services="Disponibilité des services",
        service_columns=("Service", "Disponible", "Indisponible", "Incidents"),
        incident="{service}, {number} ({kind}) : {since} → {until}, {counted} dans la période",
        still="en cours",
        bills="Temps facturé",
        bill_columns=("Date", "Requête", "Par", "Réel", "Minimum", "Facturé", "Coefficients", "Pondéré", "Déplacement"),
        minimum="{minutes} min",
        phase_columns=("Requête", "Étapes saisies", "Étapes non saisies"),
        no_work="Aucun temps n’a été saisi.",
        unresolved="{title} – non résolues le {at} : {count}",
        unresolved_columns=("Requête", "Client", "Âge", "À", "Dernière activité", "Dernier mot au client", "Bug"),
        age="{days} j",
        listed="{weeks}× en liste,\n{at}",
        waits="attend le client",
        nobody="personne",
        not_told="rien depuis l’accusé de réception",
        bug="déclaré",
        all_resolved="Tout est résolu.",
    ),
    "en": Words(
        heading="{title} – from {first} to {last} included, the desk’s own time ({zone})",
        nothing="–",
        yes="yes",
        all="all",
        no_service="(no service named)",
        no_customer="(no customer named)",
        tickets="Tickets",
        ticket_columns=("Kind", "Priority", "Opened", "Closed", "Reopened"),
        total="Total",
        backlog="Unresolved: {at_start} at the beginning, {at_end} at the end.",
        answers="Time to answer, from the opening to the taking in charge",
        answer_columns=("Priority", "Tickets", "Mean", "Median", "90 % within"),
        promised_hours="{of}, in the hours of the commitment",
        promises="Commitments",
        promise_columns=("Commitment", "Priority", "Kept", "Late", "Missed", "Share kept"),
        same_day="The same day",
        same_day_text=(
            "Tickets opened: {opened}; taken in charge the same day: {taken} ({taken_share}); "
            "done the same day: {done} ({done_share})."
        ),
        work="Work",
        counts={
            "interventions_solved": "interventions that succeeded",
            "interventions_unresolved": "interventions without a solution",
            "customers_reached": "customers reached",
            "customers_not_reached": "attempts that reached nobody",
            "visits_planned": "visits planned",
            "visits": "visits on site",
            "exchanges": "exchanges of equipment",
            "repairs": "repairs in the workshop",
            "bugs": "bugs declared",
            "workarounds": "workarounds",
            "fixes": "fixes delivered",
        },
        refused="Requests refused",
        invalid="incomplete or wrong",
        calls="Calls",
        calls_text="Received: {received}; abandoned: {given_up} ({share}).",
        services="Availability of services",
        service_columns=("Service", "Available", "Down", "Incidents"),
        incident="{service}, {number} ({kind}): {since} → {until}, {counted} inside the period",
        still="still so",
        bills="Time charged",
        bill_columns=("Date", "Ticket", "By", "Real", "Minimum", "Charged", "Factors", "Weighted", "Travel"),
        minimum="{minutes} min",
        phase_columns=("Ticket", "Steps logged", "Steps not logged"),
        no_work="No time was logged.",
        unresolved="{title} – unresolved on {at}: {count}",
        unresolved_columns=("Ticket", "Customer", "Age", "With", "Last activity", "Last word to the customer", "Bug"),
        age="{days} d",
        listed="listed {weeks}×,\n{at}",
        waits="waits for the customer",
        nobody="nobody",
        not_told="nothing since the acknowledgement",
        bug="declared",
        all_resolved="Everything is resolved.",
    ),
    "es": Words(
        heading="{title} – del {first} al {last} incluido, hora del servicio ({zone})",
        nothing="–",
        yes="sí",
        all="todas",
        no_service="(servicio no indicado)",
        no_customer="(cliente no indicado)",
        tickets="Solicitudes",
        ticket_columns=("Tipo", "Prioridad", "Abiertas", "Cerradas", "Reabiertas"),
        total="Total",
        backlog="Sin resolver: {at_start} al principio, {at_end} al final.",
        answers="Tiempo de respuesta, de la apertura al inicio de la atención",
        answer_columns=("Prioridad", "Solicitudes", "Media", "Mediana", "90 % en menos de"),
        promised_hours="{of}, en horas del compromiso",
        promises="Compromisos",
        promise_columns=("Compromiso", "Prioridad", "Cumplidos", "Con retraso", "Incumplidos", "Parte cumplida"),
        same_day="El mismo día",
        same_day_text=(
            "Solicitudes abiertas: {opened}; atendidas el mismo día: {taken} ({taken_share}); "
            "resueltas el mismo día: {done} ({done_share})."
        ),
        work="Trabajo",
        counts={
            "interventions_solved": "intervenciones con éxito",
            "interventions_unresolved": "intervenciones sin solución",
            "customers_reached": "clientes contactados",
            "customers_not_reached": "intentos de contacto sin éxito",
            "visits_planned": "visitas planificadas",
            "visits": "intervenciones in situ",
            "exchanges": "equipos cambiados",
            "repairs": "equipos reparados en el taller",
            "bugs": "fallos declarados",
            "workarounds": "soluciones provisionales",
            "fixes": "correcciones entregadas",
        },
        refused="Solicitudes rechazadas",
        invalid="incompleta o errónea",
        calls="Llamadas",
        calls_text="Recibidas: {received}; abandonadas: {given_up} ({share}).",
        services="Disponibilidad de los servicios",
        service_columns=("Servicio", "Disponible", "No disponible", "Incidentes"),
        incident="{service}, {number} ({kind}): {since} → {until}, {counted} dentro del período",
        still="en curso",
        bills="Tiempo facturado",
        bill_columns=(
            *("Fecha", "Solicitud", "Por", "Real", "Mínimo", "Facturado", "Coeficientes", "Ponderado"),
            "Desplazamiento",
        ),
        minimum="{minutes} min",
        phase_columns=("Solicitud", "Etapas anotadas", "Etapas sin anotar"),
        no_work="No se anotó ningún tiempo.",
        unresolved="{title} – sin resolver el {at}: {count}",
        unresolved_columns=(
            "Solicitud",
            "Cliente",
            "Edad",
            "Con",
            "Última actividad",
            "Última noticia al cliente",
            "Fallo",
        ),
        age="{days} d",
        listed="{weeks}× en lista,\n{at}",
        waits="espera al cliente",
        nobody="nadie",
        not_told="nada desde el acuse de recibo",
        bug="declarado",
        all_resolved="Todo está resuelto.",
    ),
}
