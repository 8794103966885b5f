"""Which ports the servers listen on: free ones, the same as last time where possible."""

from __future__ import annotations

import json
import os
import random
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from vigie_local.errors import StackError

RANGE = range(20_000, 32_000)
"""Below the range from which Linux takes the ports of outgoing connections, so that a kept port is still free later."""

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen there now. A connection in TIME_WAIT does not count as taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose(
    name: str, *, fixed: int | None, last: int | None, taken: set[int], free: Callable[[int], bool] = is_free
) -> int:
    """The port for `name`: the one the user fixed or an error, else last time's, else any other."""
    if fixed is not None:
        if fixed in taken or not free(fixed):
            raise StackError(f"Port {fixed}, set by {variable(name)}, is taken by another program.")
        return fixed
    if last is not None and last not in taken and free(last):
        return last
    for port in random.sample(RANGE, 200):
        if port not in taken and free(port):
            return port
    raise StackError(f"No free port between {RANGE.start} and {RANGE.stop} was found for {name}.")


def variable(name: str) -> str:
    """The environment variable that fixes a port: `VIGIE_PORT_API`."""
    return f"VIGIE_PORT_{name.upper().replace('-', '_')}"


def settle(names: tuple[str, ...], file: Path, environ: Mapping[str, str] = os.environ) -> dict[str, int]:
    """A port for every name; what was chosen is kept in `file` for the next time."""
    last: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    ports: dict[str, int] = {}
    for name in sorted(names, key=lambda name: variable(name) not in environ):
        fixed = _fixed(name, environ)
        ports[name] = choose(name, fixed=fixed, last=last.get(name), taken=set(ports.values()))
    file.write_text(json.dumps(last | ports, indent=2))
    return ports


def _fixed(name: str, environ: Mapping[str, str]) -> int | None:
    if not (text := environ.get(variable(name))):
        return None
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise StackError(f"{variable(name)} is {text!r}, which is not a port.")
    return int(text)
