"""Writing a mail: the templates of a language, an event and a person make subject, text and HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from vigie.contracts.event import TicketEvent
from vigie.contracts.notifications import CorrespondenceOpened, Mail
from vigie.contracts.requests import Language
from vigie.policy.policy import Policy, Recipient
from vigie.speech import typeset
from vigie_notifier.core.told import told

_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, those that turn the writing direction included; tab and line feed are neither."""
_BREAKS: Final = re.compile(r"[ \t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")
"""What parts lines or words; the unbreakable spaces are none of these."""
_STYLED: Final = {"<p>": '<p style="margin: 0 0 16px">', "<b>": '<b style="white-space: nowrap">'}
"""Mail readers obey no style sheet, so each paragraph and each reference (which is not to be broken) carries its style;
the templates say ``<p>`` and ``<b>``."""


class Letters:
    """The templates, by language and name, loaded once. Writing is pure."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """``sources``: template text by path below ``templates/``, e.g. ``fr/ticket_opened.subject.j2``."""
        self._environment = Environment(
            loader=DictLoader(dict(sources)),
            undefined=StrictUndefined,
            autoescape=lambda name: name is not None and name.endswith(".html.j2"),  # noqa: S701  subject and text are no HTML
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self._environment.globals.clear()  # no template uses Jinja's own, and every part of a mail would copy them
        self._environment.filters["paragraphs"] = _paragraphs
        self.templates: frozenset[str] = frozenset(
            path.removesuffix(".subject.j2") for path in sources if path.endswith(".subject.j2")
        )
        """``fr/ticket_opened``: what can be written."""

    def write(
        self,
        template: str,
        language: Language,
        person: Recipient,
        event: TicketEvent,
        opened: CorrespondenceOpened,
        policy: Policy,
    ) -> Mail:
        """The mail to ``person`` about ``event``, complete."""
        return self.render(template, language, person, told(language, person, event, opened, policy), policy)

    def render(
        self, template: str, language: Language, person: Recipient, context: dict[str, Any], policy: Policy
    ) -> Mail:
        """The mail to ``person`` that ``template`` makes of ``context``, with what the desk adds, complete."""
        context["advice"] = policy.mail_advice.get(template, {}).get(language)

        def part(name: str) -> str:
            source = self._environment.get_template(f"{language}/{template}.{name}.j2")
            return "".join(source.root_render_func(source.new_context(context, shared=True)))

        return Mail(
            recipient=person.email,
            recipient_name=one_line(person.name),
            subject=one_line(part("subject")),
            text=part("text").strip() + "\n",
            html=part("html").strip() + "\n",
        )


def one_line(text: str) -> str:
    """``text`` as it may stand in a header: what breaks lines has become a space, what is not seen is gone."""
    return _UNSEEN.sub("", _BREAKS.sub(" ", text)).strip()


def _paragraphs(text: str) -> Markup:
    """What a person wrote, as HTML paragraphs; every character of it is theirs, none is markup."""
    blocks = [block for block in re.split(r"\n[ \t]*\n\s*", text.strip()) if block]
    return Markup("\n").join(
        Markup('<p style="margin: 0 0 12px">{}</p>').format(Markup("<br>\n").join(block.split("\n")))
        for block in blocks
    )


@cache
def package_letters() -> Letters:
    """The templates that come with the notifier, typeset."""
    return Letters(dict(_sources(files("vigie_notifier") / "templates", "")))


def _sources(folder: Traversable, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name in ("fr", "en", "es"):
            found += _sources(entry, f"{entry.name}/")
        elif entry.name.endswith(".j2"):
            path, source = f"{prefix}{entry.name}", _styled(entry.read_text("utf-8"))
            found.append((path, typeset(source, _language(path)) if prefix else source))
    return found


def _styled(source: str) -> str:
    for tag, styled in _STYLED.items():
        source = source.replace(tag, styled)
    return source


def _language(path: str) -> Language:
    name = path.partition("/")[0]
    match name:
        case "fr" | "en" | "es":
            return name
        case _:
            raise ValueError(f"no language Vigie writes in: {name}")
