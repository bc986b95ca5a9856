from pathlib import Path

import pytest

from bot.core.errors import SettingError
from bot.core.leave import Admins
from bot.core.ports import Pace
from bot.settings import read_settings


def test_without_variables_there_is_a_database_in_the_data_folder() -> None:
    settings = read_settings({"XDG_DATA_HOME": "/data"})

    assert settings.database_url == "sqlite+aiosqlite:////data/netcheck/netcheck.db"
    assert settings.kubeconfig is None
    assert settings.slack_api_url == "https://slack.com/api/"


def test_netchecks_own_kubeconfig_goes_before_kubectls() -> None:
    settings = read_settings({"KUBECONFIG": "/a", "NETCHECK_KUBECONFIG": "/b"})

    assert settings.kubeconfig == Path("/b")


def test_snapshot_clusters_are_named_files() -> None:
    settings = read_settings({"NETCHECK_SNAPSHOTS": "old=/x/old.json, new=/x/new.json"})

    assert settings.snapshots == {"old": Path("/x/old.json"), "new": Path("/x/new.json")}


def test_folders_of_entries_are_joined_like_path() -> None:
    settings = read_settings({"NETCHECK_KB": "/a:/b/c:", "HOME": "/home/ana"})

    assert settings.kb == (Path("/a"), Path("/b/c"))
    assert read_settings({}).kb == ()


@pytest.mark.parametrize("value", ["/x/old.json", "=file", "name="])
def test_a_snapshot_without_name_or_file_names_the_variable(value: str) -> None:
    with pytest.raises(SettingError, match=r"NETCHECK_SNAPSHOTS: .*NAME=FILE"):
        read_settings({"NETCHECK_SNAPSHOTS": value})


def test_slacks_address_must_be_one() -> None:
    with pytest.raises(SettingError, match=r"SLACK_API_URL: .* is no address"):
        read_settings({"SLACK_API_URL": "slack.com/api/"})


@pytest.mark.parametrize("value", ["auto", "on", "off"])
def test_dials_can_be_forced_or_forbidden(value: str) -> None:
    assert read_settings({"NETCHECK_DIALS": value}).dials == value
    assert read_settings({}).dials == read_settings({"NETCHECK_DIALS": ""}).dials == "auto"


def test_another_word_for_dials_names_those_there_are() -> None:
    with pytest.raises(SettingError, match=r"NETCHECK_DIALS: 'yes' is none of auto, on, off"):
        read_settings({"NETCHECK_DIALS": "yes"})


def test_up_to_ten_sockets_can_be_held() -> None:
    assert read_settings({}).slack_connections == 1
    assert read_settings({"NETCHECK_SLACK_CONNECTIONS": "10"}).slack_connections == 10


@pytest.mark.parametrize("value", ["0", "11", "-1", "two"])
def test_another_number_of_sockets_names_the_variable(value: str) -> None:
    with pytest.raises(SettingError, match=r"NETCHECK_SLACK_CONNECTIONS: .*1 to 10"):
        read_settings({"NETCHECK_SLACK_CONNECTIONS": value})


def test_the_pace_is_the_usual_one_unless_set() -> None:
    environ = {"NETCHECK_REQUESTS_AT_ONCE": "2", "NETCHECK_REQUESTS_PER_SECOND": "0.5"}

    assert read_settings(environ).pace == Pace(2, 0.5)
    assert read_settings({}).pace == read_settings(dict.fromkeys(environ, "")).pace == Pace()


@pytest.mark.parametrize("value", ["many", "0", "-1", "2.5", "²"])
def test_requests_at_once_must_be_a_whole_number(value: str) -> None:
    with pytest.raises(SettingError, match=r"NETCHECK_REQUESTS_AT_ONCE: .*whole number.*`6`"):
        read_settings({"NETCHECK_REQUESTS_AT_ONCE": value})


@pytest.mark.parametrize("value", ["many", "0", "-1", "inf", "nan"])
def test_requests_per_second_must_be_a_number(value: str) -> None:
    with pytest.raises(SettingError, match=r"NETCHECK_REQUESTS_PER_SECOND: .*no number above 0"):
        read_settings({"NETCHECK_REQUESTS_PER_SECOND": value})


def test_admins_are_users_and_groups_each_once() -> None:
    settings = read_settings({"NETCHECK_ADMINS": "U024BE7LH, S0614TZR7,,W97, U024BE7LH"})

    assert settings.admins == Admins(("U024BE7LH", "W97"), ("S0614TZR7",))
    assert not read_settings({}).admins
    assert not read_settings({"NETCHECK_ADMINS": ""}).admins


@pytest.mark.parametrize("bad", ["ana", "@ana", "<@U024BE7LH>", "C024BE7LH", "u024be7lh", "U"])
def test_an_admin_that_is_no_id_is_named_with_the_variable(bad: str) -> None:
    with pytest.raises(SettingError, match=rf"NETCHECK_ADMINS: '{bad}' is no id"):
        read_settings({"NETCHECK_ADMINS": f"U024BE7LH,{bad}"})
