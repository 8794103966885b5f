"""How long to wait before trying again what the machine refused: longer each time, never two replicas in step."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Delays in machine seconds: doubling from ``first`` up to ``limit``, each shortened by up to half by chance."""

    first: float = 0.1
    limit: float = 10.0
    failures: int = 0
    """In a row."""

    def next_delay(self) -> float:
        """The delay after one more failure."""
        delay = min(self.limit, self.first * 2 ** min(self.failures, 16))
        self.failures += 1
        return float(delay * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, not a secret

    def reset(self) -> None:
        """It worked."""
        self.failures = 0
