"""What intake is told about attachments; a wrong setting is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie.io.settings import WrongSettings, read_settings
from vigie_intake.adapters.objects import WrongStore, open_objects
from vigie_intake.settings import IntakeSettings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("ATTACHMENTS", "ATTACHMENT_LIMIT", "ATTACHMENT_TYPES"):
        monkeypatch.delenv(f"VIGIE_{name}", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://vigie@127.0.0.1/vigie")
    monkeypatch.setenv("VIGIE_KAFKA", "one:9092")
    return monkeypatch


def test_a_file_may_have_25_megabytes_and_be_of_any_type_we_recognise() -> None:
    settings = read_settings(IntakeSettings)
    assert settings.attachment_limit == 25_000_000
    assert {"application/pdf", "image/png", "text/csv", "application/zip"} < settings.attachment_types
    assert settings.attachments == f"{Path.cwd().as_uri()}/attachments"


def test_a_deployment_says_which_types_it_takes(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VIGIE_ATTACHMENT_TYPES", "image/png, application/pdf")
    assert read_settings(IntakeSettings).attachment_types == {"image/png", "application/pdf"}


def test_a_type_that_nobody_can_recognise_is_not_promised(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VIGIE_ATTACHMENT_TYPES", "image/png,video/mp4")
    with pytest.raises(WrongSettings, match=r"^VIGIE_ATTACHMENT_TYPES: video/mp4: only these can be recognised"):
        read_settings(IntakeSettings)


@pytest.mark.parametrize("url", ["/var/attachments", "https://bucket", "s3:///", "s3://bucket?colour=blue"])
def test_what_is_neither_a_folder_nor_a_bucket_is_no_place_for_attachments(url: str) -> None:
    with pytest.raises(WrongStore):
        open_objects(url)


def test_nobody_else_on_the_machine_looks_into_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "attachments"
    open_objects(folder.as_uri())
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongStore, match=r"^.*cannot be a folder for attachments: [^\n]+$"):
        open_objects((tmp_path / "file" / "folder").as_uri())
