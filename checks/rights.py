"""What an identity will not see: what it may do, held against what the checks declare.

What it may do is told by the API server in a SelfSubjectRulesReview (authorization.k8s.io/v1). One
is about one namespace, and tells what is granted there and what is granted everywhere together.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from checks.authorizer import Request, allows
from checks.kinds import Resource
from checks.kinds.rbac import PolicyRule
from checks.model import READ_VERSION, Check, LogRequest, See

NOWHERE = ":"
"""No namespace can be called so: a review of it tells only what is granted everywhere."""


class Review(msgspec.Struct, frozen=True):
    """What an identity may do in one namespace.

    `incomplete` says that an authorizer has a say that lists no rules, a webhook for example:
    what is not listed may then be allowed. `error` is what the API server says of it.
    """

    rules: tuple[PolicyRule, ...] = ()
    incomplete: bool = False
    error: str = ""


class Lack(msgspec.Struct, frozen=True):
    """A rule that is missing, as RBAC writes it, and what comes of that.

    `need` is its name in findings. `blind` are the checks that cannot judge without it, `duller`
    those that only quote less. `only_in` are namespaces where it is granted, and not elsewhere.
    """

    need: str
    rule: dict[str, list[str]]
    blind: tuple[str, ...] = ()
    duller: tuple[str, ...] = ()
    only_in: tuple[str, ...] = ()


class _Want(msgspec.Struct, frozen=True):
    """One request of a check, and what a finding calls the permission; `kind` if it is optional."""

    check: Check
    request: Request
    need: str
    kind: Resource | None = None
    decides: bool = True


def namespaces(checks: Iterable[Check], namespace: str = "") -> tuple[str, ...]:
    """Return where an identity's rights must be asked for, `NOWHERE` first.

    `namespace` is where logs will be read; "" is anywhere.
    """
    inside = {want.request.namespace for want in _wants(checks, namespace)}
    return (NOWHERE, *sorted({*inside, namespace} - {""}))


def doubtful(checks: Iterable[Check], reviews: Mapping[str, Review]) -> frozenset[Resource]:
    """Return the optional kinds that may not be read: whether they are served then matters."""
    lacking = (want for want in _wants(checks, "") if not _granted(want.request, reviews))
    return frozenset(want.kind for want in lacking if want.kind is not None)


def missing(
    checks: Iterable[Check],
    reviews: Mapping[str, Review],
    *,
    namespace: str = "",
    unserved: Collection[Resource] = (),
) -> tuple[Lack, ...]:
    """Return the rules that are missing, sorted by API group.

    `reviews` are by namespace, those of `namespaces`. Of an optional kind in `unserved` there is
    nothing to see, so no rule is missing.
    """
    lacking: defaultdict[Request, list[_Want]] = defaultdict(list)
    for want in _wants(checks, namespace):
        if want.kind not in unserved and not _granted(want.request, reviews):
            lacking[_everywhere(want.request)].append(want)
    return tuple(_lack(lacking[one], reviews) for one in sorted(lacking, key=_order))


def _wants(checks: Iterable[Check], namespace: str) -> Iterator[_Want]:
    for check in checks:
        for see in check.sees:
            kind = see.kind.resource if see.optional else None
            yield _Want(check, _request(see), see.need, kind)
        if check.reads_logs:
            logs = Request("get", "", "pods", "log", namespace=namespace)
            yield _Want(check, logs, LogRequest("", "", "").need, decides=check.logs_decide)
        if check.reads_version:
            yield _Want(check, Request("get", path="/version"), READ_VERSION)


def _request(see: See) -> Request:
    where = see.kind.resource
    verb = "get" if see.name else "list"
    name, namespace = see.name or "", see.namespace or ""
    return Request(verb, where.group, where.plural, name=name, namespace=namespace)


def _granted(request: Request, reviews: Mapping[str, Review]) -> bool:
    rules = reviews[request.namespace or NOWHERE].rules
    return any(allows(rule, request) for rule in rules)


def _everywhere(request: Request) -> Request:
    """Return the request that one rule of a ClusterRole allows together with this one."""
    return msgspec.structs.replace(request, namespace="")


def _order(request: Request) -> tuple[str, ...]:
    return request.group, request.combined, request.verb, request.name, request.path


def _lack(wants: list[_Want], reviews: Mapping[str, Review]) -> Lack:
    """Describe a rule by those who want it; the widest of their requests names it."""
    request = wants[0].request
    inside = (space for space in sorted(reviews) if space != NOWHERE)
    here = (one for one in inside if _granted(_within(request, one), reviews))
    return Lack(
        need=min((want.need for want in wants), key=len),
        rule=_rule(request),
        blind=tuple(dict.fromkeys(want.check.slug for want in wants if want.decides)),
        duller=tuple(dict.fromkeys(want.check.slug for want in wants if not want.decides)),
        only_in=() if request.path else tuple(here),
    )


def _within(request: Request, namespace: str) -> Request:
    return msgspec.structs.replace(request, namespace=namespace)


def _rule(request: Request) -> dict[str, list[str]]:
    if request.path:
        return {"nonResourceURLs": [request.path], "verbs": [request.verb]}
    rule = {
        "apiGroups": [request.group],
        "resources": [request.combined],
        "verbs": [request.verb],
    }
    return {**rule, "resourceNames": [request.name]} if request.name else rule
