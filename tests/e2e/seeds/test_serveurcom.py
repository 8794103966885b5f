"""« Centre de Service Clients », Serveurcom, 2017: its sentences, told by what people do and what they see."""

from __future__ import annotations

from support.desk import Desk, Ticket, at_desk
from support.stories import story

serveurcom = story(at_desk("serveurcom", kind="technical", service="Support technique", subject="Plus de téléphone"))


async def message(ticket: Ticket, **said: str | None) -> None:
    """What a voicemail system tells of a message to the on-call service; what is None was not said."""
    full = {"number": ticket.number, "contact_details": "Jeanne, 06 12 34 56 78", "subject": "Plus de téléphone"}
    data = {name: value for name, value in {**full, **said}.items() if value is not None}
    await ticket.desk.tell("OnCallMessageLeft", desk="serveurcom", **data)


async def covered_in_the_evening(desk: Desk) -> Ticket:
    """An urgent ticket of somebody with the on-call option, at ten in the evening."""
    acme = await desk.customer(contract={"on_call": True})
    await desk.until("2026-03-23 22:00")
    return await desk.ask(customer=acme, priority="high")


@serveurcom
async def test_du_lundi_au_jeudi_de_8h30_a_12h30_et_de_14h00_a_18h00_et_le_vendredi_de_8h30_a_12h30_et_de_14h00_a_17h00(
    desk: Desk,
) -> None:
    """« du lundi au jeudi de 8h30 à 12h30 et de 14h00 à 18h00 et le vendredi de … et de 14h00 à 17h00 (HOJO) »"""
    await desk.until("2026-03-26 11:30")  # a Thursday
    thursday = await desk.ask(priority="low")
    await desk.until("2026-03-27 16:00")
    friday = await desk.ask(priority="low")
    assert (await thursday.told("ClockStarted", "clock", "due_at"))[0][1:] == ("take_charge", "2026-03-26 17:00")
    assert (await friday.told("ClockStarted", "clock", "due_at"))[0][1:] == ("take_charge", "2026-03-30 11:30")


@serveurcom
async def test_l_ensemble_de_vos_demandes_techniques_commerciales_administratives_24h_24_et_7j_7(desk: Desk) -> None:
    """« l'ensemble de vos demandes (techniques, commerciales, administratives) 24h/24 et 7j/7 »"""
    await desk.until("2026-03-22 03:00")  # a Sunday
    asked = [
        await desk.ask(kind=kind, priority="low", service=service)
        for kind, service in (
            ("technical", "Support technique"),
            ("commercial", "Service commercial"),
            ("administrative", "Service administratif"),
        )
    ]
    pages = [await ticket.page() for ticket in asked]
    assert [page["kind"] for page in pages] == ["technical", "commercial", "administrative"]
    assert {page["state"] for page in pages} == {"open"}


@serveurcom
async def test_consigner_une_requete(desk: Desk) -> None:
    """« Service: Support technique · Motif de la requête: Questions sur les fonctionnalités · Priorité: Mineure »"""
    await desk.until("2026-03-23 10:00")
    form = {"reason": "Questions sur les fonctionnalités", "priority": "Mineure"}
    ticket = await desk.ask(**form, subject="Comment activer mon répondeur?", description="Numéro court 400")
    page = await ticket.page()
    assert (page["service"], page["reason"]) == ("Support technique", "Questions sur les fonctionnalités")
    assert (page["priority"], page["subject"]) == ("low", "Comment activer mon répondeur?")
    assert page["description"] == "Numéro court 400"


@serveurcom
async def test_suivre_toutes_vos_demandes_ouvertes_par_vos_soins_ou_par_telephone(desk: Desk) -> None:
    """« toutes vos demandes, ouvertes par vos soins via votre portail ou par l'équipe … par téléphone »"""
    await desk.until("2026-03-23 10:00")
    acme = await desk.customer()
    await desk.ask(customer=acme, channel="portal", priority="low")
    await desk.ask(customer=acme, channel="phone", priority="low")
    found = (await desk.get("/v1/tickets", customer=acme))["tickets"]
    assert [one["channel"] for one in found] == ["phone", "portal"]


