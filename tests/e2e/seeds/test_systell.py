"""« Le rôle du support technique », Systell Groupe: its sentences, told by what people do and what they see."""

from __future__ import annotations

from support.desk import Desk, at_desk
from support.stories import story

systell = story(
    at_desk("systell", kind="technical", service="Dépannage du logiciel", subject="Le parcours d’outil est faux")
)

DRAWING = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


async def refusal(desk: Desk, service: str) -> tuple[str, str]:
    """Why a request about that is not accepted, and what the contact reads of it."""
    await desk.until("2026-03-23 10:00")
    reason = await desk.ask_in_vain(service=service)
    (mail,) = await desk.mails()
    return reason, mail.text


@systell
async def test_aider_le_client_sous_contrat_de_maintenance_uniquement(desk: Desk) -> None:
    """« Le rôle du support technique est d'aider le client sous contrat de maintenance uniquement »"""
    acme = await desk.customer(contract={"maintained": False})
    await desk.until("2026-03-23 10:00")
    assert await desk.ask_in_vain(customer=acme) == "no_maintenance_contract"
    (mail,) = await desk.mails()
    assert "Notre assistance est réservée aux clients sous contrat de maintenance" in mail.text
    assert "Demandez-nous un devis ou un contrat de maintenance" in mail.text


@systell
async def test_une_reinstallation_du_logiciel_une_configuration_logicielle_ainsi_que_le_depannage_de_leurs_logiciels(
    desk: Desk,
) -> None:
    """« une réinstallation du logiciel, une configuration logicielle, ainsi que le dépannage de leurs logiciels »"""
    acme = await desk.customer()
    await desk.until("2026-03-23 10:00")
    about = ["Réinstallation du logiciel", "Configuration logicielle", "Dépannage du logiciel", "Aide à l’utilisation"]
    asked = [await desk.ask(customer=acme, service=service) for service in about]
    assert [(await ticket.page())["service"] for ticket in asked] == about


@systell
async def test_par_telephone_courriel_ou_telemaintenance(desk: Desk) -> None:
    """« Cela peut être fait par téléphone, courriel ou télémaintenance (support en ligne). »"""
    await desk.customer()
    await desk.until("2026-03-23 10:00")
    called = await (await desk.tell("CallReceived", desk="systell", caller_number=desk.phone)).became()
    written = await desk.ask(channel="mail")
    await called.do("end-intervention", mode="phone")
    await written.do("end-intervention", mode="remote")
    assert [(await ticket.page())["channel"] for ticket in (called, written)] == ["phone", "mail"]
    assert await written.told("InterventionEnded", "mode") == [("2026-03-23 10:00", "remote")]


@systell
async def test_cette_aide_ne_peut_se_substituer_a_une_formation_adequate_sur_le_logiciel(desk: Desk) -> None:
    """« Toutefois, cette aide ne peut se substituer à une formation adéquate sur le logiciel. »"""
    reason, text = await refusal(desk, "Formation")
    assert reason == "out_of_scope"
    assert "Pour une formation, un devis ou un conseil, notre service commercial est à votre disposition." in text


@systell
async def test_n_inclut_pas_les_modifications_a_l_application_ou_le_developpement_vba_ou_autre(desk: Desk) -> None:
    """« Le support technique n'inclut pas les modifications à l'application ou le développement (VBA ou autre) »"""
    reason, text = await refusal(desk, "Développement (VBA ou autre)")
    assert reason == "out_of_scope"
    assert "- Développement (VBA ou autre)\n" in text


@systell
async def test_de_logiciels_autre_que_ceux_de_hexagon_software(desk: Desk) -> None:
    """« … de logiciels autre que ceux de Hexagon Software »"""
    assert (await refusal(desk, "Autre logiciel"))[0] == "out_of_scope"


@systell
async def test_tout_probleme_lie_a_l_ordinateur_materiel_et_au_systeme_d_exploitation(desk: Desk) -> None:
    """« ainsi que tout problème lié à l'ordinateur (matériel) et au système d'exploitation »"""
    await desk.until("2026-03-23 10:00")
    reasons = [await desk.ask_in_vain(service=service) for service in ("Matériel", "Système d’exploitation")]
    by_event = await desk.tell("RequestSubmitted", **desk.request(service="hardware"))
    assert reasons == ["out_of_scope", "out_of_scope"]
    assert await by_event.told("RequestRefused", "reason") == [("2026-03-23 10:00", "out_of_scope")]


@systell
async def test_cela_n_inclut_egalement_pas_l_installation_la_configuration_de_systemes_en_reseau(desk: Desk) -> None:
    """« Cela n'inclut également pas l'installation, la configuration de systèmes en réseau »"""
    assert (await refusal(desk, "Réseau"))[0] == "out_of_scope"


