"""Does a Service have anybody to send traffic to, and if not, why.

Found is a Service without a ready endpoint in any of its EndpointSlices: its selector matches no
pod (the nearest pods are named), its pods are not ready, or nobody keeps its endpoints. Left
alone are ExternalName Services and, where none is named, those scaled to 0, those without a
selector, and those whose pods began less than two minutes ago.

Source: https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/ and
https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
"""

import json
from collections.abc import Iterator
from datetime import timedelta

from checks.dns import is_dns
from checks.kinds import EndpointSlice, Pod, Service
from checks.kinds.network import SERVICE_NAME
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, clear, found, not_applicable
from checks.quotes import labels, some, why_unready
from checks.selecting import NearMiss, near_miss
from checks.services import ABOUT, MOST, SEES, Services, answers, place
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text
from checks.workloads import SEES as WORKLOADS
from checks.workloads import makers, scaled_to_zero

CAUSE = "service-no-endpoints"
START = timedelta(minutes=2)  # until then a pod that is not ready is one that starts

EXTERNAL = Text(
    en="{service} is a DNS alias for {alias}: it has no endpoints by design.",
    zh_tw="{service} 只是 {alias} 的 DNS 別名（ExternalName），本來就沒有端點。",
)
WELL = Text(
    en="{service} has ready endpoints: {ready} of {total}.",
    zh_tw="{service} 有就緒的端點：{total} 個中的 {ready} 個。",
)
ALL_WELL = Text(
    en="No Service lacks endpoints it ought to have ({count} looked at).",
    zh_tw="檢查了 {count} 個 Service，該有端點的都有。",
)
NOTHING_KEPT = Text(
    en="None of the {count} Services has a selector: somebody else keeps their endpoints.",
    zh_tw="{count} 個 Service 都沒有 selector，端點由別處維護。",
)
NOBODY_KEEPS_IT = Text(
    en="{service} has no selector, and nobody has given it endpoints.",
    zh_tw="{service} 沒有 selector，也沒有人替它建立端點。",
)
NONE_READY = Text(
    en="{service} selects pods ({count}), but none of them is ready.",
    zh_tw="{service} 選到 {count} 個 Pod，但沒有一個就緒。",
)
UNLISTED = Text(
    en="{service} selects ready pods ({count}), but no EndpointSlice lists them: look at the "
    "endpointslice controller in kube-controller-manager.",
    zh_tw="{service} 選到 {count} 個就緒的 Pod，EndpointSlice 卻沒有列出它們：請檢查 "
    "kube-controller-manager 的 endpointslice controller。",
)
SCALED_DOWN = Text(
    en="{service} selects no pod: {maker} makes such pods and is scaled to 0.",
    zh_tw="{service} 沒有選到任何 Pod：會產生這些 Pod 的 {maker} 副本數是 0。",
)
NO_POD_MADE = Text(
    en="{service} selects no pod: {maker} wants {replicas}, and none exists.",
    zh_tw="{service} 沒有選到任何 Pod：{maker} 要 {replicas} 個，卻一個都沒有。",
)
SLIPPED = Text(
    en="The selector of {service} matches no pod; the nearest ({count}) differ only in: {slips}.",
    zh_tw="{service} 的 selector 沒有選到任何 Pod；有 {count} 個 Pod 只差在：{slips}。",
)
NO_MATCH = Text(
    en="The selector of {service} matches no pod in its namespace.",
    zh_tw="{service} 的 selector 在所屬命名空間裡沒有選到任何 Pod。",
)
LEFT_OUT = Text(
    en=" Not shown: {count} more without ready endpoints.",
    zh_tw="另有 {count} 個沒有就緒端點的 Service 未列出。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the Services asked about, or look through all of them."""
    services = Services(view)
    yield from answers(
        services,
        question,
        each=lambda service: [_answer(view, services, service)],
        through=lambda every: _look_through(view, services, every),
    )


def _look_through(
    view: View, services: Services, candidates: tuple[Service, ...]
) -> Iterator[Finding]:
    """Report the Services that ought to have endpoints and have none, the surest cases first.

    Left alone are those whose endpoints somebody else keeps, those scaled to 0 on purpose, and
    the cluster's DNS, which has a check of its own.
    """
    kept = [one for one in candidates if one.selector and not one.external and not is_dns(one)]
    empty = [
        one
        for one in kept
        if not services.backends(one).ready and not _starting(view, services.selected(one))
    ]
    zero = [one for one in empty if _scaled_to_zero(view, services, one)]
    idle = {one.path for one in zero}
    empty = [one for one in empty if one.path not in idle]
    empty.sort(key=lambda one: (not services.selected(one), one.path))
    shown = [_answer(view, services, one) for one in empty[:MOST]]
    left = len(empty) - len(shown)
    if left:
        shown[-1] = shown[-1].adding(LEFT_OUT.fill(count=left))
    yield from shown or [_all_well(candidates, kept, zero)]


def _all_well(candidates: tuple[Service, ...], kept: list[Service], zero: list[Service]) -> Finding:
    where = {one.metadata.namespace for one in candidates}
    namespace = where.pop() if len(where) == 1 else ""
    if not kept:
        return not_applicable(CLUSTER, NOTHING_KEPT.fill(count=len(candidates)))
    quote = f"{len(kept)} Services with a selector, {len(kept) - len(zero)} with ready endpoints"
    if zero:
        quote += f"; scaled to 0: {some(one.path for one in zero)}"
    everywhere = () if namespace else ("-A",)
    command = kubectl("get", "endpointslices", *everywhere, namespace=namespace)
    return clear(CLUSTER, ALL_WELL.fill(count=len(kept)), evidence=[quote], command=command)


def _answer(view: View, services: Services, service: Service) -> Finding:
    name = subject(service)
    if service.external:
        return not_applicable(name, EXTERNAL.fill(service=name, alias=service.spec.external_name))
    backends = services.backends(service)
    evidence = [f"{name} selector: {labels(service.selector) or 'none'}; {backends}"]
    if backends.ready:
        return clear(
            name,
            WELL.fill(service=name, ready=backends.ready, total=backends.total),
            evidence=evidence,
            command=_get_slices(service),
        )
    summary, command, quotes = _why_empty(view, services, service)
    return found(name, summary, cause=CAUSE, evidence=[*evidence, *quotes], command=command)


def _why_empty(view: View, services: Services, service: Service) -> tuple[Text, str, list[str]]:
    """Return the sentence, the kubectl line and the quotes for a Service without endpoints."""
    name = subject(service)
    if not service.selector:
        return NOBODY_KEEPS_IT.fill(service=name), _get_slices(service), []
    pods = services.selected(service)
    ready = [pod for pod in pods if pod.ready]
    if ready:
        quotes = [f"ready pods: {some(pod.metadata.name for pod in ready)}"]
        return UNLISTED.fill(service=name, count=len(ready)), _get_slices(service), quotes
    if pods:
        quotes = [why_unready(pod) for pod in pods[:MOST]]
        return NONE_READY.fill(service=name, count=len(pods)), _get_pods(service), quotes
    return _why_none_selected(view, services, service)


def _why_none_selected(
    view: View, services: Services, service: Service
) -> tuple[Text, str, list[str]]:
    name = subject(service)
    made_by = makers(view, service)
    if made_by:
        replicas = sum(maker.replicas for maker in made_by)
        summary = NO_POD_MADE if replicas else SCALED_DOWN
        told = summary.fill(service=name, maker=subject(made_by[0]), replicas=replicas)
        quotes = [f"{subject(maker)}: {maker.replicas} replicas wanted" for maker in made_by]
        namespace = service.metadata.namespace
        return told, kubectl("get", "deployments,statefulsets", namespace=namespace), quotes
    miss = near_miss(service.selector, services.pods.inside(service.metadata.namespace))
    if miss is None:
        return NO_MATCH.fill(service=name), _show_labels(service), []
    told = NO_MATCH.fill(service=name)
    if miss.sure:
        slips = "; ".join(map(str, miss.slips))
        told = SLIPPED.fill(service=name, count=len(miss.pods), slips=slips)
    return told, _show_labels(service), _near(service, miss)


def _near(service: Service, miss: NearMiss) -> list[str]:
    """Quote the pods that come nearest, and the line that would select them if likely meant."""
    pods = some(pod.metadata.name for pod in miss.pods)
    quotes = [f"nearest pods ({len(miss.pods)}): {pods}", *map(str, miss.slips)]
    if miss.sure:  # the line goes first, for a small screen shows few quotes
        patch = json.dumps({"spec": {"selector": miss.repair()}}, separators=(",", ":"))
        name, namespace = service.metadata.name, service.metadata.namespace
        line = kubectl("patch", "service", name, "-p", patch, namespace=namespace)
        quotes.insert(0, f"if the nearest pods are meant: {line}")
    return quotes


def _starting(view: View, pods: tuple[Pod, ...]) -> bool:
    """Return whether all pods of a Service began a moment ago."""
    born = [pod.metadata.creation_timestamp for pod in pods]
    return bool(born) and all(one is not None and view.time - one < START for one in born)


def _scaled_to_zero(view: View, services: Services, service: Service) -> bool:
    return scaled_to_zero(view, service) and not services.selected(service)


def _get_slices(service: Service) -> str:
    label = f"{SERVICE_NAME}={service.metadata.name}"
    return kubectl("get", "endpointslices", "-l", label, namespace=service.metadata.namespace)


def _get_pods(service: Service) -> str:
    selector = labels(service.selector)
    return kubectl("get", "pods", "-l", selector, namespace=service.metadata.namespace)


def _show_labels(service: Service) -> str:
    return kubectl("get", "pods", "--show-labels", namespace=service.metadata.namespace)


CHECK = Check(
    slug="service-endpoints",
    title=Text(en="Service endpoints", zh_tw="Service 端點"),
    groups=("service",),
    proves=(CAUSE,),
    sees=(*SEES, *WORKLOADS),
    judge=judge,
    about=ABOUT,
    place=place,
    inside=(EndpointSlice, Pod, *(see.kind for see in WORKLOADS)),
)