@serveurcom
async def test_afficher_toutes_vos_requetes_en_cours_traitees(desk: Desk) -> None:
    """« afficher toutes vos requêtes (en cours, traitées) »"""
    await desk.until("2026-03-23 10:00")
    acme = await desk.customer()
    current = await desk.ask(customer=acme, priority="low")
    treated = await desk.ask(customer=acme, priority="low")
    await treated.do("resolve")
    lists = [await desk.get("/v1/tickets", customer=acme, state=state) for state in ("open", "resolved")]
    assert [[one["number"] for one in page["tickets"]] for page in lists] == [[current.number], [treated.number]]


@serveurcom
async def test_notifiee_par_mail_a_chaque_ouverture_de_requetes(desk: Desk) -> None:
    """« La personne responsable de votre portail client sera notifiée par mail à chaque ouverture de requêtes »"""
    await desk.until("2026-03-23 22:00")
    ticket = await desk.ask(priority="high", channel="portal")
    mail = await ticket.mail("ticket_opened")
    assert mail.to == desk.contact["email"]
    assert mail.subject == f"[{ticket.number}] Votre demande est enregistrée : Plus de téléphone"
    assert (
        "- Prise en charge de la requête : au plus tard le lundi 23 mars 2026 à 22 h 30 (heure de Paris)" in mail.text
    )
    assert "- Résolution de l’incident : au plus tard le mardi 24 mars 2026 à 2 h 00 (heure de Paris)" in mail.text


@serveurcom
async def test_ainsi_qu_a_chaque_commentaire_depose_par_les_services_serveurcom(desk: Desk) -> None:
    """« ainsi qu'à chaque commentaire déposé par les services Serveurcom »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(priority="low")
    await ticket.do("replies", text="Nous cherchons.")
    await ticket.do("ask-customer", text="Quel est le numéro court ?")
    await ticket.do("notes", text="Le client a l’air pressé.")
    assert "Nous cherchons." in (await ticket.mail("agent_replied")).text
    assert "Quel est le numéro court ?" in (await ticket.mail("customer_asked")).text
    assert [mail for mail in await desk.mails() if "pressé" in mail.text] == []


@serveurcom
async def test_vos_reponses_sont_a_apporter_directement_via_l_interface_client(desk: Desk) -> None:
    """« Vos réponses sont à apporter directement via l'interface client. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(priority="high")
    await ticket.do("ask-customer", text="Quel poste ?")
    await desk.until("2026-03-23 11:00")
    await ticket.hear("customer-replies", text="Le 400")
    (replied,) = await ticket.events("CustomerReplied")
    assert replied.data["personal"]["text"] == "Le 400"
    assert await ticket.told("ClockResumed", "clock", "due_at") == [
        ("2026-03-23 11:00", "resolution", "2026-03-23 15:00")
    ]


@serveurcom
async def test_vous_pouvez_egalement_y_inclure_des_pieces_jointes(desk: Desk) -> None:
    """« Vous pouvez également y inclure des pièces jointes. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(priority="low")
    await ticket.attach("plan.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    (added,) = await ticket.events("AttachmentAdded")
    assert (added.data["personal"]["name"], added.data["media_type"]) == ("plan.pdf", "application/pdf")
    (file,) = (await desk.get(f"/v1/tickets/{ticket.number}/attachments"))["attachments"]
    assert (file["name"], file["size"]) == ("plan.pdf", 15)


@serveurcom
async def test_une_tracabilite_precise_de_chaque_evenement_sera_consultable_a_tout_moment(desk: Desk) -> None:
    """« une traçabilité précise de chaque événement sera consultable à tout moment »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(priority="high")
    await desk.until("2026-03-23 10:45")
    happened = {event.headers["ce_id"] for event in await ticket.events()}
    history = (await ticket.page(lang="fr"))["history"]
    assert {entry["event_id"] for entry in history} == happened
    assert {entry["service"] for entry in history} == {"intake", "sla-timer", "escalation", "notifier"}
    (missed,) = [entry for entry in history if entry["event"] == "DeadlineMissed"]
    assert missed["when"].replace("\xa0", " ") == "lundi 23 mars 2026 à 10 h 30 (heure de Paris)"
    assert "Prise en charge de la requête" in missed["words"]


