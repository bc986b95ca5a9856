"""Code blocks told apart: what a person typed, and what the programs printed."""

import re
import textwrap
from collections.abc import Iterator, Sequence

import msgspec

from knowledge.importer.programs import has_prompt, is_command, is_comment, unprompted
from knowledge.importer.trouble import is_error

_HEREDOC = re.compile(r"<<-?\s?[\"']?(\w+)")
_PLAUSIBLE = re.compile(r"(?:\./|~/|/)?[a-z][\w./-]*(?: |$)|[A-Z_][A-Z0-9_]*=|export |\(|\{|\[ ")
_CONTINUED = re.compile(r"\s+[^\s\d]")  # the body of a loop, the rest of an argument
_SHELLS = frozenset(
    ("sh", "bash", "zsh", "shell", "console", "shell-session", "terminal", "powershell", "pwsh")
)
_OUTPUT = frozenset(("", "text", "txt", "log", "logs", "none", "plain", "plaintext", "output"))
_PLAIN = re.compile(r"[a-z][a-z0-9+-]{0,20}")


class Part(msgspec.Struct, frozen=True):
    """A run of lines of a code block; `info` is `sh` for commands, `text` for output.

    `line` counts from 0 within the block. Output may hold errors, commands and data may not.
    """

    text: str
    info: str
    line: int

    @property
    def is_command(self) -> bool:
        """Whether somebody is to type it."""
        return self.info == "sh"


def parts(content: str, info: str) -> tuple[Part, ...]:
    """Tell commands from output in a code block; other languages stay whole."""
    language = next(iter(info.lower().split()), "").strip("{.}")
    lines = content.rstrip("\n").split("\n")
    if language not in _SHELLS | _OUTPUT:
        text = textwrap.dedent("\n".join(lines))
        known = language if _PLAIN.fullmatch(language) else "text"
        return (Part(text, known, 0),) if text.strip() else ()
    prompted = any(has_prompt(line.strip()) for line in lines)
    kinds = _prompted(lines) if prompted else _unprompted(lines, shell=language in _SHELLS)
    return tuple(_joined(lines, list(kinds)))


def _prompted(lines: Sequence[str]) -> Iterator[str]:
    """Where commands have prompts, all that has none is output, but for what goes on."""
    typed = _Typed()
    for line in lines:
        text = line.strip()
        if typed.goes_on or has_prompt(text) or is_comment(text):
            typed.read(unprompted(text))
            yield "sh"
        else:
            yield "text" if text else ""


def _unprompted(lines: Sequence[str], *, shell: bool) -> Iterator[str]:
    """Tell by the look of each line; one that tells nothing goes with the line before it."""
    typed = _Typed()
    last = "sh" if shell and _PLAUSIBLE.match(lines[0].strip()) else "text"
    for line in lines:
        text = line.strip()
        if typed.goes_on or is_command(text):
            last = "sh"
        elif is_comment(text):
            last = "sh" if shell else last
        elif text and is_error(text):
            last = "text"
        elif last == "sh" and text and not _PLAUSIBLE.match(text):
            last = "sh" if shell and _CONTINUED.match(line) else "text"
        if last == "sh":
            typed.read(text)
        yield last if text else ""


class _Typed:
    """Whether a command goes on in the next line."""

    def __init__(self) -> None:
        self._end = ""
        self._quotes = 0
        self._slash = False

    @property
    def goes_on(self) -> bool:
        return bool(self._end) or self._slash or self._quotes % 2 == 1

    def read(self, line: str) -> None:
        if self._end:
            self._end = "" if line == self._end else self._end
            return
        found = _HEREDOC.search(line)
        self._end = found[1] if found else ""
        self._slash = line.endswith("\\")
        self._quotes += 0 if line.startswith("#") else line.count("'")


def _joined(lines: Sequence[str], kinds: list[str]) -> Iterator[Part]:
    """Yield runs of one kind; an empty line goes with what is before it."""
    start: int | None = None
    for at, kind in enumerate(kinds):
        if kind and (start is None or kind != kinds[start]):
            if start is not None:
                yield from _part(lines[start:at], kinds[start], start)
            start = at
    if start is not None:
        yield from _part(lines[start:], kinds[start], start)


def _part(lines: Sequence[str], kind: str, start: int) -> Iterator[Part]:
    if kind == "sh":
        lines = [_dedented(line) for line in lines]
    text = "\n".join(lines).strip("\n").rstrip()
    if text.strip():
        yield Part(text, kind, start)


def _dedented(line: str) -> str:
    """Return an indented prompt's command; continued lines keep their indentation."""
    bare = line.lstrip()
    return unprompted(bare) if has_prompt(bare) else line
