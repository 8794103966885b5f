"""« Le support technique », ESII: its sentences, told by what people do and what they see."""

from __future__ import annotations

from support.desk import Desk, at_desk
from support.stories import story

esii = story(at_desk("esii", kind="anomaly", priority="major", subject="La borne n’imprime plus"))

NO_MAINTENANCE = {"maintained": False}


@esii
async def test_pour_les_clients_ayant_souscrit_un_contrat_de_maintenance(desk: Desk) -> None:
    """« Nos engagements pour les clients sous contrat de maintenance »; others are served, without a promise"""
    maintained = await desk.customer("maintained")
    other = await desk.customer("other", contract=NO_MAINTENANCE, sites=[])
    await desk.until("2026-03-23 10:00")
    promised, served = await desk.ask(customer=maintained), await desk.ask(customer=other)
    assert await promised.told("ClockStarted", "clock") == [("2026-03-23 10:00", "take_charge")]
    assert await served.told("ClockStarted", "clock") == []
    assert "Nous nous engageons" not in (await served.mail("ticket_opened")).text


@esii
async def test_par_notre_plateforme_en_ligne_avec_un_code_d_acces_unique(desk: Desk) -> None:
    """« avec création d'un compte utilisateur … avec un code d'accès unique »"""
    acme = await desk.customer(contract={"access_code": "7QX-2201"})
    await desk.until("2026-03-23 10:00")
    assert await desk.ask_in_vain(customer=acme, access_code="7QX-2202") == "access_code_wrong"
    (mail,) = await desk.mails()
    assert "Le code d’accès indiqué n’est pas le bon." in mail.text
    opened = await desk.ask(customer=acme, access_code="7QX-2201")
    assert "7QX" not in str([event.data for event in await opened.events()])


@esii
async def test_par_telephone_de_8h_a_18h30(desk: Desk) -> None:
    """« Par téléphone : de 8h à 18h30 (GMT+1) »"""
    await desk.customer()
    await desk.until("2026-03-27 17:00")  # a Friday; the clocks go forward on Sunday
    called = await desk.tell("CallReceived", desk="esii", caller_number=desk.phone)
    assert await called.told("CallQueued", "channel") == [("2026-03-27 17:00", "phone")]  # nothing says what about
    made = await desk.http("POST", f"/v1/calls/{called.id}/ticket", desk.request())
    assert made.status_code == 201
    ticket = await called.became()
    assert await ticket.told("ClockStarted", "clock", "due_at") == [
        ("2026-03-27 17:00", "take_charge", "2026-03-30 10:30")
    ]


@esii
async def test_support_en_francais_anglais_et_espagnol(desk: Desk) -> None:
    """« Support en Français, Anglais et Espagnol »"""
    await desk.until("2026-03-23 10:00")
    asked = {
        language: await desk.ask(contact={**desk.contact, "language": language}, priority="blocking")
        for language in ("fr", "en", "es")
    }
    texts = {language: (await ticket.mail("ticket_opened")).text for language, ticket in asked.items()}
    assert "Niveau de priorité : Bloquante" in texts["fr"]
    assert "Priority: Blocking" in texts["en"]
    assert "- Taking charge: no later than Monday 23 March 2026 at 14:00" in texts["en"]
    assert "Prioridad: Bloqueante" in texts["es"]
    assert "lunes 23 de marzo de 2026 a las 10:00" in texts["es"]
    words = {language: (await asked["fr"].page(lang=language))["history"][0]["words"] for language in asked}
    assert len(set(words.values())) == 3


@esii
async def test_possibilite_d_astreintes_sur_demande_week_ends_feries_et_hno(desk: Desk) -> None:
    """« Possibilité d'astreintes sur demande : week-ends, fériés et HNO »"""
    covered = await desk.customer("covered", contract={"on_call": True})
    moments = ["2026-03-28 14:00", "2026-03-30 18:30", "2026-04-06 10:00"]  # Saturday, evening, Easter Monday
    accepted = []
    for moment in moments:
        await desk.until(moment)
        ticket = await desk.ask(customer=covered, priority="blocking")
        await ticket.hear("on-call-messages")
        accepted += await ticket.told("OnCallAccepted")
        assert (await ticket.mail("on_call_accepted")).to == "astreinte@esii.example"
    assert accepted == [(moment,) for moment in moments]


@esii
async def test_astreintes_sur_demande_seulement(desk: Desk) -> None:
    """« Possibilité d'astreintes sur demande »: without the option, and within the hours, the support itself answers"""
    covered = await desk.customer("covered", contract={"on_call": True})
    without = await desk.customer("without", sites=[])
    await desk.until("2026-03-24 18:29")
    early = await desk.ask(customer=covered, priority="blocking")
    await early.hear("on-call-messages")
    await desk.until("2026-03-24 20:00")
    late = await desk.ask(customer=without, priority="blocking")
    await late.hear("on-call-messages")
    assert await early.told("OnCallRefused", "reason") == [("2026-03-24 18:29", "within_working_hours")]
    assert await late.told("OnCallRefused", "reason") == [("2026-03-24 20:00", "not_covered")]
    assert "à partir du mercredi 25 mars 2026 à 8 h 00" in (await late.mail("on_call_refused")).text


