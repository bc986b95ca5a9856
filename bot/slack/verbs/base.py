"""What a command is: its form, its help, and what it does."""

from collections.abc import Awaitable, Callable

import msgspec

from bot.slack.blocks import Rendered
from bot.slack.surface import Surface
from bot.slack.words import say
from checks.text import Lang, Text

Reply = Rendered | str
"""What the user alone is told: a message, or mrkdwn of ours."""


class Said(msgspec.Struct, frozen=True):
    """A command as it was typed, by whom and where.

    `rest` is what follows the first word, as it stands. `back` is the `response_url`. `lang` is
    the channel's language, None where it has none.
    """

    word: str
    rest: str
    channel: str
    user: str
    trigger: str = ""
    back: str = ""
    lang: Lang | None = None

    def say(self, text: Text) -> str:
        """Return a sentence in the channel's language, or in both."""
        return say(text, self.lang)

    @property
    def typed(self) -> str:
        """The command's first line, to be shown."""
        return f"/netcheck {self.word}{self.rest}".split("\n", 1)[0].rstrip()


class Verb(msgspec.Struct, frozen=True):
    """One command. `form` is what follows `/netcheck`, `about` says what it does.

    `about` may name `{clusters}` and `{groups}`. `take` does it and returns what to tell the user
    alone, None for nothing; it raises `UsageError`, or any `NetcheckError` to be told. One
    `at_once` is taken before Slack gets its acknowledgement, and must be quick.
    """

    name: str
    form: str
    about: Text
    take: Callable[[Surface, Said], Awaitable[Reply | None]]
    at_once: bool = False
