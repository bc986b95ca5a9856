"""Reads objects and logs from an API server: whole, or not at all."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec

from bot.cluster.listing import Listing, require
from bot.cluster.meter import Meter
from bot.cluster.pacing import Pacer
from bot.cluster.sharing import Sharing
from bot.cluster.text import one_line
from bot.cluster.translate import (
    NO_JSON,
    NOT_ACCEPTED,
    AbsentError,
    BrokenAnswerError,
    ExpiredError,
    Reply,
    decode,
    not_served,
    refusal,
)
from bot.cluster.wire import Take, Wire
from bot.core.errors import (
    ClusterBusyError,
    ClusterError,
    ClusterForbiddenError,
    ClusterMissingError,
    ClusterUnauthorizedError,
)
from checks.kinds import Meta, Resource
from checks.kinds.rbac import PolicyRule
from checks.model import LogRequest, See
from checks.rights import Review
from knowledge.redact import redact

Query = Mapping[str, str | int]
# A first page with resourceVersion=0 comes from the API server's watch cache, which then ignores
# the limit and sends everything at once (computeListLimit, k8s.io/apiserver v0.37.2
# pkg/storage/cacher/cacher.go; so since kubernetes#70735 of 2018). The limit still counts where
# there is no cache: Events, and a cache that is not ready, which without a limit would answer 429
# (shouldDelegateListOnNotReadyCache, delegator.go). A further page must not name a version.
# That the whole list comes in one answer is what we want: it is decoded while it comes, and the
# server writes it item by item since 1.33 (KEP-5116). Pages without a version come from the cache
# only since 1.34 (KEP-4988); at 10,000 pods they took 21 requests in turn instead of one, and as
# much of the server's CPU time and memory.
# Those are larger, so that the requests hardly grow with the Events: the API server itself reads
# up to 10,000 keys at once from etcd (maxLimit, pkg/storage/etcd3/store.go).
FIRST_PAGE: Query = {"limit": 500, "resourceVersion": "0"}
PAGE = 5000
WHOLE: Query = {"resourceVersion": "0"}
LOG_BYTES = 256 * 1024  # of one log; 50 lines are mostly far below
PODS = Resource("", "v1", "pods")
LOGS = Resource("", "v1", "pods/log")
# The one thing that is POSTed: it asks what the asker may do, and nothing is stored.
REVIEWS = Resource("authorization.k8s.io", "v1", "selfsubjectrulesreviews", namespaced=False)


class Version(msgspec.Struct, frozen=True, rename="camel"):
    """What `/version` answers."""

    git_version: str


class Head(msgspec.Struct, frozen=True, rename="camel"):
    """What every object says of itself; an answer without it is none."""

    api_version: str
    kind: str
    metadata: Meta


class Served(msgspec.Struct, frozen=True):
    """One entry of `meta/v1 APIResourceList`: a resource that a group and version has."""

    name: str


class ServedList(msgspec.Struct, frozen=True):
    """What discovery answers of a group and version; an answer without the list is none."""

    resources: list[Served]


class ReviewStatus(msgspec.Struct, frozen=True, rename="camel"):
    """`status` of a SelfSubjectRulesReview; rules of either kind have the fields of RBAC's."""

    resource_rules: tuple[PolicyRule, ...] | None
    non_resource_rules: tuple[PolicyRule, ...] | None
    incomplete: bool = False
    evaluation_error: str = ""


class Reviewed(msgspec.Struct, frozen=True):
    """A SelfSubjectRulesReview that was answered."""

    status: ReviewStatus


