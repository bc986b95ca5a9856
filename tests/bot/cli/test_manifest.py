import json

import pytest

from tests.bot.cli.conftest import Run


def test_the_manifest_is_one_json_document(run: Run) -> None:
    outcome = run("manifest", "--watch")

    told = json.loads(outcome.out)
    assert "channels:history" in told["oauth_config"]["scopes"]["bot"]


def test_an_address_slack_would_not_call_is_a_usage_error(run: Run) -> None:
    outcome = run("manifest", "--http", "http://bot.example")

    assert outcome.status == 2
    assert "https://" in outcome.err


def test_the_scope_for_user_groups_comes_with_the_setting_or_the_flag(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "usergroups:read" not in run("manifest").out
    assert "usergroups:read" in run("manifest", "--groups").out

    monkeypatch.setenv("NETCHECK_ADMINS", "S0614TZR7")
    assert "usergroups:read" in run("manifest").out

    monkeypatch.setenv("NETCHECK_ADMINS", "ana")
    outcome = run("manifest")
    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "NETCHECK_ADMINS: 'ana'" in outcome.err
