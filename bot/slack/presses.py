"""Presses of buttons: what each asks for, how the inbox keeps it, what comes of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from bot.core.answer import Answer
from bot.core.casebook import ButtonError
from bot.core.errors import NetcheckError
from bot.core.ports import Event, Place
from bot.slack import button_words as words
from bot.slack import buttons, escape, panels
from bot.slack.doors import Doors
from bot.slack.draft import Draft
from bot.slack.replies import Replies
from bot.slack.words import say
from checks.text import Lang
from knowledge.teaching import Taught

KIND = "press"
"""The kind of the inbox's events for them."""


class Press(msgspec.Struct, frozen=True, omit_defaults=True):
    """One press: which action, under which answer, by whom, and where the reply stands.

    `what` is what was said by it, an entry or words; `run` the check that one made again follows.
    """

    action: str
    key: str
    channel: str
    user: str
    thread: str = ""
    ts: str = ""
    what: str = ""
    run: str = ""

    def event(self, event_id: str) -> Event:
        """Return it as the inbox keeps it."""
        return Event(event_id, KIND, msgspec.to_builtins(self))

    def place(self, event_id: str) -> Place:
        """Return where it came from."""
        return Place("slack", self.channel, self.thread, self.user, event_id)

    def anchor(self, lang: Lang) -> panels.Anchor:
        """Return which reply a window is about."""
        return panels.Anchor(self.key, self.channel, self.thread, self.ts, lang)


def read(body: Mapping[str, Any]) -> Press:
    """Return the press of a button in a message. Raises `ButtonError` for another version's."""
    action, container = body["actions"][0], body.get("container") or {}
    carried = buttons.read(action.get("value") or "")
    return Press(
        action=action["action_id"].removeprefix(buttons.PREFIX),
        key=carried.key,
        channel=container.get("channel_id") or "",
        user=body["user"]["id"],
        thread=container.get("thread_ts") or "",
        ts=container.get("message_ts") or "",
        what=carried.what,
    )


def submitted(body: Mapping[str, Any], action: str, what: str) -> Press:
    """Return what was asked for by submitting a window."""
    about = panels.anchor(body["view"])
    return Press(
        action=action,
        key=about.key,
        channel=about.channel,
        user=body["user"]["id"],
        thread=about.thread,
        ts=about.ts,
        what=what,
    )


def told(error: NetcheckError, lang: Lang | None) -> str:
    """Return an error as mrkdwn; what is no button's may quote anything, and is escaped."""
    if isinstance(error, ButtonError):
        return say(error.text, lang)
    return escape.cut(str(error), 2_000)


class Presses:
    """Does what a press asks for, and shows it in the reply."""

    def __init__(self, replies: Replies, doors: Doors) -> None:
        self.replies = replies
        self._followup = replies.followup
        self._doors = doors
        self._deals: Mapping[str, Callable[[Press, Place], Awaitable[None]]] = {
            "again": self._again,
            "own": self._own,
            "helpful": self._rate,
            "resolve": self._resolve,
            "reject": self._reject,
            "teach": self._teach,
        }

    async def event(self, press: Press, trigger: str) -> Event:
        """Return what the inbox is to keep of a press. Raises `ButtonError` where it cannot be.

        A check made again is the same event for everybody who asks for it before it is done.
        """
        kept = await self._followup.kept(press.key, press.channel)
        if press.action == "own":
            await self._followup.may_own(press.key, press.channel)
        if press.action != "again":
            return press.event(f"{press.action} {trigger}")
        run = str(kept.run)
        return msgspec.structs.replace(press, run=run).event(f"again {press.key} {run}")

    async def deal(self, event: Event) -> None:
        """Do what a press asks for. Raises `NetcheckError`, and then the reply is as it was."""
        press = msgspec.convert(dict(event.body), Press)
        try:
            await self._deals[press.action](press, press.place(event.id))
        finally:
            await self.replies.refresh(press.key, press.channel, press.ts)

    async def tell(self, event_id: str, error: NetcheckError) -> None:
        """Tell whoever pressed, and nobody else, why nothing came of it."""
        await self._doors.tell(event_id, told(error, None))

    async def broken(self, event_id: str) -> None:
        """Own up to a failure of ours."""
        await self._doors.tell(event_id, say(words.FAILED.fill(event=event_id), None))

    async def _again(self, press: Press, place: Place) -> None:
        kept = await self._followup.kept(press.key, press.channel)
        if str(kept.run) != press.run:  # it was done before the process died
            return

        async def want(answer: Answer) -> None:
            await self.replies.progress(kept, answer, press.ts)

        async with Draft(want) as draft:
            await self._followup.again(kept, place, draft.show)

    async def _own(self, press: Press, place: Place) -> None:
        await self._followup.own(press.key, place)

    async def _rate(self, press: Press, place: Place) -> None:
        helpful = press.what == "yes"
        await self._followup.rate(press.key, helpful, place)
        said = words.HELPFUL if helpful else words.UNHELPFUL
        await self._doors.tell(place.event, say(words.THANKS.fill(said=said), None))

    async def _resolve(self, press: Press, place: Place) -> None:
        await self._followup.resolve(press.key, press.what, place)

    async def _reject(self, press: Press, place: Place) -> None:
        entry = "" if press.what == panels.NONE else press.what
        await self._followup.reject(press.key, entry, place)

    async def _teach(self, press: Press, place: Place) -> None:
        taught = msgspec.json.decode(press.what, type=Taught)
        await self._followup.teach(press.key, taught, place)
