"""What an operator may tell the notifier, and what is refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from vigie.io.settings import WrongSettings, read_settings
from vigie_notifier.settings import NotifierSettings

DEPLOYED: dict[str, Any] = {"database_url": "postgresql://localhost/vigie", "kafka": "127.0.0.1:9092"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VIGIE_SMTP", "VIGIE_SMTP_TLS", "VIGIE_SMTP_USERNAME", "VIGIE_SMTP_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


def test_the_mail_server_is_named_by_host_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_SMTP", "mail.example:2525")
    assert read_settings(NotifierSettings, **DEPLOYED).smtp == ("mail.example", 2525)


def test_a_notifier_without_a_mail_server_does_not_start() -> None:
    with pytest.raises(WrongSettings, match="VIGIE_SMTP is not set"):
        read_settings(NotifierSettings, **DEPLOYED)


def test_a_password_is_not_sent_in_the_clear() -> None:
    with pytest.raises(WrongSettings, match="would be sent unencrypted"):
        read_settings(NotifierSettings, **DEPLOYED, smtp="mail.example:25", smtp_username="v", smtp_password="secret")


def test_a_password_is_sent_over_tls() -> None:
    settings = read_settings(
        NotifierSettings, **DEPLOYED, smtp="mail.example:587", smtp_tls="starttls", smtp_password="secret"
    )
    assert settings.smtp_password is not None