@esii
async def test_si_un_materiel_est_defectueux_nous_procedons_a_des_echanges_standards(desk: Desk) -> None:
    """« Après une phase de diagnostic, si un matériel est défectueux, nous procédons à des échanges standards »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("order-exchange", item="Borne B12")
    assert await ticket.told("ExchangeOrdered", "item") == [("2026-03-23 10:00", "Borne B12")]
    assert "l’échange standard du matériel suivant : Borne B12" in (await ticket.mail("exchange_ordered")).text


@esii
async def test_un_technicien_esii_ou_un_de_nos_installateurs_agrees_interviendra_sur_site(desk: Desk) -> None:
    """« Un technicien ESII, ou un de nos installateurs agréés, interviendra sur site. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("plan-on-site", visitor="installer", scheduled_for="2026-03-24T09:00:00+01:00")
    text = (await ticket.mail("on_site_planned")).text
    assert "un installateur agréé interviendra sur place le mardi 24 mars 2026 à 9 h 00" in text


@esii
async def test_si_contrat_de_maintenance_tout_est_inclus_sinon_apres_validation_d_un_devis(desk: Desk) -> None:
    """« si vous avez souscrit un contrat de maintenance tout est inclus, sinon … après validation d'un devis »"""
    other = await desk.customer("other", contract=NO_MAINTENANCE)
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(customer=other)
    await ticket.do("end-intervention", mode="phone", outcome="unresolved")  # help by phone needs no quote
    refused = [await ticket.do_in_vain(act) for act in ("order-exchange", "plan-on-site", "arrive-on-site")]
    assert refused == ["price_not_accepted"] * 3
    await ticket.do("propose-price", amount="480.00")
    await ticket.hear("accept-price")
    await ticket.do("order-exchange")
    await ticket.do("plan-on-site")
    assert await ticket.told("ClockStarted") == []
    assert "480,00 €" in (await ticket.mail("price_proposed")).text


@esii
async def test_main_d_oeuvre_pieces_et_frais_de_deplacements_inclus(desk: Desk) -> None:
    """« Main d'œuvre, pièces et frais de déplacements inclus »"""
    maintained = await desk.customer()
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(customer=maintained)
    for act in ("order-exchange", "plan-on-site", "arrive-on-site"):
        await ticket.do(act)
    await ticket.do("end-intervention", mode="on_site")
    done = [event.headers["ce_type"].split(".")[1] for event in await ticket.events()]
    assert {"ExchangeOrdered", "OnSitePlanned", "ArrivedOnSite", "InterventionEnded"} <= set(done)
    assert "PriceProposed" not in done


@esii
async def test_temps_de_reponse_moyen_appels_abandonnes_tickets_interventions_sur_sites_materiels_echanges(
    desk: Desk,
) -> None:
    """« Temps de réponse moyen 20'5 · 3,72% d'appels abandonnés · 7 630 tickets · 465 interventions sur sites … »"""
    await desk.until("2026-01-19 10:00")  # in a month of its own
    first, second = await desk.ask(priority="minor"), await desk.ask(priority="minor")
    calls = [
        ("CallReceived", {}),
        ("CallReceived", {}),
        ("CallReceived", {}),
        ("CallAbandoned", {"waited_seconds": 80}),
    ]
    for message, said in calls:
        await desk.tell(message, desk="esii", **said)
    await first.do("order-exchange")
    await first.do("plan-on-site")
    await desk.until("2026-01-19 10:20")
    await first.do("take-charge")
    await desk.until("2026-01-19 10:21")
    await second.do("take-charge")
    await first.do("arrive-on-site")
    await desk.until("2026-02-01 00:00")
    report = await desk.report("--month", "2026-01")
    (answers,) = [row["elapsed"] for row in report["answers"] if row["priority"] == "minor"]
    assert answers["mean_seconds"] == 1230  # 20'5
    assert (report["calls"]["received"], report["calls"]["given_up_percent"]) == (4, 25)
    assert sum(row["opened"] for row in report["tickets"] if row["priority"] == "minor") == 2
    assert (report["work"]["visits"], report["work"]["exchanges"]) == (1, 1)


