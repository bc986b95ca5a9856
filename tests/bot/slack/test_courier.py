import asyncio
from collections import deque
from collections.abc import AsyncIterator

import msgspec
import pytest

from bot.core.errors import StoreError
from bot.core.ports import Message, Turns
from bot.slack.blocks import Rendered
from bot.slack.courier import Courier
from bot.slack.faults import Refused, SlackFault, Throttled, Unclear, Unsent
from bot.slack.lane import EDIT_GAP, POST_GAP, Alone, Pace, Way
from bot.slack.web import Form
from tests.bot.slack.clockwork import Clockwork
from tests.bot.slack.scripted import ScriptedSlack
from tests.fakes.outbox import FakeOutbox
from tests.fakes.turns import FakeTurns

BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


def saying(text: str) -> Rendered:
    return Rendered(text, (BLOCK,))


class Bench:
    """A courier with all it needs, and what it was told to give up."""

    def __init__(self, *script: SlackFault | None) -> None:
        self.outbox = FakeOutbox()
        self.slack = ScriptedSlack(deque(script))
        self.pace = Clockwork()
        self.refused: list[tuple[str, str]] = []
        self.courier = self.build(Alone())

    def build(self, turns: Turns) -> Courier:
        """Return the courier of a bot."""
        return Courier(Way(self.outbox, self.slack, turns, self.pace, self.hear))

    async def hear(self, message: Message, why: str) -> None:
        """Note a message that was given up."""
        self.refused.append((message.key, why))

    async def send(self, key: str, text: str, channel: str = "C1") -> None:
        """Want a message and wait until nothing waits."""
        await self.courier.want(key, channel, "T1", saying(text))
        await self.courier.flush()


@pytest.fixture
async def benches() -> AsyncIterator[list[Bench]]:
    made: list[Bench] = []
    yield made
    for bench in made:
        await bench.courier.stop()


@pytest.fixture
def start(benches: list[Bench]) -> type[Bench]:
    class Started(Bench):
        def __init__(self, *script: SlackFault | None) -> None:
            super().__init__(*script)
            benches.append(self)

    return Started


async def test_a_message_is_posted_and_its_next_form_is_an_edit(start: type[Bench]) -> None:
    bench = start()

    await bench.send("e1", "looking")
    await bench.send("e1", "found")

    assert bench.slack.calls == ["post e1: looking", "update e1: found"]
    assert await bench.outbox.waiting() == ()


async def test_forms_wanted_in_one_second_become_one_edit_with_the_newest(
    start: type[Bench],
) -> None:
    bench = start()
    await bench.send("e1", "form 0")

    for number in range(1, 6):
        await bench.courier.want("e1", "C1", "T1", saying(f"form {number}"))
    await bench.courier.flush()

    assert bench.slack.calls == ["post e1: form 0", "update e1: form 5"]
    assert bench.pace.waits == [EDIT_GAP]


async def test_messages_of_one_channel_are_posted_in_the_order_they_were_wanted(
    start: type[Bench],
) -> None:
    bench = start()
    for number in range(4):
        await bench.courier.want(f"e{number}", "C1", "T1", saying("x"))

    await bench.courier.flush()

    assert bench.slack.calls == [f"post e{number}: x" for number in range(4)]


async def test_a_throttled_channel_waits_as_long_as_slack_says(start: type[Bench]) -> None:
    bench = start(Throttled(30))

    await bench.send("e1", "x")

    assert bench.pace.waits == [30]
    assert bench.slack.calls == ["post e1: x", "post e1: x"]


async def test_throttled_posts_do_not_hold_up_edits(start: type[Bench]) -> None:
    bench = start(None, Throttled(30))
    await bench.send("e1", "looking")
    await bench.courier.want("e2", "C1", "T2", saying("y"))
    await bench.slack.called("post e2: y")
    await bench.courier.want("e1", "C1", "T1", saying("found"))

    await bench.courier.flush()

    assert bench.slack.calls[-2:] == ["update e1: found", "post e2: y"]


