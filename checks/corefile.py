"""The Corefile: its server blocks, the lines in them, and whether the braces agree.

Follows the grammar of coredns/caddy, caddyfile/parse.go: words are parted by white space, a brace
is a word of its own, `#` at the start of a word begins a comment. Servers without braces, a file
of one server only, are read too. Imports and variables are left as they stand.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from checks.kinds import ConfigMap
from checks.kubectl import kubectl
from checks.model import See
from checks.snapshot import View

NAMESPACE = "kube-system"
CONFIG = See(ConfigMap, NAMESPACE, "coredns")
CUSTOM = See(ConfigMap, NAMESPACE, "coredns-custom")  # AKS and k3s import it
SEES = (CONFIG, CUSTOM)

_WORD = re.compile(r'"(?:\\.|[^"\\])*"|\S+')


class Line(msgspec.Struct, frozen=True):
    """One line of a server: a plugin's name and its words; `nested` ones stand in its block."""

    words: tuple[str, ...]
    number: int
    nested: bool = False

    def __str__(self) -> str:
        """Say it as a quote."""
        return f"line {self.number}: {' '.join(self.words)}"


class Server(msgspec.Struct, frozen=True):
    """A server block: the zones it answers for, as written, and its lines."""

    zones: tuple[str, ...]
    lines: tuple[Line, ...]

    def plugin(self, name: str) -> list[Line]:
        """Return the lines that set up a plugin."""
        return [one for one in self.lines if one.words[0] == name and not one.nested]


class Source(msgspec.Struct, frozen=True):
    """One text that CoreDNS reads, called `ConfigMap kube-system/coredns Corefile`."""

    name: str
    servers: tuple[Server, ...]
    fault: str = ""


def parse(text: str, *, inside: bool = False) -> tuple[tuple[Server, ...], str]:
    """Return the servers of a Corefile, and what is wrong with its braces, "" when nothing is.

    `inside` reads the lines of one server, as a `*.override` file holds them.
    """
    lines = list(_lines(text))
    if inside:
        return _body((), lines)
    if _is_braceless(lines):
        return _body(tuple(lines[0][1]), lines[1:])
    return _blocks(lines)


def _body(zones: tuple[str, ...], lines: list[tuple[int, list[str]]]) -> tuple[Any, str]:
    """Read the lines of one server that has no braces of its own."""
    number = lines[0][0] if lines else 1
    closed = lines[-1][0] if lines else 1
    servers, fault = _blocks([(number, ["{"]), *lines, (closed, ["}"])])
    read = tuple(msgspec.structs.replace(one, zones=zones) for one in servers)
    return read, fault


def _is_braceless(lines: list[tuple[int, list[str]]]) -> bool:
    """Return whether the first line is a zone that no brace follows: then all is its server's."""
    if not lines or "{" in lines[0][1] or lines[0][1][-1].endswith(","):
        return False
    return len(lines) > 1 and lines[1][1][0] != "{"


def _blocks(lines: list[tuple[int, list[str]]]) -> tuple[tuple[Server, ...], str]:
    servers: list[Server] = []
    zones: tuple[str, ...] = ()
    body: list[Line] = []
    depth = 0
    for number, words in lines:
        plain = tuple(one for one in words if one not in {"{", "}"})
        if plain and depth:
            body.append(Line(plain, number, nested=depth > 1))
        elif plain:
            zones += plain
        depth += words.count("{") - words.count("}")
        if depth < 0:
            return tuple(servers), f"line {number}: '}}' without a '{{' before it"
        if depth == 0 and "}" in words:
            servers.append(Server(zones, tuple(body)))
            zones, body = (), []
    fault = f"{depth} '{{' without a '}}' after it" if depth else ""
    return tuple(servers), fault


def sources(view: View) -> tuple[Source, ...]:
    """Return everything CoreDNS reads, by what its ConfigMaps hold; nothing without a Corefile."""
    config = view.one(ConfigMap, NAMESPACE, "coredns")
    text = (config.data or {}).get("Corefile", "") if config else ""
    if not text.strip():
        return ()
    main = Source(f"ConfigMap {NAMESPACE}/coredns Corefile", *parse(text))
    if not re.search(r"(?m)^\s*import\s+\S*custom", text):
        return (main,)
    custom = view.one(ConfigMap, NAMESPACE, "coredns-custom")
    return (main, *_imported((custom.data or {}) if custom else {}))


def show(source: Source) -> str:
    """Return the kubectl line that prints the ConfigMap a text is from."""
    config = source.name.split()[1].partition("/")[2]
    return kubectl("get", "configmap", config, "-o", "yaml", namespace=NAMESPACE)


def _imported(data: Mapping[str, str]) -> Iterator[Source]:
    for key, text in sorted(data.items()):
        if key.endswith((".server", ".override")):
            parsed = parse(text, inside=key.endswith(".override"))
            yield Source(f"ConfigMap {NAMESPACE}/coredns-custom {key}", *parsed)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        words = []
        for word in _WORD.findall(line):
            if word.startswith("#"):
                break
            words.append(word.strip('"'))
        if words:
            yield number, words
