"""Do admission webhooks answer where the API server calls them, with a certificate it can trust.

The bot shakes hands with the ClusterIP of the Service each webhook names (at most ten), under the
name the API server uses, `<service>.<namespace>.svc`, and holds the certificate to the webhook's
caBundle. Found is a certificate that has expired, is not valid yet, is not for that name or not of
that CA, and a webhook that refuses. Silence may be a policy's or the network's. A webhook without a
caBundle is held to nothing, for the API server then trusts what its own machine does. An answer to
the bot does not tell that one reaches the control plane.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
and `NewClient` in kubernetes, staging/src/k8s.io/apiserver/pkg/util/webhook/client.go.
"""

import binascii
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from checks import dialing, tls
from checks.barriers import Fence
from checks.dials import Outcome, TlsDial, TlsDialed
from checks.kinds import NetworkPolicy, Pod, Service
from checks.kinds.webhooks import ServiceReference, Webhook
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, Tier, blind, clear, found, not_applicable
from checks.policies import Port
from checks.services import SEES, Services
from checks.snapshot import View
from checks.subject import CLUSTER, subject
from checks.text import EMPTY, Text
from checks.webhooks import LIST, Configuration, is_meant, webhooks
from checks.webhooks import SEES as WEBHOOK_SEES

UNREACHABLE, CERTIFICATE = "webhook-unreachable", "tls-certificate"
SECONDS = 2.0
TRIES = 2  # with a handshake, and all within the time of one look
CA = Text(en="a CA of its caBundle", zh_tw="caBundle 裡的 CA")

REFUSES = Text(
    en="{service}, which {configuration} calls, refuses connections on port {port}: nothing "
    "listens behind it.",
    zh_tw="{configuration} 要呼叫的 {service} 在埠 {port} 拒絕連線：後端沒有程式在監聽。",
)
SILENT = Text(
    en="{service}, which {configuration} calls, does not answer the bot on port {port} "
    "({outcome}); the way, the program or a policy may be why.",
    zh_tw="{configuration} 要呼叫的 {service} 在埠 {port} 沒有回應 bot（{outcome}）："
    "可能是網路路徑、程式或政策所致。",
)
WELL = Text(
    en="Every webhook that was dialed answers ({count}), with a certificate of its caBundle where "
    "it has one. The control plane's way to them is another.",
    zh_tw="連線測試的 {count} 個 webhook 都有回應；有 caBundle 的，憑證也由它簽發。"
    "control plane 走的是另一條路。",
)
NONE = Text(
    en="No webhook that is called by a Service with a cluster address could be dialed.",
    zh_tw="沒有以具備叢集位址的 Service 呼叫的 webhook 可以連線測試。",
)


class Call(msgspec.Struct, frozen=True):
    """One way in which the API server calls webhooks: which configuration, where, by which CA."""

    configuration: str
    service: Service
    dial: TlsDial
    held: bool

    @property
    def name(self) -> str:
        """The Service, as findings call it."""
        return subject(self.service)


