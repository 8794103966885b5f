"""Mail addresses that people can be written to.

email-validator judges them (RFC 5321, 5322 and 6531, without asking the DNS). It takes a tenth of a millisecond, a
quarter of what opening a ticket takes altogether, so the plain ones, which nearly all are, are known by their form;
a test holds that both say the same.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from email_validator import SPECIAL_USE_DOMAIN_NAMES
from pydantic import AfterValidator, Field
from pydantic.networks import validate_email

LONGEST: Final = 254
"""Characters of an address (RFC 5321 §4.5.3.1, less the angle brackets)."""

_PLAIN: Final = re.compile(
    r"(?=.{1,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9]|-(?!-)){0,61}(?<!-)\.)+[a-z]{2,63}\Z"
)
"""ASCII, in lower case after the @, no two hyphens together (they mark what is not what it looks like)."""


def address(text: str) -> str:
    """``text`` as it is kept: the domain in lower case. ValueError where nobody can have such an address."""
    if _PLAIN.match(text) and text.rpartition(".")[2] not in SPECIAL_USE_DOMAIN_NAMES:
        return text
    return validate_email(text)[1]


MailAddress = Annotated[str, AfterValidator(address), Field(max_length=LONGEST, json_schema_extra={"format": "email"})]
"""A mail address as somebody writes it."""
