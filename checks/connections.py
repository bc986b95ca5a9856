"""What a question's connection leads to, as the pods and ports that policies see.

A policy is applied after a Service's address was replaced, so the pod's own port counts.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address

import msgspec

from checks.kinds import Namespace, Pod, Service
from checks.kinds.network import ServicePort
from checks.model import Question, See
from checks.policies import End, Port, end_of
from checks.services import SEES as SERVICE_SEES
from checks.services import Services, asked
from checks.snapshot import View

DNS_PORT = 53
SEES = (*SERVICE_SEES, See(Namespace))


class Target(msgspec.Struct, frozen=True):
    """Who is called, on which port; `node` is where it runs, "" when unknown."""

    end: End
    port: Port
    node: str = ""


class Connections:
    """The ends of connections in one view."""

    def __init__(self, view: View) -> None:
        self.services = Services(view)
        self._pods = view.all(Pod)
        self._namespaces: Mapping[str, Mapping[str, str]] = {
            one.metadata.name: one.labels for one in view.all(Namespace)
        }

    def end(self, pod: Pod) -> End:
        """Return a pod as an end."""
        return end_of(pod, self._namespaces)

    def targets(self, question: Question, besides: tuple[Pod, ...] = ()) -> list[Target]:
        """Return whom a question says was called, pods of `besides` left out.

        A name that no Service has stands for something outside, of unknown address.
        """
        question = _by_address(question)
        told = asked_port(question)
        service = self._service(question)
        if service is not None:
            return list(self.behind(service, question.port))
        if question.ip:
            pod = self._at(question.ip)
            if pod is None:
                return [Target(_outside(question.ip), told)]
            mine = pod.path in {one.path for one in besides}
            return [] if mine else [Target(self.end(pod), told, pod.spec.node_name)]
        host = question.host or ""
        return [Target(End(host, is_pod=False), told)] if host and not question.service else []

    def behind(self, service: Service, asked_for: str | None) -> Iterator[Target]:
        """Yield what a Service leads to: its pods, else its endpoints' addresses."""
        pods = self.services.selected(service)
        port = _port_of(service, asked_for)
        for pod in pods:
            end = self.end(pod)
            seen = msgspec.structs.replace(end, addresses=(*end.addresses, *service.addresses))
            yield Target(seen, _at_pod(port, pod, asked_for), pod.spec.node_name)
        if not pods:
            yield from self._endpoints(service)

    def _endpoints(self, service: Service) -> Iterator[Target]:
        for part in self.services.slices(service):
            number = next((one.port for one in part.ports or () if one.port), None)
            for endpoint in part.endpoints or ():
                for address in endpoint.addresses or ():
                    yield Target(_outside(address, *service.addresses), Port(number))

    def _service(self, question: Question) -> Service | None:
        if question.service or question.host:
            named = msgspec.structs.replace(question, ip=None)
            found = asked(self.services, named)
            if found.named and found.services:
                return found.services[0]
        at = [one for one in self.services.all if question.ip and question.ip in one.addresses]
        return at[0] if at else None

    def _at(self, address: str) -> Pod | None:
        held = (pod for pod in self._pods if not pod.terminal and not pod.spec.host_network)
        return next((pod for pod in held if address in pod.addresses), None)


def asked_port(question: Question) -> Port:
    """Return the port a question names: `8080`, `53/UDP`."""
    number, _, protocol = (question.port or "").partition("/")
    told = int(number) if number.isdecimal() else None
    return Port(told, protocol.upper() or ("UDP" if told == DNS_PORT else "TCP"))


def is_name(host: str | None) -> bool:
    """Return whether a host is a name that must be resolved, no address."""
    try:
        ip_address(host or "")
    except ValueError:
        return bool(host)
    return False


def _by_address(question: Question) -> Question:
    """Read a host that is an address as one."""
    if not question.host or is_name(question.host):
        return question
    return msgspec.structs.replace(question, ip=question.host, host=None)


def _outside(address: str, *more: str) -> End:
    return End(address, addresses=(address, *more), is_pod=False)


def _port_of(service: Service, asked_for: str | None) -> ServicePort | None:
    """Return the port of a Service that is meant; its only one when none is named."""
    number = (asked_for or "").partition("/")[0]
    if not number:
        return service.ports[0] if len(service.ports) == 1 else None
    known = [one for one in service.ports if number in _known_as(one)]
    protocol = asked_port(Question(port=asked_for)).protocol  # DNS has one number for two
    return min(known, key=lambda one: one.protocol != protocol, default=None)


def _known_as(one: ServicePort) -> set[str]:
    return {str(one.port), str(one.node_port), one.name}


def _at_pod(port: ServicePort | None, pod: Pod, asked_for: str | None) -> Port:
    """Return where a Service's port leads in one pod; a port it has not is taken as the pod's."""
    if port is None:
        return asked_port(Question(port=asked_for))
    if isinstance(port.target, int):
        return Port(port.target, port.protocol)
    declared = (one for box in pod.serving_containers() for one in box.ports or ())
    named = (one for one in declared if (one.name, one.protocol) == (port.target, port.protocol))
    one = next(named, None)
    return Port(one.container_port if one else None, port.protocol)
