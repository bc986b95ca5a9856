"""`netcheck serve` killed at any moment of an answer: the next run leaves one reply, whole."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

import pytest

from bot.app import build_doctor, save_snapshot
from bot.core.incident import IncidentRow
from bot.demo.sample import load_sample
from bot.demo.standin import ANA, OPS, Call, Delivery, Message, SlackStandIn
from bot.store.memory import SqlMemory
from bot.store.schema import open_database

PASTE = 'Error from server: no endpoints available for service "cart" in namespace "shop"'
FINAL = "Confirmed"
LATER = 60  # seconds a limit lasts: longer than any test
SLOW = 20.0  # seconds for a program to start on a busy machine


class Serving:
    """One run of `netcheck serve`, in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @classmethod
    async def start(cls, log: Path, environ: dict[str, str]) -> Self:
        """Start the program; its standard error goes to a file."""
        with log.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=stderr,
                env=environ,
            )
        return cls(process, log)

    @property
    def said(self) -> str:
        """What it wrote to standard error."""
        return self._log.read_text(encoding="utf-8")

    async def kill(self) -> None:
        """End it as a power cut does."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def terminate(self) -> int:
        """Ask it to end, as Kubernetes does, and return its status."""
        self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()


class House:
    """A stand-in for Slack, a database file and a saved cluster, for as many runs as needed.

    The cluster is a pipe until `open_cluster`: a look at it takes that long.
    """

    def __init__(self, slack: SlackStandIn, folder: Path) -> None:
        self.slack = slack
        self.cluster = folder / "shop.json"
        self._folder = folder
        self._runs: list[Serving] = []
        self._url = f"sqlite+aiosqlite:///{folder / 'netcheck.db'}"
        os.mkfifo(self.cluster)

    async def open_cluster(self) -> None:
        """Put the saved sample cluster in place of the pipe, and let waiting looks see it."""
        saved = self._folder / "saved.json"
        save_snapshot(await build_doctor().survey(load_sample("shop")), saved)
        pipe = self.cluster.rename(self._folder / "pipe")
        saved.rename(self.cluster)
        try:
            end = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody is looking
            return
        os.set_blocking(end, True)
        with os.fdopen(end, "wb") as stream:
            await asyncio.to_thread(stream.write, self.cluster.read_bytes())

    async def start(self) -> Serving:
        """Start the bot and return once Slack has its socket."""
        options = self.slack.options
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            "SLACK_API_URL": self.slack.url,
            "SLACK_BOT_TOKEN": options.bot_token,
            "SLACK_APP_TOKEN": options.app_token,
            "NETCHECK_DATABASE_URL": self._url,
            "NETCHECK_SNAPSHOTS": f"shop={self.cluster}",
        }
        log = self._folder / f"stderr-{len(self._runs)}.txt"
        self._runs.append(await Serving.start(log, environ))
        await self.slack.until(lambda: self.slack.connections == 1, within=SLOW)
        return self._runs[-1]

    async def kill(self, run: Serving) -> None:
        """Kill a run; return once Slack knows that its socket is gone."""
        await run.kill()
        await self.slack.until(lambda: self.slack.connections == 0)

    async def called(self, method: str, status: int) -> Call:
        """Wait until a method was called and answered so."""
        calls = await self.slack.until(
            lambda: [
                one for one in self.slack.calls if (one.method, one.status) == (method, status)
            ]
        )
        return calls[0]

    async def finished(self, event: Delivery) -> Message:
        """Wait for the whole answer and return it; there is no other."""
        await self.slack.until(
            lambda: [one for one in self.slack.replies(event) if FINAL in one.text]
        )
        (reply,) = self.slack.replies(event)
        return reply

    async def incidents(self) -> tuple[IncidentRow, ...]:
        """Return what the bot keeps."""
        async with await open_database(self._url) as database:
            return await SqlMemory(database).list_incidents()

    async def close(self) -> None:
        """Kill what still runs."""
        for run in self._runs:
            await run.kill()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with SlackStandIn() as slack:
        house = House(slack, tmp_path)
        try:
            yield house
        finally:
            await house.close()


async def answered_once(house: House, event: Delivery) -> None:
    """Hold that the thread has one reply of ours, whole, and memory one sighting."""
    run = await house.start()
    await house.finished(event)
    assert await run.terminate() == 0
    reply = await house.finished(event)
    assert "⏳" not in reply.text
    assert [one.count for one in await house.incidents()] == [1]


async def test_killed_while_the_event_is_on_its_way(house: House) -> None:
    await house.open_cluster()
    run = await house.start()
    event = await house.slack.mention(OPS, ANA, PASTE)
    await house.slack.until(lambda: event.attempts)

    await house.kill(run)

    await answered_once(house, event)


async def test_killed_after_the_ack_and_before_any_post(house: House) -> None:
    house.slack.limit("chat.postMessage", retry_after=LATER)
    run = await house.start()
    event = await house.slack.mention(OPS, ANA, PASTE)
    await event.acked
    await house.called("chat.postMessage", 429)
    assert house.slack.replies(event) == []

    await house.kill(run)
    await house.open_cluster()

    await answered_once(house, event)


async def test_killed_before_it_knows_that_its_post_arrived(house: House) -> None:
    house.slack.fail("chat.postMessage", how="after")
    house.slack.limit("conversations.replies", retry_after=LATER)
    run = await house.start()
    event = await house.slack.mention(OPS, ANA, PASTE)
    await house.called("conversations.replies", 429)
    (posted,) = house.slack.replies(event)

    await house.kill(run)
    await house.open_cluster()

    await answered_once(house, event)
    assert house.slack.replies(event) == [posted]


async def test_killed_between_the_first_post_and_the_verdict(house: House) -> None:
    run = await house.start()
    event = await house.slack.mention(OPS, ANA, PASTE)
    await house.called("chat.postMessage", 200)
    (posted,) = house.slack.replies(event)
    assert FINAL not in posted.text

    await house.kill(run)
    await house.open_cluster()

    await answered_once(house, event)
    assert house.slack.replies(event) == [posted]


async def test_killed_with_the_verdict_kept_and_not_yet_in_slack(house: House) -> None:
    house.slack.limit("chat.update", retry_after=LATER)
    run = await house.start()
    event = await house.slack.mention(OPS, ANA, PASTE)
    await house.called("chat.postMessage", 200)
    await house.open_cluster()
    await house.called("chat.update", 429)
    (posted,) = house.slack.replies(event)
    assert FINAL not in posted.text

    await house.kill(run)

    await answered_once(house, event)
    assert house.slack.replies(event) == [posted]


async def test_killed_after_all_is_said_it_does_not_answer_again(house: House) -> None:
    await house.open_cluster()
    run = await house.start()
    event = await house.slack.mention(OPS, ANA, PASTE)
    said = await house.finished(event)

    await house.kill(run)
    second = await house.start()
    again = await house.slack.redeliver(event)

    assert await again.done
    assert await second.terminate() == 0
    assert house.slack.replies(event) == [said]
    assert [one.count for one in await house.incidents()] == [1]


async def test_sigterm_ends_it_cleanly(house: House) -> None:
    await house.open_cluster()
    run = await house.start()
    event = await house.slack.mention(OPS, ANA, PASTE)
    await house.finished(event)

    assert await run.terminate() == 0

    assert "Traceback" not in run.said
    assert " ERROR " not in run.said


async def test_sigterm_with_an_answer_in_the_making_waits_for_it(house: House) -> None:
    run = await house.start()
    event = await house.slack.mention(OPS, ANA, PASTE)
    await house.called("chat.postMessage", 200)
    ending = asyncio.create_task(run.terminate())
    await house.slack.until(lambda: house.slack.connections == 0)

    await house.open_cluster()

    assert await ending == 0
    await house.finished(event)
    assert "Traceback" not in run.said
