"""Are the APIs that another server answers available, and if not, what did the API server meet.

Judged by the condition Available, in which the API server writes what came of its own call:
found is ServiceNotFound, ServicePortError, EndpointsNotFound, MissingEndpoints, and a
FailedDiscoveryCheck whose message names the way there (no connection, time-out, TLS). A status
that came back (`bad status from`) is an answer and no trouble of the network.
In most releases that call trusts any certificate, and requests do not: a `caBundle` of which no
certificate holds at the snapshot's time is found as well.
That metrics-server cannot reach kubelets is never claimed: no condition says so, only its log.

Source: kubernetes, staging/src/k8s.io/kube-aggregator/pkg: controllers/status/remote and
apiserver/handler_proxy.go;
https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
"""

import re
from collections.abc import Iterator

from checks.certificates import read_bundle, stamp
from checks.kinds import APIService
from checks.kinds.base import Condition
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import short
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

UNREACHABLE = "webhook-unreachable"  # the entry tells of both kinds of calls
CERTIFICATE = "tls-certificate"
ENDPOINTS = "service-no-endpoints"
PORT = "service-port-mismatch"
MOST = 5  # findings of one look
METRICS = "metrics.k8s.io"

_TLS = re.compile(r"x509: |tls: [\w ]*certificate", re.IGNORECASE)
_EMPTY = re.compile(r"no endpoints available for service", re.IGNORECASE)
_ON_THE_WAY = re.compile(
    r"dial tcp|connection refused|i/o timeout|no route to host|network is unreachable"
    r"|deadline exceeded|client\.timeout|timed out waiting for|connection reset by peer"
    r"|tls handshake timeout|: EOF\b",
    re.IGNORECASE,
)

GONE = Text(
    en="{api} is to be answered by {service}, which does not exist.",
    zh_tw="{api} 應由 {service} 回應，但它不存在。",
)
NO_PORT = Text(
    en="{api} is to be answered by {service}, which has no port {port}.",
    zh_tw="{api} 應由 {service} 回應，但它沒有 {port} 這個埠。",
)
EMPTY = Text(
    en="{api} is to be answered by {service}, and no pod behind it is ready.",
    zh_tw="{api} 應由 {service} 回應，但後端沒有任何就緒的 Pod。",
)
SILENT = Text(
    en="{api} is to be answered by {service}, and the API server got no answer from it.",
    zh_tw="{api} 應由 {service} 回應，但 API server 得不到它的回應。",
)
REFUSED = Text(
    en="{api} is to be answered by {service}, and one side refused the other's certificate.",
    zh_tw="{api} 應由 {service} 回應，但其中一方不接受對方的憑證。",
)
OUTDATED = Text(
    en="{api} is to be answered by {service}, and no certificate in its caBundle holds: each has "
    "expired or is not yet valid.",
    zh_tw="{api} 應由 {service} 回應，但它的 caBundle 裡沒有任何有效的憑證，不是過期就是尚未生效。",
)
EFFECT = Text(
    en=" Requests for this API fail meanwhile, and namespaces cannot be deleted.",
    zh_tw="在此期間對這個 API 的請求都會失敗，命名空間也無法刪除。",
)
METRICS_SERVER = Text(
    en=" metrics-server is ready only once it has read kubelets: its log says whether it can.",
    zh_tw="metrics-server 要讀到 kubelet 的資料才會就緒，能否讀到要看它的 log。",
)
OTHER = Text(
    en="{api} is not available, but its condition names no trouble on the way to {service}.",
    zh_tw="{api} 無法使用，但它的 condition 沒有提到通往 {service} 途中的問題。",
)
WELL = Text(
    en="{api} is available: {service} answers.",
    zh_tw="{api} 可以使用：{service} 有回應。",
)
ALL_WELL = Text(
    en="Nothing hinders the APIs that other servers answer ({count}) on the way there.",
    zh_tw="由其他伺服器回應的 API（{count} 個）途中都沒有問題。",
)
UNASKED = Text(
    en="{api} has no condition yet: the API server has not asked {service}.",
    zh_tw="{api} 還沒有 condition：API server 尚未詢問 {service}。",
)
LOCAL = Text(
    en="The API server answers {name} itself.",
    zh_tw="{name} 由 API server 自己回應。",
)
ABSENT = Text(
    en="No APIService leads to {name}.",
    zh_tw="沒有指向 {name} 的 APIService。",
)
NONE = Text(
    en="The API server answers every API itself.",
    zh_tw="所有 API 都由 API server 自己回應。",
)
LEFT_OUT = Text(en=" Not shown: {count} more.", zh_tw="另有 {count} 個未列出。")

