"""``python -m support.chaos``: the long form. SEED (default: drawn) and FAULTS (default: 32) come from the environment.

Exit code 1: an invariant does not hold, or the deployment never came to rest.
"""

from __future__ import annotations

import os
import random
import sys

import uvloop

from support.chaos.report import report
from support.chaos.run import Plan, run


def main() -> int:
    """The exit code."""
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"SEED={seed}", flush=True)
    plan = Plan(
        seed=seed, faults=int(os.environ.get("FAULTS") or 32), replicas=2, a_second=3, at_most=600, rest_within=300
    )
    outcome = uvloop.run(run(plan, lambda text: print(text, flush=True)))
    print()
    print(report(outcome))
    return 0 if outcome.at_rest and not outcome.violations else 1


if __name__ == "__main__":
    sys.exit(main())
