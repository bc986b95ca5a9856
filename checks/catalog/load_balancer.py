"""Does a Service of type LoadBalancer wait for its address, and what does its controller say.

Found is a Service of that type without an ingress in its status, two minutes or more after it was
made. Why comes from the Events about it, or from its conditions; without any, nobody answers.
One that is younger, or being deleted, is not judged. Where the Event says that a webhook could not
be called, that webhook is the cause, and its check tells of it.

Source: https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer; reasons of
Events from kubernetes, staging/src/k8s.io/cloud-provider/controllers/service/controller.go,
aws-load-balancer-controller (FailedBuildModel, FailedDeployModel), metallb (AllocationFailed) and
k3s pkg/cloudprovider (AppliedDaemonSet); conditions as Cilium's LB IPAM writes them.
"""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from checks.events import quote
from checks.kinds import Event, Service
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.quotes import short, some, span
from checks.services import describe
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import Text

CAUSE = "loadbalancer-pending"
TYPE = "LoadBalancer"
MOST = 5  # findings of one look
WEBHOOK = "failed calling webhook"
PATIENCE = timedelta(minutes=2)  # a cloud takes about that long when all is well

FAILED = frozenset(
    {
        "SyncLoadBalancerFailed",
        "CreatingLoadBalancerFailed",  # before kubernetes 1.15
        "UnAvailableLoadBalancer",
        "FailedBuildModel",
        "FailedDeployModel",
        "AllocationFailed",
    }
)
TAKEN_UP = frozenset({"EnsuringLoadBalancer", "CreatingLoadBalancer", "AppliedDaemonSet"})

SAID = Text(
    en="{service} has waited {age} for its external address; {reason} says why.",
    zh_tw="{service} 已等待外部位址 {age}，原因見 {reason}。",
)
TRYING = Text(
    en="{service} has waited {age} for its external address: a controller has taken it up "
    "({reason}) and has not finished.",
    zh_tw="{service} 已等待外部位址 {age}：已有 controller 接手（{reason}），但尚未完成。",
)
SILENT = Text(
    en="{service} has waited {age} for its external address, and no Event tells of a controller "
    "that answers: none is installed, as on bare metal without MetalLB, or it does not run.",
    zh_tw="{service} 已等待外部位址 {age}，也沒有任何 Event 顯示有 controller 回應："
    "可能沒有安裝（例如沒有 MetalLB 的 bare metal），或它沒有在執行。",
)
CLASS = Text(
    en=" Its loadBalancerClass is {name}: no other controller takes it.",
    zh_tw="它的 loadBalancerClass 是 {name}，其他 controller 不會接手。",
)
HELD_UP = Text(
    en="{service} has waited {age} for its external address, for a webhook that its controller's "
    "request needs could not be called.",
    zh_tw="{service} 已等待外部位址 {age}：controller 的請求需要的 webhook 無法呼叫。",
)
WELL = Text(
    en="{service} has its external address: {address}.",
    zh_tw="{service} 已有外部位址：{address}。",
)
ALL_WELL = Text(
    en="Every Service of type LoadBalancer has its external address ({count}).",
    zh_tw="所有 LoadBalancer 類型的 Service 都有外部位址（{count} 個）。",
)
YOUNG = Text(
    en="{service} was made less than two minutes ago: give its controller time.",
    zh_tw="{service} 建立還不到兩分鐘，請給 controller 一點時間。",
)
DELETED = Text(
    en="{service} is being deleted, so it gets no address any more.",
    zh_tw="{service} 正在刪除，不會再取得位址。",
)
OTHER_TYPE = Text(
    en="{service} is of type {type}: it asks for no load balancer.",
    zh_tw="{service} 的類型是 {type}，不會要求 load balancer。",
)
ABSENT = Text(en="There is no Service {name}.", zh_tw="沒有名為 {name} 的 Service。")
NONE = Text(
    en="No Service is of type LoadBalancer.",
    zh_tw="沒有 LoadBalancer 類型的 Service。",
)
LEFT_OUT = Text(en=" Not shown: {count} more that wait.", zh_tw="另有 {count} 個等待中的未列出。")


