"""Secrets told by their names: `DB_PASSWORD=...`, `"token": "..."`, `--api-key ...`.

A name is looked for by its fixed last word; then each form in which a value can follow is tried
at its end. Groups of a form are what is masked.
"""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

MASK = "[masked]"

Where = Literal["anywhere", "line", "header", "flag", "key"]

WORDS = ("pass", "pwd", "pw", "psk", "masterauth", "密碼", "密码", "secret", "token", "key")
_OWNERS = (
    "access|account|admin|api|app|application|auth|certificate|deploy|encryption|hmac|license"
    "|master|preshared|private|root|secret|service|session|shared|signing|ssh|storage|subscription"
    "|tls"
)
_OF_KEYS = "|".join(rf"(?<={owner})|(?<={owner}[-_. ])" for owner in _OWNERS.split("|"))
NAME = re.compile(
    r"(?:(?P<password>pass(?:words?|wd|phrase|code)|(?-i:(?<![A-Za-z])pw|(?<=[a-z])(?:PW|Pw))(?![A-Za-z])|masterauth|(?<=require)pass|pwd|密碼|密码"
    r"|(?-i:(?<![A-Za-z])(?:pass|psk)|(?<![a-z])(?:PASS|PSK)|(?<![A-Z])(?:Pass|Psk)))"
    r"|(?P<secret>(?<!\d:)secret(?:[-_]?base)?)|(?P<token>token)"
    rf"|(?P<key>(?:{_OF_KEYS})key(?:[-_]?id)?))"
    r"(?:[-_]?(?:\d{1,3}|prod|production|dev|staging|stage|test|old|new|value|b64|base64))?",
    re.IGNORECASE,
)
"""The end of a secret's name, to be tried where one of `WORDS` stands."""

COLOUR = r"(?:\x1b\[[0-9;]{0,16}m){0,4}"
QUOTE = r"[\"'`]"
GAP = r"[ \t]{0,8}"
_SLASHES = r"\\{0,7}"
_ROOTS = "app|config|data|dev|etc|home|mnt|opt|proc|root|run|secrets?|srv|tmp|usr|var|vault"
# What stands where a value would and is none: a mask, a placeholder, a reference, a path.
_NO_VALUE = "true|false|null|nil|none|undefined|not|yes|no"
NONE = (
    r"(?!\[masked\]|<[^<>\n]{0,80}>|&lt;|\$[({]|\$\w{1,64}(?=[\"'\s;,&)]|\Z)|%[+#]?[a-zA-Z](?!\w)"
    rf"|\{{\{{|(?i:{_NO_VALUE})(?:[\"',;)}}\]]|\s|\Z)|\d{{1,7}} bytes"
    rf"|/(?:{_ROOTS})/|(?:\.{{1,2}}|~)/|[A-Za-z]:\\|https?://|file:|map\[|&|=)"
)
_BODY = r"[^\s\"'`&;,<>|)\]}，。；、）]"
BARE = (
    rf"(?![\[{{|(]|\\{{1,7}}[\"'])({_BODY}{{1,4096}}+(?:[&;,<>)\]}}`\"'](?![\w. -]{{1,40}}[=:])"
    rf"(?=[\w!@#$%^*+/=~]){_BODY}{{1,512}}+){{0,16}}+)"
)
"""A value without quotes: up to white space, or to a sign behind which no value goes on."""
QUOTED = (
    r"(?:\"((?=[^\"\n])[^\"\\\n]{0,4096}+(?:\\.[^\"\\\n]{0,4096}+){0,256}+)"
    r"|\\{1,7}\"([^\"\\\n]{1,4096}+)|'((?=[^'\n])[^'\n]{1,4096}+)|\\{1,7}'([^'\\\n]{1,4096}+)"
    r"|`([^`\n]{1,512}+))"
)
"""A value in quotes, up to the same quote or the end of the line."""
_PHRASE = "not [a-z]{1,40} [a-z]{1,40}"  # `not set` is no value, `not so easy` is one
_IN_QUOTES = rf"(?={_SLASHES}{QUOTE}{_SLASHES}(?:{_PHRASE}|{NONE})){QUOTED}"
VALUE = rf"(?:{_IN_QUOTES}|{NONE}{BARE})"
_CLOSE = rf"{_SLASHES}{QUOTE}?"
_ODD = r"(?=[^\s\"'`]{0,64}[\d!@#$%^*])"
_FIELD = r"(?!\d{1,3}\.\d{1,3}(?![\w.]))(?=[!-~]{3})"  # no version, and no Chinese
_LONG = r"(?=[^\s\"']{3})"
_PROSE = (
    r"(?!(?:flags?|options?|arguments?|args?|param\w{0,16}|to|is|was|and|or|from|for|with|must|cannot"
    r"|values?|not|should|via|in|on|the|a|an|file|of|has|are|will|can|if)(?![\w-]))"
)
_NEXT = (
    r"(?:[ \t]{1,80}|[ \t]{0,8}\r?\n[ \t>]{0,80}(?:-[ \t]{1,8})?"
    r"|\\{0,7}[\"'][ \t]{0,8},[ \t\n]{0,80})"
)
_BLOCK = r"[|>][-+]?[ \t]{0,80}\r?\n[ \t>]*+(?!\[masked\])([^\r\n]++)"
_END = r"(?=[ \t]{0,80}(?:[,#\r\n]|\Z))"
# `secret="shop/regcred" not found` names an object, as do `secret: "regcred" not found` and such.
_REFERENCE = (
    rf"(?!(?:=|:[ ]?){_CLOSE}(?:[a-z0-9-]{{1,64}}/[a-z0-9.-]{{1,254}}{_CLOSE}(?:[\s,.`)]|\Z)"
    rf"|[a-z0-9.-]{{1,254}}{_CLOSE}[ ](?:not found|is|does|in|of|already)\b))"
)


