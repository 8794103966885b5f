"""The support page of CIV's conditions: its sentences, told by what people do and what they see."""

from __future__ import annotations

from support.desk import Desk, Ticket, at_desk
from support.stories import story

civ = story(at_desk("civ", "Europe/Brussels", subject="Installer une imprimante", kind="technical"))


async def with_price(desk: Desk, **said: str) -> Ticket:
    """A request whose price the customer has accepted."""
    ticket = await desk.ask(**said)
    await ticket.do("propose-price", amount="90.00")
    await ticket.hear("accept-price")
    return ticket


@civ
async def test_nous_vous_invitons_a_introduire_votre_requete(desk: Desk) -> None:
    """« Nous vous invitons à introduire votre requête. »"""
    await desk.until("2026-03-23 10:00")
    by_form = await desk.ask(channel="web")
    by_event = await (await desk.tell("RequestSubmitted", **desk.request(channel="mail"))).became()
    assert [(await ticket.page())["channel"] for ticket in (by_form, by_event)] == ["web", "mail"]


@civ
async def test_nous_vous_transmettons_un_accuse_de_reception(desk: Desk) -> None:
    """« Nous vous transmettons un accusé de réception. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    mail = await ticket.mail("ticket_opened")
    assert mail.to == desk.contact["email"]
    assert "Nous avons bien reçu votre demande du lundi 23 mars 2026 à 10 h 00" in mail.text


@civ
async def test_evitez_les_frais_inutiles_telecharger_le_logiciel_avant_de_contacter_nos_equipes(desk: Desk) -> None:
    """« Evitez les frais inutiles, télécharger le logiciel avant de contacter nos équipes. »"""
    await desk.until("2026-03-23 10:00")
    acknowledged = await (await desk.ask()).mail("ticket_opened")
    assert "téléchargez dès maintenant notre outil de connexion" in acknowledged.text


@civ
async def test_nous_vous_assistons_le_plus_rapidement_possible(desk: Desk) -> None:
    """« Nous vous assistons le plus rapidement possible. »: whoever asked first, whatever was promised them"""
    await desk.until("2026-03-23 10:00")
    promised_nothing = await desk.ask(customer=await desk.customer(contract={"sla": True}))
    await desk.until("2026-03-23 10:01")
    promised = await desk.ask()
    queue = [one["number"] for one in (await desk.get("/v1/desks/civ/queue", limit=200))["tickets"]]
    assert queue.index(promised_nothing.number) < queue.index(promised.number)


@civ
async def test_nous_archivons_la_demande_pour_le_suivi_administratif_et_comptable(desk: Desk) -> None:
    """« Validation: Nous archivons la demande pour le suivi administratif et comptable. »"""
    acme = await desk.customer()
    await desk.until("2026-03-23 10:00")
    ticket = await with_price(desk, customer=acme)
    await ticket.do("log-work", minutes=25, mode="remote", travel="12.50")
    await ticket.do("close")
    await desk.until("2026-03-23 10:30")
    assert await ticket.told("TicketClosed", "closed_by") == [("2026-03-23 10:00", "amelie")]
    assert (await ticket.mail("ticket_closed")).to == desk.contact["email"]
    customers = (await desk.report("--billing", "--month", "2026-03"))["customers"]
    (bill,) = [one for one in customers if one["customer"] == acme]
    assert (bill["real_minutes"], bill["billed_minutes"], bill["travel"]) == (25, 25, "12.50")


@civ
async def test_pour_toute_assistance_a_distance_il_est_necessaire_de_telecharger_notre_outil_de_connexion_a_distance(
    desk: Desk,
) -> None:
    """« Pour toute assistance à distance …, il est nécessaire de télécharger notre outil de connexion à distance »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("log-work", minutes=20, mode="remote", remote_tool=True)
    assert await ticket.told("WorkLogged", "remote_tool", "billed_minutes") == [("2026-03-23 10:00", True, 20)]