@esii
async def test_appels_telephoniques_entrants_plateforme_en_ligne_ouverture_ou_suivi_d_un_ticket(desk: Desk) -> None:
    """« Appels téléphoniques entrants · Plateforme en ligne · Ouverture ou suivi d'un ticket · Backlog »"""
    acme = await desk.customer()
    await desk.until("2026-03-23 10:00")
    for channel in ("phone", "portal"):
        await desk.ask(customer=acme, channel=channel)
    backlog = (await desk.get("/v1/tickets", customer=acme, state="open"))["tickets"]
    assert sorted(one["channel"] for one in backlog) == ["phone", "portal"]


@esii
async def test_priorisation_selon_client_maintenu_anomalie_criticite_engagements_contractuels(desk: Desk) -> None:
    """« Priorisation selon : Client maintenu · Anomalie / Assistance · Analyse de criticité · Engagements »"""
    maintained = await desk.customer("maintained")
    other = await desk.customer("other", contract=NO_MAINTENANCE)
    await desk.until("2026-03-23 08:00")
    worst_without = await desk.ask(customer=other, priority="blocking")
    assistance = await desk.ask(customer=maintained, kind="assistance", priority="blocking")
    await desk.until("2026-03-23 08:10")
    minor = await desk.ask(customer=maintained, priority="minor")
    major_first = await desk.ask(customer=maintained, priority="major")
    await desk.until("2026-03-23 08:20")
    major_later = await desk.ask(customer=maintained, priority="major")
    blocking = await desk.ask(customer=maintained, priority="blocking")
    queue = [one["number"] for one in (await desk.get("/v1/desks/esii/queue", limit=200))["tickets"]]
    expected = [one.number for one in (blocking, major_first, major_later, minor, assistance, worst_without)]
    assert [number for number in queue if number in expected] == expected


@esii
async def test_anomalie_assistance_a_l_utilisation(desk: Desk) -> None:
    """« Anomalie / Assistance à l'utilisation »: only an anomaly has a criticality that must be told"""
    await desk.until("2026-03-23 10:00")
    question = await desk.ask(kind="Assistance", priority=None)
    assert (await question.page())["priority"] == "minor"
    refused = await desk.http("POST", "/v1/tickets", desk.request(priority=None))
    assert (refused.status_code, [one["field"] for one in refused.json()["errors"]]) == (422, ["priority"])


@esii
async def test_tableau_de_criticite_des_anomalies(desk: Desk) -> None:
    """« Tableau de criticité des anomalies: Bloquante · Majeure · Mineure »"""
    await desk.until("2026-03-23 10:00")
    asked = [await desk.ask(priority=word) for word in ("Bloquante", "Majeure", "Mineure")]
    assert [(await ticket.page())["priority"] for ticket in asked] == ["blocking", "major", "minor"]


@esii
async def test_resolu_ouverture_d_un_ticket_n2_r_d(desk: Desk) -> None:
    """« Résolu ? … Ouverture d'un ticket N2-R&D »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("end-intervention", mode="remote", outcome="unresolved")
    assert await ticket.told("EscalationRaised", "level", "reason") == [("2026-03-23 10:00", "R&D", "unresolved")]
    assert (await ticket.mail("escalation_raised")).to == "rd@esii.example"
    assert "transmise au niveau suivant : R&D" in (await ticket.mail("intervention_unresolved")).text


@esii
async def test_si_besoin_tests_complementaires_avec_le_client(desk: Desk) -> None:
    """« Si besoin : tests complémentaires avec le client »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("ask-customer", text="Redémarrez la borne.")
    assert "Redémarrez la borne." in (await ticket.mail("customer_asked")).text
    await desk.until("2026-03-23 11:00")
    await desk.tell("ReplyReceived", number=ticket.number, text="Elle imprime.")
    assert await ticket.told("CustomerReplied") == [("2026-03-23 11:00",)]
    assert await ticket.told("ClockPaused") == []  # the four hours go on


@esii
async def test_sollicitation_d_un_responsable(desk: Desk) -> None:
    """« Si besoin : sollicitation d'un responsable »: by hand, before anything is late"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("escalate", level="R&D", agent="bruno")
    await desk.until("2026-03-23 10:30")
    await ticket.do("take-up", level="R&D", agent="responsable")
    assert await ticket.told("EscalationRaised", "level", "reason", "requested_by") == [
        ("2026-03-23 10:00", "R&D", "by_hand", "bruno")
    ]
    assert await ticket.told("EscalationAcknowledged", "acknowledged_by") == [("2026-03-23 10:30", "responsable")]


@esii
async def test_si_besoin_intervention_sur_site(desk: Desk) -> None:
    """« Si besoin : intervention sur site »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("plan-on-site")
    await desk.until("2026-03-24 10:00")
    await ticket.do("arrive-on-site", agent="bruno")
    await ticket.do("end-intervention", mode="on_site", outcome="solved", agent="bruno")
    assert await ticket.told("ArrivedOnSite", "arrived_by") == [("2026-03-24 10:00", "bruno")]
    assert await ticket.told("InterventionEnded", "mode", "outcome") == [("2026-03-24 10:00", "on_site", "solved")]


