"""Do Ingresses and HTTPRoutes lead to Services that can answer.

By kubernetes.io/docs/concepts/services-networking/ingress and gateway-api.sigs.k8s.io: a backend's
Service must exist, have the port that is named, and have ready endpoints; an Ingress of a class
nobody defines is served by no controller. A port `use-annotation` is the AWS load balancer
controller's way to name an action instead of a Service, and takes an annotation of that action.
What a Gateway's controller says of an HTTPRoute in its status is its own word: `ResolvedRefs` that
is False is a backend it does not follow. A backend whose pods have not got to run, for they wait
for an image, an address or a node, is left to the checks of those.
"""

from collections.abc import Iterable, Iterator

import msgspec

from checks.kinds import HTTPRoute, Ingress, IngressClass, Kind, Pod, Service
from checks.kinds.ingress import BackendPort, BackendRef
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import labels, short, some
from checks.quotes import port as quote_port
from checks.services import SEES, Services
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text
from checks.workloads import SEES as WORKLOADS
from checks.workloads import scaled_to_zero

CAUSE = "ingress-5xx"
MOST = 5
ACTION = "use-annotation"
ACTIONS = "alb.ingress.kubernetes.io/actions."
RESOLVED = "ResolvedRefs"
GATEWAY = {"", "core"}  # the group of Services, as some write it

NO_CLASS = Text(
    en="{route} is of class {name}, which no IngressClass has: no controller serves it. There are: "
    "{others}.",
    zh_tw="{route} 的 class 是 {name}，但沒有這個 IngressClass，因此沒有 controller 處理它。"
    "現有的有：{others}。",
)
NO_SERVICE = Text(
    en="{route} leads {where} to Service {service}, which does not exist.",
    zh_tw="{route} 的 {where} 指向不存在的 Service {service}。",
)
NO_PORT = Text(
    en="{route} leads {where} to port {port} of Service {service}, which has only {ports}.",
    zh_tw="{route} 的 {where} 指向 Service {service} 的埠 {port}，但它只有 {ports}。",
)
EMPTY = Text(
    en="{route} leads {where} to Service {service}, which has no ready endpoint.",
    zh_tw="{route} 的 {where} 指向 Service {service}，而它沒有就緒的端點。",
)
NO_ACTION = Text(
    en="{route} leads {where} to the action {service}, and has no annotation {annotation} that "
    "says what it does.",
    zh_tw="{route} 的 {where} 指向動作 {service}，但沒有說明它的註解 {annotation}。",
)
UNRESOLVED = Text(
    en="The controller of {route}'s Gateway does not follow a backend of it: {reason}.",
    zh_tw="{route} 所屬 Gateway 的 controller 不採用它的某個後端：{reason}。",
)
HELD_UP = Text(
    en=" Without an answer, for their pods have not got to run: {names}.",
    zh_tw="Pod 尚未能執行而無法回應的有：{names}。",
)
WELL = Text(
    en="Every backend of Ingresses and HTTPRoutes looked at ({count}) exists, has its port and has "
    "ready endpoints.",
    zh_tw="查看的 Ingress 與 HTTPRoute 後端（{count} 個）都存在、埠正確且有就緒的端點。",
)
IDLE = Text(
    en=" Scaled to 0, and so without an answer: {names}.",
    zh_tw="副本數為 0 而無法回應的有：{names}。",
)
NONE_AT_ALL = Text(
    en="No Ingress and no HTTPRoute leads to a Service.",
    zh_tw="沒有任何 Ingress 或 HTTPRoute 指向 Service。",
)
NONE = Text(
    en="No Ingress and no HTTPRoute leads to what is named.",
    zh_tw="沒有任何 Ingress 或 HTTPRoute 指向所指明的對象。",
)
REST = {"any host", "the rest"}
LEFT_OUT = Text(en=" Not shown: {count} more.", zh_tw="另有 {count} 個未列出。")


