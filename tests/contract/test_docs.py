"""What is written about Vigie is true of this repository: its words and its links; no file names a place of ours."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from vigie.contracts.catalog import EVENTS

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


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("event", sorted({kind.__name__ for kind in EVENTS.values()}))
def test_every_event_stands_on_the_page_about_events(event: str) -> None:
    assert f"`{event}`" in (ROOT / "docs/events.md").read_text("utf-8")


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