class Form(msgspec.Struct, frozen=True):
    """A way in which a value follows a name.

    `where` says what the name must be: the first of a `line` (after indentation, quotes and list
    dashes), a `header`, a `flag` of a command line, or a `key` that begins with a quote. `kinds`
    are the groups of `NAME` it is for, all when empty.
    """

    name: str
    pattern: re.Pattern[str]
    where: Where = "anywhere"
    kinds: frozenset[str] = frozenset()


def _form(name: str, pattern: str, where: Where = "anywhere", kinds: str = "") -> Form:
    return Form(name, re.compile(pattern), where, frozenset(kinds.split()))


FORMS: tuple[Form, ...] = (
    _form(
        "assigned",
        rf"{_REFERENCE}{COLOUR}{_CLOSE}{COLOUR}{GAP}(?::=|=>|=)(?!=){GAP}{COLOUR}{VALUE}",
    ),
    _form(
        "in JSON",
        rf"{_SLASHES}{QUOTE}{GAP}:{GAP}(?:{VALUE}|\r?\n[ \t>]{{0,80}}{_IN_QUOTES})",
        "key",
    ),
    _form("in quotes after a colon", rf"{_REFERENCE}:[ \t]{{1,8}}{_IN_QUOTES}"),
    _form(
        "name and value",
        rf"{_CLOSE}\s{{0,3}},?[\s>]{{0,80}}{_CLOSE}[Vv]alue{_CLOSE}{GAP}[:=]{GAP}{VALUE}",
    ),
    _form("XML", r">(?!\[masked\])([^<>\n]{1,512}+)</"),
    _form(
        "field of a struct",
        rf":(?!\[masked\])(?:\[{NONE}([^\]\n]{{1,512}}+)\]|{NONE}{_FIELD}{BARE})",
    ),
    _form(
        "told",
        rf"(?i:(?<!pass)){QUOTE}?(?::[ \t]|[ \t](?:is|to|was)[ \t]|[ \t]?[是為为]){GAP}"
        rf"{NONE}{_ODD}{BARE}",
        kinds="password",
    ),
    _form(
        "after a space",
        rf"[ \t]{NONE}(?=[^\s\"']{{0,64}}\d)(?=[^\s\"']{{0,64}}[A-Za-z])(?=[^\s\"']{{5}}){BARE}",
        kinds="password",
    ),
    _form(
        "in quotes after a space",
        rf"[ \t]{{1,4}}(?:(?:AS|BY|TO|as|by|to)[ \t])?{_IN_QUOTES}",
        kinds="password",
    ),
    _form(
        "passphrase",
        rf"(?i:(?<=phrase))[\"']?{GAP}[:=]{GAP}{NONE}([^\s\"'][^\n\"']{{2,200}})",
        "line",
    ),
    _form(
        "YAML",
        rf"{_REFERENCE}::?[ \t]{{1,80}}{NONE}(?:{_BLOCK}|{_LONG}{BARE}{_END}|{_LONG}{_ODD}{BARE})",
        "line",
    ),
    _form("header", rf":[ \t]{{1,8}}{NONE}{_LONG}([^\s\"']{{3,4096}}+)", "header"),
    _form(
        "flag",
        rf"{_NEXT}(?!-){_PROSE}(?:(?!\\{{0,7}}[\"']-){_IN_QUOTES}|{NONE}(?=[^\s\"']{{4}}){BARE})",
        "flag",
    ),
)
_PART = re.compile(r"[\w.-]")
_BEFORE_LINE = re.compile(r"[\s>*<]*+(?:- ){0,4}[\"']?")
_HEADER = re.compile(r"(?:x-|private-|api-?key|dd-|job-|deploy-|ocp-apim-|cf-)", re.IGNORECASE)
_LONGEST_NAME = 64


def named(text: str, places: list[int]) -> Iterator[re.Match[str]]:
    """Yield the form that follows each name at `places`, in order; groups are what is secret."""
    end = 0
    for at in places:
        name = NAME.match(text, at) if at >= end else None
        found = _follows(text, at, name) if name else None
        if found:
            end = found.end()
            yield found


def _follows(text: str, at: int, name: re.Match[str]) -> re.Match[str] | None:
    for form in FORMS:
        if not form.kinds or name.lastgroup in form.kinds:
            found = form.pattern.match(text, name.end())
            if found and _fits(form.where, text, at):
                return found
    return None


def _fits(where: Where, text: str, at: int) -> bool:
    if where == "anywhere":
        return True
    start = at
    while start > 0 and at - start < _LONGEST_NAME and _PART.match(text, start - 1):
        start -= 1
    if where == "flag":
        return text[start] == "-"
    if where == "key":
        return text[max(0, start - 1)] in "\"'`"
    if where == "header":
        return bool(_HEADER.match(text, start))
    line = max(text.rfind("\n", 0, start) + 1, start - _LONGEST_NAME)
    return bool(_BEFORE_LINE.fullmatch(text, line, start))
