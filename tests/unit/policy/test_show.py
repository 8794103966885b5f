"""The sheet that people hang on a wall says all that a policy says, in words."""

from __future__ import annotations

import io
import itertools

import pytest
from rich.console import Console

from support.full_policy import FULL_POLICY
from support.policy_files import one_promise
from vigie.contracts.requests import Language
from vigie.policy.compile import parsed
from vigie.policy.model import PolicyFile
from vigie.policy.show import sheet
from vigie.policy.wording import WORDS

FULL = parsed(FULL_POLICY.encode(), "full/1.yaml")


def printed(file: PolicyFile, language: Language = "fr", width: int = 400) -> list[str]:
    paper = io.StringIO()
    Console(file=paper, width=width, markup=False, emoji=False, highlight=False).print(sheet(file, language))
    return [line.strip() for line in paper.getvalue().splitlines()]


@pytest.mark.parametrize(
    "line",
    [
        "Le service – version 1, en vigueur depuis le 2026-01-01",
        "• Langues : français, anglais",
        "• Faible : appelée aussi Mineure ; Sans gêne",
        "│ Prise en charge │ 4 h · office │ 45 min · always │",
        "│ Rappel          │ 1 jour ouvré │ 1 jour ouvré    │",
        (
            "• Prise en charge : commence à l’ouverture de la requête ; se termine à la prise en charge ; "
            "pour les demandes Technique ; pour clients sous contrat de maintenance ; "
            "suspension tant que le client est attendu"
        ),
        (
            "• Rappel : commence à la tentative de contact ; seulement si un répondeur prend l’appel, "
            "en dehors des heures du client ; se termine à la tentative de contact"
        ),
        "• Rappel quand il reste : 25 % du délai",
        "│ Niveau 2 │ –      │ + 30 min │",
        "Pour : Technique",
        "• Après chaque intervention sans succès, l’un après l’autre : Niveau 1, Niveau 2",
        "• Anomalie du produit, le niveau appelé est : Niveau 2",
        "• Anomalie du produit, n’en est pas une : mauvaise utilisation",
        "• Appel d’un niveau par une personne : seulement après un délai dépassé",
        "• Niveau 1, est informé : Anne <anne@desk.example> (fr)",
        "• office: lun–mar 09:00-12:00 (Europe/Paris, fermé les jours fériés FR)",
        "• always: 24/7 (Europe/Paris, fermé les jours fériés FR)",
        "• Calendrier office, fermé les jours fériés de la région : 57",
        "• Calendrier office, fermé chaque année le (mois-jour) : 12-24",
        "• Calendrier office, fermé le : 2026-05-15",
        "• Calendrier office, ouvert malgré le jour férié le : 2026-05-25",
        "• Jours ouvrables : lun, mar, mer, jeu, ven, sam",
        "• Calendrier des jours ouvrés : office",
        "• Calendrier des heures du client, si son contrat ne les dit pas : office",
        "• Demandes : Technique, Commerciale",
        "• Technique : appelée aussi Panne ; priorité par défaut Faible",
        "• Service proposé : « Téléphonie », « Fibre »",
        "• Motif proposé : « Panne »",
        "• En dehors des heures du calendrier : office",
        "• Le message doit indiquer : le numéro de requête",
        "• Pour : clients ayant souscrit l’astreinte",
        "• Pour les services : « Fibre »",
        "• Est informé : Paul <paul@desk.example> (fr)",
        (
            "• Demandes Technique, clients sans contrat de maintenance, au sujet de : Fibre, par : portal "
            "– « pas de contrat de maintenance »"
        ),
        "• Après une intervention réussie : aussitôt",
        "• Quand des fichiers sont demandés au client, jusqu’à leur arrivée : aussitôt",
        "• Sans réponse du client à une question, à la fin de : 3 jours ouvrés",
        "• Client injoignable : après 3 tentatives sans succès en 2 jours ouvrables",
        (
            "• Le client accepte d’abord le prix : intervention (sur site), demandes Technique, "
            "clients sans contrat de maintenance"
        ),
        "• Durée minimale facturée : 15 min",
        "• Durée minimale à distance, si l’outil n’était pas installé : 1 h",
        "• Coefficient immediate : × 3",
        "• Étapes de chaque demande : reading, filing",
        "• Envoyés par : support@desk.example",
        "• À l’ouverture de la requête, au client (modèle ticket_opened)",
    ],
)
def test_the_sheet_says(line: str) -> None:
    assert line in printed(FULL)


def test_the_parts_have_headings_in_their_order() -> None:
    lines = printed(FULL)
    headings = [line for before, line in itertools.pairwise(lines) if not before]
    assert headings == [
        "Le service", "Priorités", "Engagements", "Rappels", "Escalade", "Qui est informé", "Heures et jours",
        "Demandes", "Ordre de travail et techniciens", "Astreinte", "Demandes refusées", "Clôture automatique",
        "Prix et facturation", "Messages",
    ]  # fmt: skip


def test_what_a_desk_does_not_have_is_not_mentioned() -> None:
    lines = printed(parsed(one_promise(), "1.yaml"))
    assert not {"Escalade", "Astreinte", "Demandes refusées", "Prix et facturation", "Messages"} & set(lines)


def test_an_alias_that_is_the_label_is_not_repeated() -> None:
    same = FULL_POLICY.replace("aliases: [Panne]", "aliases: [Technique]").replace(
        "aliases: [Mineure]", "aliases: [P3]"
    )
    lines = printed(parsed(same.encode(), "1.yaml"))
    assert "• Technique : priorité par défaut Faible" in lines
    assert "• Faible : appelée aussi P3 ; Sans gêne" in lines


def test_a_desk_that_promises_no_delay_says_so() -> None:
    nothing = one_promise().partition(b"commitments:")[0]
    assert "Aucun délai n’est promis." in printed(parsed(nothing, "1.yaml"))


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", WORDS)
def test_the_sheet_fits_the_page(language: Language, width: int) -> None:
    assert max(map(len, printed(FULL, language, width))) <= width
