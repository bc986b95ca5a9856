"""What a connection through a Service goes by, as dials: its endpoints, its address, its name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from checks import dialing
from checks.corefile import SEES as CONFIGS
from checks.dials import DnsDial, TcpDial
from checks.dns import dns_service
from checks.kinds import Service
from checks.kinds.network import EndpointSlice, ServicePort
from checks.model import Question
from checks.nameservers import KUBELET, domain
from checks.services import SEES as SERVICE_SEES
from checks.services import Services, asked
from checks.snapshot import View

SEES = (*SERVICE_SEES, *CONFIGS, KUBELET)
SERVICES, PORTS = 3, 3  # Services and ports of each that one look dials


class Spot(msgspec.Struct, frozen=True):
    """One endpoint: where it is dialed, and who that is."""

    dial: TcpDial
    name: str
    node: str

    def __str__(self) -> str:
        """Say it as a quote."""
        return f"{self.name} on {self.node}" if self.node else self.name


class Route(msgspec.Struct, frozen=True):
    """One port of a Service with every layer that is dialed; `left` counts endpoints that are not.

    `name` is the name that DNS is asked, None where there is nobody to ask.
    """

    service: Service
    port: ServicePort
    spots: tuple[Spot, ...]
    left: int
    addresses: tuple[TcpDial, ...]
    name: DnsDial | None

    @property
    def target(self) -> int:
        """The port of the pods."""
        return self.spots[0].dial.port


def routes(view: View, question: Question) -> Iterator[Route]:
    """Yield every port of the Services that are named and can be dialed; of none when none is."""
    services = Services(view)
    meant = asked(services, question)
    if meant.named:
        for service in meant.services[:SERVICES]:
            for port in _ports(service, question):
                yield from _route(view, services, service, port)


def _ports(service: Service, question: Question) -> list[ServicePort]:
    """Return the TCP ports meant: the one asked for, if the Service has it, else the first few."""
    number = (question.port or "").partition("/")[0]
    every = [one for one in service.ports if one.protocol == "TCP"]
    meant = [one for one in every if number in _known_as(one)]
    return (meant if number and meant else every)[:PORTS]


def _route(view: View, services: Services, service: Service, port: ServicePort) -> Iterator[Route]:
    spots = list(spots_of(services.slices(service), port))
    if not spots or service.external:
        return
    yield Route(
        service,
        port,
        tuple(spots[: dialing.MOST]),
        len(spots[dialing.MOST :]),
        tuple(dialing.tcp(one, port.port) for one in service.addresses),
        _name(view, service),
    )


def spots_of(slices: Iterable[EndpointSlice], port: ServicePort) -> Iterator[Spot]:
    """Yield the ready endpoints of one port, one node's after another's in turn."""
    groups: defaultdict[str, list[Spot]] = defaultdict(list)
    for part in slices:
        numbers = [one.port for one in part.ports or () if (one.name or "") == port.name]
        for endpoint in part.endpoints or ():
            if endpoint.ready and endpoint.addresses and numbers and numbers[0]:
                dial = dialing.tcp(endpoint.addresses[0], numbers[0])
                node = endpoint.node_name or ""
                groups[node].append(Spot(dial, _called(endpoint.identity), node))
    yield from dialing.spread(groups)


def _called(identity: str) -> str:
    kind, slash, name = identity.partition("/")
    return f"{kind.lower()} {name}" if slash else "endpoint"


def _name(view: View, service: Service) -> DnsDial | None:
    """Return the question for a Service's full name, put to the cluster's DNS Service."""
    dns = dns_service(view)
    if dns is None or not dns.addresses:
        return None
    kind = "AAAA" if ":" in next(iter(service.addresses), "") else "A"
    name = f"{service.metadata.name}.{service.metadata.namespace}.svc.{domain(view)[0]}"
    return DnsDial(server=dns.addresses[0], name=name, rdtype=kind, tries=2)


def _known_as(one: ServicePort) -> set[str]:
    return {str(one.port), str(one.target), str(one.node_port), one.name}