class Backend(msgspec.Struct, frozen=True):
    """Where one path of a route leads."""

    route: Kind
    where: str
    namespace: str
    service: str
    port: str

    @property
    def path(self) -> str:
        """The Service, by namespace and name."""
        return f"{self.namespace}/{self.service}"

    def __str__(self) -> str:
        """Say it as a quote."""
        port = f" port {self.port}" if self.port else ""
        return f"{subject(self.route)} {self.where} -> Service {self.path}{port}"


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge the backends of a Service or host that was named, or all of them."""
    services = Services(view)
    meant = _meant(view, question)
    routes = {subject(one.route): one.route for one in meant}
    faults = list(_class_faults(view, list(routes.values())))
    faults += _refused(routes.values())
    faults += [_without_action(one) for one in _lost_actions(view) if _is_inside(one, question)]
    named = bool(question.service or question.host)
    idle = [] if named else [one for one in meant if _is_idle(view, services, one)]
    held = [one for one in meant if _is_held_up(services, one)]
    judged = [one for one in meant if one not in idle and one not in held]
    told = {fault.subject for fault in faults}
    faults += [
        fault
        for fault in (_fault(services, one) for one in judged)
        if fault and fault.subject not in told
    ]
    if len(faults) > MOST:
        faults[MOST - 1] = faults[MOST - 1].adding(LEFT_OUT.fill(count=len(faults) - MOST))
    yield from faults[:MOST]
    if faults:
        return
    if meant:
        yield _well(judged, idle, held, question)
    else:
        yield not_applicable(_named(question), NONE if named else NONE_AT_ALL)


def _well(
    judged: list[Backend], idle: list[Backend], held: list[Backend], question: Question
) -> Finding:
    summary = WELL.fill(count=len(judged))
    for said, some_of in ((IDLE, idle), (HELD_UP, held)):
        if some_of:
            summary += said.fill(names=some(dict.fromkeys(one.path for one in some_of)))
    evidence = [str(one) for one in (*judged, *idle, *held)][:MOST]
    where = ("-A",) if not question.namespace else ()
    command = kubectl("get", "ingresses", *where, namespace=question.namespace or "")
    return clear(_named(question), summary, evidence=evidence, command=command)


def _backends(view: View) -> Iterator[Backend]:
    for ingress in view.all(Ingress):
        yield from _of_ingress(ingress)
    for route in view.all(HTTPRoute):
        hosts = ", ".join(route.spec.hostnames or ()) or "any host"
        for rule in route.spec.rules or ():
            for ref in rule.backend_refs or ():
                if _is_service(ref):
                    home = ref.namespace or route.metadata.namespace
                    yield Backend(route, hosts, home, ref.name, str(ref.port or ""))


def _is_service(ref: BackendRef) -> bool:
    return ref.kind == "Service" and ref.group in GATEWAY and ref.weight > 0 and bool(ref.name)


def _of_ingress(ingress: Ingress) -> Iterator[Backend]:
    return (one for one in _leads(ingress) if one.port != ACTION)


def _leads(ingress: Ingress) -> Iterator[Backend]:
    """Yield where an Ingress leads, actions among it."""
    backend = ingress.spec.default_backend
    pairs = [("the rest", backend)] if backend else []
    pairs += [
        (f"{rule.host or 'any host'}{path.path}", path.backend)
        for rule in ingress.spec.rules or ()
        for path in ((rule.http.paths or ()) if rule.http else ())
    ]
    for where, one in pairs:
        service = one.service if one else None
        if service and service.name:
            home = ingress.metadata.namespace
            yield Backend(ingress, where, home, service.name, _port(service.port))


def _lost_actions(view: View) -> Iterator[Backend]:
    """Yield the actions that no annotation of their Ingress explains."""
    for ingress in view.all(Ingress):
        known = ingress.metadata.annotations or {}
        for one in _leads(ingress):
            if one.port == ACTION and f"{ACTIONS}{one.service}" not in known:
                yield one


def _without_action(one: Backend) -> Finding:
    annotation = f"{ACTIONS}{one.service}"
    told = {"route": subject(one.route), "where": one.where, "service": one.service}
    ingress = one.route
    known = ingress.metadata.annotations if isinstance(ingress, Ingress) else None
    actions = some(sorted(key for key in known or () if key.startswith(ACTIONS))) or "none"
    summary = NO_ACTION.fill(**told, annotation=annotation)
    return _found(one, summary, [f"annotations of actions: {actions}"])


def _refused(routes: Iterable[Kind]) -> Iterator[Finding]:
    """Yield the routes of which a Gateway's controller says that it cannot follow a backend."""
    for route in routes:
        said = route.refusals if isinstance(route, HTTPRoute) else ()
        for one in said:
            if one.type == RESOLVED:
                yield found(
                    subject(route),
                    UNRESOLVED.fill(route=subject(route), reason=one.reason or "no reason told"),
                    cause=CAUSE,
                    evidence=[short(f"condition {one.type} False: {one.reason} {one.message}")],
                    command=_describe(route),
                )
                break


