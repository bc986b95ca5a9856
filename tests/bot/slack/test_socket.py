"""The sockets themselves: silent, replaced, refused, several at once."""

import asyncio

import aiohttp
import pytest

from bot.demo.standin import ANA, OPS, Options, SlackStandIn
from bot.demo.standin.link import CONNECTIONS, Reason
from bot.slack.faults import SIZE_ERRORS
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk

PASTE = 'no endpoints available for service "cart"'
FINAL = "Confirmed"


async def test_a_silent_socket_is_replaced_although_nothing_is_sent(office: Office) -> None:
    await office.start()
    connected = office.slack.subscribe()

    office.slack.go_silent()

    async for change in connected:
        if change.kind == "connected":
            break
    assert office.slack.deliveries == []
    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, FINAL)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested"])
async def test_a_warning_is_followed_and_what_is_under_way_is_answered_once(
    office: Office, reason: Reason
) -> None:
    run = await office.start()
    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.slack.until(lambda: event.attempts)

    await office.slack.disconnect(reason)
    await office.slack.until(lambda: office.slack.connections == 1)
    later = await office.slack.mention(OPS, ANA, PASTE)
    for one in (event, later):
        await office.reply(one, FINAL)
    await run.settle()

    assert [len(office.slack.replies(one)) for one in (event, later)] == [1, 1]


async def test_an_address_that_was_used_up_in_vain_is_not_tried_for_ever(office: Office) -> None:
    await office.start()

    office.slack.turn_away()
    office.slack.cut()
    event = await office.slack.mention(OPS, ANA, PASTE)

    await office.reply(event, FINAL)


async def test_no_address_for_a_while_delays_and_loses_nothing(office: Office) -> None:
    await office.start()

    office.slack.fail("apps.connections.open", times=3)
    office.slack.cut()
    event = await office.slack.mention(OPS, ANA, PASTE)

    await office.reply(event, FINAL)


async def test_with_too_many_sockets_it_waits_for_one_to_be_closed(office: Office) -> None:
    async with aiohttp.ClientSession() as session:
        others = [
            await session.ws_connect(await _address(office.slack)) for _ in range(CONNECTIONS)
        ]
        starting = asyncio.create_task(office.start())
        await office.slack.until(lambda: _opened(office.slack) > CONNECTIONS + 3)
        for other in others:
            await other.close()
        await starting
    event = await office.slack.mention(OPS, ANA, PASTE)

    await office.reply(event, FINAL)


async def test_of_several_sockets_each_carries_events_and_none_is_answered_twice(
    office: Office,
) -> None:
    run = await office.start(connections=3)

    events = [await office.slack.mention(OPS, ANA, f"{PASTE} {at}") for at in range(9)]
    for event in events:
        await event.acked
        await office.slack.redeliver(event)
    await run.settle()

    assert {event.attempts[0].connection for event in events} == {1, 2, 3}
    assert [len(office.slack.replies(event)) for event in events] == [1] * 9


@pytest.mark.parametrize("options", [Options(ack_seconds=0.3, retry_seconds=(0.0, 0.0, 0.0))])
async def test_a_retry_while_the_first_is_being_answered_is_acknowledged_and_no_more(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    desk.gate.clear()
    run = await office.start(desk, connections=2)
    event = await office.slack.mention(OPS, ANA, PASTE)
    await desk.told.wait()

    retries = [await office.slack.redeliver(event) for _ in range(3)]
    acknowledged = [await retry.done for retry in retries]
    desk.gate.set()
    await office.reply(event, FINAL)
    await run.settle()

    assert acknowledged == [True] * 3
    assert len(desk.asked) == 1
    assert len(office.slack.replies(event)) == 1


@pytest.mark.parametrize(
    "error",
    [
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "msg_too_long",
        "invalid_blocks",
        "token_revoked",
    ],
)
async def test_what_slack_will_never_take_is_given_up_with_its_reason_and_blocks_nothing(
    office: Office, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    run = await office.start(ScriptedDesk(progress=()))
    tries = 2 if error in SIZE_ERRORS else 1  # the second with text alone
    office.slack.refuse("chat.postMessage", error, tries)

    lost = await office.slack.mention(OPS, ANA, PASTE)
    await lost.acked
    await run.settle()
    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, FINAL)

    assert office.slack.replies(lost) == []
    assert f"Slack does not take the answer to {lost.event_id}: {error}" in caplog.text


def _opened(slack: SlackStandIn) -> int:
    return sum(call.method == "apps.connections.open" for call in slack.calls)


async def _address(slack: SlackStandIn) -> str:
    headers = {"Authorization": f"Bearer {slack.options.app_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{slack.url}apps.connections.open") as answer,
    ):
        return str((await answer.json())["url"])