@systell
async def test_prendre_les_appels_dans_l_ordre_qu_ils_sont_recus(desk: Desk) -> None:
    """« Prendre les appels dans l'ordre qu'ils sont reçus »"""
    await desk.until("2026-03-23 10:00")
    first = await desk.ask()
    await desk.until("2026-03-23 10:05")
    second = await desk.ask()
    queue = [one["number"] for one in (await desk.get("/v1/desks/systell/queue", limit=200))["tickets"]]
    assert queue.index(first.number) < queue.index(second.number)


@systell
async def test_dans_un_delai_au_maximum_de_48_heures(desk: Desk) -> None:
    """« dans un délai au maximum de 48 heures »"""
    await desk.until("2026-03-27 16:00")  # a Friday; the clocks go forward on Sunday
    kept, missed = await desk.ask(), await desk.ask()
    await desk.until("2026-03-31 16:00")
    await kept.do("take-charge")
    await desk.until("2026-03-31 16:01")
    assert await kept.told("ClockMet", "clock", "late") == [("2026-03-31 16:00", "take_charge", False)]
    assert await missed.told("DeadlineMissed", "clock") == [("2026-03-31 16:00", "take_charge")]
    assert "au plus tard le mardi 31 mars 2026 à 16 h 00" in (await kept.mail("ticket_opened")).text


@systell
async def test_une_boite_vocale_sur_les_heures_de_travail_du_client_il_laissera_un_message(desk: Desk) -> None:
    """« une boîte vocale alors qu'il retourne un appel sur les heures de travail du client, … un message »"""
    late_workers = await desk.customer(hours={"mon": ["07:00-20:00"]})
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask(customer=late_workers)
    await ticket.do("take-charge")
    await desk.until("2026-03-23 19:59")  # when Systell itself is closed
    await ticket.do("contact-attempts", outcome="voicemail")
    text = (await ticket.mail("contact_attempted")).text
    assert "Nous avons laissé un message sur votre répondeur." in text
    assert "Rappelez-nous dès que possible" in text
    assert [clock for _, clock in await ticket.told("ClockStarted", "clock")] == ["take_charge"]


@systell
async def test_l_activite_sera_completee_et_une_entree_sera_faite_dans_l_historique_du_client(desk: Desk) -> None:
    """« une entrée sera faite dans l'historique du client mentionnant qu'un message a été laissé »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("contact-attempts", outcome="voicemail", agent="bruno")
    entries = (await ticket.page(lang="fr"))["history"]
    (entry,) = [one for one in entries if one["event"] == "ContactAttempted"]
    assert (entry["facts"]["attempted_by"], entry["facts"]["outcome"]) == ("bruno", "voicemail")
    assert "message" in entry["words"]


@systell
async def test_en_dehors_des_heures_de_travail_du_client_le_support_rappellera_le_prochain_jour_ouvrable(
    desk: Desk,
) -> None:
    """« en dehors des heures de travail du client, … le support technique … rappellera le prochain jour ouvrable »"""
    await desk.until("2026-03-27 10:00")  # a Friday
    kept, broken = await desk.ask(), await desk.ask()
    for ticket in (kept, broken):
        await ticket.do("take-charge")
    await desk.until("2026-03-27 18:00")
    for ticket in (kept, broken):
        await ticket.do("contact-attempts", outcome="voicemail")
    text = (await kept.mail("contact_attempted")).text
    assert "Nous vous rappellerons au plus tard le lundi 30 mars 2026 à 24 h 00" in text
    await desk.until("2026-03-30 16:00")
    await kept.do("contact-attempts", outcome="reached")
    await desk.until("2026-03-31 08:00")
    assert ("2026-03-30 16:00", "call_back", False) in await kept.told("ClockMet", "clock", "late")
    assert await broken.told("DeadlineMissed", "clock") == [("2026-03-31 00:00", "call_back")]


@systell
async def test_qui_repond_a_un_appel_devient_automatiquement_responsable_du_probleme_du_client(desk: Desk) -> None:
    """« Le technicien … qui répond à un appel, devient automatiquement responsable du problème du client. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    now = await ticket.do("take-charge", agent="bruno")
    assert now["owner"] == "bruno"
    assert (await ticket.page())["owner"] == "bruno"