@serveurcom
async def test_des_rapports_precis_sur_les_taux_d_indisponibilite(desk: Desk) -> None:
    """« Des rapports précis sur les taux d'indisponibilité pourront également être fournis à votre demande »"""
    await desk.until("2026-01-15 10:00")
    ticket = await desk.ask(priority="high")
    await desk.until("2026-01-15 13:06")
    await ticket.do("resolve")
    await desk.until("2026-02-01 00:00")
    services = (await desk.report("--month", "2026-01"))["services"]
    (support,) = [one for one in services if one["service"] == "Support technique"]
    assert (support["down_seconds"], support["available_percent"]) == (11160, 99.583)


@serveurcom
async def test_astreinte_en_option(desk: Desk) -> None:
    """« 2. Astreinte (en option) »"""
    await desk.until("2026-03-23 22:00")
    without = await desk.ask(customer=await desk.customer("without"), priority="high")
    await message(without)
    assert await without.told("OnCallRefused", "reason") == [("2026-03-23 22:00", "not_covered")]


@serveurcom
async def test_en_dehors_des_horaires_d_ouverture_de_notre_service_clients(desk: Desk) -> None:
    """« En dehors des horaires d'ouverture de notre service clients, un service d'astreinte est joignable »"""
    acme = await desk.customer(contract={"on_call": True})
    await desk.until("2026-03-23 17:50")
    ticket = await desk.ask(customer=acme, priority="high")
    await desk.until("2026-03-23 17:59")
    await message(ticket)
    await desk.until("2026-03-23 18:00")
    await message(ticket)
    assert await ticket.told("OnCallRefused", "reason") == [("2026-03-23 17:59", "within_working_hours")]
    assert await ticket.told("OnCallAccepted") == [("2026-03-23 18:00",)]


@serveurcom
async def test_l_ouverture_d_une_requete_est_necessaire_avant_de_contacter_l_astreinte(desk: Desk) -> None:
    """« L'ouverture d'une requête est nécessaire avant de contacter l'astreinte. »"""
    await desk.until("2026-03-23 22:00")
    said = {"desk": "serveurcom", "contact_details": "Jeanne, 06 12 34 56 78", "subject": "Plus de téléphone"}
    nothing = await desk.tell("OnCallMessageLeft", **said)
    assert await nothing.told("MessageRefused", "reason") == [("2026-03-23 22:00", "ticket_number_missing")]
    assert await nothing.told("OnCallAccepted") == []


@serveurcom
async def test_preciser_vos_coordonnees_completes_ainsi_que_l_objet_de_votre_appel_et_le_numero_de_requete_associee(
    desk: Desk,
) -> None:
    """« laisser un message sur la boîte vocale de l'astreinte et … préciser vos coordonnées complètes ainsi que … »"""
    ticket = await covered_in_the_evening(desk)
    await message(ticket)
    (accepted,) = await ticket.events("OnCallAccepted")
    assert accepted.data["number"] == ticket.number
    assert accepted.data["personal"]["contact_details"] == "Jeanne, 06 12 34 56 78"
    assert accepted.data["personal"]["subject"] == "Plus de téléphone"


@serveurcom
async def test_le_technicien_d_astreinte_a_immediatement_connaissance_de_votre_message(desk: Desk) -> None:
    """« Le technicien d'astreinte a immédiatement connaissance de votre message »"""
    ticket = await covered_in_the_evening(desk)
    await desk.until("2026-03-23 22:10")
    await message(ticket)
    mail = await ticket.mail("on_call_accepted")
    assert mail.to == "astreinte@serveurcom.example"
    assert "- Prise en charge par l’astreinte : au plus tard le lundi 23 mars 2026 à 22 h 40" in mail.text
    assert await ticket.told("NotificationSent", "template") == [
        ("2026-03-23 22:00", "ticket_opened"),
        ("2026-03-23 22:10", "on_call_accepted"),
    ]