@civ
async def test_a_defaut_la_duree_minimale_de_prestation_de_la_requete_a_60_minutes(desk: Desk) -> None:
    """« A défaut, … la mise en place de cet outil, ce qui portera la durée minimale … à 60 minutes »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    for minutes in (20, 59, 60, 61):
        await ticket.do("log-work", minutes=minutes, mode="remote", remote_tool=False)
    await ticket.do("log-work", minutes=20, mode="phone", remote_tool=False)  # which needs no tool
    billed = [event.data["billed_minutes"] for event in await ticket.events("WorkLogged")]
    assert billed == [60, 60, 60, 61, 20]


@civ
async def test_a_defaut_de_contrat_sla_nous_prenons_votre_demande_en_charge_dans_les_15_jours_ouvrables(
    desk: Desk,
) -> None:
    """« A défaut de contrat SLA, nous prenons votre demande en charge dans les 15 jours ouvrables. »"""
    sla = await desk.customer("sla", contract={"sla": True})
    await desk.until("2026-03-23 10:00")
    kept, missed, other = await desk.ask(), await desk.ask(), await desk.ask(customer=sla)
    assert "au plus tard le mardi 14 avril 2026 à 24 h 00" in (await kept.mail("ticket_opened")).text
    await desk.until("2026-04-15 00:00")  # Easter Monday was a holiday
    await kept.do("take-charge")
    assert await kept.told("ClockMet", "clock", "late") == [("2026-04-15 00:00", "take_charge", False)]
    assert await missed.told("DeadlineMissed", "clock") == [("2026-04-15 00:00", "take_charge")]
    assert await missed.told("EscalationRaised") == []
    assert await other.told("ClockStarted") == []


@civ
async def test_nos_equipes_traitent_la_demande_dans_la_journee_dans_98_pourcent_des_cas(desk: Desk) -> None:
    """« nos équipes traitent la demande dans la journée, dans 98% des cas »"""
    await desk.until("2026-01-12 10:00")  # in a month of their own
    tickets = [await with_price(desk) for _ in range(4)]
    for ticket in tickets[:3]:
        await ticket.do("end-intervention", outcome="solved")
        await ticket.do("close")
    await desk.until("2026-01-13 10:00")
    await tickets[3].do("close")
    await desk.until("2026-02-01 00:00")
    day = (await desk.report("--month", "2026-01"))["same_day"]
    assert (day["opened"], day["done"], day["done_percent"]) == (4, 3, 75)


@civ
async def test_le_delai_de_prise_en_charge_est_le_delai_au_terme_duquel_votre_requete_a_ete_prise_en_charge(
    desk: Desk,
) -> None:
    """« Le délai de prise en charge est le délai au terme duquel votre requête a été prise en charge »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("replies", text="Nous avons bien lu.")
    await ticket.do("ask-customer", text="Quel modèle ?")
    await desk.until("2026-03-24 10:00")
    await ticket.do("take-charge")
    assert await ticket.told("ClockMet", "clock") == [("2026-03-24 10:00", "take_charge")]
    assert "le mardi 24 mars 2026 à 10 h 00" in (await ticket.mail("ticket_taken_in_charge")).text


@civ
async def test_le_delai_de_resolution_a_defaut_de_sla_est_indetermine(desk: Desk) -> None:
    """« Le délai de résolution, à défaut de SLA, est indéterminé. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("take-charge")
    await desk.until("2026-06-30 10:00")
    assert [one["clock"] for one in (await ticket.page())["commitments"]] == ["take_charge"]
    assert await ticket.told("DeadlineMissed") == []


@civ
async def test_le_prix_de_l_intervention_est_defini_par_les_civ(desk: Desk) -> None:
    """« Le prix de l'intervention est défini par les CIV »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("propose-price", amount="1234.50")
    assert await ticket.told("PriceProposed", "amount") == [("2026-03-23 10:00", "1234.50")]
    assert "nous vous proposons le prix de 1 234,50 € hors taxes" in (await ticket.mail("price_proposed")).text


