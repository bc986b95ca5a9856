"""Does Service `kubernetes`, by which pods find the API server, lead to one.

Found is that the Service is not there, or that none of its endpoints is ready; the API server
writes both. Whether a pod's packets arrive takes a connection from its node.

Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
"""

from collections.abc import Iterator

from checks.kinds import EndpointSlice, Service
from checks.kinds.network import SERVICE_NAME as LABEL
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found
from checks.quotes import some
from checks.services import count
from checks.snapshot import View
from checks.text import Text

CAUSE = "apiserver-unreachable"
NAMESPACE = "default"
NAME = "kubernetes"
SUBJECT = f"Service {NAMESPACE}/{NAME}"

MISSING = Text(
    en="Service default/kubernetes is not there, so pods have no address for the API server. The "
    "API server makes it again by itself: see what removes it.",
    zh_tw="Service default/kubernetes 不存在，Pod 找不到 API server 的位址。"
    "API server 會自行重建它，請查明是誰把它移除。",
)
EMPTY = Text(
    en="Service default/kubernetes has no ready endpoint: no API server has entered its address.",
    zh_tw="Service default/kubernetes 沒有就緒的端點：沒有任何 API server 登記位址。",
)
WELL = Text(
    en="Service default/kubernetes leads to API servers ({ready}), and one of them answered this "
    "look. Whether pods reach it from their nodes takes a connection from there.",
    zh_tw="Service default/kubernetes 指向 {ready} 個 API server，這次查詢也得到了回應。"
    "Pod 能否從所在節點連上，要從那裡實際連線才知道。",
)


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Look at the Service and its slices; the API server keeps both."""
    named = (one for one in view.all(Service, NAMESPACE) if one.metadata.name == NAME)
    service = next(named, None)
    slices = [one for one in view.all(EndpointSlice, NAMESPACE) if one.service == NAME]
    if service is None:
        quotes = [f"{SUBJECT}: not there", f"{SUBJECT}: {count(slices)}"]
        command = kubectl("get", "service", NAME, namespace=NAMESPACE)
        yield found(SUBJECT, MISSING, cause=CAUSE, evidence=quotes, command=command)
        return
    command = kubectl("get", "endpointslices", "-l", f"{LABEL}={NAME}", namespace=NAMESPACE)
    backends = count(slices)
    quotes = [f"{SUBJECT} clusterIP: {', '.join(service.addresses)}", f"{SUBJECT}: {backends}"]
    if not backends.ready:
        yield found(SUBJECT, EMPTY, cause=CAUSE, evidence=quotes, command=command)
        return
    addresses = _addresses(slices)
    quotes.append(f"API servers: {some(addresses)}")
    if question.ip:
        quotes.append(f"{question.ip} is {_place(question.ip, service, addresses)}")
    yield clear(SUBJECT, WELL.fill(ready=backends.ready), evidence=quotes, command=command)


def _addresses(slices: list[EndpointSlice]) -> list[str]:
    """Return the ready addresses with their ports, as `192.0.2.10:6443`."""
    return [
        f"{address}:{port.port}"
        for one in slices
        for endpoint in one.endpoints or ()
        if endpoint.ready
        for address in endpoint.addresses or ()
        for port in one.ports or ()
    ]


def _place(address: str, service: Service, addresses: list[str]) -> str:
    """Say what an address from the paste is to this Service."""
    if address in service.addresses:
        return f"the clusterIP of {SUBJECT}"
    if any(one.startswith(f"{address}:") for one in addresses):
        return "one of these API servers"
    return f"neither the clusterIP of {SUBJECT} nor one of its API servers"


CHECK = Check(
    slug="apiserver-service",
    title=Text(en="Service kubernetes", zh_tw="Service kubernetes"),
    groups=("api",),
    proves=(CAUSE,),
    # By list, as every other check reads Services: a `get` would be a rule of its own.
    sees=(See(Service, NAMESPACE), See(EndpointSlice, NAMESPACE)),
    judge=judge,
)
