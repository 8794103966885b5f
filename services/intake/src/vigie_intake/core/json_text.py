"""JSON as a stranger sends it: every way in which it can be no use is one named error.

Python's reader takes more than JSON is: ``NaN``, repeated keys (the last wins, silently), texts that cannot be
stored. Each of them would be believed here and refused, or read otherwise, somewhere else.
"""

from __future__ import annotations

import json
from typing import Any, Final


class BrokenJson(ValueError):
    """The text is not JSON that can be used: ``problem`` says what is wrong, and where if that is known."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def _object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise BrokenJson(f"the member {readable(repeated)!r} is there twice")
    return members


def _no_number(text: str) -> Any:
    raise BrokenJson(f"{text} is not a JSON number")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object_of, parse_constant=_no_number)


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object that ``body`` is, or BrokenJson. Texts may still hold what cannot be stored."""
    try:
        value = _DECODER.decode(body.decode())
    except UnicodeDecodeError as error:
        raise BrokenJson(f"byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise BrokenJson(f"{error.msg} at line {error.lineno} column {error.colno}") from error
    except RecursionError as error:
        raise BrokenJson("it is nested too deeply") from error
    except BrokenJson:
        raise
    except ValueError as error:  # an integer of more digits than Python reads
        raise BrokenJson("a number is too long") from error
    if not isinstance(value, dict):
        raise BrokenJson("it is not an object")
    return value


def readable(text: str) -> str:
    """``text`` of a stranger, fit to be repeated in an answer: storable and short."""
    shown = text.encode(errors="backslashreplace").decode().replace("\x00", "\\x00")
    return shown if len(shown) <= 64 else shown[:63] + "…"
