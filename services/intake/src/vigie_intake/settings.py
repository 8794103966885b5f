"""What intake is told by its environment, beside what every service is told."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from vigie.io.settings import Address, Settings, read_address


class IntakeSettings(Settings):
    """``VIGIE_HTTP``, ``VIGIE_DEV_TOKEN`` and the settings of every service."""

    http: Annotated[Address, NoDecode, BeforeValidator(read_address)] = Address("127.0.0.1", 8080)
    """Where the API listens; port 0 takes any free one."""
    dev_token: SecretStr | None = None
    """A token that stands for the admin ``dev`` from the start; for development, and for the first real token."""
