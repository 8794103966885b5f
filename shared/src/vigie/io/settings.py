"""What a service is told by its environment. Everything else is in the policy files.

PostgreSQL's TLS is part of its address, as everywhere (``?sslmode=verify-full&sslrootcert=…``); Kafka's has
settings of its own. A wrong setting is one sentence that names the variable.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from vigie.io.clock import SYSTEM, Clock, parse_clock


class Address(NamedTuple):
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _address(text: object) -> object:
    if not isinstance(text, str):
        return text
    host, separator, port = text.rpartition(":")
    if not separator or not port.isdigit() or int(port) > 65535:
        raise ValueError("is not host:port")
    return Address(host.strip("[]") or "127.0.0.1", int(port))


HostAndPort = Annotated[Address, NoDecode, BeforeValidator(_address)]
"""A setting written ``host:port``."""


def _readable_clock(text: str) -> str:
    parse_clock(text)
    return text


class WrongSettings(ValueError):
    """One sentence for each variable that is missing or wrong."""


class Settings(BaseSettings):
    """The settings that all services share; a service adds its own in a subclass."""

    model_config = SettingsConfigDict(env_prefix="VIGIE_", frozen=True, extra="ignore", populate_by_name=True)

    database_url: str = Field(validation_alias="DATABASE_URL")
    """``postgresql://…``: where the service's own schema is, TLS included."""
    migrate_url: str | None = None
    """The same database as its owner, who may change the schema; default: ``database_url``."""
    kafka: str
    """Bootstrap addresses, ``host:port[,host:port]``."""
    clock: Annotated[str, AfterValidator(_readable_clock)] = SYSTEM
    policies: Path = Path("policies")
    """The folder with one folder per desk."""
    health: HostAndPort = Address("127.0.0.1", 0)
    """Where /health and /metrics are served; port 0 takes any free one."""
    replica: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "1"
    """Which copy of the service this is: unique among the running ones, the same again after a restart."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    stop_within: Annotated[float, Field(gt=0)] = 20.0
    """Seconds in which a service that was asked to stop ends in order; then it is cut off, which loses nothing. Less
    than what its supervisor waits before it kills."""

    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password: SecretStr | None = None
    kafka_ca: Path | None = None
    """PEM of the authority that signed the brokers' certificates; default: the system's."""
    kafka_certificate: Path | None = None
    kafka_certificate_key: Path | None = None
    """PEM files of this client, where the brokers ask for one."""

    def domain_clock(self) -> Clock:
        return parse_clock(self.clock)

    def owner_url(self) -> str:
        return self.migrate_url or self.database_url

    def kafka_connection(self) -> dict[str, Any]:
        """The arguments of every aiokafka client: addresses and security."""
        arguments: dict[str, Any] = {"bootstrap_servers": self.kafka.split(",")}
        if self.kafka_security != "PLAINTEXT":
            arguments["security_protocol"] = self.kafka_security
        if self.kafka_security.endswith("SSL"):
            arguments["ssl_context"] = self._kafka_tls()
        if self.kafka_security.startswith("SASL"):
            arguments["sasl_mechanism"] = self.kafka_sasl_mechanism
            arguments["sasl_plain_username"] = self.kafka_username
            arguments["sasl_plain_password"] = self.kafka_password.get_secret_value() if self.kafka_password else None
        return arguments

    def _kafka_tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.kafka_ca)
        if self.kafka_certificate is not None:
            context.load_cert_chain(self.kafka_certificate, self.kafka_certificate_key)
        return context


T = TypeVar("T", bound=Settings)


def read_settings(kind: type[T], **given: Any) -> T:
    """``kind`` from the environment; ``given`` goes before it. Raises WrongSettings, which names the variables."""
    try:
        return kind(**given)
    except ValidationError as error:
        raise WrongSettings("; ".join(_sentence(problem) for problem in error.errors())) from None


def _sentence(problem: Mapping[str, Any]) -> str:
    location = str(problem["loc"][0]) if problem["loc"] else ""
    variable = location if location.isupper() else f"VIGIE_{location.upper()}"
    if problem["type"] == "missing":
        return f"{variable} is not set"
    reason = str(problem["msg"]).removeprefix("Value error, ")
    return f"{variable}: {reason}"