_REASONS = {
    "ServiceNotFound": (UNREACHABLE, GONE),
    "ServicePortError": (PORT, NO_PORT),
    "EndpointsNotFound": (ENDPOINTS, EMPTY),
    "MissingEndpoints": (ENDPOINTS, EMPTY),
}


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the API group, the Service or the address asked about, or look through all."""
    every = view.all(APIService)
    meant = [one for one in every if one.spec.service and _is_meant(one, question)]
    if not meant:
        yield _absent(every, question)
    elif _asked(question):
        yield from (_answer(one, view) for one in meant[:MOST])
    else:
        faults = [fault for one in meant if (fault := _fault(one, view))]
        if len(faults) > MOST:
            faults[MOST - 1] = faults[MOST - 1].adding(LEFT_OUT.fill(count=len(faults) - MOST))
        yield from faults[:MOST] or [_all_well(meant)]


def _answer(one: APIService, view: View) -> Finding:
    fault = _fault(one, view)
    if fault:
        return fault
    condition = one.available
    names = {"api": subject(one), "service": _service(one)}
    if condition is None:
        return not_applicable(subject(one), UNASKED.fill(**names))
    summary = WELL if condition.status == "True" else OTHER
    quotes = [_quote(one)]
    return clear(subject(one), summary.fill(**names), evidence=quotes, command=_describe(one))


def _fault(one: APIService, view: View) -> Finding | None:
    """Return what hinders requests on their way, None when nothing is known to."""
    condition = one.available
    cause, summary = _cause(condition) if condition and condition.status == "False" else ("", None)
    quotes = [_quote(one)]
    if summary is None:
        cause, summary, quotes = CERTIFICATE, OUTDATED, _outdated(one, view)
    if not quotes:
        return None
    port = one.spec.service.port if one.spec.service else 0
    told = summary.fill(api=subject(one), service=_service(one), port=port) + EFFECT
    if cause == ENDPOINTS and one.spec.group == METRICS:
        told += METRICS_SERVER
    return found(subject(one), told, cause=cause, evidence=quotes, command=_describe(one))


def _outdated(one: APIService, view: View) -> list[str]:
    """Quote a caBundle of which no certificate holds; nothing when one does, or none counts."""
    if not one.spec.ca_bundle or one.spec.insecure_skip_tls_verify:
        return []
    bundle = read_bundle(one.spec.ca_bundle)
    if not bundle.outdated(view.time):
        return []
    quotes = [short(f"caBundle {each}") for each in bundle.certificates[:MOST]]
    return [*quotes, f"the snapshot was taken at {stamp(view.time)}"]


def _cause(condition: Condition) -> tuple[str, Text | None]:
    if condition.reason != "FailedDiscoveryCheck":
        return _REASONS.get(condition.reason, ("", None))
    if "bad status from" in condition.message:  # an answer, and what it says is not the way's
        return "", None
    if _EMPTY.search(condition.message):
        return ENDPOINTS, EMPTY
    if _TLS.search(condition.message):
        return CERTIFICATE, REFUSED
    return (UNREACHABLE, SILENT) if _ON_THE_WAY.search(condition.message) else ("", None)


def _all_well(meant: list[APIService]) -> Finding:
    count = sum(1 for one in meant if one.available and one.available.status == "True")
    unavailable = [one for one in meant if one.available and one.available.status != "True"]
    quotes = [_quote(one) for one in unavailable[:MOST]]
    quotes.append(f"APIServices with a Service: {len(meant)}, available: {count}")
    summary = ALL_WELL.fill(count=len(meant))
    return clear(CLUSTER, summary, evidence=quotes, command=kubectl("get", "apiservices"))


def _absent(every: tuple[APIService, ...], question: Question) -> Finding:
    name = _asked(question)
    if question.group and any(one.spec.group == question.group for one in every):
        return not_applicable(CLUSTER, LOCAL.fill(name=name))
    return not_applicable(CLUSTER, ABSENT.fill(name=name) if name else NONE)


def _asked(question: Question) -> str | None:
    return question.group or question.service or question.ip


def _is_meant(one: APIService, question: Question) -> bool:
    where = one.spec.service
    if question.group:
        return one.spec.group == question.group
    if not question.service:
        told = one.available.message if one.available else ""
        return not question.ip or f"//{question.ip}:" in told
    return (
        where is not None
        and where.name == question.service
        and question.namespace in {None, where.namespace}
    )


def _service(one: APIService) -> str:
    return f"Service {one.spec.service.path}" if one.spec.service else "the API server"


def _quote(one: APIService) -> str:
    condition = one.available or Condition()
    told = f"Available {condition.status}: {condition.reason} {condition.message}".strip()
    return short(f"{subject(one)} {told}")


def _describe(one: APIService) -> str:
    return kubectl("describe", "apiservice", one.metadata.name)


CHECK = Check(
    slug="api-services",
    title=Text(en="Aggregated APIs", zh_tw="聚合 API"),
    groups=("api",),
    proves=(UNREACHABLE, CERTIFICATE, ENDPOINTS, PORT),
    sees=(See(APIService),),
    judge=judge,
    about=("group", "service", "ip"),
)
