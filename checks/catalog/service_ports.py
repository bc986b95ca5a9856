"""Do a Service's ports lead to ports its pods have.

Found is a port that was asked for and is none of the Service's, and a named targetPort that no pod
has with that protocol. A number that no container declares is allowed, so it is told and no fault.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports and
`FindPort` in kubernetes, staging/src/k8s.io/endpointslice/util.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from checks.kinds import EndpointSlice, Pod, Service
from checks.kinds.network import ServicePort
from checks.kinds.pods import ContainerPort
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, clear, found, not_applicable
from checks.quotes import port as quote_port
from checks.quotes import some
from checks.services import ABOUT, MOST, SEES, Services, answers, describe, place
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "service-port-mismatch"

NO_SUCH_PORT = Text(
    en="{service} has no port {port}; it has {ports}.",
    zh_tw="{service} 沒有 {port} 這個埠，只有 {ports}。",
)
IT_IS_THE_TARGET = Text(
    en=" {port} is where its port {right} leads to: call {right}.",
    zh_tw="{port} 是它的埠 {right} 所指向的 targetPort，請改連 {right}。",
)
NO_SUCH_NAME = Text(
    en="{service} port {port} aims at the port name {name}, which none of its pods ({count}) has.",
    zh_tw="{service} 的埠 {port} 指向名為 {name} 的埠，但它的 {count} 個 Pod 都沒有這個名稱。",
)
OTHER_PROTOCOL = Text(
    en=" They have that name with protocol {protocol}.",
    zh_tw="Pod 上同名的埠用的是 {protocol} 協定。",
)
NEAREST = Text(en=" The nearest name is {name}.", zh_tw="最接近的名稱是 {name}。")
WELL = Text(
    en="{service}: every port leads to a port of its pods.",
    zh_tw="{service} 的每個埠都對得上 Pod 的埠。",
)
ONLY_DIAL_TELLS = Text(
    en=" No container declares {ports}, which is allowed: only a connection tells whether anything "
    "listens there.",
    zh_tw="沒有容器宣告 {ports}，這是允許的：要實際連線才知道有沒有程式在監聽。",
)
SOME_LACK_IT = Text(
    en=" Some of its pods lack a named port and get no traffic on it: {pods}.",
    zh_tw="部分 Pod 缺少具名的埠，收不到該埠的流量：{pods}。",
)
NO_PODS = Text(
    en="{service} selects no pod, so there is no port to compare.",
    zh_tw="{service} 沒有選到任何 Pod，無從比對埠。",
)
NO_SELECTOR = Text(
    en="{service} has no selector: its backends are not pods this check could compare with.",
    zh_tw="{service} 沒有 selector，後端不是可供比對的 Pod。",
)
ALL_WELL = Text(
    en="Every named target port of {count} Services is there.",
    zh_tw="{count} 個 Service 的具名 targetPort 都存在。",
)
NONE_NAMED = Text(
    en="No Service with pods leads to a port by name, so no name can be wrong.",
    zh_tw="有 Pod 的 Service 都沒有使用具名的 targetPort，不會有名稱對不上的問題。",
)
LEFT_OUT = Text(
    en=" Not shown: {count} more.",
    zh_tw="另有 {count} 個未列出。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the Services asked about, or look through all of them."""
    services = Services(view)
    yield from answers(
        services,
        question,
        each=lambda service: _answer(services, service, question),
        through=lambda every: _look_through(services, every),
    )


def _look_through(services: Services, candidates: tuple[Service, ...]) -> Iterator[Finding]:
    named = [one for one in candidates if _named(one) and services.selected(one)]
    faults = [fault for one in named for fault in _bad_names(services, one)]
    left = len(faults) - MOST
    if left > 0:
        faults[MOST - 1] = faults[MOST - 1].adding(LEFT_OUT.fill(count=left))
    yield from faults[:MOST]
    if not faults:
        quote = f"{len(candidates)} Services, {len(named)} with named target ports and pods"
        command = kubectl("get", "services", "-A", "-o", "wide")
        summary = ALL_WELL.fill(count=len(named)) if named else NONE_NAMED
        yield clear(CLUSTER, summary, evidence=[quote], command=command)


def _answer(services: Services, service: Service, question: Question) -> Iterator[Finding]:
    wrong = _wrong_port(service, question)
    faults = [wrong] if wrong else _bad_names(services, service)
    if faults:
        yield from faults
    elif not service.selector or service.external:
        name = subject(service)
        yield not_applicable(name, NO_SELECTOR.fill(service=name))
    elif not services.selected(service):
        name = subject(service)
        yield not_applicable(name, NO_PODS.fill(service=name))
    else:
        yield _well(services, service)