@systell
async def test_expliquera_au_client_qu_il_va_trouver_la_reponse_et_lui_revenir_avec_celle_ci(desk: Desk) -> None:
    """« expliquera au client qu'il va trouver la réponse et lui revenir avec celle-ci, dès que possible »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("end-intervention", outcome="unresolved")
    text = (await ticket.mail("intervention_unresolved")).text
    assert "Nous cherchons la réponse et reviendrons vers vous avec elle dès que possible." in text
    assert await ticket.told("EscalationRaised") == []


@systell
async def test_non_resolus_seront_discutes_lors_de_la_reunion_hebdomadaire(desk: Desk) -> None:
    """« Les problèmes d'un client qui sont non résolus, seront discutés lors de la réunion hebdomadaire »"""
    await desk.until("2026-01-05 10:00")  # when no other story has begun
    open_one, done = await desk.ask(subject="Lignes perdues"), await desk.ask()
    await open_one.do("take-charge", agent="bruno")
    await done.do("resolve")
    await desk.until("2026-01-09 09:00")
    (listed,) = (await desk.report("--unresolved"))["tickets"]
    assert (listed["number"], listed["owner"], listed["subject"]) == (open_one.number, "bruno", "Lignes perdues")
    await open_one.do("agree-closed")


@systell
async def test_les_clients_seront_informes_des_progres_sur_les_problemes_non_resolus(desk: Desk) -> None:
    """« Les clients seront informés des progrès sur les problèmes non résolus. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("replies", text="Nous avons reproduit le défaut.")
    await ticket.do("declare-bug", reference="QC-17")
    await ticket.do("workaround", text="Enregistrez en version 2024.")
    await ticket.do("deliver-fix", reference="2026.1")
    templates = ("agent_replied", "bug_declared", "workaround_provided", "fix_delivered")
    texts = [(await ticket.mail(template)).text for template in templates]
    words = ("Nous avons reproduit le défaut.", "QC-17", "Enregistrez en version 2024.", "2026.1")
    assert [word in text for word, text in zip(words, texts, strict=True)] == [True] * 4


@systell
async def test_le_processus_de_resolution_sera_bien_documente(desk: Desk) -> None:
    """« Le processus de résolution sera bien documenté via l'historique du dossier client. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("take-charge")
    await desk.until("2026-03-23 10:10")
    await ticket.do("notes", text="Reproduit sur le poste 3")
    await desk.until("2026-03-23 10:20")
    await ticket.do("resolve", text="Mis à jour")
    entries = (await ticket.page())["history"]
    documented = [one["event"] for one in entries if one["service"] == "intake"]
    assert documented == ["TicketOpened", "TicketTakenInCharge", "NoteAdded", "TicketResolved"]


@systell
async def test_rapporter_tout_probleme_de_programmation_au_departement_du_controle_de_qualite(desk: Desk) -> None:
    """« Rapporter tout problème de programmation au département du contrôle de qualité. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("declare-bug", cause="software")
    assert await ticket.told("EscalationRaised", "level", "reason") == [("2026-03-23 10:00", "R&D", "bug")]
    mail = await ticket.mail("escalation_raised")
    assert (mail.to, "Contrôle de qualité" in mail.subject) == ("qualite@systell.example", True)


@systell
async def test_usage_non_adequat_donnees_incorrectes_ou_probleme_relie_a_l_ordinateur_ne_seront_pas_acceptes(
    desk: Desk,
) -> None:
    """« usage non-adéquat du logiciel, … données … incorrectes, ou tout problème relié à l'ordinateur »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    refused = [await ticket.do_in_vain("declare-bug", cause=cause) for cause in ("misuse", "wrong_data", "computer")]
    assert refused == ["not_a_bug"] * 3
    assert await ticket.told("BugDeclared") + await ticket.told("EscalationRaised") == []


@systell
async def test_fournir_tout_fichier_de_projet_ou_fichier_de_donnees_si_demande_par_le_technicien(desk: Desk) -> None:
    """« Fournir tout fichier de projet, ou fichier de données, … si demandé par le technicien »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("ask-customer", text="Envoyez-nous la pièce.", **{"for": "files"})
    assert "nous avons besoin de fichiers de votre part" in (await ticket.mail("customer_asked")).text
    await ticket.attach("piece.ard", b"\x00\x01Alphacam drawing")
    (added,) = await ticket.events("AttachmentAdded")
    assert added.data["personal"]["name"] == "piece.ard"


@systell
async def test_nous_donner_temporairement_les_droits_administrateurs(desk: Desk) -> None:
    """« nous donner temporairement les droits Administrateurs »: asked for, and waited for"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("ask-customer", text="Donnez-nous les droits Administrateurs.")
    assert (await ticket.page())["state"] == "waiting"
    await desk.until("2026-03-24 10:00")
    await ticket.hear("customer-replies", text="C’est fait.")
    assert (await ticket.page())["state"] == "open"
    await desk.until("2026-03-31 10:00")
    assert await ticket.told("TicketClosed") == []


