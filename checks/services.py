"""Services with the slices and pods behind them, and which of them a question is about."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property
from ipaddress import ip_address

import msgspec

from checks.kinds import EndpointSlice, Pod, Service
from checks.kubectl import kubectl
from checks.model import Finding, Question, See, not_applicable
from checks.selecting import PodIndex
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import Text

SEES = (See(Service), See(EndpointSlice), See(Pod))
ABOUT = ("service", "ip", "host")
MOST = 5  # findings of one look over all Services; more would bury the worst

ABSENT = Text(
    en="There is no Service {name} in namespace {namespace}.",
    zh_tw="命名空間 {namespace} 裡沒有名為 {name} 的 Service。",
)
ABSENT_EVERYWHERE = Text(
    en="No namespace has a Service called {name}.",
    zh_tw="所有命名空間都沒有名為 {name} 的 Service。",
)
ELSEWHERE = Text(
    en=" Namespace {others} has one: call it as {name}.{other}, or ask again with -n {other}.",
    zh_tw="命名空間 {others} 有同名的 Service：請改用 {name}.{other} 連線，"
    "或加上 -n {other} 再查一次。",
)
NEAREST = Text(en=" The nearest name is {names}.", zh_tw="名稱最接近的是 {names}。")
NO_SERVICES = Text(en="The cluster has no Service.", zh_tw="叢集裡沒有任何 Service。")
NO_SERVICES_INSIDE = Text(
    en="There is no Service in namespace {namespace}.",
    zh_tw="命名空間 {namespace} 裡沒有任何 Service。",
)
NO_SUCH_ADDRESS = Text(
    en="{address} belongs to no Service and to no pod behind one.",
    zh_tw="{address} 不屬於任何 Service，也不是任何 Service 後端的 Pod。",
)


class Backends(msgspec.Struct, frozen=True):
    """How many endpoints a Service has over all its slices, each pod counted once."""

    ready: int
    total: int
    slices: int

    def __str__(self) -> str:
        """Say it as a quote."""
        return f"{self.ready} ready of {self.total} endpoints in {self.slices} EndpointSlices"


def count(slices: Collection[EndpointSlice]) -> Backends:
    """Count the endpoints of one Service's slices."""
    endpoints = [one for part in slices for one in part.endpoints or ()]
    ready = {one.identity for one in endpoints if one.ready}
    return Backends(len(ready), len({one.identity for one in endpoints}), len(slices))


class Services:
    """All Services of a view, indexed together with what is behind them."""

    def __init__(self, view: View) -> None:
        self.all = view.all(Service)
        self._slices: defaultdict[tuple[str, str], list[EndpointSlice]] = defaultdict(list)
        for one in view.all(EndpointSlice):
            self._slices[one.metadata.namespace, one.service].append(one)
        self._view = view

    @cached_property
    def pods(self) -> PodIndex:
        """All pods, by label."""
        return PodIndex(self._view.all(Pod))

    @cached_property
    def by_path(self) -> dict[str, Service]:
        """The Services by `namespace/name`."""
        return {service.path: service for service in self.all}

    def slices(self, service: Service) -> list[EndpointSlice]:
        """Return a Service's slices."""
        return self._slices.get((service.metadata.namespace, service.metadata.name), [])

    def backends(self, service: Service) -> Backends:
        """Count a Service's endpoints."""
        return count(self.slices(service))

    def selected(self, service: Service) -> tuple[Pod, ...]:
        """Return the pods a Service's selector chooses, those that ended for good left out."""
        pods = self.pods.chosen(service.metadata.namespace, service.selector)
        return tuple(pod for pod in pods if not pod.terminal)

    def named(self, name: str) -> list[Service]:
        """Return the Services of that name in every namespace."""
        return [service for service in self.all if service.metadata.name == name]

    def at(self, address: str) -> list[Service]:
        """Return the Services with this cluster address, else those with such an endpoint."""
        direct = [service for service in self.all if address in service.addresses]
        return direct or [self.by_path[path] for path in self._behind(address)]

    def _behind(self, address: str) -> Iterator[str]:
        for (namespace, name), slices in self._slices.items():
            path = f"{namespace}/{name}"
            if path in self.by_path and any(_holds(address, one) for one in slices):
                yield path