@serveurcom
async def test_prend_en_charge_l_incident_si_ce_dernier_rentre_effectivement_dans_le_cadre_de_l_astreinte(
    desk: Desk,
) -> None:
    """« et prend en charge l'incident si ce dernier rentre effectivement dans le cadre de l'astreinte »"""
    ticket = await covered_in_the_evening(desk)
    await message(ticket)
    await desk.until("2026-03-23 22:20")
    await ticket.do("take-charge", agent="karim")
    assert await ticket.told("TicketTakenInCharge", "taken_by") == [("2026-03-23 22:20", "karim")]
    assert await ticket.told("ClockMet", "clock", "late") == [
        ("2026-03-23 22:20", "take_charge", False),
        ("2026-03-23 22:20", "on_call", False),
    ]


@serveurcom
async def test_toute_requete_ouverte_de_maniere_non_conforme(desk: Desk) -> None:
    """« ne pourront pas être traitées …: toute requête ouverte de manière non conforme »"""
    acme = await desk.customer(contract={"on_call": True})
    await desk.until("2026-03-23 22:00")
    done = await desk.ask(customer=acme, priority="high")
    await done.do("resolve")
    await message(done)
    await message(done, subject=None)
    assert await done.told("OnCallRefused", "reason") == [("2026-03-23 22:00", "not_conforming")] * 2


@serveurcom
async def test_tout_message_vocal_laisse_sans_votre_numero_de_requete_ou_sans_vos_coordonnees(desk: Desk) -> None:
    """« tout message vocal laissé sans votre numéro de requête ou sans vos coordonnées »"""
    ticket = await covered_in_the_evening(desk)
    await message(ticket, contact_details=None)
    await desk.until("2026-03-23 22:05")
    await ticket.hear("on-call-messages", ticket_number=False, contact_details=False)
    assert await ticket.told("OnCallRefused", "reason") == [
        ("2026-03-23 22:00", "contact_details_missing"),
        ("2026-03-23 22:05", "ticket_number_missing"),  # the first reason that holds
    ]
    assert "laissez un nouveau message avec le numéro" in (await ticket.mails("on_call_refused"))[0].text


@serveurcom
async def test_tout_service_non_soumis_a_l_astreinte_votre_requete_sera_traitee_en_hojo(desk: Desk) -> None:
    """« tout service non soumis à l'astreinte : dans ce cas, votre requête sera traitée en HOJO »"""
    acme = await desk.customer(contract={"on_call": True})
    await desk.until("2026-03-23 22:00")
    ticket = await desk.ask(customer=acme, priority="low", service="Service commercial")
    await message(ticket)
    assert await ticket.told("OnCallRefused", "reason") == [("2026-03-23 22:00", "not_covered")]
    assert "à partir du mardi 24 mars 2026 à 8 h 30" in (await ticket.mail("on_call_refused")).text
    assert await ticket.told("ClockStarted", "clock", "due_at") == [
        ("2026-03-23 22:00", "take_charge", "2026-03-24 12:30"),  # the same as without a message
        ("2026-03-23 22:00", "resolution", "2026-04-01 09:30"),
    ]


@serveurcom
async def test_le_delai_de_prise_en_charge_d_une_astreinte_est_de_30_minutes_maximum(desk: Desk) -> None:
    """« Le délai de prise en charge d'une astreinte est de 30 minutes maximum »"""
    acme = await desk.customer(contract={"on_call": True})
    await desk.until("2026-03-23 21:00")
    taken, forgotten = [await desk.ask(customer=acme, priority="medium") for _ in range(2)]
    await desk.until("2026-03-23 22:10")
    await message(taken)
    await message(forgotten)
    await desk.until("2026-03-23 22:40")
    await taken.do("take-charge")
    await desk.until("2026-03-23 22:41")
    assert ("2026-03-23 22:40", "on_call", False) in await taken.told("ClockMet", "clock", "late")
    assert await taken.told("DeadlineMissed", "clock") == []
    assert await forgotten.told("DeadlineMissed", "clock") == [("2026-03-23 22:40", "on_call")]


