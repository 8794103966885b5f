"""What is written about Vigie is true of this repository: its words and its links; no file names a place of ours."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from vigie.contracts.catalog import EVENTS
from vigie.decider import Refused
from vigie_intake.core import refusals
from vigie_intake.core.commands import ACTIONS, Action

ROOT = Path(__file__).parents[2]
FILES = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    if name and (ROOT / name).is_file()
]
PAGES = [path for path in FILES if path.suffix == ".md"]

REGISTRIES = [
    "pypi" + ".org",
    "files.python" + "hosted.org",
    "registry.npm" + "js.org",
    "repo1.mav" + "en.org",
    "repo.maven.apa" + "che.org",
    "deb.deb" + "ian.org",
    "crates" + ".io",
    "proxy.gol" + "ang.org",
]
"""In two parts each, so that this file does not name them."""
OWN_PLACES = re.compile(rb"(?<![\w.])/(?:wo" + rb"rk|ro" + rb"ot)/\w")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def is_refusal(one: object) -> bool:
    """Whether a step of a case can be refused so: a case's ticket is always there."""
    return isinstance(one, type) and issubclass(one, Refused) and one not in (Refused, refusals.TicketUnknown)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("event", sorted({kind.__name__ for kind in EVENTS.values()}))
def test_every_event_stands_on_the_page_about_events(event: str) -> None:
    assert f"`{event}`" in (ROOT / "docs/events.md").read_text("utf-8")


@pytest.mark.parametrize(("step", "action"), ACTIONS.items(), ids=ACTIONS)
def test_every_step_stands_on_the_page_about_cases_with_its_fields(step: str, action: type[Action]) -> None:
    page = (ROOT / "docs/howto/test-a-policy.md").read_text("utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith(f"| `{step}` |")]
    names = {field.alias or name for name, field in action.model_fields.items()} - {"at", "agent"}
    assert [name for name in names if f"`{name}`" not in row] == []


@pytest.mark.parametrize("error", [one for one in vars(refusals).values() if is_refusal(one)], ids=lambda one: one.name)
def test_every_refusal_of_a_step_stands_on_the_page_about_cases(error: type[Refused]) -> None:
    page = (ROOT / "docs/howto/test-a-policy.md").read_text("utf-8")
    assert f"`{error.name}`" in page


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_no_file_names_a_package_registry() -> None:
    named = [
        (name_of(path), host) for path in FILES for host in REGISTRIES if host.encode() in path.read_bytes().lower()
    ]
    assert named == []


def test_no_file_names_a_place_of_one_machine() -> None:
    assert [name_of(path) for path in FILES if OWN_PLACES.search(path.read_bytes())] == []
