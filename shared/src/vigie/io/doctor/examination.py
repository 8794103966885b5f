"""All checks, each of which goes on where another failed: what is wrong with Kafka must not hide a full disk."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aiokafka.errors import KafkaError

from vigie.contracts.topics import SERVICES
from vigie.io.beat_reader import hearing_beats
from vigie.io.doctor.broker import check_broker
from vigie.io.doctor.database import check_database, check_limits
from vigie.io.doctor.disk import check_attachments, check_space
from vigie.io.doctor.findings import Finding, fail, ok, sentence, warn
from vigie.io.doctor.life import judge_life
from vigie.io.doctor.mail import check_mail
from vigie.io.doctor.settings import DoctorSettings
from vigie.io.doctor.store import looked_at
from vigie.io.errors import DATABASE_ERRORS
from vigie.io.settings import WrongSettings, read_settings
from vigie.policy import BadPolicy, Policies, load_policies

_FIELDS = {"DATABASE_URL": "database_url"}


async def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Everything there is to say, in the order in which one thing rests on another."""
    try:
        settings = settings_of(environ)
    except WrongSettings as wrong:
        todo = "set them as the services have them; on this machine alone: vigie up"
        return [fail("settings", str(wrong), todo)]
    policies, policy_finding = read_policies(settings.policies)
    findings = [ok("settings", "can be read"), policy_finding]
    database = await check_database(settings.database_url)
    findings += database
    (broker, mail) = await asyncio.gather(check_broker(settings), check_mail(settings.smtp, settings.smtp_tls))
    findings += broker
    findings.append(mail)
    folder = _folder(settings)
    findings += [check_attachments(settings.attachments), check_space(folder)]
    if database[0].check == "PostgreSQL" and len(database) > 1:
        findings += await _stores(settings, policies)
    if len(broker) > 1:
        findings += await _life(settings)
    return findings


def settings_of(environ: Mapping[str, str]) -> DoctorSettings:
    """The settings in ``environ``. Raises WrongSettings."""
    given = {
        _FIELDS.get(name, name.removeprefix("VIGIE_").lower()): value
        for name, value in environ.items()
        if name == "DATABASE_URL" or name.startswith("VIGIE_")
    }
    return read_settings(DoctorSettings, **{name: given[name] for name in given if name in DoctorSettings.model_fields})


def read_policies(folder: Path) -> tuple[Policies | None, Finding]:
    """The policies on disk, and what there is to say of them."""
    if not folder.is_dir():
        return None, warn("policies", f"there is no folder {folder} here: not looked at", "set VIGIE_POLICIES")
    try:
        policies = load_policies(folder)
    except BadPolicy as bad:
        return None, fail("policies", str(bad).splitlines()[0], "correct that line: no service can start with it")
    return policies, ok("policies", f"{len(policies.all())} versions can be read in {folder}")


async def _stores(settings: DoctorSettings, policies: Policies | None) -> list[Finding]:
    clock, url = settings.domain_clock(), settings.database_url
    stores = await asyncio.gather(*(looked_at(url, service, clock, policies) for service in SERVICES))
    findings = [finding for store in stores for finding in store]
    whole = next((service for service, store in zip(SERVICES, stores, strict=True) if len(store) > 1), None)
    if whole is not None:
        try:
            findings.insert(0, await check_limits(url, whole))
        except DATABASE_ERRORS as error:
            findings.insert(0, fail("time limits", sentence(error), "the database's own log"))
    return findings


async def _life(settings: DoctorSettings) -> list[Finding]:
    try:
        async with hearing_beats(settings) as beats:
            return judge_life(await beats.news(within=7.0), time.time())
    except (KafkaError, OSError, TimeoutError) as error:
        return [fail("heartbeats", f"cannot be read: {sentence(error)}", "vigie logs kafka")]


def _folder(settings: DoctorSettings) -> Path:
    parts = urlsplit(settings.attachments or "")
    return Path(unquote(parts.path)) if parts.scheme == "file" else Path.cwd()
