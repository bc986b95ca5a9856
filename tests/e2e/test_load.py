"""The load of `python -m tests.bench slack`, for some seconds: nothing lost, nothing twice."""

import asyncio
from pathlib import Path

import pytest

from tests.bench._bots import Bots
from tests.bench._load import Load, Plan, stand_in
from tests.bench._score import score
from tests.bench.slack import settle

PLAN = Plan(rate=4, seconds=8, channels=40, kill_every=5, drop_every=2, fault_every=0.5)


@pytest.mark.timeout(150)
async def test_every_paste_gets_one_reply_although_the_bot_is_killed(tmp_path: Path) -> None:
    async with stand_in(PLAN) as slack:
        bots = Bots(slack, tmp_path, f"sqlite+aiosqlite:///{tmp_path / 'netcheck.db'}", 1)
        supervisor = asyncio.create_task(bots.watch())
        try:
            await bots.start()
            load = Load(PLAN, slack, bots)
            await load.play()
            await settle(load, slack)
        finally:
            supervisor.cancel()
            await bots.stop()
        result = score(slack, load.sent)

    assert (result.lost, result.doubled, result.stale) == (0, 0, 0)
    assert result.pastes > 20
    assert load.doubles > 0
    assert (bots.kills, bots.deaths) == (1, 0)