def _is_held_up(services: Services, one: Backend) -> bool:
    """Return whether a Service has pods, and none of them has got to run yet."""
    service = services.by_path.get(one.path)
    if service is None or not service.selector or services.backends(service).ready:
        return False
    pods = services.selected(service)
    return bool(pods) and all(map(_has_not_run, pods))


def _has_not_run(pod: Pod) -> bool:
    """Return whether nothing of a pod's own making keeps it: none of its containers ever ran."""
    statuses = pod.status.container_statuses or ()
    return not any(one.state.running or one.ended or one.restart_count for one in statuses)


def _port(port: BackendPort) -> str:
    return port.name or (str(port.number) if port.number else "")


def _meant(view: View, question: Question) -> list[Backend]:
    """Return the backends asked about; of those for a host, the ones of its most special rules."""
    every = list(_backends(view))
    inside = [one for one in every if _is_inside(one, question)]
    if question.service:
        return [one for one in inside if question.service in {one.service, one.path}]
    if not question.host:
        return inside
    for hosts in ({question.host}, {f"*.{question.host.partition('.')[2]}"}, REST):
        fitting = [one for one in every if hosts & set(one.where.partition("/")[0].split(", "))]
        if fitting:
            return fitting
    return []


def _is_inside(one: Backend, question: Question) -> bool:
    return question.namespace in {None, one.namespace, one.route.metadata.namespace}


def _class_faults(view: View, routes: list[Kind]) -> Iterator[Finding]:
    classes = {one.metadata.name for one in view.all(IngressClass)}
    for route in routes:
        # Some controllers take a class by its name alone; what they serve has an address.
        name = route.class_name if isinstance(route, Ingress) and not route.served else ""
        if name and name not in classes:
            others = some(sorted(classes)) or "none"
            yield found(
                subject(route),
                NO_CLASS.fill(route=subject(route), name=name, others=others),
                cause=CAUSE,
                evidence=[
                    f"{subject(route)} ingressClassName: {name}, no address in its status",
                    f"classes: {others}",
                ],
                command=kubectl("get", "ingressclasses"),
            )


def _fault(services: Services, one: Backend) -> Finding | None:
    service = services.by_path.get(one.path)
    told = {"route": subject(one.route), "where": one.where, "service": one.path}
    if service is None:
        same = [other.path for other in services.named(one.service)]
        quotes = [f"Services called {one.service}: {some(same) or 'none'}"]
        return _found(one, NO_SERVICE.fill(**told), quotes)
    if service.external:
        return None
    if one.port and not _has_port(service, one.port):
        ports = ", ".join(map(quote_port, service.ports)) or "none"
        quotes = [f"{subject(service)} ports: {ports}"]
        return _found(one, NO_PORT.fill(**told, port=one.port, ports=ports), quotes)
    backends = services.backends(service)
    if backends.ready:
        return None
    quotes = [f"{subject(service)} selector: {labels(service.selector) or 'none'}; {backends}"]
    return _found(one, EMPTY.fill(**told), quotes)


def _found(one: Backend, summary: Text, quotes: list[str]) -> Finding:
    return found(
        subject(one.route),
        summary,
        cause=CAUSE,
        evidence=[str(one), *quotes],
        command=_describe(one.route),
    )


def _has_port(service: Service, port: str) -> bool:
    return any(port in {str(one.port), one.name} for one in service.ports)


def _is_idle(view: View, services: Services, one: Backend) -> bool:
    """Return whether the workloads behind a Service are scaled to 0, which is on purpose."""
    service = services.by_path.get(one.path)
    if service is None or not service.selector or services.backends(service).ready:
        return False
    return scaled_to_zero(view, service)


def _named(question: Question) -> str:
    if question.service:
        home = f"{question.namespace}/" if question.namespace else ""
        return f"Service {home}{question.service}"
    return CLUSTER


def _describe(route: Kind) -> str:
    what = "ingress" if isinstance(route, Ingress) else "httproute"
    meta = route.metadata
    return kubectl("describe", what, meta.name, namespace=meta.namespace)


CHECK = Check(
    slug="ingress-backends",
    title=Text(en="Backends of Ingresses and routes", zh_tw="Ingress 與路由的後端"),
    groups=("ingress",),
    proves=(CAUSE,),
    sees=(
        *SEES,
        *WORKLOADS,
        See(Ingress),
        See(IngressClass),
        See(HTTPRoute, optional=True),
    ),
    judge=judge,
    about=("service", "host"),
    rules_out=False,
)
