"""What intake is told by its environment, beside what every service is told."""

from __future__ import annotations

from pydantic import SecretStr

from vigie.io.settings import Address, HostAndPort, Settings


class IntakeSettings(Settings):
    """``VIGIE_HTTP``, ``VIGIE_DEV_TOKEN`` and the settings of every service."""

    http: HostAndPort = Address("127.0.0.1", 8080)
    """Where the API listens; port 0 takes any free one."""
    dev_token: SecretStr | None = None
    """A token that stands for the admin ``dev`` from the start; for development, and for the first real token."""
