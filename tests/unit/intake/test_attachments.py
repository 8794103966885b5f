"""A file that is added to a ticket, and what that means to the ticket."""

from __future__ import annotations

from uuid import UUID

from support.scenario import given
from unit.intake.histories import ABOUT, ASKED, CLOSED, INTAKE, OPENED, TAKEN, at
from vigie.contracts.event import encode
from vigie.contracts.tickets import AttachmentAdded, CustomerAsked, FilesReceived, TicketClosed, TicketReopened
from vigie.decider import Refused
from vigie_intake.core.commands import AddAttachment, ReceiveFiles
from vigie_intake.core.refusals import TicketClosed as IsClosed
from vigie_intake.core.states import Closed, Open, Waiting

NOW = at("22:50")

FILE = UUID("01890000-0000-7000-8000-00000000f11e")
FOR_FILES = CustomerAsked(**ABOUT, asked_at=at("22:30"), asked_by="amelie", awaiting="files")
CLOSED_FOR_FILES = TicketClosed(**ABOUT, closed_at=at("22:30"), closed_by=None, reason="files_requested")
RECEIVED = FilesReceived(**ABOUT, received_at=NOW)
REOPENED = TicketReopened(**ABOUT, reopened_at=NOW, reopened_by=None, reason="files_received")


def add(agent: str | None) -> AddAttachment:
    return AddAttachment(
        at=NOW, agent=agent, attachment_id=FILE, media_type="application/pdf", size=7, sha256="ab", name="plan.pdf"
    )


def added(by: str | None) -> AttachmentAdded:
    return AttachmentAdded.model_validate(
        {**ABOUT, "added_at": NOW, "added_by": by, "attachment_id": FILE, "media_type": "application/pdf"}
        | {"size": 7, "sha256": "ab", "personal": {"name": "plan.pdf"}}
    )


def test_a_file_of_the_customers_is_on_the_ticket() -> None:
    given(INTAKE.decider, OPENED).when(add(agent=None)).then(added(by=None))


def test_a_file_of_a_technicians_says_whose_it_is() -> None:
    given(INTAKE.decider, OPENED, TAKEN).when(add(agent="amelie")).then(added(by="amelie"))


def test_the_files_that_the_desk_waits_for_end_the_wait() -> None:
    given(INTAKE.decider, OPENED, FOR_FILES).when(add(agent=None)).then(RECEIVED, added(by=None))


def test_a_file_instead_of_an_answer_ends_the_wait_too() -> None:
    given(INTAKE.decider, OPENED, ASKED).when(add(agent=None)).then(RECEIVED, added(by=None))


def test_the_second_of_two_files_is_only_added() -> None:
    given(INTAKE.decider, OPENED, FOR_FILES, RECEIVED, added(by=None)).when(add(agent=None)).then(added(by=None))


def test_une_fois_les_fichiers_ou_dessins_recus_le_cas_sera_reouvert() -> None:
    asked = given(INTAKE.decider, OPENED, FOR_FILES, CLOSED_FOR_FILES)
    asked.when(add(agent=None)).then(REOPENED, RECEIVED, added(by=None))


def test_a_file_does_to_a_ticket_what_the_news_of_files_does() -> None:
    for history in ([OPENED, FOR_FILES], [OPENED, ASKED], [OPENED, FOR_FILES, CLOSED_FOR_FILES]):
        told = given(INTAKE.decider, *history).when(ReceiveFiles(at=NOW)).events()
        assert given(INTAKE.decider, *history).when(add(agent=None)).events()[:-1] == told


def test_a_technicians_file_leaves_the_customer_their_turn() -> None:
    history = (OPENED, FOR_FILES)
    given(INTAKE.decider, *history).when(add(agent="amelie")).then(added(by="amelie"))
    assert isinstance(given(INTAKE.decider, *history, added(by="amelie")).state(), Waiting)


def test_a_file_reopens_a_closed_ticket_where_the_news_of_files_does() -> None:
    def reopens(command: object) -> bool:
        try:
            return REOPENED in given(INTAKE.decider, OPENED, CLOSED).when(command).events()
        except Refused:
            return False

    assert reopens(add(agent=None)) == reopens(ReceiveFiles(at=NOW))


def test_technicians_reopen_a_ticket_before_they_add_to_it() -> None:
    given(INTAKE.decider, OPENED, FOR_FILES, CLOSED_FOR_FILES).when(add(agent="amelie")).then_refused(IsClosed)


def test_a_file_changes_nothing_else() -> None:
    assert isinstance(given(INTAKE.decider, OPENED, added(by=None)).state(), Open)
    assert isinstance(given(INTAKE.decider, OPENED, FOR_FILES, CLOSED_FOR_FILES).state(), Closed)


def test_its_name_is_personal_and_everything_else_is_kept_for_ever() -> None:
    facts, personal = encode(added(by=None))
    assert personal == b'{"name":"plan.pdf"}'
    assert b"plan.pdf" not in facts
    assert b'"sha256":"ab"' in facts
