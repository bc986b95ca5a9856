import asyncio

from bot.jobs.schedule import Schedule


async def test_work_comes_round_until_stopped() -> None:
    """Interval and event are the scheduler's own; the test waits for the second run."""
    runs = 0
    twice = asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 2:
            twice.set()

    schedule = Schedule()
    schedule.every(0.01, "work", work)
    schedule.start()
    async with asyncio.timeout(10):
        await twice.wait()
    schedule.stop()
    seen = runs
    await asyncio.sleep(0)

    assert runs == seen


async def test_work_that_fails_comes_round_again() -> None:
    again = asyncio.Event()
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs > 1:
            again.set()
        raise RuntimeError("the database is away")

    schedule = Schedule()
    schedule.every(0.01, "work", work)
    schedule.start()
    async with asyncio.timeout(10):
        await again.wait()
    schedule.stop()

    assert runs > 1


def test_stopping_what_never_started_is_no_error() -> None:
    schedule = Schedule()

    schedule.stop()

    assert schedule is not None