class Pages:
    """Reads what checks declare, within a budget. Raises netcheck's own errors only."""

    def __init__(self, wire: Wire, meter: Meter, pacer: Pacer) -> None:
        self._wire = wire
        self._meter = meter
        self._pacer = pacer

    async def see(self, see: See) -> tuple[Any, ...]:
        """Return every object that is meant; nothing when the one named is not there.

        A missing right hides whether a kind is served, for rights are looked at first. Of an
        optional kind discovery is asked then, which everybody signed in may read.
        """
        async with self._pacer.slots:
            try:
                return await self._see(see)
            except ClusterForbiddenError:
                if see.optional and not await self.may_be_served(see.kind.resource):
                    raise not_served(see.kind.resource) from None
                raise

    async def _see(self, see: See) -> tuple[Any, ...]:
        if see.name:
            return await self._one(see)
        try:
            return await self._all(see, FIRST_PAGE)
        except ExpiredError:
            return await self._all(see, WHOLE)

    async def log(self, request: LogRequest) -> str:
        """Return the end of a container's log, masked."""
        pod = path_of(PODS, request.namespace, request.pod)
        query: dict[str, str | int] = {
            "container": request.container,
            "tailLines": request.lines,
            "limitBytes": LOG_BYTES,
        }
        if request.previous:
            query["previous"] = "true"
        async with self._pacer.slots:
            reply = await self._get(f"{pod}/log", query, "get", LOGS)
        return redact(reply.body.decode("utf-8", "replace"))

    async def review(self, namespace: str) -> Review:
        """Return what the asker may do in a namespace, which need not exist."""
        body = {
            "apiVersion": f"{REVIEWS.group}/{REVIEWS.version}",
            "kind": "SelfSubjectRulesReview",
            "spec": {"namespace": namespace},
        }
        path = path_of(REVIEWS, None)
        reply = await self._patiently(
            lambda: self._wire.post(path, body, self._meter), "create", REVIEWS
        )
        told = decode(reply.body, Reviewed).status
        rules = (*(told.resource_rules or ()), *(told.non_resource_rules or ()))
        return Review(rules, told.incomplete, one_line(told.evaluation_error))

    async def version(self) -> str:
        """Return the server's version, `v1.37.2`; "" when it answers but does not tell."""
        reply = await self._wire.get("/version", {}, self._meter)
        if reply.status == HTTPStatus.UNAUTHORIZED:  # who is not known gets no further
            raise ClusterUnauthorizedError(NOT_ACCEPTED)
        try:
            return one_line(msgspec.json.decode(reply.body, type=Version).git_version)
        except NO_JSON:
            return ""

    async def may_be_served(self, resource: Resource) -> bool:
        """Ask discovery; what it does not answer plainly leaves it open."""
        try:
            reply = await self._get(group_path(resource), {}, "get", resource)
            served = decode(reply.body, ServedList).resources
        except ClusterMissingError:
            return False
        except ClusterError:
            return True
        return resource.plural in {one.name for one in served}

    async def _one(self, see: See) -> tuple[Any, ...]:
        resource = see.kind.resource
        try:
            path = path_of(resource, see.namespace, see.name)
            reply = await self._get(path, WHOLE, "get", resource)
        except AbsentError:
            return ()
        head = decode(reply.body, Head)
        require(see.kind, head.api_version, head.kind)
        if head.metadata.name != see.name:
            raise BrokenAnswerError("the answer is about another object")
        return (decode(reply.body, see.kind),)

    async def _all(self, see: See, query: Query) -> tuple[Any, ...]:
        resource = see.kind.resource
        path = path_of(resource, see.namespace)
        objects: list[Any] = []
        sharing = Sharing(see.kind)
        while True:
            listing = Listing(see.kind, sharing)
            await self._get(path, query, "list", resource, listing.take)
            page, following = listing.finish()
            objects += page
            if not following:
                return tuple(objects)
            query = {"limit": PAGE, "continue": following}

    async def _get(
        self, path: str, query: Query, verb: str, resource: Resource, take: Take | None = None
    ) -> Reply:
        return await self._patiently(
            lambda: self._wire.get(path, query, self._meter, take), verb, resource
        )

    async def _patiently(
        self, send: Callable[[], Awaitable[Reply]], verb: str, resource: Resource
    ) -> Reply:
        """Send a request, again when the server asks to wait and there is time for it."""
        left = self._meter.seconds_left
        while True:
            await self._pacer.turn()
            reply = await send()
            if reply.status in {HTTPStatus.OK, HTTPStatus.CREATED}:
                return reply
            error = refusal(reply, verb, resource)
            if not isinstance(error, ClusterBusyError):
                raise error
            self._meter.count_refused(error.reason)
            left = min(left, self._meter.seconds_left) - error.delay
            if error.delay == 0 or left <= 0:
                raise error
            await self._pacer.pause(error.delay)


def path_of(resource: Resource, namespace: str | None, name: str | None = None) -> str:
    """Return where the API serves a kind, or one object of it."""
    parts = [group_path(resource)]
    if namespace and resource.namespaced:
        parts += ["namespaces", quote(namespace, safe="")]
    parts.append(resource.plural)
    if name:
        parts.append(quote(name, safe=""))
    return "/".join(parts)


def group_path(resource: Resource) -> str:
    """Return where the API tells what a kind's group and version has."""
    group = f"apis/{resource.group}" if resource.group else "api"
    return f"/{group}/{resource.version}"
