import asyncio

from bot.core.ports import Event
from bot.slack.backstage import BackstageInbox, BackstageOutbox
from tests.fakes.inbox import FakeInbox
from tests.fakes.outbox import FakeOutbox


class SlowOutbox(FakeOutbox):
    """An outbox whose writes wait to be let through, counting those that are inside."""

    def __init__(self) -> None:
        super().__init__()
        self.open = asyncio.Event()
        self.inside = 0
        self.most = 0

    async def want(self, key: str, channel: str, thread: str, payload: str, ts: str = "") -> None:
        """Wait, then ask for a message."""
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.open.wait()
        await super().want(key, channel, thread, payload, ts)
        self.inside -= 1


async def test_an_event_is_taken_past_all_the_writes_nobody_waits_for() -> None:
    turn = asyncio.Lock()
    slow = SlowOutbox()
    outbox = BackstageOutbox(slow, turn)
    inbox = BackstageInbox(FakeInbox(), turn)

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(outbox.want(f"e{number}", "C1", "", "{}"))
        await asyncio.sleep(0)
        taken = await inbox.take(Event("e9", "mention", {}))
        slow.open.set()

    assert taken
    assert slow.most == 1
    assert list(slow.messages) == [f"e{number}" for number in range(5)]
