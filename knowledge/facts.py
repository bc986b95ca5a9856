"""Facts that a paste states beside each other: Services, what was tried and how it went.

Read line by line from cleaned lines, so the columns of tables and the indentation of YAML are gone
by then; what kubectl, curl and the others print is told by its words and their order.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Literal

import msgspec

from knowledge.fold import fold
from knowledge.model import Line, Paste

Outcome = Literal["ok", "timeout", "refused", "unresolved"]
Network = ipaddress.IPv4Network
Address = ipaddress.IPv4Address

_LONG = 1000  # characters; what two facts are read from is a row, a field or a command
_BROKEN = 400  # characters; rows that happen to be equally long look broken, too, and add up
_MANY = 64  # of each kind of fact; a paste that states more is a dump, and pairs cost the square
_OUTPUT = 14  # lines after a command that are taken for its output
_COMMAND_LONG = 400

IPV4 = r"(?:25[0-5]|2[0-4]\d|1?\d{1,2})(?:\.(?:25[0-5]|2[0-4]\d|1?\d{1,2})){3}(?![\d.]\d)"
_NAME = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_PORTS = r"\d{1,5}(?::\d{1,5})?/(?:TCP|UDP|SCTP)(?:,\d{1,5}(?::\d{1,5})?/(?:TCP|UDP|SCTP)){0,30}"
_ROW = re.compile(
    rf"(?:^|(?<= ))({_NAME}) (?:(ClusterIP|NodePort|LoadBalancer) )?({IPV4})"
    rf"(?: [^ ]{{1,120}})? ({_PORTS})(?: (?:<none>|<unknown>|[\dydhms]{{1,12}}))?"
    r"(?: ([^ ]+=[^ ]+))?"
)
_PROTOCOL = re.compile("/(?:TCP|UDP|SCTP)")
_FIELD = re.compile(r"^(- )?([A-Za-z][\w.()-]{0,40}(?: [A-Za-z]{1,12})?): ?(.*)$")
_TOOL = re.compile(r"(?<![\w.-])(curl|wget|telnet|nc|ncat|ping|nslookup|dig|host|getent|psql)(?= )")
_URL = re.compile(rf"https?://({IPV4}|[a-z0-9][a-z0-9.-]{{0,120}})(?::(\d{{1,5}}))?", re.IGNORECASE)
_AT = re.compile(rf"@?({IPV4})(?:[: ](\d{{1,5}})(?![\w.]))?")
_HOST = re.compile(r"(?<= )([a-z0-9][a-z0-9.-]{0,120})(?:[: ](\d{1,5}))?(?= |$)", re.IGNORECASE)
_OPTION = re.compile(
    r"--?[a-z-]{0,20}time[a-z-]{0,10}[ =]?\d*"
    r"|(?<= )-(?:[mwWcoiXHdTuU]|Is?|O-?)(?: ?(?:'[^']{0,80}'|\"[^\"]{0,80}\"|/?[\w./%{}:-]{1,80}))?"
)
_TIMED_OUT = (
    r"tim(?:ed|es|e|ing)[ -]?out|no servers could be reached|\b100% (?:packet )?loss"
    r"|no route to host|host unreachable|\bhangs?\b|hung|no answer|no response|no reply"
    r"|never answers|not respond|超时|卡住|不通|没反应|没有响应"
)
_REFUSED = r"refused|拒绝"
_UNRESOLVED = (
    r"could not resolve|can't resolve|can't find|bad address|name or service not known|nxdomain"
    r"|servfail|not known"
)
_OK = (
    r"http/[\d.]{1,3} [2345]\d\d|(?:^|[\s(>])[23]\d\d(?: ok)?\s*(?:$|\n)|<html|<!doctype|welcome"
    r"|\bopen\b|succeeded|bytes from|\b0% packet loss|\bworks?\b|\bfine\b|\bok\b|\bconnected\b"
    r"|address(?: \d)?: |noerror|answers\b|at once|正常|是通|能通|可以|成功|没问题"
)
_OUTCOME = re.compile(
    f"(?P<timeout>{_TIMED_OUT})|(?P<refused>{_REFUSED})|(?P<unresolved>{_UNRESOLVED})|(?P<ok>{_OK})"
)


class Service(msgspec.Struct, frozen=True):
    """A Service as some output shows it; what was not shown is None or empty."""

    name: str
    ip: str
    ports: frozenset[int]
    selector: str
    line: Line


class Try(msgspec.Struct, frozen=True):
    """A command that reaches for something: whom, on which port, and how it went.

    For questions to a DNS server `host` is the server, where one is named. `told` is the line
    that says how it went.
    """

    tool: str
    host: str
    port: int | None
    outcome: Outcome | None
    line: Line
    told: Line


class Field(msgspec.Struct, frozen=True):
    """A line `key: value` of YAML or of `kubectl describe`; the key in lower case."""

    key: str
    value: str
    item: bool
    line: Line


class Facts:
    """What a paste states; each kind of fact is read when a relation asks for it."""

    def __init__(self, paste: Paste) -> None:
        self._streams = (
            tuple(line for line in paste.lines if len(line.text) <= _LONG),
            tuple(line for line in paste.joined if len(line.text) <= _BROKEN),
        )

    @cached_property
    def text(self) -> str:
        """All of it in lower case, to see whether a closer look is worth it."""
        return "\n".join(line.text for line in self.lines).lower()

    @property
    def lines(self) -> Iterator[Line]:
        """The lines, then the messages put together over line breaks."""
        for stream in self._streams:
            yield from stream

    def holding(self, *words: str) -> tuple[Line, ...]:
        """Return the lines that hold one of the words, which are in lower case."""
        there = [word for word in words if word in self.text]
        if not there:
            return ()
        return tuple(line for line, low in self._lows if any(word in low for word in there))

    @cached_property
    def _lows(self) -> tuple[tuple[Line, str], ...]:
        return tuple((line, line.text.lower()) for line in self.lines)

    @property
    def streams(self) -> Sequence[Sequence[Line]]:
        """The lines, and the messages put together, each in its order."""
        return self._streams

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Every `key: value` line, in order."""
        found = (
            (line, match) for line in self.lines if (match := _FIELD.match(line.text)) is not None
        )
        return tuple(
            Field(match[2].lower(), match[3].strip().strip("\"'"), bool(match[1]), line)
            for line, match in found
        )

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """Services from the rows of `kubectl get`, from `describe` and from YAML, each once."""
        found: dict[tuple[str, str], Service] = {}
        for one in (*self._rows(), *self._described()):
            if len(found) < _MANY:
                found.setdefault((one.name, one.ip), one)
        return tuple(found.values())

    def _rows(self) -> Iterator[Service]:
        for line in self.lines:
            found = _ROW.search(line.text) if _PROTOCOL.search(line.text) else None
            if found:
                yield Service(found[1], found[3], ports_of(found[4]), found[5] or "", line)

    def _described(self) -> Iterator[Service]:
        name, selector = "", ""
        for field in self.fields:
            if field.key == "name" and not field.item:
                name, selector = field.value, ""
            elif field.key == "selector" and "=" in field.value:
                selector = field.value
            elif field.key in {"ip", "clusterip", "ips"} and name and _is_ip(field.value):
                yield Service(name, field.value, frozenset(), selector, field.line)

    @cached_property
    def tries(self) -> tuple[Try, ...]:
        """The commands that reach for something, in the order they were given."""
        found = (one for stream in self._streams for one in _tries(stream))
        return tuple(one for _, one in zip(range(_MANY), found, strict=False))


