"""Access codes, as they are kept: never the code, only a keyed hash of it.

A keyed hash, because codes are short: whoever reads the events (or a backup of the topic) could try all of them
against a plain one, salted or not. The same code of the same contract always has the same fingerprint, so that
recording a sheet twice is seen to be a repeat.
"""

from __future__ import annotations

import hmac
from hashlib import sha256


def fingerprint(key: bytes, customer: str, contract: str, code: str) -> str:
    """HMAC-SHA256, hex. The customer and the contract are in it: equal codes of two of them do not look equal."""
    said = f"{customer}\n{contract}\n{code}"
    return hmac.new(key, said.encode(), sha256).hexdigest()


def is_wrong(key: bytes, customer: str, contract: str, given: str | None, kept: str | None) -> bool:
    """Whether a code was given that is not the contract's. A contract without one takes any."""
    if given is None or kept is None:
        return False
    return not hmac.compare_digest(fingerprint(key, customer, contract, given), kept)
