"""``python -m vigie_sla_timer``: the service as a process, until SIGTERM."""

from __future__ import annotations

import argparse
import sys


def main() -> int:
    """The exit code. What the service is told comes from its environment; ``--help`` need not wait for the imports."""
    parser = argparse.ArgumentParser(
        prog="python -m vigie_sla_timer",
        description="Keeps the promises made about each ticket.",
    )
    parser.epilog = "Settings are environment variables (DATABASE_URL, VIGIE_KAFKA, …); see the README of the service."
    parser.parse_args()

    from vigie.io.main import serve
    from vigie_sla_timer.app import PARTS

    return serve(PARTS)


if __name__ == "__main__":
    sys.exit(main())
