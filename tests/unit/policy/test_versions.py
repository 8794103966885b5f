"""A folder of policies: which version is for whom, and which folders are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from support.policy_files import one_promise, write
from vigie.decider import UnknownPolicyVersion
from vigie.policy import BadPolicy, Policies, compile_policy, load_policies


@pytest.fixture
def two_versions() -> Policies:
    return Policies(
        [
            compile_policy(one_promise(version=2, since="2026-04-01")),
            compile_policy(one_promise(version=1, since="2026-01-01")),
        ]
    )


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        (datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC), 1),  # 23:59:59 in Paris
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), 2),  # midnight in Paris, still March in UTC
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), 1),  # midnight in Paris, still 2025 in UTC
        (datetime(2030, 1, 1, tzinfo=UTC), 2),
    ],
)
def test_a_version_begins_at_midnight_of_the_desk(two_versions: Policies, moment: datetime, version: int) -> None:
    policy = two_versions.at("desk", moment)
    assert policy is not None
    assert policy.version == version


def test_before_the_first_version_nothing_is_promised(two_versions: Policies) -> None:
    assert two_versions.at("desk", datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC)) is None


def test_midnight_is_the_desk_s_own(tmp_path: Path) -> None:
    write(tmp_path, "tokyo/1.yaml", one_promise(desk="tokyo", since="2026-04-01", zone="Asia/Tokyo"))
    policies = load_policies(tmp_path)
    assert policies.at("tokyo", datetime(2026, 3, 31, 14, 59, tzinfo=UTC)) is None
    assert policies.at("tokyo", datetime(2026, 3, 31, 15, 0, tzinfo=UTC)) is not None


def test_an_instant_without_an_offset_selects_nothing(two_versions: Policies) -> None:
    with pytest.raises(ValueError, match="has no offset"):
        two_versions.at("desk", datetime(2026, 5, 1))  # noqa: DTZ001 - that is the point


def test_an_unknown_desk_has_no_policy(two_versions: Policies) -> None:
    assert two_versions.at("acme", datetime(2026, 5, 1, tzinfo=UTC)) is None
    assert two_versions.latest("acme") is None


def test_a_ticket_of_a_version_that_is_not_loaded_waits_for_it(two_versions: Policies) -> None:
    with pytest.raises(UnknownPolicyVersion) as lacking:
        two_versions.version("desk", 3)
    assert (lacking.value.policy, lacking.value.version) == ("desk", 3)


def test_a_date_selects_the_version_in_force_that_day(two_versions: Policies) -> None:
    chosen = two_versions.on("desk", date(2026, 3, 31))
    assert chosen is not None
    assert chosen.version == 1


def test_what_stands_beside_the_versions_is_no_policy(tmp_path: Path) -> None:
    write(tmp_path, "desk/1.yaml", one_promise())
    write(tmp_path, "desk/cases/night.yaml", b"not: a policy\n")
    write(tmp_path, "desk/README.md", b"# The desk\n")
    policies = load_policies(tmp_path)
    assert policies.desks() == ("desk",)
    assert [policy.version for policy in policies.all()] == [1]


def refusal(folder: Path) -> list[str]:
    with pytest.raises(BadPolicy) as refused:
        load_policies(folder)
    return [str(bad).removeprefix(f"{folder}/") for bad in refused.value.problems]


def test_the_folder_is_named_after_the_desk(tmp_path: Path) -> None:
    write(tmp_path, "other/1.yaml", one_promise())
    assert refusal(tmp_path) == ["other/1.yaml:1: policy: is 'desk', but the folder is 'other'"]


def test_the_file_is_named_after_the_version(tmp_path: Path) -> None:
    write(tmp_path, "desk/1.yaml", one_promise())
    write(tmp_path, "desk/2.yaml", one_promise(version=3, since="2026-04-01"))
    assert refusal(tmp_path) == ["desk/2.yaml:2: version: is 3, so the file must be called '3.yaml', not '2.yaml'"]


def test_a_version_stands_in_one_file(tmp_path: Path) -> None:
    write(tmp_path, "desk/1.yaml", one_promise())
    write(tmp_path, "desk/1.yml", one_promise())
    assert refusal(tmp_path) == ["desk/1.yml:2: version: is 1, so the file must be called '1.yaml', not '1.yml'"]


def test_versions_have_no_gap(tmp_path: Path) -> None:
    write(tmp_path, "desk/1.yaml", one_promise())
    write(tmp_path, "desk/3.yaml", one_promise(version=3, since="2026-04-01"))
    assert refusal(tmp_path) == ["desk/3.yaml:2: version: is 3, but there is no version 2"]


def test_versions_begin_with_the_first(tmp_path: Path) -> None:
    write(tmp_path, "desk/2.yaml", one_promise(version=2))
    assert refusal(tmp_path) == ["desk/2.yaml:2: version: is 2, but there is no version 1"]


def test_a_later_version_begins_later(tmp_path: Path) -> None:
    write(tmp_path, "desk/1.yaml", one_promise())
    write(tmp_path, "desk/2.yaml", one_promise(version=2))
    assert refusal(tmp_path) == [
        "desk/2.yaml:3: effective_from: is 2026-01-01, which is not after that: version 1 is in force from 2026-01-01"
    ]


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, "desk/1.yaml", one_promise(zone="Mars/Olympus"))
    write(tmp_path, "other/1.yaml", one_promise(desk="other", more="extra: 1\n"))
    assert refusal(tmp_path) == [
        "desk/1.yaml:7: calendars.open.timezone: 'Mars/Olympus' is not a time zone",
        "other/1.yaml:17: extra: is not a field that is known here",
    ]


def test_a_folder_without_a_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="holds no policy"):
        load_policies(tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPolicy, match="is not a folder with policies"):
        load_policies(tmp_path / "nowhere")
