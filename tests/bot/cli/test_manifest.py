import json

from tests.bot.cli.conftest import Run


def test_the_manifest_is_one_json_document(run: Run) -> None:
    outcome = run("manifest", "--watch")

    told = json.loads(outcome.out)
    assert "channels:history" in told["oauth_config"]["scopes"]["bot"]


def test_an_address_slack_would_not_call_is_a_usage_error(run: Run) -> None:
    outcome = run("manifest", "--http", "http://bot.example")

    assert outcome.status == 2
    assert "https://" in outcome.err
