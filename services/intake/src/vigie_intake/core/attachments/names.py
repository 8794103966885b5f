"""Names of files that may be shown, stored and saved anywhere, and still say what their sender called them.

A name is never a path here: objects are found by ids. What is taken away could only mislead (another folder, a name
that reads backwards, an ending that starts a program) or break (a reserved name, 256 bytes).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from vigie_intake.core.attachments.kinds import Kind, ending_of

LIMIT_BYTES: Final = 255
"""In UTF-8: what file systems take."""
_FORBIDDEN: Final = re.compile(r'[<>:"|?*]')
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's controls, formats (the ones that turn the direction of writing among them), lone surrogates, breaks."""
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])", re.IGNORECASE)
"""What Windows takes for a device, whatever follows the first dot."""


def safe_name(name: str, kind: Kind) -> str:
    """``name`` as far as it is safe, with an ending that ``kind`` has. Made safe again, it stays as it is."""
    seen = "".join(one for one in _spaced(name) if unicodedata.category(one) not in _INVISIBLE)
    seen = _spaced(unicodedata.normalize("NFC", re.split(r"[/\\]", seen)[-1]))
    seen = _FORBIDDEN.sub("_", seen).strip(" .")
    stem, ending = _apart(seen, kind)
    stem = _cut(stem or "file", LIMIT_BYTES - len(f"_.{ending}".encode()))
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    return f"{stem}.{ending}"


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _apart(name: str, kind: Kind) -> tuple[str, str]:
    """``name`` without its ending, and the ending it is to have."""
    if ending_of(name) not in kind.endings:
        return name, kind.endings[0]
    stem, _, ending = name.rpartition(".")
    return stem.rstrip(" ."), ending.lower()


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore").rstrip(" .")
