import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Self

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError

from bot.demo.standin import ANA, OPS, Options, SlackStandIn
from bot.demo.standin.link import Reason
from tests.bot.demo.standin.conftest import bolt, connected, web_client

Heard = list[dict[str, Any]]
HASTY = Options(ack_seconds=0.05, retry_seconds=(0.0, 0.0, 0.0))


class Ear:
    """A bare client: it hears envelopes and acknowledges only when told to."""

    def __init__(self, slack: SlackStandIn) -> None:
        self._slack = slack
        self._session = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        opened = await web_client(self._slack).apps_connections_open(
            app_token=self._slack.options.app_token
        )
        self.url = opened["url"]
        self.socket = await self._session.ws_connect(self.url)
        self.hello = await self.hear()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.socket.close()
        await self._session.close()

    async def hear(self) -> dict[str, Any]:
        """Return the next thing Slack says."""
        heard: dict[str, Any] = json.loads(await self.socket.receive_str())
        return heard

    async def acknowledge(self, envelope: dict[str, Any]) -> None:
        """Acknowledge an envelope, whichever socket it came over."""
        await self.socket.send_json({"envelope_id": envelope["envelope_id"]})


def listen(app: AsyncApp, event: str = "app_mention") -> Heard:
    """Return the list a listener fills with the bodies it hears."""
    heard: Heard = []

    @app.event(event)
    async def hear(body: dict[str, Any]) -> None:
        heard.append(body)

    return heard


