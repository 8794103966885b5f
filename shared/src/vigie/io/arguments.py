"""The command line of a service: it takes no arguments, and ``--help`` says where its settings come from."""

from __future__ import annotations

import argparse


def no_arguments(module: str, description: str) -> None:
    """Answer ``--help`` and refuse all else, before anything is imported that takes time."""
    argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        epilog="Settings are environment variables (DATABASE_URL, VIGIE_KAFKA, …); see the README of the service.",
    ).parse_args()
