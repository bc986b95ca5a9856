"""Traffic goes to one port, the program listens on another, or on its own loopback only.

Where it goes: `targetPort`, the port of an endpoint, of a probe that was refused, or one that is
no port of the Service that was asked. Where the program listens: `ss` and `netstat`, what servers
print when they start, and the port the container declares.
"""

import re
from collections.abc import Iterator

import msgspec

from knowledge.facts import Facts, Service, Try
from knowledge.model import Line
from knowledge.relate import Proof, Relation, proof

_TARGET = re.compile(r"\btarget ?port[\"']?:? ?[\"']?(\d{2,5})\b", re.IGNORECASE)
_PROBED = re.compile(
    r"probe failed: .{0,80}?(?:\d{1,3}\.){3}\d{1,3}:(\d{2,5})\S{0,80} ?.{0,60}connection refused",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"(?:10|172|192)\.\d{1,3}\.\d{1,3}\.\d{1,3}:(\d{2,5})\b.{0,40}refused"
    r"|refused.{0,30}?(?:10|172|192)\.\d{1,3}\.\d{1,3}\.\d{1,3}:(\d{2,5})\b",
    re.IGNORECASE,
)
_LISTENING = re.compile(
    r"\bLISTEN\b.{0,60}?(127\.0\.0\.1|localhost|\[::1\]|0\.0\.0\.0|\[?::\]?|\*):(\d{2,5})\b"
    r"|(127\.0\.0\.1|0\.0\.0\.0|:::|\*):?(\d{2,5}) .{0,40}\bLISTEN\b"
)
_STARTED = re.compile(
    r"(?<![\w.-])(?:running (?:on|at)|listen(?:ing|s)? (?:on|at)|serving (?:on|at|http on)"
    r"|started (?:server )?(?:on|at)|server (?:is )?(?:on|at)|bound to|ready on|local:|监听在?)"
    r"(?: tcp)?:? ?(?:port\(?s?\)?:? ?|address )?"
    r"(?:https?://)?\[?(127\.0\.0\.1|localhost|::1|0\.0\.0\.0|::|\*)?\]?:?(?: port )?"
    r"(\d{2,5})\b(?![.\w]\d)",
    re.IGNORECASE,
)
_SAY_LISTENING = (
    *("listen", "running ", "serving ", "started", "server ", "bound to", "ready on", "local:"),
    *("tomcat", "监听", "監聽"),
)
_TOMCAT = re.compile(
    r"tomcat (?:started on|initialized with) port\(?s?\)?:? ?(\d{2,5})", re.IGNORECASE
)
_CONTAINER = re.compile(r"\bcontainer ?port[\"']?:? ?[\"']?(\d{2,5})\b", re.IGNORECASE)
_AGENTS = re.compile(r"kubelet|kube-proxy|healthz|metrics|prometheus|debug|admin", re.IGNORECASE)
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
_BAD = frozenset({"refused", "timeout"})


class _Port(msgspec.Struct, frozen=True):
    number: int
    line: Line
    loopback: bool = False


def find(facts: Facts) -> Proof | None:
    """Return the line that says where traffic goes, and the one that says who listens where."""
    if any(word in facts.text for word in ("target", "probe failed", "refused")):
        return _apart(facts) or _declared_apart(facts) or _asked_wrong(facts)
    return _asked_wrong(facts)


def _apart(facts: Facts) -> Proof | None:
    aimed = list(_aimed(facts))
    listening = list(_listening(facts)) if aimed else []
    open_to_all = {one.number for one in listening if not one.loopback}
    for target in aimed:
        if target.number in open_to_all:
            continue
        own = [one for one in listening if one.number == target.number]
        return proof(target.line, (own or listening)[0].line) if listening else None
    return _refused_but_local(facts)


def _refused_but_local(facts: Facts) -> Proof | None:
    """Return a refused connection, and the listener that takes only what is local to it."""
    if not any(address in facts.text for address in _LOOPBACK):
        return None
    local = {one.number: one.line for one in _listening(facts) if one.loopback}
    for found, line in _all(_REFUSED, facts, "refused") if local else ():
        if int(found[1] or found[2]) in local:
            return proof(line, local[int(found[1] or found[2])])
    return None


def _declared_apart(facts: Facts) -> Proof | None:
    """Return a targetPort that no container port is, where all of both are numbers."""
    targets = [_Port(int(found[1]), line) for found, line in _all(_TARGET, facts, "target")]
    declared = {int(found[1]): line for found, line in _all(_CONTAINER, facts, "container")}
    for target in targets:
        if declared and target.number not in declared:
            return proof(target.line, next(iter(declared.values())))
    return None


def _asked_wrong(facts: Facts) -> Proof | None:
    """Return a Service and a failed try at a port that is none of its own."""
    for one in facts.tries if facts.services else ():
        if one.outcome in _BAD and one.port is not None:
            asked = [service for service in facts.services if _is_asked(service, one)]
            if asked and not any(one.port in service.ports for service in asked):
                return proof(asked[0].line, one.line)
    return None


def _is_asked(service: Service, one: Try) -> bool:
    named = one.host == service.ip or one.host.partition(".")[0] == service.name
    return named and bool(service.ports)


def _aimed(facts: Facts) -> Iterator[_Port]:
    for pattern, word in ((_TARGET, "target"), (_PROBED, "probe failed")):
        for found, line in _all(pattern, facts, word):
            yield _Port(int(found[1]), line)


def _listening(facts: Facts) -> Iterator[_Port]:
    for line in facts.holding(*_SAY_LISTENING):
        found = _LISTENING.search(line.text)
        if found:
            address, number = (found[1], found[2]) if found[2] else (found[3], found[4])
            yield _Port(int(number), line, address in _LOOPBACK)
        elif not _AGENTS.search(line.text):
            started = _STARTED.search(line.text)
            tomcat = _TOMCAT.search(line.text)
            if started:
                yield _Port(int(started[2]), line, (started[1] or "").lower() in _LOOPBACK)
            elif tomcat:
                yield _Port(int(tomcat[1]), line)


def _all(pattern: re.Pattern[str], facts: Facts, word: str) -> Iterator[tuple[re.Match[str], Line]]:
    for line in facts.holding(word):
        found = pattern.search(line.text)
        if found:
            yield found, line


RELATION = Relation(
    slug="port-nobody-listens-on",
    says="traffic goes to a port on which the program does not listen",
    words=(
        frozenset(
            {"targetport", "target", "probe", "curl", "wget", "nc", "telnet", "psql", "refused"}
        ),
        frozenset(
            {"listen", "listening", "listens", "running", "serving", "started", "containerport"}
            | {"tomcat", "bound", "ready", "local", "tcp", "container", "server"}
        ),
    ),
    find=find,
    sure=0.95,
)
