"""Ports for servers that tests start."""

from __future__ import annotations

import socket


def free_port(host: str = "127.0.0.1") -> int:
    """One that nobody listens on at this moment."""
    with socket.create_server((host, 0)) as listening:
        return int(listening.getsockname()[1])
