import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.standin import OPS, SHOP, How, Options, SlackStandIn
from tests.bot.demo.standin.conftest import web_client


async def test_a_limit_answers_429_and_says_when_to_come_back(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    slack.limit("chat.postMessage", times=2, retry_after=7)

    for _ in range(2):
        with pytest.raises(SlackApiError) as error:
            await client.chat_postMessage(channel=OPS, text="x")
        assert error.value.response.status_code == 429
        assert error.value.response.headers["Retry-After"] == "7"
        assert error.value.response["error"] == "ratelimited"
    await client.chat_postMessage(channel=OPS, text="x")

    assert [call.status for call in slack.calls] == [429, 429, 200]
    assert len(slack.messages) == 1


async def test_a_channel_takes_one_message_a_second_when_asked_to() -> None:
    async with SlackStandIn(Options(one_per_second=True)) as slack:
        client = web_client(slack)
        posted = await client.chat_postMessage(channel=OPS, text="1")
        with pytest.raises(SlackApiError) as error:
            await client.chat_postMessage(channel=OPS, text="2")
        await client.chat_postMessage(channel=SHOP, text="1")
        await client.chat_update(channel=OPS, ts=posted["ts"], text="1 still")

    assert error.value.response.status_code == 429
    assert error.value.response.headers["Retry-After"] == "1"
    assert [message.channel for message in slack.messages] == [OPS, SHOP]


@pytest.mark.parametrize("how", ["500", "no-json"])
async def test_an_error_page_is_no_answer_of_slacks(
    slack: SlackStandIn, client: AsyncWebClient, how: How
) -> None:
    slack.fail("chat.postMessage", how=how)

    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=OPS, text="x")

    assert slack.messages == []


async def test_a_dropped_call_has_no_effect(slack: SlackStandIn, client: AsyncWebClient) -> None:
    slack.fail("chat.postMessage", how="drop")

    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=OPS, text="x")

    assert slack.messages == []
    assert [call.status for call in slack.calls] == [0]


async def test_a_lost_answer_comes_after_the_effect(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    slack.fail("chat.postMessage", how="after")

    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=OPS, text="x")

    assert [message.text for message in slack.messages] == ["x"]


async def test_a_client_that_repeats_by_itself_posts_twice(slack: SlackStandIn) -> None:
    """slack_sdk repeats after a broken connection unless it is told not to."""
    wait = FixedValueRetryIntervalCalculator(0)
    client = AsyncWebClient(
        token=slack.options.bot_token,
        base_url=slack.url,
        retry_handlers=[AsyncConnectionErrorRetryHandler(interval_calculator=wait)],
    )
    slack.fail("chat.postMessage", how="after")

    await client.chat_postMessage(channel=OPS, text="x")

    assert [message.text for message in slack.messages] == ["x", "x"]


async def test_a_refusal_can_be_ordered(slack: SlackStandIn, client: AsyncWebClient) -> None:
    slack.refuse("chat.update", "edit_window_closed")
    posted = await client.chat_postMessage(channel=OPS, text="x")

    with pytest.raises(SlackApiError, match="edit_window_closed"):
        await client.chat_update(channel=OPS, ts=posted["ts"], text="y")
    await client.chat_update(channel=OPS, ts=posted["ts"], text="y")


async def test_faults_are_met_in_the_order_they_were_asked_for(
    slack: SlackStandIn, client: AsyncWebClient
) -> None:
    slack.refuse("auth.test", "fatal_error")
    slack.limit("auth.test")

    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.auth_test()
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.auth_test()
    assert (await client.auth_test())["ok"]
