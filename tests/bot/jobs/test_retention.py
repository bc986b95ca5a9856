from datetime import UTC, datetime

from bot.jobs.retention import FINISHED_AGE, KEPT_AGE, forget_finished


class Shelf:
    """Remembers what it was asked to forget."""

    def __init__(self) -> None:
        self.before: datetime | None = None

    async def prune(self, before: datetime) -> int:
        self.before = before
        return 3


async def test_what_was_finished_a_day_ago_is_forgotten() -> None:
    shelf = Shelf()
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    count = await forget_finished(shelf, now)

    assert (count, shelf.before) == (3, datetime(2026, 11, 22, 12, tzinfo=UTC))


def test_the_memory_of_events_outlasts_slacks_last_retry() -> None:
    """Slack sends an event again for about five minutes."""
    assert FINISHED_AGE.total_seconds() > 10 * 60


async def test_answers_are_kept_for_their_buttons_for_a_quarter() -> None:
    shelf = Shelf()
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)

    await forget_finished(shelf, now, KEPT_AGE)

    assert shelf.before == datetime(2026, 8, 25, 12, tzinfo=UTC)
