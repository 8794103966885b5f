"""docs/commands.md: the matrix of commands and states, as it is decided.

Written anew by ``make pages``; a test refuses a page that is stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from support.scenario import given
from unit.intake.histories import INTAKE
from unit.intake.matrix import ANSWERS, STATES, Row
from vigie.decider import Elsewhere, Lacking, Refused
from vigie_intake.adapters.http.acting import ROUTES
from vigie_intake.adapters.http.problems import of_refusal
from vigie_intake.core.commands import Action, AddAttachment, Link, Merge

PAGE: Final = Path(__file__).parents[3] / "docs" / "commands.md"
TICKETLESS: Final = ("not opened", "refused", "queued call", "ended call")
TICKETS: Final = tuple(state for state in STATES if state not in TICKETLESS)
NOTHING: Final = "–"
PATHS: Final[Mapping[type, str]] = {AddAttachment: "attachments", Merge: "merge", Link: "links"}
"""Actions whose paths do more than act."""

HEAD: Final = """# What every command does in every state

Written by `make pages` from what the core of intake decides, and held by its tests: change neither this page nor a
rule alone.

A cell names the events that follow; – says that nothing happens, because it is so already; *a name* with a status is
how the wish is refused, as the API says it and as a policy case expects it (`refused:`). A closed ticket is one that
nobody merged; a duplicate is one that was merged into another, which takes in its place whatever its customer still
sends: *that ticket's*.

The tickets are Serveurcom's, of high priority and without the on-call option, and nobody has taken the untaken ones for
50 minutes: so N1 has been called. What a policy forbids besides (a price that comes first, a cause that is no bug)
stands with [its rules](howto/write-a-policy.md).

| state | what has happened |
|---|---|
| open | opened; nobody has taken it |
| taken | a technician has taken it in charge |
| waiting | the customer was asked for something |
| resolved | the fault is held to be gone |
| closed | nothing more is expected of anybody |
| duplicate | it was merged into another ticket |
| not opened | there is nothing under that id |
| refused | the request did not become a ticket |
| queued call | somebody called, and no ticket has been made of it |
| ended call | somebody hung up before anybody answered |

## What is done to a ticket
`POST /v1/tickets/{number}/…`; what stands here in `CamelCase` Vigie does itself, for the other ticket. Without a ticket
(not opened, refused, a call) each is refused: *ticket_unknown* 404.
"""
ARRIVES: Final = """
## What comes in
By HTTP, by Kafka and by the clock; each has a stream of its own until it is a ticket.
"""


def page() -> str:
    """The whole page."""
    actions = [row for row in ANSWERS if isinstance(row.command, Action)]
    others = [row for row in ANSWERS if not isinstance(row.command, Action)]
    for row in actions:
        assert {_answer(row, state) for state in TICKETLESS} == {"*ticket_unknown* 404"}, row
    return "\n".join([HEAD, *_table(actions, TICKETS), ARRIVES, *_table(others, tuple(STATES))]) + "\n"


def _table(rows: Sequence[Row], states: Sequence[str]) -> Iterator[str]:
    yield f"| command | {' | '.join(states)} |"
    yield f"|---|{'---|' * len(states)}"
    for row in rows:
        yield f"| {_called(row)} | {' | '.join(_answer(row, state) for state in states)} |"


def _called(row: Row) -> str:
    kind = type(row.command)
    route = next((one for one in ROUTES if one.command is kind), None)
    said = (kind.__doc__ or "").partition("\n")[0].replace("``", "`").rstrip(".")
    name, says = (route.path, route.summary) if route else (PATHS.get(kind, kind.__name__), said)
    note = f" ({row.note})" if row.note else ""
    return f"`{name}` {says}{note}"


def _answer(row: Row, state: str) -> str:
    try:
        events = given(INTAKE.decider, *STATES[state]).when(row.command).events()
    except Refused as refused:
        problem = of_refusal(refused).problem
        return f"*{problem.name}* {problem.status}"
    except Elsewhere:
        return "*that ticket's*"
    except Lacking:
        return "*waits for the ticket*"
    return " ".join(f"`{type(event).__name__}`" for event in events) or NOTHING


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