@civ
async def test_validee_avant_toute_mise_en_relation(desk: Desk) -> None:
    """« Le prix de l'intervention est … validée avant toute mise en relation. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("take-charge")  # which connects nobody
    assert await ticket.do_in_vain("end-intervention", mode="phone") == "price_not_accepted"
    await ticket.do("propose-price", amount="90.00")
    assert await ticket.do_in_vain("end-intervention", mode="remote") == "price_not_accepted"
    await ticket.hear("accept-price")
    await ticket.do("end-intervention", mode="remote")
    assert await ticket.told("InterventionEnded", "mode") == [("2026-03-23 10:00", "remote")]
    assert "sur le prix de 90,00 € hors taxes" in (await ticket.mail("price_accepted")).text


@civ
async def test_valorisee_par_le_temps_de_prestation_reel_avec_une_duree_minimale_forfaitaire(desk: Desk) -> None:
    """« systématiquement valorisée par le temps de prestation réel, avec une durée minimale forfaitaire »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("log-work", minutes=5)
    (logged,) = await ticket.events("WorkLogged")
    assert logged.data["computation"] == [
        {"rule": "real", "value": 5, "gives": 5},
        {"rule": "minimum", "value": 15, "gives": 15},
    ]


@civ
async def test_les_frais_de_deplacement_ne_sont_jamais_pris_en_charge_dans_les_contrats_avec_ou_sans_sla(
    desk: Desk,
) -> None:
    """« les frais de déplacement ne sont jamais pris en charge dans les contrats avec ou sans SLA »"""
    sla = await desk.customer("sla", contract={"sla": True})
    await desk.until("2026-03-23 10:00")
    tickets = [await desk.ask(), await desk.ask(customer=sla)]
    for ticket in tickets:
        await ticket.do("log-work", minutes=30, mode="on_site", travel="45.00")
    charged = [await ticket.told("WorkLogged", "billed_minutes", "travel") for ticket in tickets]
    assert charged == [[("2026-03-23 10:00", 30, "45.00")]] * 2


@civ
async def test_chaque_demande_impose(desk: Desk) -> None:
    """« Chaque demande impose ; la lecture … la préparation … la mise en place … la vérification … l'archivage »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    phases = ["lecture", "preparation", "mise-en-place", "verification", "archivage"]
    for phase in phases:
        await ticket.do("log-work", minutes=15, phase=phase)
    assert await ticket.do_in_vain("log-work", minutes=15, phase="pause") == "invalid"
    assert [event.data["phase"] for event in await ticket.events("WorkLogged")] == phases


@civ
async def test_si_la_duree_reelle_d_une_prestation_excede_15_minutes_c_est_la_duree_reelle(desk: Desk) -> None:
    """« 15 minutes, au minimum. Si la durée réelle d'une prestation excède 15 minutes, c'est la durée réelle »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    for minutes in (1, 15, 16, 70):
        await ticket.do("log-work", minutes=minutes)
    assert [event.data["billed_minutes"] for event in await ticket.events("WorkLogged")] == [15, 15, 16, 70]


@civ
async def test_la_valorisation_contractuelle_de_la_prestation_sera_multipliee_par_3(desk: Desk) -> None:
    """« C'est tout à fait possible, mais la valorisation contractuelle de la prestation sera multipliée par 3. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("log-work", minutes=20, factors=["immediate"])
    (logged,) = await ticket.events("WorkLogged")
    assert (logged.data["billed_minutes"], logged.data["factor"]) == (20, 3)
    assert logged.data["computation"][-1] == {"rule": "immediate", "value": 3, "gives": 60}


@civ
async def test_sera_multipliee_par_2_en_plus_des_coefficients_deja_appliques(desk: Desk) -> None:
    """« sera multipliée par 2, en plus des coeffcients déjà appliqués »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("log-work", minutes=10, factors=["out_of_hours"])
    await ticket.do("log-work", minutes=10, factors=["immediate", "out_of_hours"])
    weighted = [
        (event.data["factor"], event.data["computation"][-1]["gives"]) for event in await ticket.events("WorkLogged")
    ]
    assert weighted == [(2, 30), (6, 90)]