async def test_a_mention_reaches_a_bolt_listener_and_is_acknowledged(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    del handler
    heard = listen(app)

    delivery = await slack.mention(OPS, ANA, "curl: (7) a < b")
    ack = await delivery.acked
    await slack.until(lambda: heard)

    (body,) = heard
    assert body["event"]["text"] == "<@U0NETCHECK> curl: (7) a &lt; b"
    assert (body["event"]["channel"], body["event"]["user"]) == (OPS, ANA)
    assert body["event_id"] == delivery.event_id
    assert body["authorizations"][0]["user_id"] == "U0NETCHECK"
    assert (ack.attempt, ack.late) == (0, False)


async def test_hello_counts_the_sockets(slack: SlackStandIn) -> None:
    async with Ear(slack) as first, Ear(slack) as second:
        assert [first.hello["type"], second.hello["type"]] == ["hello", "hello"]
        assert [first.hello["num_connections"], second.hello["num_connections"]] == [1, 2]


async def test_an_envelope_has_the_fields_slack_sends(slack: SlackStandIn) -> None:
    async with Ear(slack) as ear:
        await slack.mention(OPS, ANA, "x")
        envelope = await ear.hear()

    assert envelope["type"] == "events_api"
    assert envelope["accepts_response_payload"] is False
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert envelope["payload"]["type"] == "event_callback"
    assert envelope["payload"]["event_time"] == 1_700_000_000


async def test_a_ticket_opens_one_socket(slack: SlackStandIn) -> None:
    async with Ear(slack) as ear, aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(ear.url)


async def test_a_wrong_app_token_opens_none(slack: SlackStandIn) -> None:
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await web_client(slack).apps_connections_open(app_token="xapp-other")

    assert slack.connections == 0


async def test_an_eleventh_socket_is_turned_away(slack: SlackStandIn) -> None:
    ears = [Ear(slack) for _ in range(11)]
    for ear in ears:
        await ear.__aenter__()

    assert ears[10].hello["reason"] == "too_many_websockets"
    assert slack.connections == 10

    for ear in ears:
        await ear.__aexit__()


@pytest.mark.parametrize("options", [HASTY])
async def test_an_event_not_acknowledged_in_time_is_sent_again(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    del handler
    release = asyncio.Event()
    retries: list[tuple[str, str]] = []

    @app.middleware
    async def dawdle(
        req: AsyncBoltRequest,
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 (Bolt's name)
    ) -> BoltResponse:
        number = req.headers.get("x-slack-retry-num", ["-"])[0]
        retries.append((number, req.headers.get("x-slack-retry-reason", ["-"])[0]))
        if number == "0":
            await release.wait()
        return await next()

    heard = listen(app)
    delivery = await slack.mention(OPS, ANA, "x")
    ack = await delivery.acked
    release.set()
    await slack.until(lambda: any(one.late for one in delivery.acks))
    await slack.until(lambda: len(heard) >= 2)

    assert retries[:2] == [("0", ""), ("1", "timeout")]
    assert ack.attempt >= 1
    assert {body["event_id"] for body in heard} == {delivery.event_id}


@pytest.mark.parametrize("options", [HASTY])
async def test_slack_gives_up_after_three_retries(slack: SlackStandIn) -> None:
    async with Ear(slack) as ear:
        delivery = await slack.mention(OPS, ANA, "x")
        heard = [await ear.hear() for _ in range(4)]
        await slack.until(lambda: delivery.gave_up)

    assert [one["retry_attempt"] for one in heard] == [0, 1, 2, 3]
    assert [one["retry_reason"] for one in heard] == ["", "timeout", "timeout", "timeout"]
    assert len({one["envelope_id"] for one in heard}) == 4
    assert not delivery.acked.done()


@pytest.mark.parametrize("options", [Options(ack_seconds=300, retry_seconds=(0.0,))])
async def test_an_event_on_a_lost_socket_goes_to_the_next(slack: SlackStandIn) -> None:
    async with Ear(slack) as first:
        delivery = await slack.mention(OPS, ANA, "x")
        await first.hear()
    async with Ear(slack) as second:
        envelope = await second.hear()
        await second.acknowledge(envelope)
        ack = await delivery.acked

    assert (envelope["retry_attempt"], envelope["payload"]["event_id"]) == (1, delivery.event_id)
    assert ack.attempt == 1


@pytest.mark.parametrize("options", [Options(retry_seconds=(0.0,))])
async def test_an_event_sent_while_no_socket_is_open_waits_for_one(slack: SlackStandIn) -> None:
    delivery = await slack.mention(OPS, ANA, "x")
    await asyncio.sleep(0)

    async with Ear(slack) as ear:
        envelope = await ear.hear()
        await ear.acknowledge(envelope)
        await delivery.acked

    assert envelope["retry_attempt"] == 1


async def test_an_ack_counts_over_another_socket(slack: SlackStandIn) -> None:
    async with Ear(slack) as one, Ear(slack) as two:
        delivery = await slack.mention(OPS, ANA, "x")
        await slack.until(lambda: delivery.attempts)
        heard_by, other = (one, two) if delivery.attempts[0].connection == 1 else (two, one)
        await other.acknowledge(await heard_by.hear())

        assert not (await delivery.acked).late


async def test_sockets_take_turns(slack: SlackStandIn) -> None:
    async with Ear(slack), Ear(slack):
        first = await slack.mention(OPS, ANA, "1")
        second = await slack.mention(OPS, ANA, "2")
        await slack.until(lambda: first.attempts and second.attempts)

    assert {first.attempts[0].connection, second.attempts[0].connection} == {1, 2}


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_client_asked_to_leave_comes_back_on_another_socket(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler, reason: Reason
) -> None:
    del handler
    heard = listen(app)

    await slack.disconnect(reason)
    await slack.until(lambda: slack.connections)
    delivery = await slack.mention(OPS, ANA, "x")
    await delivery.acked
    await slack.until(lambda: heard)

    assert delivery.attempts[-1].connection == 2


@pytest.mark.parametrize("options", [Options(retry_seconds=(0.0,))])
async def test_a_client_notices_that_its_socket_died(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    del handler
    heard = listen(app)
    slack.go_silent()

    delivery = await slack.mention(OPS, ANA, "x")
    ack = await delivery.acked
    await slack.until(lambda: heard)

    assert (ack.attempt, delivery.attempts[-1].connection) == (1, 2)
    assert len(heard) == 1


@pytest.mark.parametrize("options", [Options(retry_seconds=(0.0,))])
async def test_a_client_comes_back_after_a_break(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    del handler
    listen(app)
    slack.cut()

    delivery = await slack.mention(OPS, ANA, "x")
    await delivery.acked

    assert delivery.attempts[-1].connection == 2


async def test_an_event_can_be_sent_again_after_its_ack(
    slack: SlackStandIn, app: AsyncApp, handler: AsyncSocketModeHandler
) -> None:
    del handler
    heard = listen(app)
    delivery = await slack.mention(OPS, ANA, "x")
    await delivery.acked

    attempt = await slack.redeliver(delivery)

    assert await attempt.done
    await slack.until(lambda: len(heard) == 2)
    assert attempt.number == 1
    assert {body["event_id"] for body in heard} == {delivery.event_id}


async def test_two_bots_share_the_events(slack: SlackStandIn) -> None:
    apps = [bolt(slack), bolt(slack)]
    heard = [listen(app) for app in apps]

    async with connected(slack, apps[0]), connected(slack, apps[1]):
        for delivery in [await slack.mention(OPS, ANA, f"{n}") for n in range(4)]:
            await delivery.acked
        await slack.until(lambda: len(heard[0]) + len(heard[1]) == 4)

    assert [len(one) for one in heard] == [2, 2]
