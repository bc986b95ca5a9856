"""The modal to paste an error into, against the stand-in."""

from typing import Any

import pytest

from bot.core.errors import StoreError
from bot.core.ports import Event, Link
from bot.demo.standin import ANA, HALL, OPS
from bot.store.inbox import SqlInbox
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk
from tests.bot.slack.test_command import posted, whispered

PASTE = 'no endpoints available for service "cart"'
SHORTCUT = "ask_error"


async def opened(office: Office) -> dict[str, Any]:
    """Wait for the modal."""
    (view,) = await office.slack.until(lambda: office.slack.views)
    return view


def fields(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"]]


async def test_the_shortcut_asks_for_a_channel_and_answers_there(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)

    await (await office.slack.global_shortcut(SHORTCUT, ANA)).acked
    view = await opened(office)
    filled = {"error": PASTE, "channel": OPS, "cluster": "staging", "namespace": "shop"}
    ack = await (await office.slack.submit(view, ANA, filled)).acked
    message = await posted(office, OPS, "Confirmed")
    await run.settle()

    assert fields(view) == ["error", "cluster", "namespace", "channel"]
    assert ack.payload == {}
    ((paste, place, overrides),) = desk.asked
    assert (paste, place.channel, place.user) == (PASTE, OPS, ANA)
    assert (overrides.cluster, overrides.namespace) == ("staging", "shop")
    assert [one for one in office.slack.messages if one.bot] == [message]
    assert message.rings == (f"<@{ANA}>",)


async def test_ask_without_text_opens_it_for_its_channel_with_what_was_said(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    await office.start(desk)

    await office.slack.slash("/netcheck", "ask -n shop in staging", OPS, ANA)
    view = await opened(office)
    await office.slack.submit(view, ANA, {"error": PASTE})
    await posted(office, OPS, "Confirmed")

    assert fields(view) == ["error", "cluster", "namespace"]
    overrides = desk.asked[0][2]
    assert (overrides.cluster, overrides.namespace) == ("staging", "shop")


async def test_it_says_how_much_it_takes(office: Office) -> None:
    await office.start()

    await office.slack.slash("/netcheck", "ask", OPS, ANA)
    view = await opened(office)

    assert view["blocks"][0]["element"]["max_length"] == 3_000
    assert "3,000 characters" in view["blocks"][0]["hint"]["text"]


@pytest.mark.parametrize(
    ("filled", "field", "message"),
    [
        ({"error": "  "}, "error", "Paste the error"),
        ({"error": PASTE, "namespace": "the shop"}, "namespace", "small letters"),
        ({"error": PASTE}, "cluster", "linked to no cluster"),
    ],
)
async def test_a_mistake_is_shown_in_the_modal(
    office: Office, filled: dict[str, str], field: str, message: str
) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    await office.slack.slash("/netcheck", "ask", OPS, ANA)

    ack = await (await office.slack.submit(await opened(office), ANA, filled)).acked
    await run.settle()

    assert ack.payload["response_action"] == "errors"
    assert list(ack.payload["errors"]) == [field]
    assert message in ack.payload["errors"][field]
    assert desk.asked == []


async def test_a_mended_modal_is_taken_and_one_sent_twice_is_answered_once(
    office: Office,
) -> None:
    desk = ScriptedDesk()
    desk.links[OPS] = Link(OPS, "staging")
    run = await office.start(desk)
    await office.slack.slash("/netcheck", "ask", OPS, ANA)
    view = await opened(office)

    await (await office.slack.submit(view, ANA, {"error": " "})).acked
    for _ in range(2):
        await (await office.slack.submit(view, ANA, {"error": PASTE})).acked
    await posted(office, OPS, "Confirmed")
    await run.settle()

    assert len(desk.asked) == 1
    assert len([one for one in office.slack.messages if one.bot]) == 1


async def test_what_cannot_be_stored_is_told_in_the_modal(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(_inbox: SqlInbox, _event: Event) -> bool:
        raise StoreError("the disk of the database is full: make room")

    await office.start()
    monkeypatch.setattr(SqlInbox, "take", failing)
    await office.slack.slash("/netcheck", "ask in staging", OPS, ANA)

    ack = await (await office.slack.submit(await opened(office), ANA, {"error": PASTE})).acked

    assert "make room" in ack.payload["errors"]["error"]


@pytest.mark.parametrize("surface", ["command", "shortcut"])
async def test_where_the_bot_is_not_the_user_is_told_to_invite_it(
    office: Office, surface: str
) -> None:
    await office.start()
    filled = {"error": PASTE, "cluster": "staging"}
    if surface == "command":
        await office.slack.slash("/netcheck", "ask", HALL, ANA)
    else:
        await office.slack.global_shortcut(SHORTCUT, ANA)
        filled["channel"] = HALL

    await office.slack.submit(await opened(office), ANA, filled)

    assert "/invite @netcheck" in await whispered(office)


async def test_a_form_slack_does_not_open_is_told(office: Office) -> None:
    await office.start()
    office.slack.refuse("views.open", "expired_trigger_id")

    await office.slack.slash("/netcheck", "ask", OPS, ANA)

    assert "`/netcheck ask TEXT`" in await whispered(office)
