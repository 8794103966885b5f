"""The page about commands says what is decided."""

from __future__ import annotations

from unit.intake.commands_page import PAGE, page


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make pages`"
