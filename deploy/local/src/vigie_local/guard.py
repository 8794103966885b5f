"""Become another program, as another account if asked, that ends when the parent ends.

`guard.py SIGNAL ACCOUNT|- PROGRAM ARGUMENT...`; it runs alone (`python -I -S`), so it imports nothing of Vigie.
The order matters: the kernel forgets the parent-death signal when the account changes.
"""

import contextlib
import ctypes  # here, not later: the account may be unable to read Python's own files
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def become(account: str) -> None:
    """Give up root for good."""
    entry = pwd.getpwnam(account)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def die_with(parent: int, signal: int) -> None:
    """Ask Linux for `signal` at the parent's death; other systems have no such wish and rely on the next `vigie up`."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        sys.exit(1)


def main() -> None:
    """See the module."""
    parent = os.getppid()
    signal, account, *argv = sys.argv[1:]
    if account != "-":
        os.chdir("/")
        become(account)
    die_with(parent, int(signal))
    os.execv(argv[0], argv)  # noqa: S606 - that is its task


if __name__ == "__main__":
    main()
