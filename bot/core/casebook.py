"""Answers kept for the buttons under them, and what people do and say about them."""

from typing import Protocol

import msgspec

from bot.core.answer import Answer
from bot.core.errors import NetcheckError
from bot.core.plan import Overrides
from bot.core.ports import Place
from checks.text import LANGS, Text
from knowledge.teaching import Files


class Request(msgspec.Struct, frozen=True):
    """What was asked, enough to ask it again: a paste, masked, or a group of checks.

    `default_namespace` is the channel's at that time. `user` and `command` tell who asked how,
    where the answer stands in no thread; `remarks` how the paste was read.
    """

    text: str = ""
    group: str = ""
    subject: str = ""
    cluster: str = ""
    namespace: str = ""
    default_namespace: str = ""
    lang: str = ""
    user: str = ""
    command: str = ""
    remarks: tuple[Text, ...] = ()

    def overrides(self, cluster: str) -> Overrides:
        """Return what was said beside the paste, for the cluster that was looked at."""
        lang = next((lang for lang in LANGS if lang == self.lang), None)
        return Overrides(cluster, self.namespace, self.default_namespace, lang)


class Opinion(msgspec.Struct, frozen=True):
    """Somebody says it is not this cause, but that entry, or none there is ("").

    Of a lesson it is the entry they taught.
    """

    user: str
    entry: str


class Kept(msgspec.Struct, frozen=True):
    """An answer as it is kept: `key` is the event it answers, `run` counts checks made again.

    `answer.seen` is what is known of the incident now. `lessons` are the entries that were taught
    from it. `answer` is None where a version kept it that wrote answers otherwise, `request` too.
    """

    key: str
    channel: str
    thread: str
    request: Request | None
    answer: Answer | None
    run: int = 0
    opinions: tuple[Opinion, ...] = ()
    lessons: tuple[Opinion, ...] = ()


class Lesson(msgspec.Struct, frozen=True):
    """An entry taught in Slack from an answer, by its `key`; `event` is what brought it."""

    files: Files
    by: str = ""
    event: str = ""
    key: str = ""


class ButtonError(NetcheckError):
    """A button cannot do what it says; the message is in both languages, with the next step."""

    def __init__(self, text: Text) -> None:
        super().__init__(f"{text.en}\n{text.zh_tw}")
        self.text = text


class Casebook(Protocol):
    """What the buttons need of the store. Everything may raise `StoreError`.

    A `place` with the same event again changes nothing: it was done.
    """

    async def keep(self, kept: Kept) -> Kept:
        """Keep an answer, or the newer form of one, and return it as `kept` does.

        Its `run` and `opinions` stay as they are.
        """

    async def kept(self, key: str) -> Kept | None:
        """Return an answer with what is known of its incident now, None when it is not kept."""

    async def look_again(self, key: str, run: int, answer: Answer, place: Place) -> None:
        """Keep what a check made again came to; `run` is the one it began from.

        A cause that is new, or was resolved, is a sighting. It is a turn of the incident's.
        """

    async def give_up(self, key: str, run: int) -> None:
        """Let a check be made again that failed, the answer staying as it is."""

    async def own(self, key: str, place: Place) -> None:
        """Note that somebody is on it; whoever is on it already is then no more."""

    async def resolve(self, key: str, how: str, place: Place) -> None:
        """Resolve the incident, saying what mended it."""

    async def rate(self, key: str, helpful: bool, place: Place) -> None:  # noqa: FBT001 (what is said)
        """Note whether an answer helped; each person's last word counts."""

    async def reject(self, key: str, entry: str, place: Place) -> None:
        """Note that it is not this cause, but that entry, or none; the last word counts."""

    async def teach(self, lesson: Lesson, place: Place) -> None:
        """Keep a taught entry; the same event again is the same lesson."""

    async def lessons(self) -> tuple[Lesson, ...]:
        """Return every taught entry, oldest first."""