def _wrong_port(service: Service, question: Question) -> Finding | None:
    """Return the fault when the port asked for is none of the Service's.

    A headless Service has no say in ports: its name leads straight to the pods. Nor has any
    Service in the port of another address or host than its own.
    """
    asked_port = (question.port or "").partition("/")[0]
    if not asked_port or service.headless or not service.ports or not _about(service, question):
        return None
    known = {str(number) for one in service.ports for number in (one.port, one.node_port, one.name)}
    if asked_port in known:
        return None
    name = subject(service)
    ports = ", ".join(map(quote_port, service.ports))
    summary = NO_SUCH_PORT.fill(service=name, port=asked_port, ports=ports)
    behind = next((one for one in service.ports if str(one.target) == asked_port), None)
    if behind:
        summary += IT_IS_THE_TARGET.fill(port=asked_port, right=behind.port)
    return found(
        name,
        summary,
        cause=CAUSE,
        evidence=[f"asked for: port {asked_port}", f"{name} ports: {ports}"],
        command=describe(service),
    )


def _about(service: Service, question: Question) -> bool:
    """Return whether the question's port goes with this Service, not with another address."""
    if question.ip and question.ip not in service.addresses:
        return False
    host = question.host or ""
    return not host or host in service.addresses or service.metadata.name in host.split(".")


def _named(service: Service) -> list[ServicePort]:
    return [one for one in service.ports if isinstance(one.target, str)]


def _bad_names(services: Services, service: Service) -> list[Finding]:
    """Return a fault for each named target port that none of the pods has."""
    pods = services.selected(service)
    if not pods:
        return []
    return [
        _bad_name(services, service, port, pods)
        for port in _named(service)
        if not any(_resolves(port, pod) for pod in pods)
    ]


def _bad_name(
    services: Services, service: Service, port: ServicePort, pods: tuple[Pod, ...]
) -> Finding:
    name = subject(service)
    declared = {one.name: one for pod in pods for one in _declared(pod) if one.name}
    summary = NO_SUCH_NAME.fill(
        service=name, port=port.name or port.port, name=port.target, count=len(pods)
    )
    near = get_close_matches(str(port.target), declared, n=1)
    if port.target in declared:
        summary += OTHER_PROTOCOL.fill(protocol=declared[str(port.target)].protocol)
    elif near:
        summary += NEAREST.fill(name=near[0])
    return found(
        name,
        summary,
        cause=CAUSE,
        evidence=_quotes(services, service, pods),
        command=describe(service),
    )


def _well(services: Services, service: Service) -> Finding:
    pods = services.selected(service)
    summary = WELL.fill(service=subject(service))
    declared = {one.container_port for pod in pods for one in _declared(pod)}
    numbers = {one.target for one in service.ports if isinstance(one.target, int)}
    undeclared = numbers - declared
    if undeclared:
        summary += ONLY_DIAL_TELLS.fill(ports=", ".join(map(str, sorted(undeclared))))
    lacking = [
        pod.metadata.name
        for pod in pods
        if not all(_resolves(port, pod) for port in _named(service))
    ]
    if lacking:
        summary += SOME_LACK_IT.fill(pods=some(lacking))
    evidence = _quotes(services, service, pods)
    return clear(
        subject(service),
        summary,
        evidence=evidence,
        command=describe(service),
        settles=not undeclared,
    )


def _quotes(services: Services, service: Service, pods: tuple[Pod, ...]) -> list[str]:
    ports = ", ".join(map(quote_port, service.ports)) or "none"
    quotes = [f"{subject(service)} ports: {ports}"]
    quotes += dict.fromkeys(_quote_pod(pod) for pod in pods[:3])
    for one in services.slices(service)[:2]:
        listed = [f"{port.name or ''} {port.port}".strip() for port in one.ports or ()]
        quotes.append(f"EndpointSlice {one.metadata.name} ports: {', '.join(listed) or 'none'}")
    return quotes


def _quote_pod(pod: Pod) -> str:
    declared = [
        f"{container.name} {port.name or 'unnamed'} {port.container_port}/{port.protocol}"
        for container in pod.serving_containers()
        for port in container.ports or ()
    ]
    return f"pod {pod.metadata.name} declares: {', '.join(declared) or 'no ports'}"


def _declared(pod: Pod) -> Iterator[ContainerPort]:
    for container in pod.serving_containers():
        yield from container.ports or ()


def _resolves(port: ServicePort, pod: Pod) -> bool:
    """Return whether a named target port is there, by the endpointslice controller's rule."""
    return any(one.name == port.target and one.protocol == port.protocol for one in _declared(pod))


CHECK = Check(
    slug="service-ports",
    title=Text(en="Service ports", zh_tw="Service 埠"),
    groups=("service",),
    proves=(CAUSE,),
    sees=SEES,
    judge=judge,
    about=ABOUT,
    place=place,
    inside=(EndpointSlice, Pod),
)
