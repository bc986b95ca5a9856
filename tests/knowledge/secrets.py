"""The tables of secrets and of look-alikes, and how pastes mangle them."""

import re
import textwrap
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import yaml

from knowledge.redact import MASK

HERE = Path(__file__).parent
_SECRET = re.compile("⟦([^⟧]*)⟧")


class Sample(msgspec.Struct, frozen=True):
    """A text that holds secrets: as pasted, as it must come out, and the secrets."""

    form: str
    text: str
    masked: str
    secrets: tuple[str, ...]

    @property
    def rest(self) -> str:
        """What may be read afterwards, without white space."""
        return bare(self.masked)


@cache
def samples() -> tuple[Sample, ...]:
    rows = yaml.safe_load((HERE / "secrets.yaml").read_text(encoding="utf-8"))
    return tuple(sample(row["form"], row["text"].rstrip("\n")) for row in rows)


def sample(form: str, marked: str) -> Sample:
    """Read a text in which ⟦ and ⟧ stand around secrets, and ¦ where it is to be joined."""
    text = marked.replace("¦", "")
    secrets = tuple(_SECRET.findall(text))
    return Sample(form, _SECRET.sub(r"\1", text), _SECRET.sub(MASK, text), secrets)


@cache
def look_alikes() -> tuple[str, ...]:
    return tuple(yaml.safe_load((HERE / "look_alikes.yaml").read_text(encoding="utf-8")))


def bare(text: str) -> str:
    """Return the text without masks, white space and the marks of quotes."""
    return re.sub(r"[\s>]", "", text.replace(MASK, "")).translate(_STRAIGHT)


_STRAIGHT = str.maketrans({"\u201d": '"', "\u2019": "'"})


def leaks(sample: Sample, masked: str) -> bool:
    """Whether something is left that is no part, in order, of what may be read."""
    rest = iter(sample.rest)
    return not all(sign in rest for sign in bare(masked))


def cut(text: str, width: int) -> str:
    """Break lines in the middle of words, as a terminal of this width does."""
    return "\n".join(
        line[at : at + width] for line in text.split("\n") for at in range(0, len(line) or 1, width)
    )


def folded(text: str, width: int) -> str:
    """Break lines at spaces, as people and mail programs do."""
    return "\n".join(
        "\n".join(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False))
        if len(line) > width
        else line
        for line in text.split("\n")
    )


def indented(text: str) -> str:
    return textwrap.indent(text, "    ")


def quoted(text: str) -> str:
    return textwrap.indent(text, "> ", lambda _: True)


MANGLES: dict[str, Callable[[str], str]] = {
    "terminal 80": lambda text: cut(text, 80),
    "terminal 120": lambda text: cut(text, 120),
    "terminal 80, spaces lost": lambda text: re.sub(r" +\n", "\n", cut(text, 80)),
    "terminal 80, indented": lambda text: indented(cut(text, 80)),
    "terminal 80, quoted": lambda text: quoted(cut(text, 80)),
    "terminal 80, Windows": lambda text: cut(text, 80).replace("\n", "\r\n"),
    "folded at 72": lambda text: folded(text, 72),
    "folded at 72, indented": lambda text: indented(folded(text, 72)),
    "folded at 72, quoted": lambda text: quoted(folded(text, 72)),
    "indented": indented,
    "quoted": quoted,
    "Windows": lambda text: text.replace("\n", "\r\n"),
    "smart quotes": lambda text: text.replace('"', "\u201d").replace("'", "\u2019"),
}
