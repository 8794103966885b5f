"""The data folder: found like a git repository, its secrets for the owner only."""

from __future__ import annotations

from pathlib import Path

import pytest

from vigie_local import logs, run
from vigie_local.errors import StackError
from vigie_local.home import Home, find_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / ".vigie")
    home.create()
    return home


def test_the_nearest_folder_upwards_is_taken(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = home.root.parent / "docs" / "howto"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    monkeypatch.delenv("VIGIE_HOME", raising=False)
    assert find_home() == home


def test_the_environment_names_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_HOME", str(tmp_path / "elsewhere"))
    assert find_home().root == tmp_path / "elsewhere"


def test_a_secret_stays_the_same_and_only_its_owner_reads_it(home: Home) -> None:
    assert home.secret("token") == home.secret("token")
    assert (home.root / "secrets" / "token").stat().st_mode & 0o777 == 0o600


def test_two_secrets_differ(home: Home) -> None:
    assert home.secret("token") != home.secret("postgres")


def test_a_disk_without_enough_room_is_told_before_anything_starts(home: Home) -> None:
    with pytest.raises(StackError, match=r"^The disk that holds .* has \d+ MB left; Vigie needs 1000000000000 MB\.$"):
        home.check_space(needed=10**18)


def test_a_run_file_that_is_cut_short_is_no_run(home: Home) -> None:
    home.run.write_text('{"supervisor": {"name"')
    assert run.read(home) is None


def test_a_log_that_has_grown_is_moved_aside_and_emptied(home: Home) -> None:
    home.log("intake").write_text("older\n" * 10)
    logs.rotate_large(home, large=20)
    assert home.log("intake").read_text() == ""
    assert (home.logs / "intake.log.1").read_text() == "older\n" * 10


def test_three_older_logs_are_kept_the_newest_first(home: Home) -> None:
    for line in ("1st\n", "2nd\n", "3rd\n", "4th\n"):
        home.log("intake").write_text(line)
        logs.rotate_large(home, large=1)
    kept = {log.name: log.read_text() for log in home.logs.glob("intake.log.*")}
    assert kept == {"intake.log.1": "4th\n", "intake.log.2": "3rd\n", "intake.log.3": "2nd\n"}


def test_a_full_disk_is_the_reason_whatever_else_the_log_says_after_it(home: Home) -> None:
    home.log("kafka").write_text("java.io.IOException: No space left on device\nshutting down\n")
    assert logs.last_words(home, "kafka") == f"the disk that holds {home.root} is full"


def test_otherwise_the_last_line_is_the_reason(home: Home) -> None:
    home.log("intake").write_text("starting\npolicies/ocm/1.yaml:3: no such calendar\n\n")
    assert logs.last_words(home, "intake") == "policies/ocm/1.yaml:3: no such calendar"
