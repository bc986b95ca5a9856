"""Listens for the buttons under an answer, and for the windows they open."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.core.casebook import ButtonError
from bot.core.errors import NetcheckError
from bot.slack import button_words as words
from bot.slack import escape, panels, presses
from bot.slack.buttons import PREFIX
from bot.slack.faults import SlackFault
from bot.slack.presses import Press
from bot.slack.surface import Surface
from bot.slack.web import whisper
from bot.slack.words import say
from checks.text import Lang, Text

View = dict[str, Any]
Make = Callable[[Surface, Press], Awaitable[View]]

AT_ONCE = ("again", "own", "helpful")
"""Presses that ask for nothing more; they go through the inbox as they are."""

logger = logging.getLogger("netcheck.slack")


def listen(app: AsyncApp, surface: Surface) -> None:
    """Keep what is pressed and submitted before it is acknowledged.

    A window is opened empty, as its trigger works for 3 s, and filled afterwards. Opening one is
    not kept: it could not be opened later.
    """

    async def pressed(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            press = presses.read(body)
            event = await surface.presses.event(press, body["trigger_id"])
            if await surface.pipeline.accept(event):
                surface.doors.remember(event.id, body.get("response_url", ""))
            else:
                _answer(surface, body, say(words.RUNNING, None))
        except ButtonError as error:
            _answer(surface, body, say(error.text, None))
        await ack()

    async def opening(ack: AsyncAck, body: dict[str, Any]) -> None:
        try:
            press = presses.read(body)
            await _open(surface, body, press)
        except ButtonError as error:
            _answer(surface, body, say(error.text, None))
        await ack()

    async def turned(ack: AsyncAck, body: dict[str, Any]) -> None:
        surface.pipeline.background(_turn(surface, body), "turn a page")
        await ack()

    for action in AT_ONCE:
        app.action(f"{PREFIX}{action}")(pressed)
    for action in _WINDOWS:
        app.action(f"{PREFIX}{action}")(opening)
    for turn in (panels.BACK, panels.NEXT):
        app.action(turn)(turned)
    _submissions(app, surface)


def _submissions(app: AsyncApp, surface: Surface) -> None:
    @app.view(panels.RESOLVE)
    async def resolved(ack: AsyncAck, body: dict[str, Any]) -> None:
        how = panels.written(body["view"])
        press = presses.submitted(body, "resolve", how)
        missing = {} if how else {"how": words.RESOLVE_EMPTY}
        allowed = surface.followup.may_resolve(press.key, press.channel, press.user)
        await _submit(surface, ack, body, press, missing, allowed)

    @app.view(panels.REJECT)
    async def rejected(ack: AsyncAck, body: dict[str, Any]) -> None:
        entry = panels.chosen(body["view"])
        press = presses.submitted(body, "reject", entry)
        missing = {} if entry else {"rather": words.REJECT_EMPTY}
        kept = surface.followup.readable(press.key, press.channel)
        await _submit(surface, ack, body, press, missing, kept)

    @app.options(panels.SEARCH)
    async def searched(ack: AsyncAck, body: dict[str, Any]) -> None:
        lang = panels.anchor(body["view"]).lang
        found = surface.desk.search(body.get("value") or "", lang)
        await ack(options=panels.offered(found, surface.desk.titles(lang)))


async def _submit(
    surface: Surface,
    ack: AsyncAck,
    body: Mapping[str, Any],
    press: Press,
    missing: Mapping[str, Text],
    allowed: Awaitable[object],
) -> None:
    """Keep what was submitted, or say in the window what is wrong with it."""
    lang = panels.anchor(body["view"]).lang
    try:
        await allowed
        if missing:
            errors = {name: text.to(lang) for name, text in missing.items()}
            await ack(response_action="errors", errors=errors)
            return
        await surface.pipeline.accept(press.event(f"view {body['view']['id']}"))
    except NetcheckError as error:
        shown = panels.told(_TITLES[press.action], _words(error, lang), lang)
        await ack(response_action="update", view=shown)
        return
    await ack()


async def _open(surface: Surface, body: Mapping[str, Any], press: Press) -> None:
    """Open a window and fill it in the background. Raises `ButtonError` where it stays shut."""
    try:
        opened = await surface.views.open_view(
            body["trigger_id"], panels.loading(_TITLES[press.action])
        )
    except SlackFault as fault:
        raise ButtonError(words.NO_MODAL.fill(error=fault)) from fault
    surface.pipeline.background(_fill(surface, press, opened), f"fill {press.action}")


async def _fill(surface: Surface, press: Press, opened: str) -> None:
    try:
        view = await _WINDOWS[press.action](surface, press)
    except NetcheckError as error:
        view = panels.told(_TITLES[press.action], _words(error, None), "en")
    await _update(surface, opened, view)


async def _turn(surface: Surface, body: Mapping[str, Any]) -> None:
    """Show another page; somebody quicker, or a window that is shut, is left alone."""
    view = body["view"]
    about = panels.anchor(view)
    page = int(body["actions"][0]["value"])
    try:
        _, answer = await surface.followup.readable(about.key, about.channel)
        shown = panels.evidence(answer, msgspec.structs.replace(about, page=page))
    except NetcheckError as error:
        shown = panels.told(words.EVIDENCE, _words(error, about.lang), about.lang)
    await _update(surface, view["id"], shown, view.get("hash", ""))


async def _update(surface: Surface, opened: str, view: View, seen: str = "") -> None:
    try:
        await surface.views.update_view(opened, view, seen)
    except SlackFault as fault:
        logger.warning("a window was not filled: %s", fault)


async def _evidence(surface: Surface, press: Press) -> View:
    _, answer = await surface.followup.readable(press.key, press.channel)
    return panels.evidence(answer, press.anchor(answer.lang))


async def _resolve(surface: Surface, press: Press) -> View:
    _, answer = await surface.followup.readable(press.key, press.channel)
    await surface.followup.may_resolve(press.key, press.channel, press.user)
    return panels.resolve(press.anchor(answer.lang))


async def _reject(surface: Surface, press: Press) -> View:
    _, answer = await surface.followup.readable(press.key, press.channel)
    titles = surface.desk.titles(answer.lang)
    return panels.reject(answer, titles, press.anchor(answer.lang))


_WINDOWS: Mapping[str, Make] = {"evidence": _evidence, "resolve": _resolve, "reject": _reject}
_TITLES: Mapping[str, Text] = {
    "evidence": words.EVIDENCE,
    "resolve": words.RESOLVE_TITLE,
    "reject": words.REJECT_TITLE,
}


def _words(error: NetcheckError, lang: Lang | None) -> str:
    """Return an error as mrkdwn; what is no button's may quote anything, and is escaped."""
    if isinstance(error, ButtonError):
        return say(error.text, lang)
    return escape.cut(str(error), 2_000)


def _answer(surface: Surface, body: Mapping[str, Any], text: str) -> None:
    """Tell whoever pressed, and nobody else, why nothing comes of it."""
    address = body.get("response_url", "")
    if address:
        surface.pipeline.background(_whisper(address, text), "tell who pressed")


async def _whisper(address: str, text: str) -> None:
    if not await whisper(address, text):
        logger.warning("could not tell who pressed a button why nothing came of it")
