"""What a file is, judged by its content."""

from __future__ import annotations

import io
import zipfile

import pytest

from vigie_intake.core.attachments import HEAD_BYTES, judge, still
from vigie_intake.core.attachments.kinds import CSV, TEXT, WIDE_TEXT


def archive(*names: str, stored: str = "x" * 50) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, stored)
    return content.getvalue()


DOCX = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
OPEN_TEXT = "application/vnd.oasis.opendocument.text"
PROGRAM = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + b"\0" * 64
SAMPLES = {
    "image/png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01",
    "image/gif": b"GIF89a\x01\0\x01\0",
    "image/webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "image/bmp": b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0",
    "image/tiff": b"II*\0\x08\0\0\0",
    "image/heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1",
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "application/rtf": rb"{\rtf1\ansi Bonjour}",
    "image/vnd.dwg": b"AC1032\0\0\0\0",
    "application/x-ole-storage": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 20,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": archive(*DOCX),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": archive("docProps/app.xml", "xl/workbook.xml"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": archive(*DOCX[:2], "ppt/slide.xml"),
    OPEN_TEXT: archive("mimetype", "content.xml", stored=OPEN_TEXT),
    "application/zip": archive("plans/a.txt", "word/of-mine.txt"),
    "text/plain": "Ça ne démarre plus\r\n".encode(),
}


@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_file_is_what_its_content_says(media_type: str) -> None:
    kind = judge(SAMPLES[media_type])
    assert kind is not None
    assert kind.media_type == media_type


@pytest.mark.parametrize("name", ["facture.exe", "photo.html", "sans_point", ""])
def test_no_name_makes_an_image_anything_else(name: str) -> None:
    kind = judge(SAMPLES["image/png"], name)
    assert kind is not None
    assert (kind.media_type, kind.endings) == ("image/png", ("png",))


@pytest.mark.parametrize(
    "content",
    [
        PROGRAM,
        b"\x7fELF\x02\x01\x01" + b"\0" * 9,
        b"\xca\xfe\xba\xbe\0\0\x004",
        b"\0\x01\x02\x03 Alphacam",
        b"7z\xbc\xaf'\x1c\0",
    ],
    ids=["windows", "linux", "java", "nobody knows", "another archive"],
)
def test_what_is_not_recognised_is_not_accepted_whatever_its_name(content: bytes) -> None:
    assert judge(content, "photo.png") is None


def test_french_text_in_the_encoding_of_old_windows_is_text() -> None:
    assert judge("Numéro;Créé\r\n1;été\r\n".encode("cp1252"), "export.CSV") is CSV


def test_a_log_of_windows_is_text_in_two_bytes_a_character() -> None:
    assert judge("\ufeffService arrêté\r\n".encode("utf-16-le"), "app.log") is WIDE_TEXT
    assert judge(b"\xff\xfe\0\0\x01\0") is None


def test_a_page_or_a_script_is_nothing_but_text() -> None:
    assert judge(b"<html><script>alert(1)</script>", "page.html") is TEXT
    assert judge(b"#!/bin/sh\nrm -rf ~\n", "run.sh") is TEXT


def test_what_began_as_text_must_stay_text() -> None:
    assert still(TEXT, b"\x1b[31mrouge\x1b[0m\n")
    assert not still(TEXT, b"MZ\x90\0")
    assert not still(CSV, b"1;2\0")


def test_what_is_no_text_may_go_on_with_anything() -> None:
    pdf = judge(SAMPLES["application/pdf"])
    assert pdf is not None
    assert still(pdf, b"\0\x01\x02")


def test_a_desk_takes_the_files_of_its_own_product_under_their_endings() -> None:
    kind = judge(b"\0\x01\x02\x03 Alphacam", "meuble.AMD", frozenset({"amd"}))
    assert kind is not None
    assert (kind.media_type, kind.endings) == ("application/octet-stream", ("amd",))


def test_a_project_file_that_is_a_zip_is_one_and_keeps_its_ending() -> None:
    kind = judge(SAMPLES["application/zip"], "meuble.amd", frozenset({"amd"}))
    assert kind is not None
    assert (kind.media_type, kind.endings) == ("application/zip", ("amd",))


def test_no_ending_makes_a_program_a_project_file() -> None:
    assert judge(PROGRAM, "meuble.amd", frozenset({"amd"})) is None


def test_a_head_that_ends_inside_a_character_is_still_text() -> None:
    assert judge(("é" * HEAD_BYTES).encode()[: HEAD_BYTES - 1]) is TEXT
    assert judge(b"\xff\xfe" + "😀".encode("utf-16-le")[:2]) is WIDE_TEXT
