"""What intake is told by its environment, beside what every service is told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from vigie.io.settings import Address, HostAndPort, Settings
from vigie_intake.core.attachments import KINDS

_MEDIA_TYPES: Final = frozenset(kind.media_type for kind in KINDS)


def _known_types(types: frozenset[str]) -> frozenset[str]:
    if unknown := sorted(types - _MEDIA_TYPES):
        raise ValueError(f"{', '.join(unknown)}: only these can be recognised: {', '.join(sorted(_MEDIA_TYPES))}")
    return types


def _listed(text: object) -> object:
    """``image/png,application/pdf``"""
    return [one.strip() for one in text.split(",") if one.strip()] if isinstance(text, str) else text


class IntakeSettings(Settings):
    """``VIGIE_HTTP``, ``VIGIE_DEV_TOKEN``, those about attachments, and the settings of every service."""

    http: HostAndPort = Address("127.0.0.1", 8080)
    """Where the API listens; port 0 takes any free one."""
    dev_token: SecretStr | None = None
    """A token that stands for the admin ``dev`` from the start; for development, and for the first real token."""
    attachments: str = Field(default_factory=lambda: (Path.cwd() / "attachments").as_uri())
    """Where the contents of attachments are: ``file:///folder``, or ``s3://bucket?region=…&endpoint=…``."""
    attachment_limit: Annotated[int, Field(ge=1)] = 25_000_000
    """Bytes of one file."""
    attachment_types: Annotated[frozenset[str], NoDecode, BeforeValidator(_listed), AfterValidator(_known_types)] = (
        _MEDIA_TYPES
    )
    """The media types that are accepted, with commas; default: all that can be recognised."""
