"""« Procédure d'assistance hotline », OCM, 2024: its sentences, told by what people do and what they see."""

from __future__ import annotations

from typing import Any

from support.desk import Desk, Ticket, at_desk
from support.stories import story

ocm = story(at_desk("ocm", kind="software", service="EBP", subject="La facture ne s’imprime plus"))

SERVED: dict[str, Any] = {"audit_accepted": True, "trained": {"ocm": ["EBP"]}}
"""A customer whom both hotlines serve."""


async def call(desk: Desk, key: str) -> Ticket:
    """The telephone system tells of a call by somebody whom the directory knows by their number."""
    return await desk.tell("CallReceived", desk="ocm", caller_number=desk.phone, ivr_key=key)


@ocm
async def test_la_touche_1_renvoie_votre_appel_directement_aupres_de_notre_hotline_logiciels(desk: Desk) -> None:
    """« La touche 1 renvoie votre appel directement auprès de notre hotline "LOGICIELS". »"""
    await desk.customer(**SERVED)
    await desk.until("2026-03-23 10:00")
    called = await (await call(desk, "1")).became()
    (opened,) = await called.events("TicketOpened")
    assert (opened.data["kind"], opened.data["channel"]) == ("software", "phone")
    assert opened.data["identified_by"] == "caller_number"  # which proves nothing


@ocm
async def test_la_touche_2_renvoie_votre_appel_directement_aupres_de_notre_hotline_cloud(desk: Desk) -> None:
    """« La touche 2 renvoie votre appel directement auprès de notre hotline "CLOUD". »"""
    await desk.customer(**SERVED)
    await desk.until("2026-03-23 10:00")
    assert await (await call(desk, "2")).told("TicketOpened", "kind") == [("2026-03-23 10:00", "cloud")]


@ocm
async def test_n_hesitez_pas_a_contacter_notre_service_commercial_avec_la_touche_3(desk: Desk) -> None:
    """« N'hésitez pas à contacter notre service commercial avec la touche 3. »"""
    await desk.customer(audit_accepted=False)
    await desk.until("2026-03-23 10:00")
    assert await (await call(desk, "3")).told("TicketOpened", "kind") == [("2026-03-23 10:00", "commercial")]


@ocm
async def test_rapprochez_vous_de_notre_service_administratif_avec_la_touche_4(desk: Desk) -> None:
    """« Besoin de votre code annuel logiciel ? Rapprochez-vous de notre service administratif avec la touche 4. »"""
    await desk.customer(audit_accepted=False)
    await desk.until("2026-03-23 10:00")
    assert await (await call(desk, "4")).told("TicketOpened", "kind") == [("2026-03-23 10:00", "administrative")]


@ocm
async def test_votre_appel_est_receptionne_et_votre_demande_est_qualifiee_par_votre_interlocuteur(desk: Desk) -> None:
    """« Votre appel est réceptionné, et votre demande est qualifiée par votre interlocuteur. »"""
    await desk.until("2026-03-23 10:00")
    unknown = await desk.tell("CallReceived", desk="ocm", caller_number=desk.phone, ivr_key="1")
    waiting = [one["call_id"] for one in (await desk.get("/v1/calls", desk="ocm"))["calls"]]
    assert unknown.id in waiting
    await desk.until("2026-03-23 10:05")
    made = await desk.http("POST", f"/v1/calls/{unknown.id}/ticket", desk.request())
    assert made.status_code == 201, made.text
    ticket = await unknown.became()
    await ticket.do("qualify", kind="cloud", agent="amelie")
    assert await ticket.told("TicketOpened", "kind") == [("2026-03-23 10:00", "software")]  # it counts from the call
    assert await ticket.told("TicketQualified", "previous_kind", "kind", "qualified_by") == [
        ("2026-03-23 10:05", "software", "cloud", "amelie")
    ]


@ocm
async def test_la_prise_en_charge_est_saisie_et_materialisee_sous_forme_de_tickets(desk: Desk) -> None:
    """« La prise en charge est saisie et matérialisée dans notre logiciel … sous forme de tickets. »"""
    await desk.customer(**SERVED)
    await desk.until("2026-03-23 10:00")
    ticket = await (await call(desk, "1")).became()
    await ticket.do("take-charge", agent="amelie")
    assert f"Elle porte la référence {ticket.number}." in (await ticket.mail("ticket_opened")).text
    assert await ticket.told("TicketTakenInCharge", "taken_by") == [("2026-03-23 10:00", "amelie")]


