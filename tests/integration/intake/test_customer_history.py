"""What happened to all of a customer's tickets, by HTTP, on a real database."""

from __future__ import annotations

from typing import Any

from integration.intake.front_desk import NIGHT, FrontDesk

SYSTELL: dict[str, Any] = {"desk": "systell", "priority": "normal", "service": None, "reason": None}


async def history(front: FrontDesk, customer: str, **query: Any) -> list[tuple[str, str]]:
    answer = await front.get(f"/v1/customers/{customer}/history", **query)
    assert answer.status_code == 200, answer.text
    return [(one["number"], one["event"]) for one in answer.json()["history"]]


async def two_tickets(desk: FrontDesk, customer: str) -> tuple[str, str]:
    """One at Systell whose customer was called, then another at Serveurcom."""
    desk.clock.at = NIGHT
    called = await desk.open(customer=customer, **SYSTELL)
    desk.clock.at = NIGHT.replace(minute=10)
    await desk.post(f"/v1/tickets/{called}/contact-attempts", {"outcome": "voicemail"})
    desk.clock.at = NIGHT.replace(minute=20)
    return called, await desk.open(customer=customer)


async def test_une_entree_sera_faite_dans_l_historique_du_client(front_desk: FrontDesk) -> None:
    called, other = await two_tickets(front_desk, "h1")
    answer = (await front_desk.get("/v1/customers/h1/history", lang="fr")).json()
    assert [(one["number"], one["words"]) for one in answer["history"]][1] == (
        called,
        "dev a appelé le client et laissé un message sur sa boîte vocale",
    )
    assert [(one["number"], one["desk"], one["event"]) for one in answer["history"]] == [
        (other, "serveurcom", "TicketOpened"),
        (called, "systell", "ContactAttempted"),
        (called, "systell", "TicketOpened"),
    ]
    assert (answer["history"][1]["subject"], answer["next"]) == ("Plus de tonalité", None)


async def test_it_is_told_in_the_language_that_is_asked_for(front_desk: FrontDesk) -> None:
    await two_tickets(front_desk, "h2")
    said = {
        lang: (await front_desk.get("/v1/customers/h2/history", lang=lang)).json()["history"][1]["words"]
        for lang in ("en", "es")
    }
    assert said == {
        "en": "dev called the customer and left a message on the voicemail",
        "es": "dev ha llamado al cliente y ha dejado un mensaje en su buzón de voz",
    }


async def test_a_page_ends_where_the_next_begins(front_desk: FrontDesk) -> None:
    called, other = await two_tickets(front_desk, "h3")
    first = await front_desk.get("/v1/customers/h3/history", limit=2)
    rest = await front_desk.get("/v1/customers/h3/history", limit=2, cursor=first.json()["next"])
    assert [one["number"] for one in first.json()["history"]] == [other, called]
    assert [(one["number"], one["event"]) for one in rest.json()["history"]] == [(called, "TicketOpened")]
    assert (rest.json()["next"], "cursor=" in first.headers["Link"]) == (None, True)


async def test_it_is_of_a_desk_or_of_a_time_where_that_is_asked(front_desk: FrontDesk) -> None:
    called, other = await two_tickets(front_desk, "h4")
    assert await history(front_desk, "h4", desk="serveurcom") == [(other, "TicketOpened")]
    between = {"from": "2026-03-23T22:10:00+01:00", "to": "2026-03-23T22:20:00+01:00"}
    assert await history(front_desk, "h4", **between) == [(called, "ContactAttempted")]


async def test_only_what_happened_at_ones_own_desks_is_shown(front_desk: FrontDesk) -> None:
    _, other = await two_tickets(front_desk, "h5")
    assert await history(front_desk, "h5", token="amelie-token") == [(other, "TicketOpened")]
    for token, expected in (("elsewhere-token", 404), ("portal-token", 403)):
        assert (await front_desk.get("/v1/customers/h5/history", token=token)).status_code == expected


async def test_nobody_has_a_history_of_whom_nobody_knows(front_desk: FrontDesk) -> None:
    assert (await front_desk.get("/v1/customers/nobody/history")).json()["type"].endswith("customer_unknown")


async def test_a_cursor_that_is_none_is_refused(front_desk: FrontDesk) -> None:
    assert (await front_desk.get("/v1/customers/h1/history", cursor="WzEyXQ")).status_code == 422
