"""``python -m vigie_sla_timer``: the service as a process, until SIGTERM."""

from __future__ import annotations

import sys

from vigie.io.arguments import no_arguments


def main() -> int:
    """The exit code."""
    no_arguments("vigie_sla_timer", "Keeps the promises made about each ticket.")

    from vigie.io.main import serve
    from vigie_sla_timer.app import PARTS

    return serve(PARTS)


if __name__ == "__main__":
    sys.exit(main())