class Asked(msgspec.Struct, frozen=True):
    """What a question is about: named Services, or none named and these to look through.

    `absent` is the answer when what was named is not there.
    """

    services: tuple[Service, ...] = ()
    named: bool = False
    absent: Finding | None = None

    def refusal(self, unnamed: Text) -> Finding | None:
        """Return the answer of a check that looks at named Services only, where it has none."""
        return self.absent if self.named else not_applicable(CLUSTER, unnamed)


def answers(
    services: Services,
    question: Question,
    each: Callable[[Service], Iterable[Finding]],
    through: Callable[[tuple[Service, ...]], Iterable[Finding]],
) -> Iterator[Finding]:
    """Answer for each Service asked about, `MOST` at most, or look through all of them."""
    meant = asked(services, question)
    if meant.absent:
        yield meant.absent
    elif meant.named:
        for service in meant.services[:MOST]:
            yield from each(service)
    else:
        yield from through(meant.services)


def describe(service: Service) -> str:
    """Return the kubectl line that shows a Service with its ports, endpoints and Events."""
    meta = service.metadata
    return kubectl("describe", "service", meta.name, namespace=meta.namespace)


def place(question: Question) -> str | None:
    """Return the namespace of the Services that a question means, None when it takes a look."""
    if question.service:
        return _split(question.service, question.namespace)[1]
    return None if question.host or question.ip else question.namespace


def asked(services: Services, question: Question) -> Asked:
    """Work out which Services a question means: by name, by host name, by address, or all."""
    if question.service:
        return _by_name(services, *_split(question.service, question.namespace))
    hosts = [question.host] if question.host and not _is_address(question.host) else []
    for host in hosts:
        found = _by_name(services, *_split(host, question.namespace))
        if found.services:
            return found
    for address in filter(None, (question.ip, question.host)):
        at = services.at(address)
        if at:
            return Asked(tuple(at), named=True)
    unknown = question.ip or question.host
    if unknown:
        summary = NO_SUCH_ADDRESS.fill(address=unknown)
        return Asked(named=True, absent=not_applicable(CLUSTER, summary))
    return _all(services, question.namespace)


def _all(services: Services, namespace: str | None) -> Asked:
    inside = tuple(one for one in services.all if _in(one, namespace))
    if inside:
        return Asked(inside)
    inside_of = NO_SERVICES_INSIDE.fill(namespace=namespace)
    summary = inside_of if namespace else NO_SERVICES
    return Asked(absent=not_applicable(CLUSTER, summary))


def _by_name(services: Services, name: str, namespace: str | None) -> Asked:
    same = services.named(name)
    meant = [one for one in same if _in(one, namespace)]
    if meant:
        return Asked(tuple(meant), named=True)
    path = f"{namespace}/{name}" if namespace else name
    summary = _absent(services, name, namespace, same)
    return Asked(named=True, absent=not_applicable(f"Service {path}", summary))


def _absent(services: Services, name: str, namespace: str | None, same: list[Service]) -> Text:
    said = (ABSENT if namespace else ABSENT_EVERYWHERE).fill(name=name, namespace=namespace)
    if same:
        others = [one.metadata.namespace for one in same]
        return said + ELSEWHERE.fill(others=", ".join(others), other=others[0], name=name)
    inside = {one.metadata.name for one in services.all if _in(one, namespace)}
    near = get_close_matches(name, inside, n=2)
    return said + NEAREST.fill(names=", ".join(near)) if near else said


def _in(service: Service, namespace: str | None) -> bool:
    return namespace in {None, service.metadata.namespace}


def _split(name: str, namespace: str | None) -> tuple[str, str | None]:
    """Read `cart`, `shop/cart`, `cart.shop` or `cart.shop.svc.cluster.local`."""
    before, slash, after = name.partition("/")
    if slash:
        return after, before
    words = name.rstrip(".").split(".")
    if "svc" in words[2:]:
        at = words.index("svc", 2)
        return words[at - 2], words[at - 1]
    return words[0], words[1] if len(words) > 1 else namespace


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _holds(address: str, one: EndpointSlice) -> bool:
    return any(address in (endpoint.addresses or ()) for endpoint in one.endpoints or ())
