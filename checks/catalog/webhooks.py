"""Can the API server call the admission webhooks it must ask before it stores an object.

Found are a Service that is not there, that lacks the port, or that has no endpoint on it: the
API server then gets no connection. A `caBundle` of which no certificate holds at the snapshot's
time, or that has none, is found as a certificate's trouble: no answer can be trusted.
A webhook without rules is never called, one with a URL lies outside the cluster, and whether
packets from the control plane arrive shows in no object: about those nothing is claimed.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
and `ResolveCluster` in kubernetes, staging/src/k8s.io/apiserver/pkg/util/proxy/proxy.go;
`rootCertPool` in staging/src/k8s.io/client-go/transport/transport.go.
"""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from checks.certificates import read_bundle, stamp
from checks.kinds import EndpointSlice, Service
from checks.kinds.network import SERVICE_NAME
from checks.kinds.webhooks import ServiceReference, Webhook
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import short, some
from checks.services import Services
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text
from checks.webhooks import LIST, SEES, Configuration, is_meant, webhooks

CAUSE = "webhook-unreachable"
CERTIFICATE = "tls-certificate"
MOST = 5  # findings of one look

GONE = Text(
    en="{configuration} calls {service}, which does not exist: its program was removed, or never "
    "installed.",
    zh_tw="{configuration} 要呼叫 {service}，但它不存在：程式可能已移除或從未安裝。",
)
NO_PORT = Text(
    en="{configuration} calls port {port} of {service}, which has no such port.",
    zh_tw="{configuration} 要呼叫 {service} 的埠 {port}，但它沒有這個埠。",
)
NO_ENDPOINT = Text(
    en="{configuration} calls {service}, and no pod behind it is ready.",
    zh_tw="{configuration} 要呼叫 {service}，但後端沒有任何就緒的 Pod。",
)
OUTDATED = Text(
    en="No certificate in the caBundle of {configuration} holds: each has expired or is not yet "
    "valid, so the API server cannot trust what the webhook shows.",
    zh_tw="{configuration} 的 caBundle 裡沒有任何有效的憑證，不是過期就是尚未生效："
    "API server 無法信任 webhook 的憑證。",
)
NO_CERTIFICATE = Text(
    en="The caBundle of {configuration} holds no certificate: the API server cannot make the call.",
    zh_tw="{configuration} 的 caBundle 裡沒有憑證：API server 無法發出呼叫。",
)
REFUSES = Text(
    en=" Its failurePolicy is Fail: the requests it must be asked about are refused.",
    zh_tw="failurePolicy 是 Fail：需要詢問它的請求都會被拒絕。",
)
PASSES = Text(
    en=" Its failurePolicy is Ignore, which is milder: requests pass, but unchecked and unchanged.",
    zh_tw="failurePolicy 是 Ignore，影響較小：請求會放行，但沒有經過檢查或修改。",
)
WELL = Text(
    en="Every webhook has a Service with endpoints that serve ({count} looked at). Whether the "
    "control plane reaches their pods shows only there.",
    zh_tw="檢查的 {count} 個 webhook，背後的 Service 都有可服務的端點。"
    "control plane 能否連到這些 Pod，要在那裡才看得出來。",
)
OUTSIDE = Text(
    en="{names}: called by URL, or by a Service that is no cluster address; only the control "
    "plane can tell whether it answers.",
    zh_tw="{names}：以 URL 呼叫，或其 Service 沒有叢集位址；能否連上只有 control plane 才知道。",
)
IDLE = Text(
    en="{names}: without rules, so the API server never calls it.",
    zh_tw="{names}：沒有 rules，API server 不會呼叫它。",
)
NONE = Text(
    en="The cluster has no admission webhook.",
    zh_tw="叢集裡沒有任何 admission webhook。",
)
ABSENT = Text(
    en="No admission webhook is called {name}.",
    zh_tw="沒有名為 {name} 的 admission webhook。",
)
LEFT_OUT = Text(en=" Not shown: {count} more.", zh_tw="另有 {count} 個未列出。")


class Hook(msgspec.Struct, frozen=True):
    """One webhook and the configuration it stands in."""

    configuration: Configuration
    webhook: Webhook

    @property
    def service(self) -> ServiceReference | None:
        """The Service it is called by, None when it has a URL."""
        return self.webhook.client_config.service

    @property
    def called(self) -> bool:
        """Whether the API server ever asks it."""
        return bool(self.webhook.rules)

    def __str__(self) -> str:
        """Say it as a quote."""
        rules = [
            f"{','.join(one.operations or ())} of {','.join(one.resources or ())}"
            for one in self.webhook.rules or ()
        ]
        policy = self.webhook.failure_policy
        return short(f"webhook {self.webhook.name}: failurePolicy {policy}; {some(rules, 3)}")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a call; hooks of one configuration that share it are one finding."""

    configuration: str
    policy: str
    cause: str
    summary: Text
    quotes: tuple[str, ...]
    command: str


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge the webhooks asked about, by their name or by their Service, or all."""
    hooks = [Hook(*one) for one in webhooks(view)]
    meant = [one for one in hooks if is_meant(one.webhook, question)]
    if not hooks:
        yield not_applicable(CLUSTER, NONE)
    elif not meant:
        name = question.webhook or question.service
        yield not_applicable(CLUSTER, ABSENT.fill(name=name))
    else:
        services = Services(view)
        faults = _faults(view, services, [one for one in meant if one.called])
        yield from faults or [_well(services, meant)]


