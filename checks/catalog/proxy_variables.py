"""Does a pod's HTTP proxy catch what should stay in the cluster.

What NO_PROXY means is taken from Go (golang.org/x/net/http/httpproxy): names with all beneath
them, `.name` and `*.name` for what is beneath, addresses, CIDR ranges, ports, `*` for everything.
A range counts only for an address. Pods reach the API server by the address of Service
`kubernetes`.
"""

from collections.abc import Iterator
from ipaddress import ip_address, ip_network

import msgspec

from checks.kinds import Pod, Service
from checks.kinds.pods import Container
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, clear, found, not_applicable
from checks.pods import PODS, named_pods, no_pod
from checks.quotes import short
from checks.snapshot import View
from checks.subject import subject
from checks.text import Text

CAUSE = "proxy-env-interference"
MOST = 3
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")

CAUGHT = Text(
    en="{pod} sends requests for {targets} to its HTTP proxy: NO_PROXY does not leave them out.",
    zh_tw="{pod} 會把送往 {targets} 的請求交給 HTTP proxy：NO_PROXY 沒有排除它們。",
)
WELL = Text(
    en="{pod} has an HTTP proxy, and NO_PROXY leaves {targets} out.",
    zh_tw="{pod} 設有 HTTP proxy，NO_PROXY 已排除 {targets}。",
)
NONE = Text(
    en="{pod} sets no proxy variable of its own. One that its image or a ConfigMap brings along is "
    "not seen here.",
    zh_tw="{pod} 本身沒有設定 proxy 變數。由映像或 ConfigMap 帶入的變數這裡看不到。",
)


class Proxied(msgspec.Struct, frozen=True):
    """A container with a proxy: the variables it has, and what is left out of it."""

    container: Container
    variables: tuple[tuple[str, str], ...]

    @property
    def no_proxy(self) -> list[str]:
        """What is left out: programs read one of the spellings, so either may count."""
        values = [value for name, value in self.variables if name.lower() == "no_proxy"]
        return [one.strip() for value in values for one in value.split(",") if one.strip()]

    @property
    def takes_tls(self) -> bool:
        """Whether https:// goes to a proxy too."""
        return any(name.lower() in {"https_proxy", "all_proxy"} for name, _ in self.variables)

    def quotes(self) -> list[str]:
        """Quote the variables, NO_PROXY even when it is not there."""
        said = [f"container {self.container.name} {key}={short(it)}" for key, it in self.variables]
        has = any(name.lower() == "no_proxy" for name, _ in self.variables)
        return said if has else [*said, f"container {self.container.name} NO_PROXY: not set"]


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Look at the named pod only: a list of all pods with a proxy helps nobody."""
    pods = named_pods(view, question)
    if not pods:
        yield no_pod(view, question)
    unlike = {tuple(one.env for one in pod.containers): pod for pod in reversed(pods)}
    for pod in list(unlike.values())[:MOST]:
        yield _answer(view, question, pod)


def _answer(view: View, question: Question, pod: Pod) -> Finding:
    name = subject(pod)
    proxied = [one for one in map(_proxied, pod.containers) if one]
    if not proxied:
        return not_applicable(name, NONE.fill(pod=name))
    command = _show(pod)
    for one in proxied:
        targets = list(_targets(view, question, one))
        caught = [target for target in targets if not is_left_out(target, one.no_proxy)]
        if caught:
            summary = CAUGHT.fill(pod=name, targets=", ".join(caught))
            return found(name, summary, cause=CAUSE, evidence=one.quotes(), command=command)
    left_out = ", ".join(_targets(view, question, proxied[0]))
    summary = WELL.fill(pod=name, targets=left_out)
    return clear(name, summary, evidence=proxied[0].quotes(), command=command)


def _proxied(container: Container) -> Proxied | None:
    known = {*_PROXIES, "NO_PROXY", "no_proxy"}
    pairs = tuple((one.name, one.value) for one in container.env or () if one.name in known)
    has = any(value for name, value in pairs if name in _PROXIES)
    return Proxied(container, tuple(pair for pair in pairs if pair[1])) if has else None


def _targets(view: View, question: Question, proxied: Proxied) -> Iterator[str]:
    """Yield what the pod asked for where that is known, else what any pod may ask for.

    The API server speaks TLS alone, so a proxy for plain HTTP leaves it alone.
    """
    services = view.all(Service)
    named = [one for one in services if _is_meant(one, question)]
    known = {address for one in services for address in one.addresses}
    if question.ip in known:
        yield str(question.ip)
    elif question.host and (question.host in known or _is_inside(question.host)):
        yield question.host
    elif named:
        yield f"{named[0].metadata.name}.{named[0].metadata.namespace}.svc"
    else:
        api = next((one for one in services if one.path == "default/kubernetes"), None)
        yield from (api.addresses[:1] if api and proxied.takes_tls else ())
        yield from ("NAME.NAMESPACE.svc", "NAME.NAMESPACE.svc.cluster.local")


def _is_meant(service: Service, question: Question) -> bool:
    meta = service.metadata
    return meta.name == question.service and question.namespace in {None, meta.namespace}


def _is_inside(host: str) -> bool:
    return host.rstrip(".").endswith((".svc", ".cluster.local"))


def is_left_out(target: str, listed: list[str]) -> bool:
    """Return whether NO_PROXY keeps a host or an address from the proxy."""
    return any(_leaves_out(target.rstrip(".").lower(), one.lower()) for one in listed)


def _leaves_out(target: str, pattern: str) -> bool:
    bare = pattern.rpartition(":")[0] if pattern.count(":") == 1 else pattern
    if bare == "*":
        return True
    try:
        return ip_address(target) in ip_network(bare, strict=False)
    except ValueError:
        pass
    ending = bare.removeprefix("*")
    if ending.startswith("."):
        return target.endswith(ending)
    return bool(ending) and (target == ending or target.endswith(f".{ending}"))


def _show(pod: Pod) -> str:
    words = ("get", "pod", pod.metadata.name, "-o", "jsonpath={.spec.containers[*].env}")
    return kubectl(*words, namespace=pod.metadata.namespace)


CHECK = Check(
    slug="proxy-variables",
    title=Text(en="Proxy variables", zh_tw="Proxy 變數"),
    groups=("pod",),
    proves=(CAUSE,),
    sees=(PODS, See(Service)),
    judge=judge,
    about=("pod",),
    rules_out=False,
    client=True,
)
