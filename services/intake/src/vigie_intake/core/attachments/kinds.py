"""What a file is, judged by its content: neither its name nor what its sender says of it proves anything.

What is accepted must be recognised for certain, so these are few formats with the signatures that their
specifications give them, and whatever is none of them is refused. A list of everything that files may be was tried
instead and calls every zip a Word document.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

HEAD_BYTES: Final = 64 * 1024
"""How much of a file its kind is judged by."""


class Kind(NamedTuple):
    """A format, and how names of such files end."""

    media_type: str
    endings: tuple[str, ...]
    """Lower case, without a dot. A name that ends in none of them is given the first."""


_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
PNG: Final = Kind("image/png", ("png",))
JPEG: Final = Kind("image/jpeg", ("jpg", "jpeg"))
GIF: Final = Kind("image/gif", ("gif",))
WEBP: Final = Kind("image/webp", ("webp",))
BMP: Final = Kind("image/bmp", ("bmp",))
TIFF: Final = Kind("image/tiff", ("tif", "tiff"))
HEIC: Final = Kind("image/heic", ("heic", "heif"))
PDF: Final = Kind("application/pdf", ("pdf",))
RTF: Final = Kind("application/rtf", ("rtf",))
DWG: Final = Kind("image/vnd.dwg", ("dwg",))
DOCX: Final = Kind(f"{_OFFICE}wordprocessingml.document", ("docx",))
XLSX: Final = Kind(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",))
PPTX: Final = Kind(f"{_OFFICE}presentationml.presentation", ("pptx",))
ODT: Final = Kind(f"{_OPEN}text", ("odt",))
ODS: Final = Kind(f"{_OPEN}spreadsheet", ("ods",))
ODP: Final = Kind(f"{_OPEN}presentation", ("odp",))
ZIP: Final = Kind("application/zip", ("zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"))
"""Also a document whose own parts begin only after the head: it is a zip for certain, and may keep its name."""
OLE: Final = Kind("application/x-ole-storage", ("doc", "xls", "ppt", "msg", "vsd"))
"""Microsoft's documents before 2007: one container, whose head does not say of which of them."""
TEXT: Final = Kind("text/plain", ("txt", "csv", "log", "md", "json", "yaml", "yml", "ini", "eml", "dxf", "nc"))
CSV: Final = Kind("text/csv", ("csv",))
"""Text whose name says so: content alone cannot tell the two apart, and nothing depends on it."""
WIDE_TEXT: Final = Kind("text/plain", TEXT.endings)
"""In UTF-16, as Windows writes logs and Excel « Unicode text »."""
UNKNOWN: Final = Kind("application/octet-stream", ())
"""Accepted only as a project file of a desk."""

KINDS: Final = (
    *(PNG, JPEG, GIF, WEBP, BMP, TIFF, HEIC, PDF, RTF, DWG),
    *(DOCX, XLSX, PPTX, ODT, ODS, ODP, ZIP, OLE, TEXT, CSV),
)
"""All that is accepted unless a deployment says otherwise."""

_STARTS: Final = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), PNG),
    (re.compile(rb"\xff\xd8\xff"), JPEG),
    (re.compile(rb"GIF8[79]a"), GIF),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), WEBP),
    (re.compile(rb"BM.{4}\0{4}.{4}[\x0c\x28\x6c\x7c]\0{3}", re.DOTALL), BMP),
    (re.compile(rb"II\*\0|MM\0\*"), TIFF),
    (re.compile(rb"....ftyp(?:hei[cx]|mif1)", re.DOTALL), HEIC),
    (re.compile(rb"%PDF-"), PDF),
    (re.compile(rb"\{\\rtf"), RTF),
    (re.compile(rb"AC10[0-9]{2}\0"), DWG),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), OLE),
)
_PROGRAM: Final = re.compile(
    rb"MZ|\x7fELF|\xca\xfe\xba\xbe|[\xce\xcf]\xfa\xed\xfe|\xfe\xed\xfa[\xce\xcf]|L\0{3}\x01\x14\x02|\0asm"
)
"""What runs: Windows, Linux, Java or macOS, macOS, a Windows shortcut, WebAssembly."""
_ZIP: Final = re.compile(rb"PK\x03\x04.{22}(?P<name>..)(?P<extra>..)", re.DOTALL)
_OFFICE_PART: Final = re.compile(rb"PK\x03\x04.{26}(word|xl|ppt)/", re.DOTALL)
_OFFICE_SIGN: Final = re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/\.rels|docProps/)", re.DOTALL)
_BY_PART: Final = {b"word": DOCX, b"xl": XLSX, b"ppt": PPTX}
_STEERING: Final = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b") + b"\x7f"
"""Control characters that no text holds; of the others, logs colour their lines with escape."""


def judge(head: bytes, name: str = "", project_files: frozenset[str] = frozenset()) -> Kind | None:
    """The kind of a file that begins with ``head``: its first ``HEAD_BYTES``, or all of it. None: of no kind we know.

    ``project_files`` are endings under which a desk takes the files of its own product: such a file keeps its ending,
    and may be of a format that nobody else knows, but no program.
    """
    kind = _kind(head)
    ending = ending_of(name)
    if kind is TEXT and ending == "csv":
        return CSV
    if ending not in project_files or (kind is not None and ending in kind.endings):
        return kind
    if kind is None and _PROGRAM.match(head):
        return None
    return (kind or UNKNOWN)._replace(endings=(ending,))


def still(kind: Kind, chunk: bytes) -> bool:
    """Whether a file of ``kind`` may go on with ``chunk``: what began as text must not turn into something else."""
    return kind.media_type not in ("text/plain", "text/csv") or kind is WIDE_TEXT or _is_text(chunk)


def ending_of(name: str) -> str:
    """What stands behind the last dot of a name, in lower case; empty where nothing does."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _kind(head: bytes) -> Kind | None:
    for start, kind in _STARTS:
        if start.match(head):
            return kind
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(head)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return WIDE_TEXT if _is_wide_text(head) else None
    return TEXT if _is_text(head) else None


def _kind_of_zip(head: bytes) -> Kind:
    first = _ZIP.match(head)
    if first is None:
        return ZIP
    name_ends = 30 + int.from_bytes(first["name"], "little")
    if head[30:name_ends] == b"mimetype":  # OpenDocument: the first member, stored as it is
        said = head[name_ends + int.from_bytes(first["extra"], "little") :]
        for kind in (ODT, ODS, ODP):
            if said.startswith(kind.media_type.encode()):
                return kind
    part = _OFFICE_PART.search(head)
    return _BY_PART[part[1]] if part is not None and _OFFICE_SIGN.search(head) else ZIP


def _is_text(some: bytes) -> bool:
    return len(some.translate(None, _STEERING)) == len(some)


def _is_wide_text(head: bytes) -> bool:
    whole = head[: len(head) // 2 * 2]
    text = whole.decode("utf-16", "replace").rstrip("\ufffd")  # the head may end inside a pair
    return "\ufffd" not in text and not any(character in text for character in _STEERING.decode("latin-1"))
