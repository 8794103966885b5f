"""What the doctor is told: what all services are, and the parts of their own that can be looked at from outside."""

from __future__ import annotations

from typing import Literal

from vigie.io.settings import HostAndPort, Settings


class DoctorSettings(Settings):
    """Only what is set is looked at."""

    smtp: HostAndPort | None = None
    smtp_tls: Literal["off", "starttls", "implicit"] = "off"
    attachments: str | None = None
