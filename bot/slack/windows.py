"""Listens for the buttons under an answer that open a window, and for these windows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.core.casebook import ButtonError
from bot.core.errors import NetcheckError
from bot.slack import actions, panels, presses, teaching
from bot.slack import button_words as words
from bot.slack.buttons import PREFIX
from bot.slack.faults import SlackFault
from bot.slack.panels import Anchor, View
from bot.slack.presses import Press
from bot.slack.surface import Surface
from checks.text import Text

Make = Callable[[Surface, Press], Awaitable[View]]
Remake = Callable[[Surface, Anchor], Awaitable[View]]
Taken = tuple[Press, dict[str, str]]
"""What was submitted, and what is wrong with it, by field."""

Take = Callable[[Surface, Mapping[str, Any], Anchor], Awaitable[Taken]]

logger = logging.getLogger("netcheck.slack")


def listen(app: AsyncApp, surface: Surface) -> None:
    """Open windows, empty, as a trigger works for 3 s, and fill them afterwards.

    Opening one is not kept in the inbox: it could not be opened later. What is submitted is.
    """

    async def opening(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            await _open(surface, body, presses.read(body))
        except ButtonError as error:
            actions.tell(surface, body, error)
        await ack()

    async def turned(ack: AsyncAck, body: dict[str, Any]) -> None:
        chosen = body["actions"][0]
        page = chosen.get("value") or chosen["selected_option"]["value"]
        about = msgspec.structs.replace(panels.anchor(body["view"]), page=int(page))
        remake = _REMAKES[chosen["action_id"]]
        surface.pipeline.background(_remake(surface, body["view"], about, remake), "turn a page")
        await ack()

    async def searched(ack: AsyncAck, body: dict[str, Any]) -> None:
        lang = panels.anchor(body["view"]).lang
        found = surface.desk.search(body.get("value") or "")
        await ack(options=panels.offered(found, surface.desk.titles(lang)))

    for action in _WINDOWS:
        app.action(f"{PREFIX}{action}")(opening)
    for action in _REMAKES:
        app.action(action)(turned)
    app.options(panels.SEARCH)(searched)
    _submissions(app, surface)


def _submissions(app: AsyncApp, surface: Surface) -> None:
    for callback, take in _SUBMISSIONS.items():
        app.view(callback)(_submitted(surface, take))


def _submitted(surface: Surface, take: Take) -> Callable[..., Awaitable[None]]:
    """Return a listener that keeps what was submitted, or says in the window what is wrong."""

    async def submitted(ack: AsyncAck, body: dict[str, Any]) -> None:
        about = panels.anchor(body["view"])
        try:
            press, errors = await take(surface, body, about)
            if errors:
                await ack(response_action="errors", errors=errors)
                return
            await surface.pipeline.accept(press.event(f"view {body['view']['id']}"))
        except NetcheckError as error:
            shown = panels.told(words.NOT_TAKEN, presses.told(error, about.lang), about.lang)
            await ack(response_action="update", view=shown)
            return
        await ack()

    return submitted


async def _take_resolution(surface: Surface, body: Mapping[str, Any], about: Anchor) -> Taken:
    how = panels.written(body["view"])
    press = presses.submitted(body, "resolve", how)
    await surface.followup.may_resolve(press.key, press.channel, press.user)
    return press, {} if how else {"how": words.RESOLVE_EMPTY.to(about.lang)}


async def _take_rejection(surface: Surface, body: Mapping[str, Any], about: Anchor) -> Taken:
    entry = panels.chosen(body["view"])
    press = presses.submitted(body, "reject", entry)
    await surface.followup.readable(press.key, press.channel)
    return press, {} if entry else {"rather": words.REJECT_EMPTY.to(about.lang)}


async def _take_lesson(surface: Surface, body: Mapping[str, Any], about: Anchor) -> Taken:
    user, day = body["user"]["id"], datetime.now(UTC).date().isoformat()
    kept, _ = await surface.followup.may_teach(about.key, about.channel, user)
    line = (await surface.followup.proposals(kept))[about.page].text
    taught = teaching.read(body["view"], about, line, user, day)
    wrong = await surface.followup.mistakes(taught)
    press = presses.submitted(body, "teach", msgspec.json.encode(taught).decode())
    return press, teaching.errors(wrong, about)


async def _open(surface: Surface, body: Mapping[str, Any], press: Press) -> None:
    """Open a window and fill it in the background. Raises `ButtonError` where it stays shut."""
    title = _TITLES[press.action]
    try:
        opened = await surface.views.open_view(body["trigger_id"], panels.loading(title))
    except SlackFault as fault:
        raise ButtonError(words.NO_MODAL.fill(error=fault)) from fault
    surface.pipeline.background(_fill(surface, press, opened), f"fill {press.action}")


async def _fill(surface: Surface, press: Press, opened: str) -> None:
    try:
        view = await _WINDOWS[press.action](surface, press)
    except NetcheckError as error:
        view = panels.told(_TITLES[press.action], presses.told(error, None), "en")
    await _update(surface, opened, view)


async def _remake(surface: Surface, view: Mapping[str, Any], about: Anchor, remake: Remake) -> None:
    """Show another page; where somebody was quicker, or the window is shut, do nothing."""
    try:
        shown = await remake(surface, about)
    except NetcheckError as error:
        shown = panels.told(words.EVIDENCE, presses.told(error, about.lang), about.lang)
    await _update(surface, view["id"], shown, view.get("hash", ""))


async def _update(surface: Surface, opened: str, view: View, seen: str = "") -> None:
    try:
        await surface.views.update_view(opened, view, seen)
    except SlackFault as fault:
        logger.warning("a window was not filled: %s", fault)


async def _evidence(surface: Surface, press: Press) -> View:
    _, answer = await surface.followup.readable(press.key, press.channel)
    return await asyncio.to_thread(panels.evidence, answer, press.anchor(answer.lang))


async def _page(surface: Surface, about: Anchor) -> View:
    _, answer = await surface.followup.readable(about.key, about.channel)
    return await asyncio.to_thread(panels.evidence, answer, about)


async def _resolve(surface: Surface, press: Press) -> View:
    _, answer = await surface.followup.readable(press.key, press.channel)
    await surface.followup.may_resolve(press.key, press.channel, press.user)
    return panels.resolve(press.anchor(answer.lang))


async def _reject(surface: Surface, press: Press) -> View:
    _, answer = await surface.followup.readable(press.key, press.channel)
    titles = surface.desk.titles(answer.lang)
    return panels.reject(answer, titles, press.anchor(answer.lang))


async def _teach(surface: Surface, press: Press) -> View:
    kept, answer = await surface.followup.may_teach(press.key, press.channel, press.user)
    lines = await surface.followup.proposals(kept)
    best = await surface.followup.best_line(lines)
    about = msgspec.structs.replace(press.anchor(answer.lang), page=best)
    return teaching.window(lines, about)


async def _line(surface: Surface, about: Anchor) -> View:
    kept = await surface.followup.kept(about.key, about.channel)
    return teaching.window(await surface.followup.proposals(kept), about)


_WINDOWS: Mapping[str, Make] = {
    "evidence": _evidence,
    "resolve": _resolve,
    "reject": _reject,
    "teach": _teach,
}
_TITLES: Mapping[str, Text] = {
    "evidence": words.EVIDENCE,
    "resolve": words.RESOLVE_TITLE,
    "reject": words.REJECT_TITLE,
    "teach": words.TEACH_TITLE,
}
_REMAKES: Mapping[str, Remake] = {panels.BACK: _page, panels.NEXT: _page, teaching.LINE: _line}
_SUBMISSIONS: Mapping[str, Take] = {
    panels.RESOLVE: _take_resolution,
    panels.REJECT: _take_rejection,
    teaching.TEACH: _take_lesson,
}