def asks(view: View, question: Question) -> Iterator[TlsDial]:
    """Dial every webhook meant."""
    yield from (one.dial for one in _calls(view, question)[: dialing.MOST])


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Judge the webhooks asked about, by their name or by their Service, or all."""
    calls = _calls(view, question)
    results = dialing.made((one.dial for one in calls[: dialing.MOST]), view.dial)
    made = [one for one in calls if one.dial in results]
    if not made:
        yield not_applicable(CLUSTER, NONE)
        return
    judged = (_fault(view, one, results[one.dial]) for one in made)
    findings = [one for one in judged if one] or [_well(made, results)]
    left = len(calls) - len(made)
    if left:
        findings[-1] = findings[-1].adding(dialing.CAPPED.fill(count=left))
    yield from findings


def _fault(view: View, call: Call, result: TlsDialed) -> Finding | None:
    if result.outcome is not Outcome.ANSWERED:
        return _unanswered(view, call, result)
    text = tls.fault(call.dial, result, call.name, CA) if call.held else None
    if text is None:
        return None
    quotes = [f"{call.configuration}: clientConfig.service {call.service.path}"]
    quotes.append(tls.quote(call.dial, result))
    return found(call.configuration, text, cause=CERTIFICATE, evidence=quotes, command=_show(call))


def _unanswered(view: View, call: Call, result: TlsDialed) -> Finding:
    doubt = _doubt(Fence(view), Services(view).selected(call.service), call)
    sure = result.outcome is Outcome.REFUSED and not doubt.en
    told = (REFUSES if sure else SILENT).fill(
        service=call.name,
        configuration=call.configuration,
        port=call.dial.port,
        outcome=result.outcome,
    )
    quotes = [dialing.quote(call.dial.where, result)]
    where, show = call.configuration, _show(call)
    if sure:
        return found(where, told, cause=UNREACHABLE, evidence=quotes, command=show)
    return blind(where, told + doubt, needs=(), evidence=quotes, command=show)


def _doubt(fence: Fence, pods: Iterable[Pod], call: Call) -> Text:
    """Return what policies on the pods behind the Service leave open."""
    ends = ((fence.end(one), Port(_port_at(one, call))) for one in pods)
    doubts = (fence.doubt(end, port) for end, port in ends)
    return next((one for one in doubts if one.en), EMPTY)


def _port_at(pod: Pod, call: Call) -> int | None:
    """Return where the call leads in a pod, None when that is a name the pod does not have."""
    target = next((one.target for one in call.service.ports if one.port == call.dial.port), None)
    if isinstance(target, int):
        return target
    declared = (one for box in pod.serving_containers() for one in box.ports or ())
    return next((one.container_port for one in declared if one.name == target), None)


def _well(calls: Sequence[Call], results: dict[TlsDial, TlsDialed]) -> Finding:
    quotes = [tls.quote(one.dial, results[one.dial]) for one in calls]
    told = WELL.fill(count=len(calls))
    return clear(CLUSTER, told, evidence=quotes, command=LIST)


def _calls(view: View, question: Question) -> list[Call]:
    """Return each call once, however many webhooks of a configuration share it."""
    services = {one.path: one for one in view.all(Service)}
    calls = (
        _call(one, where, webhook, services.get(where.path))
        for one, webhook in webhooks(view)
        if (where := webhook.client_config.service) and is_meant(webhook, question)
    )
    return list({(one.configuration, one.dial): one for one in calls if one}.values())


def _call(
    configuration: Configuration, where: ServiceReference, webhook: Webhook, service: Service | None
) -> Call | None:
    if service is None or not service.addresses or not webhook.rules:
        return None
    ca = _pem(webhook.client_config.ca_bundle)
    dial = TlsDial(
        host=service.addresses[0],
        port=where.port,
        server_name=f"{where.name}.{where.namespace}.svc",
        ca=ca or "system",
        seconds=SECONDS,
        tries=TRIES,
    )
    return Call(subject(configuration), service, dial, held=bool(ca))


def _pem(ca_bundle: str) -> str:
    """Return the PEM text of a caBundle, "" when it is none."""
    try:
        return b64decode(ca_bundle, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _show(call: Call) -> str:
    kind, _, name = call.configuration.partition(" ")
    return kubectl("get", kind.lower(), name, "-o", "yaml")


CHECK = Check(
    slug="webhook-dial",
    title=Text(en="Connections to webhooks", zh_tw="Webhook 連線測試"),
    groups=("api",),
    proves=(UNREACHABLE, CERTIFICATE),
    sees=(
        *WEBHOOK_SEES,
        *SEES,
        See(NetworkPolicy),
    ),
    asks=asks,
    dials=True,
    judge=judge,
    about=("webhook", "service"),
    rules_out=False,
    tier=Tier.D,
)
