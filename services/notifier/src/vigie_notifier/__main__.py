"""``python -m vigie_notifier``: the service as a process, until SIGTERM."""

from __future__ import annotations

import sys

from vigie.io.arguments import no_arguments


def main() -> int:
    """The exit code."""
    no_arguments("vigie_notifier", "Writes to people about their tickets.")

    from vigie.io.main import serve
    from vigie_notifier.app import notifier
    from vigie_notifier.settings import NotifierSettings

    return serve(notifier(), NotifierSettings)


if __name__ == "__main__":
    sys.exit(main())
