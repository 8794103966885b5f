"""What the notifier is told by its environment, beside what every service is told."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from vigie.io.settings import HostAndPort, Settings


class NotifierSettings(Settings):
    """The mail server is the notifier's own."""

    smtp: HostAndPort
    smtp_tls: Literal["off", "starttls", "implicit"] = "off"
    """``starttls`` (port 587) and ``implicit`` (port 465) check the server's certificate against the system's."""
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_connections: Annotated[int, Field(ge=1, le=50)] = 4
    """How many mails are handed over at a time."""

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if self.smtp_password is not None and self.smtp_tls == "off":
            raise ValueError("VIGIE_SMTP_PASSWORD would be sent unencrypted; set VIGIE_SMTP_TLS")
        return self
