"""Apache Kafka's jars: named with their hashes in `kafka.jars`, fetched once, kept in the user's cache.

The list is a lock file like requirements.lock. It is what makes a start repeatable (no version is chosen at run time),
and quick: no dependency has to be resolved, so the jars come in parallel. `python -m vigie_local.jars` resolves
the two roots again and rewrites the list. Where the jars come from is jgo's business; no address stands here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from errno import ENOSPC
from pathlib import Path
from typing import Any

from vigie_local.errors import StackError

ROOTS = "org.apache.kafka:kafka_2.13:4.2.0+org.slf4j:slf4j-simple:1.7.36"
LIST = Path(__file__).with_name("kafka.jars")
PARALLEL_DOWNLOADS = 6
_INCOMING = f"incoming-{os.getpid()}"
"""Unverified jars; a folder a process, because two stacks may start at the same time."""


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of the list: `group:artifact:version sha256 bytes`."""

    group: str
    artifact: str
    version: str
    sha256: str
    size: int

    def in_(self, cache: Path) -> Path:
        """Where the jar stands once it has been verified."""
        return cache / f"{self.artifact}-{self.version}.jar"


def cache_folder() -> Path:
    """`$VIGIE_CACHE`, else `$XDG_CACHE_HOME/vigie`, else `~/.cache/vigie`."""
    if own := os.environ.get("VIGIE_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "vigie"


def listed() -> list[Jar]:
    """The jars that make up the broker."""
    return [_parsed(*line.split()) for line in LIST.read_text().splitlines() if line and not line.startswith("#")]


def _parsed(coordinate: str, sha256: str, size: str) -> Jar:
    group, artifact, version = coordinate.split(":")
    return Jar(group, artifact, version, sha256, int(size))


def fetch(say: Callable[[str], None]) -> list[Path]:
    """The class path of the broker; whatever is not in the cache yet is downloaded and verified first.

    A jar in the cache is complete and was verified: it is moved there only after its hash has been compared.
    """
    cache = cache_folder() / "kafka"
    jars = listed()
    missing = [jar for jar in jars if not jar.in_(cache).exists()]
    if missing:
        _download(missing, cache, say)
    return [jar.in_(cache) for jar in jars]


def _download(missing: list[Jar], cache: Path, say: Callable[[str], None]) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    total = sum(jar.size for jar in missing)
    done = 0
    say(f"Kafka, first start: {len(missing)} jars, {total / 1e6:.0f} MB, go to {cache}")
    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        downloads = {pool.submit(_download_one, jar, cache): jar for jar in missing}
        try:
            for download in as_completed(downloads):
                download.result()
                done += downloads[download].size
                say(f"Kafka, first start: {done / 1e6:.0f} of {total / 1e6:.0f} MB")
        finally:
            pool.shutdown(cancel_futures=True)
            shutil.rmtree(cache / _INCOMING, ignore_errors=True)


def _download_one(jar: Jar, cache: Path) -> None:
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=cache / _INCOMING, timeout=60)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    try:
        partial = artifact.resolve()
    except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
        raise StackError(_why_not(error, jar, cache)) from error
    keep(partial, jar, cache)


def keep(partial: Path, jar: Jar, cache: Path) -> None:
    """Move a downloaded jar to its place if it is the locked one. Raises StackError, and deletes it, if it is not."""
    if hashlib.sha256(partial.read_bytes()).hexdigest() != jar.sha256:
        partial.unlink()
        raise StackError(f"Kafka's jar {partial.name} is not the locked one (its sha256 differs); nothing was started.")
    partial.replace(jar.in_(cache))


def _why_not(error: Exception, jar: Jar, cache: Path) -> str:
    if isinstance(error, OSError) and error.errno == ENOSPC:
        return f"The disk that holds {cache} is full; Kafka's jars could not be kept."
    return (
        f"Kafka's jar {jar.artifact} {jar.version} could not be downloaded ({type(error).__name__}): "
        "the first start needs access to a Maven repository, later ones do not."
    )


def lock() -> None:
    """Resolve the roots anew and write the list."""
    from jgo.maven import MavenContext
    from jgo.parse import Endpoint

    context = MavenContext(repo_cache=cache_folder() / "lock")
    roots = [context.create_dependency(coordinate) for coordinate in Endpoint.parse(ROOTS).coordinates]
    inputs, transitive = context.resolver.resolve(roots)
    wanted: list[Any] = [*inputs, *(one for one in transitive if one.scope in {"compile", "runtime"})]
    with ThreadPoolExecutor(PARALLEL_DOWNLOADS) as pool:
        files = list(pool.map(lambda one: one.artifact.resolve(), wanted))
    rows = sorted(_row(one, file) for one, file in zip(wanted, files, strict=True))
    LIST.write_text("\n".join(["# Made by `python -m vigie_local.jars`: coordinates, sha256, bytes.", *rows, ""]))


def _row(one: Any, file: Path) -> str:
    content = file.read_bytes()
    return f"{one.groupId}:{one.artifactId}:{one.version} {hashlib.sha256(content).hexdigest()} {len(content)}"


if __name__ == "__main__":
    lock()
