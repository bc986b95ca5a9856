"""How a command's asynchronous work ends when the program is told to."""

import asyncio
import os
import signal

import pytest

from bot.cli.running import run


async def _with_a_task_beside(ended: list[str]) -> None:
    async def beside() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        except BaseException as error:
            ended.append(type(error).__name__)
            raise

    other = asyncio.create_task(beside())
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("work")
        other.cancel()
        await asyncio.wait([other])


def test_sigterm_cancels_the_work_and_breaks_no_task_beside_it() -> None:
    ended: list[str] = []

    with pytest.raises(SystemExit) as told:
        run(_with_a_task_beside(ended))

    assert told.value.code == 128 + signal.SIGTERM
    assert ended == ["work", "CancelledError"]


def test_the_handler_that_was_there_before_is_back_afterwards() -> None:
    async def work() -> int:
        return 7

    before = signal.getsignal(signal.SIGTERM)

    assert run(work()) == 7
    assert signal.getsignal(signal.SIGTERM) is before