class Waiting(msgspec.Struct, frozen=True):
    """A Service that waits, and what was said about it."""

    service: Service
    age: timedelta
    events: tuple[Event, ...]

    @property
    def refusal(self) -> str:
        """What says why it gets no address, "" when nothing does."""
        failed = [one.reason for one in self.events if one.reason in FAILED]
        refused = [
            one.type for one in self.service.status.conditions or () if one.status == "False"
        ]
        if failed:
            return f"Event {failed[-1]}"
        return f"condition {refused[0]}" if refused else ""

    @property
    def webhook(self) -> bool:
        """Whether the last thing said of it is that a webhook could not be called."""
        return bool(self.events) and WEBHOOK in self.events[-1].message

    @property
    def quotes(self) -> list[str]:
        """Its age, its class, and what was said, the newest first."""
        spec = self.service.spec
        told = [quote(one) for one in reversed(self.events)]
        told += [
            short(f"condition {one.type} {one.status}: {one.reason} {one.message}")
            for one in self.service.status.conditions or ()
        ]
        name = (
            f"; loadBalancerClass: {spec.load_balancer_class}" if spec.load_balancer_class else ""
        )
        waits = f"{subject(self.service)}: no load balancer ingress after {span(self.age)}{name}"
        return [*told[:3], waits] if told else [waits, "Events about its load balancer: 0"]


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Answer for the Service asked about, or look through all of them."""
    services = [one for one in view.all(Service) if _is_meant(one, question)]
    if question.service:
        yield from [_answer(view, one) for one in services[:MOST]] or [_absent(question)]
        return
    asking = [one for one in services if one.spec.type == TYPE]
    waiting = [one for one in (_waiting(view, service) for service in asking) if one]
    waiting = [one for one in waiting if not one.webhook]
    waiting.sort(key=lambda one: (not one.refusal, one.service.path))
    shown = [_pending(one) for one in waiting[:MOST]]
    if len(waiting) > MOST:
        shown[-1] = shown[-1].adding(LEFT_OUT.fill(count=len(waiting) - MOST))
    yield from shown or [_all_well(view, asking)]


def _answer(view: View, service: Service) -> Finding:
    name = subject(service)
    if service.spec.type != TYPE:
        return not_applicable(name, OTHER_TYPE.fill(service=name, type=service.spec.type))
    if service.ingress:
        address = some(service.ingress)
        has = f"{name} load balancer ingress: {address}"
        summary = WELL.fill(service=name, address=address)
        return clear(name, summary, evidence=[has], command=_get(service))
    if service.metadata.deletion_timestamp:
        return not_applicable(name, DELETED.fill(service=name))
    waiting = _waiting(view, service)
    if waiting is None:
        return not_applicable(name, YOUNG.fill(service=name))
    return _held_up(waiting) if waiting.webhook else _pending(waiting)


def _waiting(view: View, service: Service) -> Waiting | None:
    """Return a Service that has waited too long, None when it has not."""
    made = service.metadata.creation_timestamp
    if service.ingress or service.metadata.deletion_timestamp or made is None:
        return None
    age = view.time - made
    if age < PATIENCE:
        return None
    told = [one for one in view.all(Event, service.metadata.namespace) if _tells(one, service)]
    told.sort(key=lambda one: one.last_seen or view.time)
    return Waiting(service, age, tuple(told))


def _pending(one: Waiting) -> Finding:
    name = subject(one.service)
    taken_up = [event.reason for event in one.events]
    summary = SAID if one.refusal else TRYING if taken_up else SILENT
    reason = one.refusal or (taken_up[-1] if taken_up else "")
    told = summary.fill(service=name, age=span(one.age), reason=reason)
    if one.service.spec.load_balancer_class:
        told += CLASS.fill(name=one.service.spec.load_balancer_class)
    command = describe(one.service)
    return found(name, told, cause=CAUSE, evidence=one.quotes, command=command)


def _held_up(one: Waiting) -> Finding:
    name = subject(one.service)
    told = HELD_UP.fill(service=name, age=span(one.age))
    return clear(name, told, evidence=one.quotes, command=describe(one.service))


def _all_well(view: View, asking: list[Service]) -> Finding:
    having = [one for one in asking if one.ingress]
    if not asking:
        return not_applicable(CLUSTER, NONE)
    if not having:
        return _answer(view, asking[0])
    quotes = [f"{subject(one)} load balancer ingress: {some(one.ingress)}" for one in having[:MOST]]
    command = kubectl("get", "services", "-A")
    return clear(CLUSTER, ALL_WELL.fill(count=len(having)), evidence=quotes, command=command)


def _absent(question: Question) -> Finding:
    path = "/".join(filter(None, (question.namespace, question.service)))
    return not_applicable(f"Service {path}", ABSENT.fill(name=path))


def _is_meant(service: Service, question: Question) -> bool:
    named = question.service in {None, service.metadata.name}
    return named and question.namespace in {None, service.metadata.namespace}


def _tells(one: Event, service: Service) -> bool:
    about = one.involved_object
    return (
        one.reason in FAILED | TAKEN_UP
        and about.kind == "Service"
        and about.name == service.metadata.name
    )


def _get(service: Service) -> str:
    return kubectl("get", "service", service.metadata.name, namespace=service.metadata.namespace)


CHECK = Check(
    slug="load-balancer",
    title=Text(en="Load balancers", zh_tw="Load balancer"),
    groups=("service",),
    proves=(CAUSE,),
    sees=(See(Service), See(Event)),
    judge=judge,
    about=("service",),
)
