"""Nothing lost, nothing twice: the bot under load on Slack's stand-in, killed again and again.

`python -m tests.bench slack [--seconds 120] [--rate 50] [--database sqlite|postgres] [--bots N]`
runs `netcheck serve` in processes of its own. See `_load.Plan` for what goes wrong meanwhile; the
first posts of a channel are held to one a second, so there are enough channels. The waits before
Slack's second and third try are divided by `_load.HASTE`; what had no socket comes within
`_load.SPREAD` once there is one. Ends with status 1 unless every paste has
one reply, whose last form is the final one.
"""

import argparse
import asyncio
import contextlib
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from bot.demo.standin import SlackStandIn
from tests import postgres
from tests.bench._bots import Bots
from tests.bench._load import HASTE, Load, Plan, stand_in
from tests.bench._score import STEADY, Score, score, share

PATIENCE = 90.0
"""Seconds without any progress after which the rest counts as lost."""

BUDGET_MS = 100.0


def main(arguments: Sequence[str] = ()) -> int:
    """Print the figures; 0 when nothing is lost, doubled or stale."""
    options = _read(arguments)
    plan = Plan(
        rate=options.rate,
        seconds=options.seconds,
        channels=options.channels,
        kill_every=options.kill_every,
    )
    with tempfile.TemporaryDirectory(prefix="netcheck-load-") as name:
        folder = Path(options.keep or name)
        folder.mkdir(parents=True, exist_ok=True)
        with _database(options.database, folder) as url:
            return asyncio.run(_run(plan, folder, url, options.bots))


async def _run(plan: Plan, folder: Path, url: str, count: int) -> int:
    console = Console()
    async with stand_in(plan) as slack:
        bots = Bots(slack, folder, url, count)
        supervisor = asyncio.create_task(bots.watch())
        try:
            await bots.start()
            load = Load(plan, slack, bots)
            rate = await load.play()
            after = await settle(load, slack)
        finally:
            supervisor.cancel()
            await bots.stop()
        result = score(slack, load.sent)
    console.print(
        f"{result.pastes:,} pastes and {load.doubles:,} duplicates at {rate:.1f} events/s for "
        f"{plan.seconds:g} s in {plan.channels} channels; {count} bots, {bots.kills} SIGKILLs, "
        f"{bots.deaths} other ends; Slack's retries {HASTE:g} times sooner"
    )
    _tell(console, result, after)
    return 0 if result.settled and not result.doubled else 1


async def settle(load: Load, slack: SlackStandIn) -> float:
    """Wait until every paste is answered, or nothing moves any more; return the seconds."""
    began = moved = time.monotonic()
    last: Score | None = None
    while time.monotonic() - moved < PATIENCE:
        now = score(slack, load.sent)
        ended = all(one.delivery.ended.done() for one in load.sent)
        if now.settled and ended:
            await asyncio.sleep(3)  # a double may still be on its way
            return time.monotonic() - began - 3
        if now != last:
            last, moved = now, time.monotonic()
        await asyncio.sleep(1)
    return time.monotonic() - began


def _tell(console: Console, result: Score, after: float) -> None:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    each = (used.ru_utime + used.ru_stime) / max(1, result.pastes) * 1000
    console.print(f"lost {result.lost}, doubled {result.doubled}, stale {result.stale}")
    console.print(
        f"ack {_figures(result.acks)} (budget: p99 {BUDGET_MS:g} ms); over sockets open for more "
        f"than {STEADY:g} s {_figures(result.steady)}"
    )
    console.print(
        f"{result.attempts:,} envelopes, {len(result.acks):,} acks, {result.late} of them late, "
        f"{result.given_up} events given up by Slack; {result.edits:,} edits"
    )
    console.print(
        f"settled {after:.1f} s after the last event; {each:.1f} ms of processor a paste, the "
        f"starts of bots included; load of the machine {os.getloadavg()[0]:.1f} on "
        f"{os.cpu_count()} processors"
    )


def _figures(ordered: Sequence[float]) -> str:
    p50, p99 = (share(ordered, part) * 1000 for part in (0.5, 0.99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"


@contextlib.contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'netcheck.db'}"
        return
    programs = postgres.find_programs()
    if programs is None:
        raise SystemExit(postgres.MISSING)
    with postgres.running(programs) as server:
        yield server.url("postgres")


def _read(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench slack")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--bots", type=int, default=1)
    parser.add_argument("--channels", type=int, default=300)
    parser.add_argument("--kill-every", type=float, default=10)
    parser.add_argument("--keep", help="a folder to leave the database and the logs in")
    return parser.parse_args(arguments)
