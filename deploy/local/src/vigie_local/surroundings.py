"""Where the stack's servers are, for commands that were told of none."""

from __future__ import annotations

import psutil

from vigie_local import lock, run
from vigie_local.home import find_home
from vigie_local.services import MODULES

TOLD = ("DATABASE_URL", "VIGIE_KAFKA", "VIGIE_SMTP", "VIGIE_CLOCK", "VIGIE_POLICIES", "VIGIE_ATTACHMENTS")


def settings() -> dict[str, str]:
    """What the services of the stack that runs here are told; {} where none runs."""
    home = find_home()
    now = run.read(home)
    if now is None or now.addresses is None or not lock.is_held(home):
        return {}
    known = {
        "DATABASE_URL": now.addresses.database,
        "VIGIE_KAFKA": now.addresses.kafka,
        "VIGIE_SMTP": now.addresses.smtp,
        "VIGIE_ATTACHMENTS": home.attachments.as_uri(),
    }
    if home.clock.exists():
        known["VIGIE_CLOCK"] = home.clock.read_text().strip()
    for one in now.programs:
        if one.child.name in MODULES and (process := one.child.find()):
            try:
                said = process.environ()
            except psutil.Error:
                continue
            return known | {name: said[name] for name in TOLD if name in said}
    return known
