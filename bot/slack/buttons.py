"""The buttons under an answer: which there are, and what each carries.

A button's value is `VERSION WHAT KEY`: the form of the value, a word for what is said by it, and
the event that the answer answers. All else a button needs is in SQL, under that key.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

import msgspec

from bot.core.answer import Answer
from bot.core.casebook import ButtonError, Opinion
from bot.slack import button_words as words
from bot.slack.blocks import Block, context
from checks.text import Lang, Text

VERSION = "1"
"""The form of a value; a button of another form says so when it is pressed."""

Action = Literal["again", "evidence", "own", "resolve", "reject", "teach", "helpful"]
ACTIONS: tuple[Action, ...] = get_args(Action)
PREFIX = "answer_"
"""Before the name of an action in its `action_id`."""

_NOTHING_SAID = "-"


class Pressed(msgspec.Struct, frozen=True):
    """What a button's value says; `what` is "" where the button says one thing only."""

    key: str
    what: str = ""


class Under(msgspec.Struct, frozen=True):
    """What stands under an answer: the buttons, for its `key`, and what people said of it."""

    key: str
    opinions: tuple[Opinion, ...] = ()
    lessons: tuple[Opinion, ...] = ()
    titles: Mapping[str, str] = {}

    def blocks(self, answer: Answer) -> tuple[Block, ...]:
        """Return a row of buttons and a pair to say whether the answer helped."""
        row = [_button(action, label, self.key, answer.lang) for action, label in self._row(answer)]
        return ({"type": "actions", "elements": row}, _feedback(self.key, answer.lang))

    def _row(self, answer: Answer) -> Iterator[tuple[Action, Text]]:
        yield "again", words.AGAIN
        if has_evidence(answer):
            yield "evidence", words.EVIDENCE
        if answer.seen is not None and not answer.seen.resolved:
            yield "own", words.OWN
            yield "resolve", words.RESOLVE
        if answer.answer in {"match", "perhaps"} and (answer.causes or answer.matches):
            yield "reject", words.REJECT
        unknown = answer.answer == "nothing" or any(not one.entry for one in self.opinions)
        if answer.answer is not None and unknown:
            yield "teach", words.TEACH


def has_evidence(answer: Answer) -> bool:
    """Whether there is more to show of an answer than that nothing is known."""
    return bool(answer.checks or answer.causes or answer.matches)


def whole(lang: Lang) -> Block:
    """Return where that stands which does not fit into the message."""
    return context(words.WHOLE.fill(evidence=words.EVIDENCE).to(lang))


def value(key: str, what: str = "") -> str:
    """Return what a button carries."""
    return f"{VERSION} {what or _NOTHING_SAID} {key}"


def read(carried: str) -> Pressed:
    """Return what a pressed button carries. Raises `ButtonError` for one of another form."""
    version, _, rest = carried.partition(" ")
    what, _, key = rest.partition(" ")
    if version != VERSION or not key:
        raise ButtonError(words.OLD_BUTTON)
    return Pressed(key, "" if what == _NOTHING_SAID else what)


def plain(text: str) -> Block:
    """Return a text object without mark-up."""
    return {"type": "plain_text", "text": text, "emoji": True}


def _button(action: Action, label: Text, key: str, lang: Lang) -> Block:
    return {
        "type": "button",
        "action_id": f"{PREFIX}{action}",
        "text": plain(label.to(lang)),
        "value": value(key),
    }


def _feedback(key: str, lang: Lang) -> Block:
    """Return Slack's own pair of buttons (docs.slack.dev, feedback buttons element)."""
    pair = {
        name: {
            "text": plain(label.to(lang)),
            "accessibility_label": label.to(lang),
            "value": value(key, said),
        }
        for name, label, said in (
            ("positive_button", words.HELPFUL, "yes"),
            ("negative_button", words.UNHELPFUL, "no"),
        )
    }
    element = {"type": "feedback_buttons", "action_id": f"{PREFIX}helpful", **pair}
    return {"type": "context_actions", "elements": [element]}