@esii
async def test_declaration_d_un_bug_recherche_de_solution_palliative_livraison_d_un_correctif(desk: Desk) -> None:
    """« Déclaration d'un bug · Recherche de solution palliative · Livraison d'un correctif · Résolu ? »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("end-intervention", outcome="unresolved")
    states = []
    for act, said in (
        ("declare-bug", {"reference": "QFL-88"}),
        ("workaround", {"text": "Débranchez le lecteur."}),
        ("deliver-fix", {"reference": "6.2.1"}),
        ("resolve", {}),
        ("close", {}),
    ):
        states.append((await ticket.do(act, **said))["state"])
    assert states == ["open", "open", "open", "resolved", "closed"]
    assert "Référence de l’anomalie : QFL-88." in (await ticket.mail("bug_declared")).text
    assert "Débranchez le lecteur." in (await ticket.mail("workaround_provided")).text
    assert "Version ou référence : 6.2.1." in (await ticket.mail("fix_delivered")).text


@esii
async def test_cloture_du_ticket_avec_information_au_client(desk: Desk) -> None:
    """« Clôture du ticket avec information au client »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("resolve", text="La borne a été remplacée.")
    await desk.until("2026-03-23 11:00")
    await ticket.do("close")
    assert "La borne a été remplacée." in (await ticket.mail("ticket_resolved")).text
    closed = await ticket.mail("ticket_closed")
    assert (closed.to, "est close depuis le lundi 23 mars 2026 à 11 h 00" in closed.text) == (
        desk.contact["email"],
        True,
    )


@esii
async def test_prise_en_charge_en_4h(desk: Desk) -> None:
    """« Prise en charge en 4h »"""
    await desk.until("2026-03-23 16:30")
    kept, late = await desk.ask(), await desk.ask()
    await desk.until("2026-03-24 10:00")
    await kept.do("take-charge")
    await desk.until("2026-03-24 10:01")
    await late.do("take-charge")
    assert await kept.told("ClockMet", "clock", "late") == [("2026-03-24 10:00", "take_charge", False)]
    assert await late.told("DeadlineMissed", "clock") == [("2026-03-24 10:00", "take_charge")]
    assert await late.told("ClockMet", "clock", "late") == [("2026-03-24 10:01", "take_charge", True)]
    assert "le mardi 24 mars 2026 à 10 h 00" in (await kept.mail("ticket_taken_in_charge")).text


@esii
async def test_intervention_sur_site_en_16h_ouvrees(desk: Desk) -> None:
    """« Intervention sur site en 16h ouvrées »"""
    await desk.until("2026-03-26 16:00")  # a Thursday; the clocks go forward on Sunday
    kept, late = await desk.ask(), await desk.ask()
    for ticket in (kept, late):
        await ticket.do("plan-on-site")
    assert "au plus tard le lundi 30 mars 2026 à 11 h 00" in (await kept.mail("on_site_planned")).text
    await desk.until("2026-03-30 11:00")
    await kept.do("arrive-on-site")
    await desk.until("2026-03-30 11:05")
    assert ("2026-03-30 11:00", "on_site", False) in await kept.told("ClockMet", "clock", "late")
    assert ("2026-03-30 11:00", "on_site") in await late.told("DeadlineMissed", "clock")


@esii
async def test_sla_pour_les_systemes_heberges_99_6_pourcent(desk: Desk) -> None:
    """« SLA pour les systèmes hébergés : 99,6 % »"""
    await desk.until("2026-01-20 08:00")
    ticket = await desk.ask(priority="blocking", service="Système hébergé")
    await desk.until("2026-01-20 11:00")
    await ticket.do("resolve")
    await desk.until("2026-02-01 00:00")
    services = (await desk.report("--month", "2026-01"))["services"]
    (hosted,) = [one for one in services if one["service"] == "Système hébergé"]
    assert (hosted["down_seconds"], hosted["available_percent"]) == (10800, 99.596)


@esii
async def test_toute_l_activite_du_support_technique_est_tracee(desk: Desk) -> None:
    """« Toute l'activité du support technique est tracée »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("take-charge", agent="bruno")
    await ticket.do("log-work", minutes=20, agent="bruno")
    await ticket.do("resolve", agent="bruno")
    mine = [event for event in await ticket.events() if event.topic == "vigie.tickets.v1"]
    assert [event.headers["ce_actor"] for event in mine[1:]] == ["agent:bruno"] * 3
    assert [event.headers["ce_sequence"] for event in mine] == ["1", "2", "3", "4"]
    assert len({event.headers["ce_hash"] for event in mine}) == 4
