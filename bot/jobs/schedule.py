"""Work that comes round: APScheduler behind two words, `every` and `stop`."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.core.errors import NetcheckError

Work = Callable[[], Awaitable[object]]
log = logging.getLogger(__name__)


class Schedule:
    """Runs work on the event loop; a run that is late is made up once, and none overlaps itself."""

    def __init__(self) -> None:
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def every(self, seconds: float, name: str, work: Work) -> None:
        """Run `work` every so many seconds, first after that long.

        What fails with a line for people is logged as one.
        """
        told = partial(_tell, work, name)
        self._scheduler.add_job(told, "interval", seconds=seconds, id=name, name=name)

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """End without waiting for work under way."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _tell(work: Work, name: str) -> None:
    try:
        await work()
    except NetcheckError as error:
        log.error("%s failed: %s", name, error)  # noqa: TRY400 (a line, no traceback)
