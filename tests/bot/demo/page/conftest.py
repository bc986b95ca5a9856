"""The page as a person gets it: the whole demo on a free port, and a browser before it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from bot import app

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MISSING = "no Chromium: install Debian's `chromium` and `fonts-noto-cjk`"


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """Serve the demo; return the page's address."""
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    demo = asyncio.create_task(app.demo_page(0, opened.set_result, pace=0.4))
    either: list[asyncio.Future[Any]] = [demo, opened]
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield opened.result()
    finally:
        demo.cancel()
        await asyncio.gather(demo, return_exceptions=True)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Start a browser; where there is none the test is skipped, in CI it fails."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(MISSING)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield started
        await started.close()


@pytest.fixture
async def page(url: str, browser: Browser) -> AsyncIterator[Page]:
    """Open the page; whatever the browser complains of fails the test."""
    async with opened(browser, url) as shown:
        yield shown


@asynccontextmanager
async def opened(browser: Browser, url: str) -> AsyncIterator[Page]:
    """Open the page in a window of its own."""
    window = await browser.new_context(viewport={"width": 1280, "height": 900})
    shown = await window.new_page()
    shown.set_default_timeout(10_000)
    wrong: list[str] = []
    shown.on("console", lambda said: _note(wrong, said))
    shown.on("pageerror", lambda error: wrong.append(str(error)))
    shown.on("request", lambda asked: _check_own(wrong, asked.url, url))
    await shown.goto(url)
    await shown.get_by_role("button", name="# ops").wait_for()
    yield shown
    assert wrong == []
    await window.close()


def _check_own(wrong: list[str], asked: str, url: str) -> None:
    if not asked.startswith((url, url.replace("http", "ws"), "data:")):
        wrong.append(f"asked another place: {asked}")


def _note(wrong: list[str], said: ConsoleMessage) -> None:
    if said.type in {"error", "warning"}:
        wrong.append(said.text)
