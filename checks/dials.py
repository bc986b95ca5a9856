"""Dials: connections the bot makes itself, what came of them, and where it made them from.

A check declares dials in `asks` and judges their results; it never makes one. A dial sends no
payload but a TLS hello, a GET or a DNS question.
"""

import hashlib
from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

DNS_PORT = 53


class Outcome(StrEnum):
    """What became of a dial.

    `REFUSED` is an answer of the host, or of a rule that rejects: nothing listens there.
    `TIMED_OUT` is silence: dropped on the way, or slow. `UNREACHABLE` is no route, told by the
    kernel or a router. `RESET` was connected and broke off. `GARBLED` spoke another protocol.
    `STRAY` was answered from another address than the one asked, `FORBIDDEN` stopped by a rule on
    the bot's own node. `FAILED` is anything else.
    """

    ANSWERED = "answered"
    REFUSED = "refused"
    TIMED_OUT = "timed out"
    UNREACHABLE = "unreachable"
    RESET = "reset"
    GARBLED = "garbled"
    STRAY = "answered from another address"
    FORBIDDEN = "forbidden"
    FAILED = "failed"


class _Dial(msgspec.Struct, frozen=True, kw_only=True):
    """What every dial has: seconds each try may take, tries until one is answered, a late start.

    `after` is how many seconds to wait first, so that something can be looked at a second time.
    """

    seconds: float = 1.0
    tries: int = 1
    after: float = 0.0

    @property
    def where(self) -> str:
        """What is dialed, as in `tcp 10.244.1.7:8080`."""
        raise NotImplementedError

    @property
    def need(self) -> str:
        """What would let it be made, as users know it."""
        return f"dial {self.where} from inside the cluster"

    @property
    def key(self) -> str:
        """How a snapshot files the result."""
        late = f" after {self.after:g} s" if self.after else ""
        often = f" tries {self.tries}" if self.tries > 1 else ""
        return f"{self.where}{often}{late}"


class TcpDial(_Dial, frozen=True):
    """Open a TCP connection and close it."""

    host: str
    port: int

    @property
    def where(self) -> str:
        """What is dialed."""
        return f"tcp {address(self.host, self.port)}"


class TlsDial(_Dial, frozen=True):
    """Shake hands over TLS, once held to a CA and a name, and once to read what was presented.

    `ca` is `cluster` (the CA in the bot's own ServiceAccount), `system`, or PEM text.
    """

    host: str
    port: int
    server_name: str
    ca: str = "cluster"

    @property
    def where(self) -> str:
        """What is dialed; a CA that was given is told by its digest."""
        known = self.ca in {"cluster", "system"}
        ca = self.ca if known else hashlib.sha256(self.ca.encode()).hexdigest()[:8]
        return f"tls {address(self.host, self.port)} as {self.server_name} by {ca}"


class HttpDial(_Dial, frozen=True):
    """GET a path. Of the body only lines that begin with one of `keep` are kept, or the first.

    Certificates are not looked at, for nothing secret is sent; redirects are not followed.
    """

    host: str
    port: int
    path: str
    scheme: Literal["http", "https"] = "http"
    keep: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """What is dialed."""
        return f"{self.scheme}://{address(self.host, self.port)}{self.path}"


class DnsDial(_Dial, frozen=True):
    """Ask a server for a name, `queries` times, each from a socket of its own.

    With `pair` the A and AAAA questions leave at once from one socket, as glibc sends them, and
    `rdtype` does not count; the slower of the two answers is the one that is told. A question
    that gets no answer within `seconds` is sent again from the same socket, up to `tries` times.
    """

    server: str
    name: str
    rdtype: str = "A"
    transport: Literal["udp", "tcp"] = "udp"
    port: int = DNS_PORT
    queries: int = 1
    pair: bool = False

    @property
    def where(self) -> str:
        """What is dialed."""
        asked = "A+AAAA" if self.pair else self.rdtype
        often = f" x{self.queries}" if self.queries > 1 else ""
        server = address(self.server, self.port)
        return f"dns/{self.transport} {server} {self.name} {asked}{often}"


Dial: TypeAlias = TcpDial | TlsDial | HttpDial | DnsDial


class TcpDialed(msgspec.Struct, frozen=True, tag="tcp"):
    """What came of a `TcpDial`: of the try that was answered, or of the last."""

    outcome: Outcome = Outcome.ANSWERED
    seconds: float = 0.0
    tries: int = 1
    detail: str = ""


class Leaf(msgspec.Struct, frozen=True):
    """The certificate a server presents for itself; times are ISO 8601, UTC."""

    subject: str = ""
    issuer: str = ""
    names: tuple[str, ...] = ()
    not_before: str = ""
    not_after: str = ""


class TlsDialed(msgspec.Struct, frozen=True, tag="tls"):
    """What came of a `TlsDial`. `mistrust` says why the certificate was not accepted, "" if it was.

    `leaf` is None when no certificate was seen.
    """

    outcome: Outcome = Outcome.ANSWERED
    seconds: float = 0.0
    tries: int = 1
    detail: str = ""
    mistrust: str = ""
    leaf: Leaf | None = None


class HttpDialed(msgspec.Struct, frozen=True, tag="http"):
    """What came of a `HttpDial`; `lines` are those kept, masked, `cut` that there were more."""

    outcome: Outcome = Outcome.ANSWERED
    seconds: float = 0.0
    tries: int = 1
    detail: str = ""
    status: int = 0
    lines: tuple[str, ...] = ()
    cut: bool = False


class DnsReply(msgspec.Struct, frozen=True):
    """What came of one query. `tries` counts how often it was sent, `seconds` is the time in all.

    With anything but `ANSWERED` there is no `rcode`.
    """

    outcome: Outcome = Outcome.ANSWERED
    seconds: float = 0.0
    tries: int = 1
    rcode: str = ""
    answers: tuple[str, ...] = ()
    authoritative: bool = False
    truncated: bool = False
    detail: str = ""


class DnsDialed(msgspec.Struct, frozen=True, tag="dns"):
    """What came of a `DnsDial`: one reply a query, in the order they were sent."""

    replies: tuple[DnsReply, ...]


Dialed: TypeAlias = TcpDialed | TlsDialed | HttpDialed | DnsDialed


class Vantage(msgspec.Struct, frozen=True):
    """Where dials were made from: the bot's own addresses, and its node where that is known."""

    node: str = ""
    addresses: tuple[str, ...] = ()


def address(host: str, port: int) -> str:
    """Return `10.0.0.1:53`, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
