"""How tests are shared out among the workers of `make test`: those of one file, or of one Vigie, stay together.

Each worker has servers of its own, so no test can see what another worker does. The order is that of the files; the
folders with the longest tests happen to come first, and thousands of short ones fill the end.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from xdist.scheduler import LoadScopeScheduling


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """In a folder under `tests/e2e`, or of outages, all files are told to one Vigie, which takes longer to start than
    their tests."""

    def _split_scope(self, nodeid: str) -> str:
        file = PurePosixPath(nodeid.partition("::")[0])
        return str(file.parent if {"e2e", "outages"} & set(file.parts) else file)
