"""The Home tab and user groups in the stand-in."""

from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.standin import ADMINS, ANA, BASE_SCOPES, BEN, Options, SlackStandIn, StandInError
from tests.bot.demo.standin.test_methods import refused

LINE = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


def home(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "home", "blocks": list(blocks)}


async def test_a_home_tab_is_kept_for_each_person(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    said = await client.views_publish(user_id=ANA, view=home(LINE))
    await client.views_publish(user_id=ANA, view=home(LINE, LINE), hash=said["view"]["hash"])

    assert [len(one["blocks"]) for one in slack.homes(ANA)] == [1, 2]
    assert slack.homes(BEN) == ()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"user_id": "U0NOBODY", "view": home(LINE)}, "invalid_arguments"),
        ({"user_id": ANA, "view": {"type": "modal", "blocks": []}}, "invalid_arguments"),
        ({"user_id": ANA, "view": home(*[LINE] * 101)}, "invalid_blocks"),
        ({"user_id": ANA, "view": home(LINE), "hash": "1.x"}, "hash_conflict"),
        ({"user_id": ANA, "view": {**home(LINE), "x": "y" * 250_001}}, "view_too_large"),
    ],
)
async def test_a_home_tab_slack_would_not_show_is_refused(
    slack: SlackStandIn, client: AsyncWebClient, arguments: dict[str, Any], error: str
) -> None:
    answer = await refused(client.views_publish(**arguments))

    assert answer["error"] == error
    assert slack.homes(ANA) == ()


@pytest.mark.parametrize("options", [Options(home_tab=False)])
async def test_without_the_tab_nothing_is_published(client: AsyncWebClient) -> None:
    assert (await refused(client.views_publish(user_id=ANA, view=home())))["error"] == "not_enabled"


@pytest.mark.usefixtures("handler")
async def test_opening_the_home_tells_the_app_with_what_was_shown_last(
    slack: SlackStandIn, client: AsyncWebClient, app: AsyncApp
) -> None:
    heard: list[dict[str, Any]] = []

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        heard.append(event)

    await (await slack.open_home(ANA)).acked
    await client.views_publish(user_id=ANA, view=home(LINE))
    await (await slack.open_home(ANA)).acked
    await (await slack.open_home(ANA, "messages")).acked

    assert [one["tab"] for one in heard] == ["home", "home", "messages"]
    assert ["view" in one for one in heard] == [False, True, False]
    assert {one["user"] for one in heard} == {ANA}


@pytest.mark.parametrize("options", [Options(events=frozenset({"app_mention"}))])
async def test_an_app_that_is_not_subscribed_hears_of_no_home(slack: SlackStandIn) -> None:
    with pytest.raises(StandInError, match="app_home_opened"):
        await slack.open_home(ANA)


async def test_a_user_group_has_members(client: AsyncWebClient) -> None:
    assert (await client.usergroups_users_list(usergroup=ADMINS))["users"] == [ANA]

    answer = await refused(client.usergroups_users_list(usergroup="S0GONE"))
    assert answer["error"] == "no_such_subteam"


@pytest.mark.parametrize("options", [Options(scopes=BASE_SCOPES)])
async def test_groups_need_a_scope(client: AsyncWebClient) -> None:
    answer = await refused(client.usergroups_users_list(usergroup=ADMINS))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "usergroups:read")