async def test_without_a_connection_it_tries_again_ever_later(start: type[Bench]) -> None:
    bench = start(*[Unsent("no connection")] * 8)

    await bench.send("e1", "x")

    assert bench.pace.waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert not [call for call in bench.slack.calls if call.startswith("find")]


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(start: type[Bench]) -> None:
    bench = start(Unclear("ServerDisconnectedError"))

    await bench.send("e1", "x")

    assert bench.slack.calls == ["post e1: x", "find e1 in C1T1", "update e1: x"]
    assert len(bench.slack.messages) == 1


async def test_a_post_that_never_arrived_is_made_again_once_looked_up(start: type[Bench]) -> None:
    bench = start()
    await bench.outbox.want("e1", "C1", "T1", msgspec.json.encode(saying("x")).decode())
    await bench.outbox.attempt("e1")

    await bench.courier.resume()
    await bench.courier.flush()

    assert bench.slack.calls == ["find e1 in C1T1", "post e1: x"]


async def test_a_search_that_fails_is_made_again_before_anything_is_posted(
    start: type[Bench],
) -> None:
    bench = start(Unclear("TimeoutError"))
    bench.slack.finding.extend([Throttled(30), Unsent("no connection")])

    await bench.send("e1", "x")

    assert bench.slack.calls == [
        "post e1: x",
        *["find e1 in C1T1"] * 3,
        "update e1: x",
    ]


async def test_without_the_scope_to_look_it_posts_again(start: type[Bench]) -> None:
    bench = start(Unclear("TimeoutError"))
    bench.slack.finding.append(Refused("missing_scope"))

    await bench.send("e1", "x")

    assert bench.slack.calls == ["post e1: x", "find e1 in C1T1", "post e1: x"]


@pytest.mark.parametrize("error", ["is_archived", "not_in_channel", "restricted_action"])
async def test_a_final_refusal_is_kept_with_its_reason_and_told(
    start: type[Bench], error: str
) -> None:
    bench = start(Refused(error))

    await bench.send("e1", "x")
    await bench.send("e1", "y")

    assert bench.outbox.dropped == {"e1": error}
    assert bench.refused == [("e1", error)]
    assert bench.slack.calls == ["post e1: x"]


async def test_a_form_too_long_is_sent_as_text_alone(start: type[Bench]) -> None:
    bench = start(Refused("msg_blocks_too_long"))

    await bench.send("e1", "x")

    ((_, _, form),) = bench.slack.messages.values()
    assert (form.text, form.blocks) == ("x", ())


async def test_a_form_too_long_even_as_text_is_given_up(start: type[Bench]) -> None:
    bench = start(Refused("msg_too_long"), Refused("msg_too_long"))

    await bench.send("e1", "x")

    assert bench.outbox.dropped == {"e1": "msg_too_long"}


async def test_a_bad_token_loses_no_message(start: type[Bench]) -> None:
    bench = start(Refused("invalid_auth"), Refused("invalid_auth"))

    await bench.send("e1", "x")

    assert bench.outbox.dropped == {}
    assert len(bench.slack.messages) == 1


async def test_a_message_slack_always_breaks_on_does_not_block_the_channel(
    start: type[Bench],
) -> None:
    bench = start(*[None, *[Unclear("internal_error", answered=True)] * 6])
    await bench.send("e1", "x")
    await bench.send("e1", "y")
    await bench.send("e2", "z")

    assert bench.outbox.dropped == {"e1": "internal_error"}
    assert bench.slack.calls[-1] == "post e2: z"


async def test_a_waiting_channel_holds_up_no_other(start: type[Bench]) -> None:
    bench = start(Throttled(30))
    await bench.courier.want("e1", "C1", "T1", saying("x"))
    await bench.courier.want("e2", "C2", "T1", saying("y"))

    await bench.courier.flush()

    assert bench.slack.calls == ["post e1: x", "post e2: y", "post e1: x"]


async def test_time_passes_until_there_is_news_or_it_is_over() -> None:
    pace, news = Pace(), asyncio.Event()
    before = pace.now()

    await pace.wait(news, 0)
    news.set()
    await pace.wait(news, 3_600)

    assert pace.now() >= before


