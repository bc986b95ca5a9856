"""Work that comes round: APScheduler behind two words, `every` and `stop`."""

from collections.abc import Awaitable, Callable
from datetime import UTC

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Work = Callable[[], Awaitable[object]]


class Schedule:
    """Runs work on the event loop; a run that is late is made up once, and none overlaps itself."""

    def __init__(self) -> None:
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

    def every(self, seconds: float, name: str, work: Work) -> None:
        """Run `work` every so many seconds, first after that long."""
        self._scheduler.add_job(work, "interval", seconds=seconds, id=name, name=name)

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """End without waiting for work under way."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
