"""`netcheck serve` in processes of its own, against a stand-in for Slack, killed at will."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.app import build_doctor, save_snapshot
from bot.demo.sample import load_sample
from bot.demo.standin import SlackStandIn

CLUSTER = "shop"


class Bots:
    """So many bots on one database. `kills` and `deaths` count those ended here and of themselves.

    Each writes standard error to `bot-N.log` in the folder.
    """

    def __init__(self, slack: SlackStandIn, folder: Path, database: str, count: int) -> None:
        self.kills = 0
        self.deaths = 0
        self._slack = slack
        self._folder = folder
        self._environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "SLACK_API_URL": slack.url,
            "SLACK_BOT_TOKEN": slack.options.bot_token,
            "SLACK_APP_TOKEN": slack.options.app_token,
            "NETCHECK_DATABASE_URL": database,
            "NETCHECK_SNAPSHOTS": f"{CLUSTER}={folder / 'shop.json'}",
        }
        self._running: list[asyncio.subprocess.Process | None] = [None] * count

    async def start(self, within: float = 60.0) -> None:
        """Save the sample cluster, start every bot, and return once Slack has all their sockets."""
        saved = await build_doctor().survey(load_sample("shop"))
        save_snapshot(saved, self._folder / "shop.json")
        for number in range(len(self._running)):
            await self._start(number)
        wanted = len(self._running)
        await self._slack.until(lambda: self._slack.connections >= wanted, within)

    async def kill(self, turn: int) -> None:
        """End one bot as a power cut does, and start it again at once; they take turns."""
        number = turn % len(self._running)
        await self._end(number)
        self.kills += 1
        await self._start(number)

    async def watch(self) -> None:
        """Start again, as a supervisor would, whatever ended of itself; until cancelled."""
        while True:
            await asyncio.sleep(0.5)
            for number, process in enumerate(self._running):
                if process is not None and process.returncode is not None:
                    self.deaths += 1
                    await self._start(number)

    async def stop(self) -> None:
        """End them all."""
        for number in range(len(self._running)):
            await self._end(number)

    def logs(self) -> str:
        """Return what all of them wrote."""
        return "".join(path.read_text("utf-8") for path in sorted(self._folder.glob("bot-*.log")))

    async def _start(self, number: int) -> None:
        with (self._folder / f"bot-{number}.log").open("ab") as stderr:
            self._running[number] = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=stderr,
                env=self._environ,
            )

    async def _end(self, number: int) -> None:
        process, self._running[number] = self._running[number], None
        if process is not None and process.returncode is None:
            process.send_signal(signal.SIGKILL)
            await process.wait()
