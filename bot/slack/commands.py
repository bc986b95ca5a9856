"""What people type after `/netcheck`, or before a paste."""

import difflib
from collections.abc import Sequence

import msgspec

from bot.core.errors import NetcheckError
from bot.core.ports import Watch
from checks.text import LANGS

WORDS = ("ask", "help", "link", "watch")
CHINESE_HELP = ("說明", "幫助")
_DASHES = "-–—"  # a phone's keyboard turns -- into a long dash


class UsageError(NetcheckError):
    """A command that cannot be read; the message shows the right form."""


class Options(msgspec.Struct, frozen=True):
    """`-n NAMESPACE`, `in CLUSTER` and `--lang LANG`, each "" when not given."""

    namespace: str = ""
    cluster: str = ""
    lang: str = ""


class AskCommand(msgspec.Struct, frozen=True):
    """`ask TEXT`, or `ask` alone, which brings a form to paste into."""

    text: str
    options: Options


class CheckCommand(msgspec.Struct, frozen=True):
    """`dns [SUBJECT] [-n NAMESPACE] [in CLUSTER]`."""

    group: str
    subject: str
    options: Options


class LinkCommand(msgspec.Struct, frozen=True):
    """`link CLUSTER [NAMESPACE]`."""

    cluster: str
    namespace: str


class WatchCommand(msgspec.Struct, frozen=True):
    """`watch on|on bots|off|status`; `whom` is None where only the state is asked."""

    whom: Watch | None


class HelpCommand(msgspec.Struct, frozen=True):
    """`help [COMMAND]`, in English or, called by its Chinese name, in Chinese."""

    topic: str
    chinese: bool = False


Command = AskCommand | CheckCommand | LinkCommand | WatchCommand | HelpCommand


def parse(text: str, groups: Sequence[str]) -> Command:
    """Read a command. Raises `UsageError` naming the nearest one, or the right form."""
    word, rest = _head(text)
    if word in {"", "help", *CHINESE_HELP}:
        return HelpCommand(rest.strip().lower(), chinese=word in CHINESE_HELP)
    if word == "ask":
        return _ask(rest)
    if word == "link":
        return _link(rest.split())
    if word == "watch":
        return _watch(rest.lower().split())
    if word in groups:
        return _check(word, rest.split())
    raise unknown(word, groups)


def leading_options(text: str) -> tuple[str, Options]:
    """Take options from a first line that holds nothing else; that line stays, emptied."""
    first, newline, rest = text.partition("\n")
    try:
        words, options = _options(first.split())
    except UsageError:
        return text, Options()
    if words or options == Options():
        return text, Options()
    return newline + rest, options


def _head(text: str) -> tuple[str, str]:
    """Split off the first word, whatever space follows it."""
    stripped = text.strip()
    word = stripped.split(maxsplit=1)[0] if stripped else ""
    return word.lower(), stripped[len(word) :]


def _ask(rest: str) -> AskCommand:
    return AskCommand(*leading_options(rest.lstrip(" ")))


def _check(group: str, words: Sequence[str]) -> CheckCommand:
    left, options = _options(words)
    if len(left) > 1:
        form = f"`/netcheck {group} [SUBJECT] [-n NAMESPACE] [in CLUSTER]`"
        raise UsageError(f"`{left[1]}` is one word too many: {form}")
    return CheckCommand(group, left[0] if left else "", options)


def _link(words: Sequence[str]) -> LinkCommand:
    if not 1 <= len(words) <= 2:  # noqa: PLR2004 (a cluster, and a namespace or none)
        raise UsageError("the form is `/netcheck link CLUSTER [NAMESPACE]`")
    return LinkCommand(words[0], words[1] if len(words) > 1 else "")


def _watch(words: Sequence[str]) -> WatchCommand:
    forms: dict[tuple[str, ...], Watch | None] = {
        (): None,
        ("status",): None,
        ("on",): "people",
        ("on", "bots"): "all",
        ("off",): "",
    }
    if tuple(words) not in forms:
        raise UsageError("the form is `/netcheck watch on|off|status`, or `watch on bots`")
    return WatchCommand(forms[tuple(words)])


def _options(words: Sequence[str]) -> tuple[list[str], Options]:
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
            raise UsageError(f"`{name}` needs a value, as in `-n shop`, `in staging`")
    if found.get("lang", LANGS[0]) not in LANGS:
        raise UsageError(f"`--lang` is one of {', '.join(LANGS)}")
    return left, Options(**found)


def _field(name: str) -> str:
    """Return the option a word names, "" when it names none."""
    if name == "in":
        return "cluster"
    if not name.startswith(tuple(_DASHES)):
        return ""
    fields = {"n": "namespace", "namespace": "namespace", "lang": "lang"}
    return fields.get(name.lstrip(_DASHES), "")


def unknown(word: str, groups: Sequence[str]) -> UsageError:
    """Return the error for a word that is no command, with the nearest one."""
    known = (*WORDS, *groups)
    nearest = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    guess = f" Did you mean `/netcheck {nearest[0]}`?" if nearest else ""
    listed = ", ".join(f"`{one}`" for one in known)
    return UsageError(f"`{word[:40]}` is no command.{guess} There are: {listed}.")
