"""``python -m vigie_intake``: the service as a process, until SIGTERM."""

from __future__ import annotations

import sys

from vigie.io.arguments import no_arguments


def main() -> int:
    """The exit code."""
    no_arguments("vigie_intake", "Takes requests and keeps the tickets.")

    from vigie.io.main import serve
    from vigie_intake.app import PARTS
    from vigie_intake.settings import IntakeSettings

    return serve(PARTS, IntakeSettings)


if __name__ == "__main__":
    sys.exit(main())
