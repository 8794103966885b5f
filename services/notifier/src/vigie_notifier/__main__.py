"""``python -m vigie_notifier``: the service as a process, until SIGTERM."""

from __future__ import annotations

import argparse
import sys


def main() -> int:
    """The exit code. What the service is told comes from its environment; ``--help`` need not wait for the imports."""
    parser = argparse.ArgumentParser(
        prog="python -m vigie_notifier",
        description="Writes to people about their tickets.",
    )
    parser.epilog = "Settings are environment variables (DATABASE_URL, VIGIE_KAFKA, VIGIE_SMTP, …); see the README."
    parser.parse_args()

    from vigie.io.main import serve
    from vigie_notifier.app import notifier
    from vigie_notifier.settings import NotifierSettings

    return serve(notifier(), NotifierSettings)


if __name__ == "__main__":
    sys.exit(main())
