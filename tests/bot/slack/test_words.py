"""The catalogue of what the buttons say: nothing missing, nothing unused."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import bot.slack
from bot.slack import button_words, words
from checks.text import Text
from knowledge.teaching import What

FOLDER = Path(bot.slack.__file__).parent
CATALOGUES = (words, button_words)


def messages() -> dict[str, Text]:
    found: dict[str, Text] = {}
    for catalogue in CATALOGUES:
        for name, value in vars(catalogue).items():
            inner = value.items() if isinstance(value, dict) else [("", value)]
            texts = {f"{name} {key}".strip(): one for key, one in inner if isinstance(one, Text)}
            found |= texts
    return found


def used() -> Iterator[str]:
    """Yield every name that the package's code reads."""
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                yield node.id


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", messages())
def test_a_message_says_the_same_in_both_languages(name: str) -> None:
    message = messages()[name]

    assert message.en.strip()
    assert message.zh_tw.strip()
    assert places(message.en) == places(message.zh_tw)


def test_every_message_is_used() -> None:
    declared = {name.partition(" ")[0] for name in messages()}

    assert declared <= set(used())


def test_every_mistake_has_words() -> None:
    assert set(button_words.MISTAKES) == set(get_args(What))


@pytest.mark.parametrize("name", [one for one in messages() if one.endswith("_TITLE")])
def test_a_window_s_title_is_as_short_as_slack_wants_it(name: str) -> None:
    """docs.slack.dev, modal views: 24 characters."""
    message = messages()[name]

    assert max(len(message.en), len(message.zh_tw)) <= 24
