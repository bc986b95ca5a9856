"""Are versions of Kubernetes' own programs further apart than Kubernetes supports.

Compared are minor versions: of the API servers (`/version`, and the tags of their pods' images),
of the kubelets, and of the pods of kube-proxy, kube-controller-manager and kube-scheduler that are
in kube-system. A kubelet and a kube-proxy may be three minor versions older than every API server
(two, when older than 1.25) and newer than none; kube-proxy may be as far from the kubelet beside
it; the other two may be one older; API servers may be one apart. A program whose tag tells no
version, and whatever runs in no pod, is left out.

Found is only what a version alone proves: kube-proxy 1.19 to 1.21 reads EndpointSlices of
discovery.k8s.io/v1beta1, which API servers from 1.25 on do not serve. Any other distance beyond
the policy is told as something that could not be looked at: what it breaks shows in no object. That
upstream no longer supports the API servers' version is told beside, by the dates on
kubernetes.io/releases as read on 2026-11-25; of releases that came out later nothing is said, and
vendors may support theirs for longer.

Source: https://kubernetes.io/releases/version-skew-policy/; for EndpointSlices
https://kubernetes.io/docs/reference/using-api/deprecation-guide/ (1.25) and the changelog of 1.22.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from checks import nodes
from checks.kinds import Node, Pod
from checks.kubectl import kubectl
from checks.model import Check, Finding, Question, See, blind, clear, found, not_applicable
from checks.platform import counts
from checks.quotes import some
from checks.snapshot import View
from checks.subject import CLUSTER
from checks.text import EMPTY, Text
from checks.versions import AS_OF, Version, of_image, read

CAUSE = "kube-proxy-broken"
NAMESPACE = "kube-system"
LABELS = ("component", "k8s-app")
SERVER, PROXY, KUBELET = "kube-apiserver", "kube-proxy", "kubelet"
MANAGERS = ("kube-controller-manager", "kube-scheduler")
SUBJECT = f"DaemonSet {NAMESPACE}/{PROXY}"  # where it is no DaemonSet's, its pods' common name
WIDER_SINCE = 25  # from this minor version on, kubelet and kube-proxy may be three behind
BY_V1BETA1 = range(19, 22)  # kube-proxies that read EndpointSlices of v1beta1
WITHOUT_V1BETA1 = 25  # from this minor version on, API servers do not serve them

GONE = Text(
    en="kube-proxy {version} on {places} reads EndpointSlices of discovery.k8s.io/v1beta1, which "
    "API server {server} does not serve: it learns of no endpoint. Bring kube-proxy to the "
    "version of the kubelets.",
    zh_tw="{places} 上的 kube-proxy {version} 讀取 discovery.k8s.io/v1beta1 的 EndpointSlice，"
    "但 API server {server} 不再提供，因此它得不到任何端點。"
    "請把 kube-proxy 升級到 kubelet 的版本。",
)
SKEWED = Text(
    en="Versions are further apart than Kubernetes supports: {said}. What that breaks shows in no "
    "object.",
    zh_tw="版本差距超出 Kubernetes 支援的範圍：{said}。這會造成什麼影響，無法從任何物件看出來。",
)
NEWER = Text(
    en="{what} is newer than API server {server}",
    zh_tw="{what} 比 API server {server} 新",
)
OLDER = Text(
    en="{what} is {distance} minor versions older than API server {server}, where {most} may be",
    zh_tw="{what} 比 API server {server} 舊 {distance} 個次要版本，最多只能差 {most} 個",
)
BESIDE = Text(
    en="{what} is {distance} minor versions away from kubelet {kubelet} beside it, where {most} "
    "may be",
    zh_tw="{what} 與同節點的 kubelet {kubelet} 相差 {distance} 個次要版本，最多只能差 {most} 個",
)
APART = Text(
    en="API servers {oldest} and {newest} are more than one minor version apart",
    zh_tw="API server {oldest} 與 {newest} 相差超過一個次要版本",
)
WELL = Text(
    en="All versions seen are within what Kubernetes supports.",
    zh_tw="看到的版本都在 Kubernetes 支援的範圍內。",
)
ENDED = Text(
    en=" Upstream ended its support of 1.{minor} on {date}; a vendor's may last longer.",
    zh_tw=" 上游已在 {date} 結束對 1.{minor} 的支援，廠商可能支援得更久。",
)
UNREADABLE = Text(
    en="The API server calls its version {version}, which is none of Kubernetes 1.",
    zh_tw="API server 回報的版本是 {version}，不是 Kubernetes 1 的版本。",
)


class Part(msgspec.Struct, frozen=True):
    """One running program of Kubernetes; `place` is its node."""

    name: str
    version: Version
    place: str


class Servers(msgspec.Struct, frozen=True):
    """The oldest and the newest API server there is."""

    oldest: Version
    newest: Version


def judge(view: View, question: Question) -> Iterator[Finding]:
    """Compare the node asked about with the API servers, or all there is."""
    told = read(view.snapshot.version)
    if told is None:
        version = view.snapshot.version
        yield not_applicable(CLUSTER, UNREADABLE.fill(version=version))
        return
    meant = nodes.asked(view.all(Node), question)
    if isinstance(meant, Finding):
        yield meant
        return
    pods = [part for pod in view.all(Pod, NAMESPACE) for part in _parts(pod)]
    every = sorted([told, *(one.version for one in pods if one.name == SERVER)])
    servers = Servers(every[0], every[-1])
    names = {node.metadata.name for node in meant}
    kubelets = [part for node in meant for part in _kubelet(node)]
    here = [one for one in pods if one.place in names or not question.node]
    yield _weigh(view, nodes.subject(meant), servers, [*kubelets, *here])


def _weigh(view: View, subject: str, servers: Servers, parts: Sequence[Part]) -> Finding:
    quotes = [f"API server: {view.snapshot.version}", *_quotes(parts)]
    end = servers.oldest.ended(view.time.date())
    note = EMPTY
    if end:
        note = ENDED.fill(minor=servers.oldest.minor, date=end)
        quotes.append(f"dates of support as of {AS_OF}")
    blinded = [one for one in parts if one.name == PROXY and _reads_what_is_gone(one, servers)]
    if blinded:
        version, places = blinded[0].version.text, some(one.place for one in blinded)
        summary = GONE.fill(version=version, places=places, server=servers.oldest.text)
        return found(SUBJECT, summary + note, cause=CAUSE, evidence=quotes, command=_show_proxies())
    said = list(_breaches(servers, parts))
    command = kubectl("get", "nodes", "-o", "wide")
    if said:
        summary = SKEWED.fill(said=_joined(said)) + note
        return blind(subject, summary, needs=(), evidence=quotes, command=command)
    return clear(subject, WELL + note, evidence=quotes, command=command)


def _reads_what_is_gone(proxy: Part, servers: Servers) -> bool:
    return proxy.version.minor in BY_V1BETA1 and servers.oldest.minor >= WITHOUT_V1BETA1


def _breaches(servers: Servers, parts: Sequence[Part]) -> Iterator[Text]:
    """Yield what is beyond the policy; programs of one name and version are told together."""
    if servers.newest.minor - servers.oldest.minor > 1:
        yield APART.fill(oldest=servers.oldest.text, newest=servers.newest.text)
    alike: defaultdict[tuple[str, Version], list[Part]] = defaultdict(list)
    for part in parts:
        alike[part.name, part.version].append(part)
    for (name, version), some_parts in sorted(alike.items()):
        if name != SERVER:
            yield from _against(servers, name, version, _what(some_parts))
    yield from _beside(parts)


def _against(servers: Servers, name: str, version: Version, what: str) -> Iterator[Text]:
    most, distance = _most(name, version), servers.newest.minor - version.minor
    if version.minor > servers.oldest.minor:
        yield NEWER.fill(what=what, server=servers.oldest.text)
    elif distance > most:
        server = servers.newest.text
        yield OLDER.fill(what=what, distance=distance, server=server, most=most)


def _beside(parts: Sequence[Part]) -> Iterator[Text]:
    """Yield which kube-proxies are too far from the kubelet on their node."""
    kubelets = {one.place: one.version for one in parts if one.name == KUBELET}
    pairs: defaultdict[tuple[Version, Version], list[Part]] = defaultdict(list)
    for part in parts:
        if part.name == PROXY and part.place in kubelets:
            pairs[part.version, kubelets[part.place]].append(part)
    for (proxy, kubelet), some_parts in sorted(pairs.items()):
        distance, most = abs(proxy.minor - kubelet.minor), _most(PROXY, proxy)
        if distance > most:
            what = _what(some_parts)
            yield BESIDE.fill(what=what, distance=distance, kubelet=kubelet.text, most=most)


def _most(name: str, version: Version) -> int:
    """Return how many minor versions a program may be behind."""
    if name in MANAGERS:
        return 1
    return 3 if version.minor >= WIDER_SINCE else 2


def _what(parts: Sequence[Part]) -> str:
    places = some(sorted({one.place for one in parts if one.place}), 3)
    called = f"{parts[0].name} {parts[0].version.text}"
    return f"{called} ({places})" if places else called


def _parts(pod: Pod) -> Iterator[Part]:
    """Yield the program of Kubernetes that a pod runs, by its label and its image's tag."""
    labelled = {pod.labels.get(key) for key in LABELS}
    for name in (SERVER, PROXY, *MANAGERS):
        if name in labelled and not pod.terminal:
            for container in pod.containers:
                version = of_image(container.image)
                if version and container.name == name:
                    yield Part(name, version, pod.spec.node_name)


def _kubelet(node: Node) -> Iterator[Part]:
    version = read(node.status.node_info.kubelet_version)
    if version:
        yield Part(KUBELET, version, node.metadata.name)


def _quotes(parts: Iterable[Part]) -> list[str]:
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for part in parts:
        seen[part.name][part.version.text] += 1
    return [f"{name}: {counts(dict(sorted(seen[name].items())))}" for name in sorted(seen)]


def _joined(said: Sequence[Text]) -> Text:
    return Text(en="; ".join(one.en for one in said), zh_tw="；".join(one.zh_tw for one in said))


def _show_proxies() -> str:
    return kubectl("describe", "daemonset", PROXY, namespace=NAMESPACE)


CHECK = Check(
    slug="version-skew",
    title=Text(en="Distance between versions", zh_tw="版本差距"),
    groups=("node",),
    proves=(CAUSE,),
    sees=(See(Node), See(Pod, NAMESPACE)),
    reads_version=True,
    judge=judge,
    about=("node",),
    rules_out=False,
)