def _faults(view: View, services: Services, hooks: list[Hook]) -> list[Finding]:
    """Return a finding for each fault, those that refuse requests first."""
    shared: defaultdict[Fault, list[Hook]] = defaultdict(list)
    for one in hooks:
        for fault in (_call_fault(services, one), _bundle_fault(view, one)):
            if fault:
                shared[fault].append(one)
    ordered = sorted(shared.items(), key=lambda pair: pair[0].policy == "Ignore")
    findings = [_finding(fault, some_hooks) for fault, some_hooks in ordered]
    if len(findings) > MOST:
        findings[MOST - 1] = findings[MOST - 1].adding(LEFT_OUT.fill(count=len(findings) - MOST))
    return findings[:MOST]


def _finding(fault: Fault, hooks: list[Hook]) -> Finding:
    summary = fault.summary + (PASSES if fault.policy == "Ignore" else REFUSES)
    quotes = [*fault.quotes, *(str(one) for one in hooks[:MOST])]
    where = fault.configuration
    return found(where, summary, cause=fault.cause, evidence=quotes, command=fault.command)


def _call_fault(services: Services, hook: Hook) -> Fault | None:
    """Return why the call gets no connection, as far as objects tell."""
    where = hook.service
    if where is None:
        return None
    service = services.by_path.get(where.path)
    name = f"Service {where.path}"
    if service is None:
        get = kubectl("get", "service", where.name, namespace=where.namespace)
        return _fault(hook, GONE, [f"{name}: not there"], get)
    if not _has_address(service):
        return None
    if where.port not in {one.port for one in service.ports}:
        ports = ", ".join(str(one.port) for one in service.ports) or "none"
        get = kubectl("get", "service", where.name, "-o", "wide", namespace=where.namespace)
        return _fault(hook, NO_PORT, [f"{name} ports: {ports}"], get)
    slices = services.slices(service)
    if any(_serves(one, _port_name(service, where.port)) for one in slices):
        return None
    label = f"{SERVICE_NAME}={where.name}"
    get = kubectl("get", "endpointslices", "-l", label, namespace=where.namespace)
    return _fault(hook, NO_ENDPOINT, [f"{name}: {services.backends(service)}"], get)


def _bundle_fault(view: View, hook: Hook) -> Fault | None:
    """Return why no certificate of the webhook can be trusted; no caBundle is no fault."""
    told = hook.webhook.client_config.ca_bundle
    if not told:
        return None
    bundle = read_bundle(told)
    where = hook.configuration.metadata.name
    get = kubectl("get", type(hook.configuration).__name__.lower(), where, "-o", "yaml")
    if bundle.empty:
        return _fault(hook, NO_CERTIFICATE, ["caBundle: no certificate in it"], get, CERTIFICATE)
    if bundle.outdated(view.time):
        quotes = [short(f"caBundle {one}") for one in bundle.certificates[:MOST]]
        quotes.append(f"the snapshot was taken at {stamp(view.time)}")
        return _fault(hook, OUTDATED, quotes, get, CERTIFICATE)
    return None


def _fault(hook: Hook, summary: Text, quotes: list[str], command: str, cause: str = CAUSE) -> Fault:
    where = hook.service or ServiceReference()
    name = subject(hook.configuration)
    told = summary.fill(configuration=name, service=f"Service {where.path}", port=where.port)
    return Fault(name, hook.webhook.failure_policy, cause, told, tuple(quotes), command)


def _well(services: Services, hooks: list[Hook]) -> Finding:
    called = [one for one in hooks if one.called]
    judged = [one for one in called if _judged(services, one)]
    if not judged:
        summary = OUTSIDE if called else IDLE
        names = some(one.webhook.name for one in called or hooks)
        return not_applicable(CLUSTER, summary.fill(names=names))
    paths = list(dict.fromkeys(one.service.path for one in judged if one.service))[:MOST]
    quotes = [f"Service {path}: {services.backends(services.by_path[path])}" for path in paths]
    quotes += [str(one) for one in judged[:MOST]]
    summary = WELL.fill(count=len(judged))
    return clear(CLUSTER, summary, evidence=quotes, command=LIST)


def _judged(services: Services, hook: Hook) -> bool:
    service = services.by_path.get(hook.service.path) if hook.service else None
    return service is not None and _has_address(service)


def _has_address(service: Service) -> bool:
    """Return whether the API server calls it by a cluster address, as it does by default."""
    return not (service.external or service.headless)


def _port_name(service: Service, port: int) -> str:
    return next((one.name for one in service.ports if one.port == port), "")


def _serves(one: EndpointSlice, port: str) -> bool:
    """Return whether a slice has an endpoint that takes traffic on a port of its Service."""
    has_port = any((own.name or "") == port and own.port for own in one.ports or ())
    return has_port and any(endpoint.serves for endpoint in one.endpoints or ())


CHECK = Check(
    slug="webhooks",
    title=Text(en="Admission webhooks", zh_tw="Admission webhook"),
    groups=("api",),
    proves=(CAUSE, CERTIFICATE),
    sees=(*SEES, See(Service), See(EndpointSlice)),
    judge=judge,
    about=("webhook", "service"),
)