@ocm
async def test_a_l_issue_de_cette_etape_un_interlocuteur_dedie_vous_rappelle(desk: Desk) -> None:
    """« À l'issue de cette étape, un interlocuteur dédié vous rappelle »; no delay is promised for that"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("assign", to="denis")
    await desk.until("2026-04-20 11:00")
    await ticket.do("contact-attempts", outcome="no_answer", agent="denis")
    assert await ticket.told("TicketAssigned", "assigned_to") == [("2026-03-23 10:00", "denis")]
    assert (
        "Nous avons cherché à vous joindre le lundi 20 avril 2026 à 11 h 00"
        in (await ticket.mail("contact_attempted")).text
    )
    assert await ticket.told("ClockStarted") == []
    assert (await ticket.page())["owner"] == "denis"


@ocm
async def test_une_procedure_unique(desk: Desk) -> None:
    """« Une Procédure Unique »"""
    await desk.until("2026-03-23 10:00")
    asked = [await desk.ask(kind=kind) for kind in ("software", "cloud", "commercial", "administrative")]
    assert [(await ticket.page())["priority"] for ticket in asked] == ["normal"] * 4


@ocm
async def test_imperativement_par_un_utilisateur_prealablement_forme_au_logiciel_concerne(desk: Desk) -> None:
    """« impérativement être faite par un utilisateur préalablement formé au(x) logiciel(s) concerné(s) »"""
    acme = await desk.customer(audit_accepted=True)
    await desk.until("2026-03-23 10:00")
    assert await desk.ask_in_vain(customer=acme) == "user_not_trained"
    refused = await call(desk, "2")
    assert await refused.told("RequestRefused", "reason") == [("2026-03-23 10:00", "user_not_trained")]
    texts = [mail.text for mail in await desk.mails()]
    assert len(texts) == 2
    assert all("nous pouvons aussi vous proposer une formation" in text for text in texts)
    training = {"email": desk.contact["email"], "desk": "ocm", "service": "EBP"}
    assert (await desk.http("POST", f"/v1/customers/{acme}/trainings", training)).status_code == 200
    assert (await (await desk.ask(customer=acme)).page())["state"] == "open"


@ocm
async def test_un_consultant_qualifie_et_agree_repond(desk: Desk) -> None:
    """« En fonction de l'outil concerné, un consultant qualifié et agréé, répond »"""
    await desk.until("2026-01-05 10:00")  # when nothing else waits
    software = await desk.ask(kind="software")
    cloud = await desk.ask(kind="cloud")
    given = {
        agent: (await desk.get("/v1/desks/ocm/queue/next", agent=agent))["ticket"]
        for agent in ("amelie", "bruno", "denis", "claire", "stranger")
    }
    assert [one["number"] for one in map(given.get, ("amelie", "bruno", "denis")) if one] == [
        software.number,
        cloud.number,
        software.number,
    ]
    assert (given["claire"], given["stranger"]) == (None, None)
    for ticket in (software, cloud):
        await ticket.do("end-intervention", outcome="solved")


@ocm
async def test_par_telephone_ou_en_prenant_la_main_a_distance_sur_votre_poste(desk: Desk) -> None:
    """« répond par téléphone ou en prenant la main à distance sur votre poste »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("end-intervention", mode="phone", outcome="unresolved")
    await desk.until("2026-03-23 10:30")
    await ticket.do("end-intervention", mode="remote", outcome="solved", agent="bruno")
    assert await ticket.told("InterventionEnded", "mode", "ended_by") == [
        ("2026-03-23 10:00", "phone", "amelie"),
        ("2026-03-23 10:30", "remote", "bruno"),
    ]


@ocm
async def test_si_la_solution_est_apportee_le_ticket_est_cloture(desk: Desk) -> None:
    """« À l'issue de cette intervention, si la solution est apportée, le ticket est clôturé. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await desk.until("2026-03-23 10:40")
    await ticket.do("end-intervention", outcome="solved")
    assert await ticket.told("TicketClosed", "reason", "closed_by") == [("2026-03-23 10:40", "solved", None)]
    assert "La difficulté est résolue." in (await ticket.mail("ticket_closed")).text
    assert await ticket.told("EscalationRaised") == []
    assert (await ticket.page())["state"] == "closed"


@ocm
async def test_s_il_n_est_pas_cloture_quelle_qu_en_soit_la_raison_une_procedure_d_escalade_est_declenchee(
    desk: Desk,
) -> None:
    """« adressée à un consultant de niveau supérieur, voire engager une consultation auprès de l'éditeur »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    for day in ("2026-03-23", "2026-03-24", "2026-03-25"):
        await desk.until(f"{day} 10:30")
        await ticket.do("end-intervention", outcome="unresolved")
    assert await ticket.told("EscalationRaised", "level", "reason", "requested_by") == [
        ("2026-03-23 10:30", "N2", "unresolved", "amelie"),
        ("2026-03-24 10:30", "vendor", "unresolved", "amelie"),
    ]
    raised = await ticket.mails("escalation_raised")
    assert [mail.to for mail in raised] == ["n2@ocm.example", "editeurs@ocm.example"]
    told = [mail.text for mail in await ticket.mails("intervention_unresolved")]
    assert "transmise au niveau suivant : Consultant de niveau supérieur" in told[0]
    assert "transmise au niveau suivant : Éditeur" in told[1]
    assert "transmise" not in told[2]  # there is nobody further


@ocm
async def test_tout_nouveau_client_pris_en_charge_qu_apres_avoir_accepte_un_audit_prealable(desk: Desk) -> None:
    """« Tout nouveau client OCM sera pris en charge …, qu'après avoir accepté un audit préalable »"""
    acme = await desk.customer(audit_accepted=False, trained={"ocm": ["EBP"]})
    await desk.until("2026-03-23 10:00")
    assert await desk.ask_in_vain(customer=acme) == "audit_not_accepted"
    (mail,) = await desk.mails()
    assert "Dites-nous que vous acceptez cet audit" in mail.text
    assert (await desk.http("POST", f"/v1/customers/{acme}/accept-audit")).status_code == 200
    assert (await (await desk.ask(customer=acme)).page())["state"] == "open"


@ocm
async def test_lundi_au_jeudi_09h00_12h00_14h00_18h00_vendredi_09h00_12h00_14h00_17h00(desk: Desk) -> None:
    """« LUNDI AU JEUDI : 09H00 - 12H00 / 14H00 - 18H00 · VENDREDI : … »: no promise counts them"""
    await desk.until("2026-03-28 10:00")  # a Saturday
    ticket = await desk.ask()
    assert (await ticket.page())["state"] == "open"
    assert (await ticket.page())["commitments"] == []