@systell
async def test_si_trois_tentatives_infructueuses_ont_ete_effectuees_dans_les_deux_jours_ouvrables(desk: Desk) -> None:
    """« trois tentatives infructueuses d'établir un contact avec le client … dans les deux jours ouvrables »"""
    await desk.until("2026-03-23 10:00")
    quick, slow = await desk.ask(), await desk.ask()
    for ticket in (quick, slow):
        await ticket.do("contact-attempts", outcome="no_answer")
    await desk.until("2026-03-24 10:00")
    for ticket in (quick, slow):
        await ticket.do("contact-attempts", outcome="voicemail")
    await desk.until("2026-03-25 15:00")
    await quick.do("contact-attempts", outcome="no_answer")
    await desk.until("2026-03-26 10:00")
    await slow.do("contact-attempts", outcome="no_answer")
    assert await quick.told("TicketClosed", "reason") == [("2026-03-25 15:00", "no_contact")]
    assert "nous n’avons pas réussi à vous joindre" in (await quick.mail("ticket_closed")).text
    assert await slow.told("TicketClosed") == []


@systell
async def test_si_aucune_reponse_de_la_part_du_client_n_est_recue_au_bout_de_trois_jours_ouvres(desk: Desk) -> None:
    """« Si aucune réponse de la part du client … n'est reçue au bout de trois jours ouvrés. »"""
    await desk.until("2026-03-26 10:00")  # a Thursday
    ticket = await desk.ask()
    await ticket.do("ask-customer", text="Quelle version ?")
    await desk.until("2026-04-01 08:00")
    assert await ticket.told("TicketClosed", "reason", "closed_by") == [("2026-04-01 00:00", "no_answer", None)]
    assert "Nous n’avons pas reçu de réponse à notre dernière question." in (await ticket.mail("ticket_closed")).text


@systell
async def test_lorsque_des_fichiers_ou_des_dessins_sont_demandes_au_client(desk: Desk) -> None:
    """« Un problème est considéré terminé …: Lorsque des fichiers ou des dessins sont demandés au client. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("ask-customer", **{"for": "files"})
    assert await ticket.told("TicketClosed", "reason") == [("2026-03-23 10:00", "files_requested")]
    assert "votre demande sera rouverte dès leur réception" in (await ticket.mail("ticket_closed")).text


@systell
async def test_une_fois_les_fichiers_ou_dessins_recus_le_cas_sera_reouvert(desk: Desk) -> None:
    """« Une fois les fichiers ou dessins reçus, le cas sera réouvert. »"""
    await desk.until("2026-03-23 10:00")
    by_event, by_file, agreed = [await desk.ask() for _ in range(3)]
    for ticket in (by_event, by_file):
        await ticket.do("ask-customer", **{"for": "files"})
    await agreed.do("agree-closed")
    await desk.until("2026-04-02 10:00")
    await desk.tell("FilesDelivered", number=by_event.number)
    await by_file.attach("plan.pdf", DRAWING)
    await agreed.attach("plan.pdf", DRAWING)
    for ticket in (by_event, by_file, agreed):
        assert await ticket.told("TicketReopened", "reason") == [("2026-04-02 10:00", "files_received")]
        assert "Nous avons bien reçu vos fichiers" in (await ticket.mail("ticket_reopened")).text
        assert (await ticket.page())["state"] == "open"


@systell
async def test_a_la_suite_d_une_entente_mutuelle(desk: Desk) -> None:
    """« À la suite d'une entente mutuelle, le client et le technicien … conviennent que le problème a été résolu. »"""
    await desk.until("2026-03-23 10:00")
    ticket = await desk.ask()
    await ticket.do("agree-closed")
    assert await ticket.told("TicketClosed", "reason", "closed_by") == [
        ("2026-03-23 10:00", "mutual_agreement", "amelie")
    ]
    assert "Nous en sommes convenus ensemble." in (await ticket.mail("ticket_closed")).text


@systell
async def test_du_lundi_au_jeudi_8h00_12h00_et_13h30_17h30_vendredi_8h00_12h00_et_13h30_17h00(desk: Desk) -> None:
    """« Du lundi au jeudi : 8H00 - 12H00 et 13H30 - 17H30 · Vendredi : … »: the customer's, unless they say theirs"""
    calls = {
        "2026-03-26 11:59": None,  # a Thursday
        "2026-03-26 12:30": "2026-03-28 00:00",
        "2026-03-26 17:29": None,
        "2026-03-27 16:59": None,
        "2026-03-27 17:00": "2026-03-31 00:00",
    }
    await desk.until("2026-03-26 09:00")
    tickets = [await desk.ask() for _ in calls]
    for ticket in tickets:
        await ticket.do("take-charge")
    for at, ticket in zip(calls, tickets, strict=True):
        await desk.until(at)
        await ticket.do("contact-attempts", outcome="voicemail")
    for (at, due), ticket in zip(calls.items(), tickets, strict=True):
        promised = [one for one in await ticket.told("ClockStarted", "clock", "due_at") if one[1] == "call_back"]
        assert promised == ([] if due is None else [(at, "call_back", due)])
