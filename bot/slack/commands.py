"""What people type after `/netcheck`, or before a paste: its first word and its options."""

import difflib
import re
from collections.abc import Iterable, Sequence

import msgspec

from bot.core.errors import NetcheckError
from checks.text import LANGS, Lang, Text

_DASHES = "-–—"  # a phone's keyboard turns -- into a long dash
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_FORM = Text("the form is `/netcheck {form}`", "用法：`/netcheck {form}`")
_ONE_TOO_MANY = Text(
    "`{word}` is one word too many: `/netcheck {form}`", "`{word}` 是多餘的字：`/netcheck {form}`"
)
_NO_VALUE = Text(
    "`{name}` needs a value, as in `-n shop`, `in staging`",
    "`{name}` 需要一個值，例如 `-n shop`、`in staging`",
)
_NO_LANG = Text("`--lang` is one of {langs}", "`--lang` 可為 {langs}")
_GUESS = Text(" Did you mean `/netcheck {word}`?", " 是不是 `/netcheck {word}`？")
_UNKNOWN = Text(
    "`{word}` is no command.{guess} There are: {listed}.",
    "沒有 `{word}` 這個指令。{guess}可用的有：{listed}。",
)


class UsageError(NetcheckError):
    """A command that cannot be read; `text` shows the right form, and is not escaped yet."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Options(msgspec.Struct, frozen=True):
    """`-n NAMESPACE`, `in CLUSTER` and `--lang LANG`, each "" when not given."""

    namespace: str = ""
    cluster: str = ""
    lang: str = ""


def head(text: str) -> tuple[str, str]:
    """Split off the first word, in small letters, whatever space follows it."""
    stripped = text.strip()
    word = stripped.split(maxsplit=1)[0] if stripped else ""
    return word.lower(), stripped[len(word) :]


def leading_options(text: str) -> tuple[str, Options]:
    """Take options from a first line that holds nothing else; that line stays, emptied."""
    first, newline, rest = text.partition("\n")
    try:
        words, options = read_options(first.split())
    except UsageError:
        return text, Options()
    if words or options == Options():
        return text, Options()
    return newline + rest, options


def read_options(words: Sequence[str]) -> tuple[list[str], Options]:
    """Take options from anywhere among words; return the words left. Raises `UsageError`."""
    left: list[str] = []
    found: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, sign, value = word.partition("=")
        field = _field(name)
        if not field:
            left.append(word)
            continue
        found[field] = value if sign else next(rest, "")
        if not found[field]:
            raise UsageError(_NO_VALUE.fill(name=name))
    if found.get("lang", LANGS[0]) not in LANGS:
        raise UsageError(_NO_LANG.fill(langs=", ".join(LANGS)))
    return left, Options(**found)


def wrong(form: str) -> UsageError:
    """Return the error for a command of the wrong form."""
    return UsageError(_FORM.fill(form=form))


def too_many(word: str, form: str) -> UsageError:
    """Return the error for a word that is one too many."""
    return UsageError(_ONE_TOO_MANY.fill(word=word[:40], form=form))


def unknown(word: str, known: Iterable[str]) -> UsageError:
    """Return the error for a word that is no command, with the nearest one."""
    known = tuple(known)
    near = nearest(word, known)
    guess = _GUESS.fill(word=near) if near else ""
    listed = ", ".join(f"`{one}`" for one in known)
    return UsageError(_UNKNOWN.fill(word=word[:40], guess=guess, listed=listed))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that a mistyped one most likely means, "" for none."""
    return next(iter(difflib.get_close_matches(word, tuple(known), n=1, cutoff=0.5)), "")


def is_namespace(text: str) -> bool:
    """Whether Kubernetes would take it for a namespace's name (RFC 1123, a label)."""
    return _NAMESPACE.fullmatch(text) is not None


def lang_of(text: str) -> Lang | None:
    """Return the language a word names, None for none."""
    return next((lang for lang in LANGS if lang.lower() == text.lower()), None)


def _field(name: str) -> str:
    """Return the option a word names, "" when it names none."""
    if name == "in":
        return "cluster"
    if not name.startswith(tuple(_DASHES)):
        return ""
    fields = {"n": "namespace", "namespace": "namespace", "lang": "lang"}
    return fields.get(name.lstrip(_DASHES), "")