@serveurcom
async def test_informer_directement_les_responsables_operationnels_serveurcom(desk: Desk) -> None:
    """« L'escalade est un outil servant à informer directement les responsables opérationnels Serveurcom »"""
    await desk.until("2026-03-23 22:00")
    ticket = await desk.ask(priority="high")
    await desk.until("2026-03-23 22:50")
    await ticket.do("take-up", agent="responsable", level="N1")
    await desk.until("2026-03-23 22:55")
    await ticket.do("take-charge")
    raised, stood_down = await ticket.mail("escalation_raised"), await ticket.mail("escalation_stood_down")
    assert (raised.to, stood_down.to) == ("n1@serveurcom.example", "n1@serveurcom.example")
    assert "elle est dépassée de 15 minutes" in raised.text
    assert await ticket.told("EscalationAcknowledged", "level", "acknowledged_by") == [
        ("2026-03-23 22:50", "N1", "responsable")
    ]
    assert await ticket.told("EscalationStoodDown", "clock", "reason") == [
        ("2026-03-23 22:55", "take_charge", "met_late")
    ]


@serveurcom
async def test_seuls_les_incidents_de_niveau_de_priorite_moyen_et_eleve_peuvent_donner_lieu_a_une_escalade(
    desk: Desk,
) -> None:
    """« Seuls les incidents de niveau de priorité moyen et élevé peuvent donner lieu à une escalade. »"""
    await desk.until("2026-03-23 08:30")
    low = await desk.ask(priority="low")
    no_incident = await desk.ask(kind="administrative", service="Service administratif", priority="high")
    await desk.until("2026-03-24 13:00")
    assert await low.told("DeadlineMissed", "clock") == [("2026-03-23 12:30", "take_charge")]
    assert await no_incident.told("DeadlineMissed", "clock") == [
        ("2026-03-23 09:00", "take_charge"),
        ("2026-03-23 12:30", "resolution"),
    ]
    assert await low.told("EscalationRaised") + await no_incident.told("EscalationRaised") == []


@serveurcom
async def test_niveau_de_priorite_faible_moyen_eleve(desk: Desk) -> None:
    """« NIVEAU DE PRIORITÉ = ÉLEVÉ … FAIBLE », each with its own delays: a changed one gives them anew"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(priority="high")
    await desk.until("2026-03-23 10:20")
    await ticket.do("priority", priority="medium")
    assert await ticket.told("ClockRetargeted", "clock", "due_at") == [
        ("2026-03-23 10:20", "take_charge", "2026-03-23 12:20"),
        ("2026-03-23 10:20", "resolution", "2026-03-24 10:20"),
    ]
    assert (await ticket.page())["priority"] == "medium"


@serveurcom
async def test_faible_prise_en_charge_4h_en_heures_et_jours_ouvres_resolution_48h(desk: Desk) -> None:
    """« Prise en charge de la requête : 4h maximum en heures et jours ouvrés · Résolution … : 48h maximum »"""
    await desk.until("2026-03-23 08:30")
    ticket = await desk.ask(priority="low")
    await desk.until("2026-03-23 12:30")
    await ticket.do("take-charge")
    assert await ticket.told("ClockStarted", "clock", "due_at") == [
        ("2026-03-23 08:30", "take_charge", "2026-03-23 12:30"),
        ("2026-03-23 08:30", "resolution", "2026-03-31 09:30"),
    ]
    assert await ticket.told("ClockMet", "clock", "late") == [("2026-03-23 12:30", "take_charge", False)]


@serveurcom
async def test_moyen_prise_en_charge_2h_en_24_7_resolution_24h(desk: Desk) -> None:
    """« Prise en charge de la requête : 2h maximum en 24/7 · Résolution de l'incident : 24h maximum »"""
    await desk.until("2026-03-21 23:00")  # a Saturday
    ticket = await desk.ask(priority="medium")
    await desk.until("2026-03-22 23:00")
    await ticket.do("resolve")
    assert await ticket.told("DeadlineMissed", "clock") == [("2026-03-22 01:00", "take_charge")]
    assert await ticket.told("ClockMet", "clock", "late") == [
        ("2026-03-22 23:00", "take_charge", True),
        ("2026-03-22 23:00", "resolution", False),
    ]


