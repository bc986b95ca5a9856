"""How long the list of incidents takes at 1,000,000 sightings, on SQLite in a file."""

import asyncio
import math
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot.store.memory import SqlMemory
from bot.store.schema import open_database, upgrade

INCIDENTS, SIGHTINGS = 20_000, 1_000_000
ROUNDS = 500
BUDGET_MS = 50.0
START = datetime(2026, 1, 1, tzinfo=UTC)
PASTE = 'Error from server (ServiceUnavailable): no endpoints available for service "cart"\n' * 5


def main() -> None:
    """Print p50 and p99 of a list of 20 incidents, and of showing one."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder) / "netcheck.db", Console()))


async def _measure(file: Path, console: Console) -> None:
    await upgrade(f"sqlite:///{file}")
    await asyncio.to_thread(_fill, file)
    async with await open_database(f"sqlite:///{file}") as database:
        memory = SqlMemory(database)
        listing, showing = [], []
        for number in range(1, ROUNDS + 1):
            begun = time.perf_counter()
            await memory.list_incidents(20)
            listed = time.perf_counter()
            await memory.show(number * INCIDENTS // ROUNDS)
            listing.append(listed - begun)
            showing.append(time.perf_counter() - listed)
    console.print(f"{INCIDENTS:,} incidents, {SIGHTINGS:,} sightings, {ROUNDS} rounds")
    console.print(f"list of 20: {_figures(listing)} (budget: p99 {BUDGET_MS:g} ms)")
    console.print(f"show one:   {_figures(showing)}")


def _fill(file: Path) -> None:
    """Insert plainly: the sightings go round the incidents, one every 20 seconds."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(
            "INSERT INTO incident VALUES (?, ?, 'service-no-endpoints', 'staging', ?, 'open', "
            "?, ?, ?)",
            _incidents(),
        )
        connection.executemany(
            "INSERT INTO sighting VALUES (?, ?, ?, NULL, 'slack', 'C1', '1.1', 'U1', ?, "
            "'confirmed', ?, 9, 812345, 1.4)",
            _sightings(),
        )


def _incidents() -> Iterator[tuple[object, ...]]:
    for number in range(1, INCIDENTS + 1):
        last = SIGHTINGS - INCIDENTS + number
        yield (
            number,
            f"{number:064x}",
            f"Service shop/cart-{number}",
            _at(number),
            _at(last),
            SIGHTINGS // INCIDENTS,
        )


def _sightings() -> Iterator[tuple[object, ...]]:
    for number in range(1, SIGHTINGS + 1):
        incident = (number - 1) % INCIDENTS + 1
        yield number, incident, _at(number), f"Service shop/cart-{incident}", PASTE


def _at(number: int) -> str:
    """Return a moment as SQLAlchemy writes it into SQLite."""
    return (START + timedelta(seconds=20 * number)).strftime("%Y-%m-%d %H:%M:%S.%f")


def _figures(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = (ordered[math.ceil(share * len(ordered)) - 1] * 1000 for share in (0.5, 0.99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"
