"""Why an image could not be pulled, read from what the container runtime said.

Quoted parts are left out before reading, for image names may hold any word. What a registry
answered goes before what failed on the way: a mirror may be down and the registry itself say no.
"""

import re
from typing import Literal

Reason = Literal["network", "certificate", "proxy", "other", "untold"]

# Go's net, net/http and crypto/tls, as containerd, CRI-O and Docker pass them on.
_NETWORK = re.compile(
    r"no such host|server misbehaving|temporary failure in name resolution|i/o timeout"
    r"|tls handshake timeout|connection refused|no route to host|network is unreachable"
    r"|connection reset by peer|client\.timeout (?:or context cancellation )?exceeded"
    r"|request canceled while waiting for connection|server gave http response to https client"
    r"|because the registry is unavailable"
    r'|(?:get|head|post) (?:""|https?://\S+): (?:unexpected )?(?:eof|context deadline exceeded)',
    re.IGNORECASE,
)
_CERTIFICATE = re.compile(r"x509: |tls: failed to verify certificate", re.IGNORECASE)
_PROXY = re.compile(r"proxyconnect tcp", re.IGNORECASE)
_RUNTIME = re.compile(r"dial unix|/run/[\w./-]+\.sock", re.IGNORECASE)
_ANSWERED = re.compile(
    r"unauthorized|authentication required|access (?:is )?denied|denied: |no basic auth"
    r"|insufficient_scope|forbidden|manifest unknown|name unknown|: not found\b|does not exist"
    r"|toomanyrequests|too many requests|rate limit|no match for platform|unexpected status",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"]*"')
_BACK_OFF = re.compile(r'(?:Back-off pulling image "[^"]*")?')
_HOST = re.compile(r"https?://([^/\"\s:]+)|lookup ([\w.-]+)")


def reason(message: str) -> tuple[Reason, str]:
    """Return what kept an image from being pulled, and the words that say so, "" for "untold"."""
    if _BACK_OFF.fullmatch(message.strip()):
        return "untold", ""
    told = _QUOTED.sub('""', message)
    for kind, pattern in _ORDER:
        met = pattern.search(told)
        if met:
            return kind, met[0].strip()
    return "other", ""


def host(message: str) -> str:
    """Return the host that was asked for, "" when the message names none."""
    met = _HOST.search(message)
    return (met[1] or met[2]) if met else ""


_ORDER: tuple[tuple[Reason, re.Pattern[str]], ...] = (
    ("other", _RUNTIME),
    ("proxy", _PROXY),
    ("other", _ANSWERED),
    ("certificate", _CERTIFICATE),
    ("network", _NETWORK),
)