@serveurcom
async def test_eleve_prise_en_charge_demi_heure_en_24_7_resolution_4h(desk: Desk) -> None:
    """« Prise en charge de la requête : ½h maximum en 24/7 · Résolution de l'incident : 4h maximum »"""
    await desk.until("2026-03-22 03:00")
    ticket = await desk.ask(priority="high")
    await desk.until("2026-03-22 03:30")
    await ticket.do("take-charge")
    await desk.until("2026-03-22 07:05")
    assert await ticket.told("ClockMet", "clock", "late") == [("2026-03-22 03:30", "take_charge", False)]
    assert await ticket.told("DeadlineMissed", "clock") == [("2026-03-22 07:00", "resolution")]


@serveurcom
async def test_une_escalade_ne_peut_etre_declenchee_que_si_l_un_des_engagements_de_delai_a_ete_depasse(
    desk: Desk,
) -> None:
    """« Une escalade ne peut être déclenchée que si l'un des engagements de délai … a été dépassé. »"""
    await desk.until("2026-03-23 22:00")
    ticket = await desk.ask(priority="high")
    await desk.until("2026-03-23 22:29")
    assert await ticket.do_in_vain("escalate", level="N2") == "no_commitment_exceeded"
    await desk.until("2026-03-23 22:35")
    await ticket.do("escalate", level="N2", agent="karim")
    assert await ticket.told("EscalationRaised", "level", "reason", "requested_by") == [
        ("2026-03-23 22:35", "N2", "by_hand", "karim")
    ]
    assert (await ticket.page())["level"] == "N2"


@serveurcom
async def test_eleve_si_delai_depasse_d_au_moins_15_mn_30_mn_1_h(desk: Desk) -> None:
    """« ÉLEVÉ: SI DÉLAI DÉPASSÉ D'AU MOINS 15 MN · 30 MN · 1 H », for each of its two delays"""
    await desk.until("2026-03-23 22:00")
    ticket = await desk.ask(priority="high")
    await desk.until("2026-03-24 03:01")
    assert await ticket.told("EscalationRaised", "level", "clock", "reason") == [
        ("2026-03-23 22:45", "N1", "take_charge", "overdue"),
        ("2026-03-23 23:00", "N2", "take_charge", "overdue"),
        ("2026-03-23 23:30", "N3", "take_charge", "overdue"),
        ("2026-03-24 02:15", "N1", "resolution", "overdue"),
        ("2026-03-24 02:30", "N2", "resolution", "overdue"),
        ("2026-03-24 03:00", "N3", "resolution", "overdue"),
    ]
    told = [mail.to.partition("@")[0] for mail in await ticket.mails("escalation_raised")]
    assert told == ["n1", "n2", "n3", "n1", "n2", "n3"]
    assert (await ticket.page())["level"] == "N3"


@serveurcom
async def test_moyen_si_delai_depasse_d_au_moins_1_h_12_h_24_h(desk: Desk) -> None:
    """« MOYEN: SI DÉLAI DÉPASSÉ D'AU MOINS 1 H · 12 H · 24 H »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(priority="medium")
    await desk.until("2026-03-24 12:00")
    assert await ticket.told("EscalationRaised", "level", "clock") == [
        ("2026-03-23 13:00", "N1", "take_charge"),
        ("2026-03-24 00:00", "N2", "take_charge"),
        ("2026-03-24 11:00", "N1", "resolution"),
        ("2026-03-24 12:00", "N3", "take_charge"),
    ]
