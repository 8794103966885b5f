"""Names of files, made safe and kept readable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vigie_intake.core.attachments import KINDS, Kind, safe_name
from vigie_intake.core.attachments.kinds import JPEG, PDF, TEXT, ZIP

TRICKY = '\u202e\u2066\u200b\ufeff\x00\x07\r\n/\\:.<>|?*" é\u0301\U0001f600\ud800\u2028¹'
NAMES = some.one_of(some.text(), some.text(alphabet=TRICKY + "aCONnul.pdfexe", max_size=400))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Plan de l’étage.pdf", "Plan de l’étage.pdf"),
        ("PLAN.PDF", "PLAN.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Jeanne\\plan.pdf", "plan.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe.pdf"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ('qui? "moi": <1>|*.pdf', "qui_ _moi__ _1___.pdf"),
        ("CON", "_CON.pdf"),
        ("nul.tar.pdf", "_nul.tar.pdf"),
        ("COM1 .pdf", "_COM1.pdf"),
        (".bashrc", "bashrc.pdf"),
        ("...", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("   ", "file.pdf"),
        ("plan.pdf. . ", "plan.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("x" * 300 + ".pdf", "x" * 250 + ".pdf"),
        ("é" * 300 + ".pdf", "é" * 125 + ".pdf"),
    ],
)
def test_a_name_keeps_what_is_safe_of_it(sent: str, kept: str) -> None:
    assert safe_name(sent, PDF) == kept


def test_the_ending_says_what_the_content_is() -> None:
    assert safe_name("photo.exe", JPEG) == "photo.exe.jpg"
    assert safe_name("photo.JPEG", JPEG) == "photo.jpeg"
    assert safe_name("start.bat", TEXT) == "start.bat.txt"
    assert safe_name("appli.jar", ZIP) == "appli.jar.zip"


@given(NAMES, some.sampled_from(KINDS))
def test_any_name_is_safe_afterwards(sent: str, kind: Kind) -> None:
    name = safe_name(sent, kind)
    stem, _, ending = name.rpartition(".")
    assert stem
    assert ending in kind.endings
    assert len(name.encode()) <= 255
    assert not set(name) & set('/\\<>:"|?*')
    assert not [one for one in name if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert name == name.strip(" .")
    assert name.partition(".")[0].strip().lower() not in ("con", "prn", "aux", "nul", "com1", "lpt9", "com¹")


@given(NAMES, some.sampled_from(KINDS))
def test_a_safe_name_stays_as_it_is(sent: str, kind: Kind) -> None:
    once = safe_name(sent, kind)
    assert safe_name(once, kind) == once
