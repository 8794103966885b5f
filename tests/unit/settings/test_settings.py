"""Settings come from the environment; a wrong one is named."""

from __future__ import annotations

import pytest

from vigie.io.settings import Address, Settings, WrongSettings, read_settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("VIGIE_MIGRATE_URL", "VIGIE_CLOCK", "VIGIE_HEALTH", "VIGIE_REPLICA", "VIGIE_KAFKA_SECURITY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://vigie@127.0.0.1/vigie")
    monkeypatch.setenv("VIGIE_KAFKA", "one:9092,two:9092")
    return monkeypatch


def test_an_address_is_read(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VIGIE_HEALTH", "0.0.0.0:8080")
    assert read_settings(Settings).health == Address("0.0.0.0", 8080)


def test_migrations_use_the_database_of_the_service_when_nothing_else_is_said() -> None:
    assert read_settings(Settings).owner_url() == "postgresql://vigie@127.0.0.1/vigie"


def test_a_missing_broker_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("VIGIE_KAFKA")
    with pytest.raises(WrongSettings, match=r"^VIGIE_KAFKA is not set$"):
        read_settings(Settings)


def test_a_missing_database_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("DATABASE_URL")
    with pytest.raises(WrongSettings, match=r"^DATABASE_URL is not set$"):
        read_settings(Settings)


def test_a_wrong_address_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VIGIE_HEALTH", "8080")
    with pytest.raises(WrongSettings, match=r"^VIGIE_HEALTH: is not host:port$"):
        read_settings(Settings)


def test_a_wrong_clock_is_named_with_its_reason(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VIGIE_CLOCK", "tomorrow")
    with pytest.raises(WrongSettings, match=r"^VIGIE_CLOCK: the clock 'tomorrow' cannot be read"):
        read_settings(Settings)


def test_all_brokers_are_told_to_the_client() -> None:
    assert read_settings(Settings).kafka_connection() == {"bootstrap_servers": ["one:9092", "two:9092"]}


def test_a_secured_broker_is_given_name_and_password(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VIGIE_KAFKA_SECURITY", "SASL_PLAINTEXT")
    environment.setenv("VIGIE_KAFKA_USERNAME", "vigie")
    environment.setenv("VIGIE_KAFKA_PASSWORD", "secret")
    connection = read_settings(Settings).kafka_connection()
    assert connection["sasl_mechanism"] == "SCRAM-SHA-512"
    assert connection["sasl_plain_password"] == "secret"


def test_a_password_does_not_show_in_a_log(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("VIGIE_KAFKA_PASSWORD", "secret")
    assert "secret" not in repr(read_settings(Settings))