async def test_a_lane_that_breaks_by_a_bug_is_logged_and_the_next_message_opens_another(
    start: type[Bench], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench = start()
    post = bench.slack.post
    failures = iter([True])

    async def failing(channel: str, thread: str, form: Form, key: str) -> str:
        if next(failures, False):
            raise ZeroDivisionError
        return await post(channel, thread, form, key)

    monkeypatch.setattr(bench.slack, "post", failing)
    await bench.courier.want("e1", "C1", "T1", saying("x"))
    await asyncio.wait(bench.courier._tasks.values())
    await bench.send("e2", "y")

    assert "the lane of C1 broke" in caplog.text
    assert bench.slack.calls[-2:] == ["post e1: x", "post e2: y"]


async def test_a_store_that_fails_for_a_while_delays_and_loses_nothing(
    start: type[Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = start()
    waiting = bench.outbox.waiting
    failures = iter([True, True])

    async def failing(channel: str) -> tuple[Message, ...]:
        if next(failures, False):
            raise StoreError("the database is locked")
        return await waiting(channel)

    monkeypatch.setattr(bench.outbox, "waiting", failing)
    await bench.send("e1", "x")

    assert bench.slack.calls == ["post e1: x"]


async def test_a_sent_record_that_fails_leads_to_the_message_that_stands(
    start: type[Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = start()
    sent = bench.outbox.sent
    failures = iter([True])

    async def failing(key: str, ts: str, form: int) -> None:
        if next(failures, False):
            raise StoreError("the disk is full")
        await sent(key, ts, form)

    monkeypatch.setattr(bench.outbox, "sent", failing)
    await bench.send("e1", "x")

    assert bench.slack.calls == ["post e1: x", "find e1 in C1T1", "update e1: x"]
    assert len(bench.slack.messages) == 1


async def test_a_channel_gets_one_post_a_second(start: type[Bench]) -> None:
    bench = start()
    for number in range(4):
        await bench.courier.want(f"e{number}", "C1", "T1", saying("x"))

    await bench.courier.flush()

    assert bench.pace.waits == [POST_GAP] * 3


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive"])
async def test_once_the_app_was_removed_a_message_is_given_up(
    start: type[Bench], error: str
) -> None:
    bench = start(Refused(error))

    await bench.send("e1", "x")

    assert bench.outbox.dropped == {"e1": error}


async def test_what_failed_together_does_not_come_again_together() -> None:
    pace = Pace()

    factors = {pace.jitter() for _ in range(50)}

    assert len(factors) > 40
    assert all(0.5 < factor < 1.5 for factor in factors)


@pytest.fixture
async def pair(start: type[Bench]) -> AsyncIterator[tuple[Bench, Courier, Courier]]:
    """Two bots on one outbox, each with its own courier."""
    bench = start()
    holders: dict[str, FakeTurns] = {}
    one, other = (bench.build(FakeTurns(holders)) for _ in range(2))
    yield bench, one, other
    await one.stop()
    await other.stop()


async def test_two_bots_post_each_message_once_and_in_order(
    pair: tuple[Bench, Courier, Courier],
) -> None:
    bench, *bots = pair
    for number in range(10):
        await bots[number % 2].want(f"e{number}", "C1", "T1", saying("x"))

    for bot in bots:
        await bot.flush()

    assert bench.slack.calls == [f"post e{number}: x" for number in range(10)]


async def test_a_bot_edits_what_the_other_has_posted(pair: tuple[Bench, Courier, Courier]) -> None:
    bench, one, other = pair
    await one.want("e1", "C1", "T1", saying("looking"))
    await one.flush()

    await other.want("e1", "C1", "T1", saying("found"))
    await other.flush()

    assert bench.slack.calls == ["post e1: looking", "update e1: found"]


async def test_a_bot_sends_what_a_dead_one_has_left(start: type[Bench]) -> None:
    bench = start(Unsent("no connection"))
    holders: dict[str, FakeTurns] = {}
    dead, heir = (bench.build(FakeTurns(holders)) for _ in range(2))
    await dead.want("e1", "C1", "T1", saying("x"))
    await bench.slack.called("post e1: x")
    await dead.stop()
    await heir.resume()
    await asyncio.sleep(0)
    before = list(bench.slack.calls)

    holders.clear()  # its lease is over
    await heir.flush()
    await heir.stop()

    assert before == ["post e1: x"]
    assert bench.slack.calls == ["post e1: x", "find e1 in C1T1", "post e1: x"]
