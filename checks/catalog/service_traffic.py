"""Does a Service take traffic from where it is called, as its own fields have it.

A Service with the label `service.kubernetes.io/service-proxy-name` is left alone by kube-proxy, and
by what replaces it, for a proxy of that name: found where no pod of the cluster has that name. With
internalTrafficPolicy Local a node sends to endpoints of its own only, and drops the rest: found
where the pod that calls is on a node without one.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/ and
https://kubernetes.io/docs/concepts/services-networking/service-traffic-policy/
"""

from collections.abc import Iterator

from checks.kinds import EndpointSlice, Pod, Service
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, clear, found, not_applicable
from checks.pods import named_pods
from checks.quotes import some
from checks.services import ABOUT, MOST, SEES, Services, answers, describe, place
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "service-unreachable"
LABEL = "service.kubernetes.io/service-proxy-name"

OTHER_PROXY = Text(
    en="{service} is left to a proxy called {name} by its label {label}, and no pod of the cluster "
    "is one: nobody forwards what is sent to it.",
    zh_tw="{service} 以標籤 {label} 指定由 {name} 轉送，但叢集裡沒有這樣的 Pod，"
    "送往它的流量無人轉送。",
)
NO_LOCAL = Text(
    en="{service} has internalTrafficPolicy Local, and node {node}, where {pod} runs, has no ready "
    "endpoint of it: what is sent from there is dropped. Nodes with one: {nodes}.",
    zh_tw="{service} 的 internalTrafficPolicy 為 Local，而 {pod} 所在的節點 {node} "
    "沒有它的就緒端點，從那裡送出的流量會被丟棄。有端點的節點：{nodes}。",
)
LOCAL = Text(
    en="{service} has internalTrafficPolicy Local: only pods on these nodes reach it: {nodes}.",
    zh_tw="{service} 的 internalTrafficPolicy 為 Local：只有這些節點上的 Pod 能連到它：{nodes}。",
)
WELL = Text(
    en="{service} takes traffic from every node.",
    zh_tw="{service} 接受來自所有節點的流量。",
)
ALL_WELL = Text(
    en="No Service is left to a proxy that is not there ({count} looked at).",
    zh_tw="沒有 Service 被指定給不存在的 proxy（檢查了 {count} 個）。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the Services asked about, or look through all of them."""
    services = Services(view)
    yield from answers(
        services,
        question,
        each=lambda service: [_answer(view, services, service, question)],
        through=lambda every: _look_through(view, every),
    )


def _look_through(view: View, candidates: tuple[Service, ...]) -> Iterator[Finding]:
    faults = [fault for one in candidates if (fault := _left_alone(view, one))]
    count = len(candidates)
    well = clear(
        CLUSTER,
        ALL_WELL.fill(count=count),
        evidence=[f"Services looked at: {count}"],
        command=kubectl("get", "services", "-A", "-l", LABEL),
    )
    yield from faults[:MOST] or [well]


def _answer(view: View, services: Services, service: Service, question: Question) -> Finding:
    name = subject(service)
    if service.external or service.headless:
        return not_applicable(name, WELL.fill(service=name))
    left = _left_alone(view, service)
    if left:
        return left
    local = service.spec.internal_traffic_policy == "Local"
    nodes = _nodes(services, service)
    evidence = [_quote(service), f"nodes with a ready endpoint: {some(nodes) or 'none'}"]
    callers = [pod for pod in named_pods(view, _caller(question)) if pod.spec.node_name]
    away = next((pod for pod in callers if pod.spec.node_name not in nodes), None)
    if local and away and nodes:
        told = NO_LOCAL.fill(
            service=name, node=away.spec.node_name, pod=subject(away), nodes=some(nodes)
        )
        evidence.append(f"{subject(away)} runs on {away.spec.node_name}")
        return found(name, told, cause=CAUSE, evidence=evidence, command=describe(service))
    said = LOCAL.fill(service=name, nodes=some(nodes)) if local else WELL.fill(service=name)
    return clear(name, said, evidence=evidence, command=describe(service))


def _caller(question: Question) -> Question:
    """Return the question for the pod that calls; the namespace named is the Service's."""
    return Question(pod=question.pod)


def _nodes(services: Services, service: Service) -> list[str]:
    slices = services.slices(service)
    ready = (one for part in slices for one in part.endpoints or () if one.ready)
    return sorted({one.node_name for one in ready if one.node_name})


def _left_alone(view: View, service: Service) -> Finding | None:
    """Return the fault of a Service whose proxy has no pod."""
    name = service.labels.get(LABEL, "")
    if not name or service.headless or service.external:
        return None
    if any(_is_proxy(pod, name) for pod in view.all(Pod)):
        return None
    evidence = [
        f"{subject(service)} label: {LABEL}={name}",
        "pods of that name or image: 0",
    ]
    told = OTHER_PROXY.fill(service=subject(service), name=name, label=LABEL)
    command = describe(service)
    return found(subject(service), told, cause=CAUSE, evidence=evidence, command=command)


def _is_proxy(pod: Pod, name: str) -> bool:
    return name in pod.metadata.name or any(name in one.image for one in pod.containers)


def _quote(service: Service) -> str:
    policy = service.spec.internal_traffic_policy or "Cluster"
    return f"{subject(service)} internalTrafficPolicy: {policy}"


CHECK = Check(
    slug="service-traffic",
    title=Text(en="Who forwards to a Service", zh_tw="Service 的轉送"),
    groups=("service",),
    proves=(CAUSE,),
    sees=SEES,
    judge=judge,
    about=ABOUT,
    rules_out=False,
    client=True,
    place=place,
    inside=(EndpointSlice,),
)
