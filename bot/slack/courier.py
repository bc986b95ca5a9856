"""The outbox worker: a lane for each channel, so that one that waits holds up no other."""

import asyncio

import msgspec

from bot.slack.blocks import Rendered
from bot.slack.lane import Lane, Way, logger


class Courier:
    """Takes messages into the outbox and brings them to Slack. Built inside a running loop."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._outbox = way.outbox
        self._lanes: dict[str, Lane] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def want(
        self, key: str, channel: str, thread: str, rendered: Rendered, ts: str = ""
    ) -> None:
        """Keep a message, or the new form of one, until Slack has it. Raises `StoreError`.

        `ts` is where the message stands already, if that is known.
        """
        payload = msgspec.json.encode(rendered).decode()
        await self._outbox.want(key, channel, thread, payload, ts)
        self._wake(channel)

    async def resume(self) -> None:
        """Go on with what an earlier run left waiting, or another bot that died."""
        for channel in await self._outbox.channels():
            self._wake(channel)

    async def flush(self) -> None:
        """Return when nothing waits any more."""
        await asyncio.gather(*(lane.idle.wait() for lane in self._lanes.values()))

    async def stop(self) -> None:
        """Stop sending; what waits stays in the outbox."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _wake(self, channel: str) -> None:
        if channel not in self._tasks:
            lane = self._lanes[channel] = Lane(channel, self._way)
            self._tasks[channel] = asyncio.create_task(lane.run(), name=f"lane {channel}")
            self._tasks[channel].add_done_callback(lambda task: self._ended(channel, task))
        self._lanes[channel].wake()

    def _ended(self, channel: str, task: asyncio.Task[None]) -> None:
        """Forget a lane that ended; if by a bug, the next message opens a new one."""
        self._tasks.pop(channel, None)
        self._lanes.pop(channel, None)
        if not task.cancelled() and (error := task.exception()):
            logger.error("the lane of %s broke", channel, exc_info=error)
