"""``python -m vigie_intake``: the service as a process."""

from __future__ import annotations

import sys

from vigie.io.main import serve
from vigie_intake.app import PARTS
from vigie_intake.settings import IntakeSettings

if __name__ == "__main__":
    sys.exit(serve(PARTS, IntakeSettings))