def ports_of(column: str) -> frozenset[int]:
    """Return the Service's own ports of a column PORT(S): `80:31000/TCP,443/TCP` has two."""
    return frozenset(int(one.partition("/")[0].partition(":")[0]) for one in column.split(","))


def as_network(text: str) -> Network | None:
    """Return an IPv4 network from `10.0.0.0/8`, its address may lie within; None for no network."""
    try:
        return ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return None


def is_private(ip: str) -> bool:
    """Whether it is an IPv4 address that no router of the internet carries."""
    try:
        address = ipaddress.IPv4Address(ip)
    except ValueError:
        return False
    return address.is_private and not address.is_loopback and not address.is_link_local


def _is_ip(text: str) -> bool:
    return re.fullmatch(IPV4, text) is not None


def _tries(lines: Sequence[Line]) -> Iterator[Try]:
    """Yield the commands of a session, each with what is printed until the next."""
    starts = [
        (index, found)
        for index, line in enumerate(lines)
        if (found := _TOOL.search(line.text)) is not None
    ]
    ends = [*(index for index, _ in starts), len(lines)][1:]
    for (index, found), end in zip(starts, ends, strict=True):
        line = lines[index]
        rest = _OPTION.sub("", line.text[found.end() : found.end() + _COMMAND_LONG])
        target = _target(found[1], rest)
        if target is None:
            continue
        at, host, port = target
        said = [Line(line.number, rest[at:]), *lines[index + 1 : min(end, index + _OUTPUT)]]
        outcome, told = _outcome(said)
        told = line if told.number == line.number else told
        yield Try(found[1], host.lower(), port, outcome, line, told)


def _target(tool: str, rest: str) -> tuple[int, str, int | None] | None:
    """Return where in the arguments the target ends, its host and its port."""
    lookups = tool in {"nslookup", "dig", "host"}
    found = _URL.search(rest) or _last(_AT, rest, last=lookups)
    if found is None and not lookups:
        found = _HOST.search(rest)
    if found is None:
        return None
    port = int(found[2]) if found[2] else None
    if port is None and found[0].lower().startswith("http"):
        port = 443 if found[0].lower().startswith("https") else 80
    return found.end(), found[1], port


def _last(pattern: re.Pattern[str], text: str, *, last: bool) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return (found[-1] if last else found[0]) if found else None


def _outcome(said: Sequence[Line]) -> tuple[Outcome | None, Line]:
    """Return how it went, by the first words that tell, and the line they stand on."""
    for line in said:
        found = _OUTCOME.search(fold(line.text))
        if found:
            return found.lastgroup, line  # type: ignore[return-value] # the groups are outcomes
    return None, said[0]
