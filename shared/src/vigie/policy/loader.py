"""Policies from a folder: ``<folder>/<desk>/<version>.yaml``. Everything else in a desk's folder is its own affair."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from vigie.lined_yaml import BadFile
from vigie.policy.compile import compiled, complaint, lines_of, parsed
from vigie.policy.errors import BadPolicy
from vigie.policy.model import PolicyFile
from vigie.policy.policies import Policies
from vigie.policy.policy import Policy


class _Loaded(NamedTuple):
    path: Path
    source: bytes
    file: PolicyFile

    def bad(self, field: str, reason: str) -> BadFile:
        return complaint(lines_of(self.source, self.path), (field,), reason)


def load_policies(folder: str | Path) -> Policies:
    """Every version of every desk under ``folder``; raises :class:`BadPolicy` with all that is wrong."""
    loaded: list[_Loaded] = []
    problems: list[BadFile] = []
    for path in policy_files(folder):
        try:
            one = _read(path)
        except BadPolicy as bad:
            problems += bad.problems
        else:
            loaded.append(one)
            problems += _names(one)
    if not problems:
        problems += _histories(loaded)
    if not loaded and not problems:
        problems.append(BadFile(folder, 1, "holds no policy; a desk's is <desk>/1.yaml"))
    if problems:
        raise BadPolicy(problems)
    return Policies(compiled(one.file, one.source, None) for one in loaded)


def load_policy(path: str | Path) -> Policy:
    """The policy in one file, wherever it is and whatever its name; raises :class:`BadPolicy`."""
    one = _read(Path(path))
    return compiled(one.file, one.source, None)


def policy_files(folder: str | Path) -> list[Path]:
    """The files that must be policies, in order of path; raises :class:`BadPolicy` when there is no such folder."""
    root = Path(folder)
    if not root.is_dir():
        raise BadPolicy([BadFile(folder, 1, "is not a folder with policies")])
    return sorted(path for path in root.glob("*/*") if path.suffix in (".yaml", ".yml") and path.is_file())


def _read(path: Path) -> _Loaded:
    try:
        source = path.read_bytes()
    except OSError as error:
        raise BadPolicy([BadFile(path, 1, f"cannot be read: {error.strerror or error}")]) from error
    except ValueError as error:
        raise BadPolicy([BadFile(path, 1, f"cannot be read: {error}")]) from error
    return _Loaded(path, source, parsed(source, path))


def _names(one: _Loaded) -> Iterator[BadFile]:
    """The names of folder and file say what is in them, so that nobody edits the wrong one."""
    desk, name, file = one.path.parent.name, one.path.name, one.file
    if file.policy != desk:
        yield one.bad("policy", f"is {file.policy!r}, but the folder is {desk!r}")
    if name != f"{file.version}.yaml":
        yield one.bad("version", f"is {file.version}, so the file must be called '{file.version}.yaml', not {name!r}")


def _histories(loaded: list[_Loaded]) -> Iterator[BadFile]:
    """Versions count from 1 without a gap, each in force from a later day than the one before."""
    desks: dict[str, list[_Loaded]] = {}
    for one in sorted(loaded, key=lambda one: one.file.version):
        desks.setdefault(one.file.policy, []).append(one)
    for versions in desks.values():
        if versions[0].file.version != 1:
            yield versions[0].bad("version", f"is {versions[0].file.version}, but there is no version 1")
        for earlier, later in pairwise(versions):
            yield from _follows(earlier.file, later)


def _follows(earlier: PolicyFile, later: _Loaded) -> Iterator[BadFile]:
    if later.file.version != earlier.version + 1:
        yield later.bad("version", f"is {later.file.version}, but there is no version {earlier.version + 1}")
    if later.file.effective_from <= earlier.effective_from:
        since = f"version {earlier.version} is in force from {earlier.effective_from}"
        yield later.bad("effective_from", f"is {later.file.effective_from}, which is not after that: {since}")
