"""Slugs and areas for drafts, from their titles and words."""

import re
from collections import Counter
from collections.abc import Container

_WORD = re.compile(r"[a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SMALL = frozenset(
    re.findall(
        r"\w+",
        "a an the of to in on at for and or is are was be by with from as it its this that your "
        "you when how what why my our i am do does should",
    )
)
_WORDS = 6  # of a title that its slug keeps; arbitrary, both keep slugs readable
_LETTERS = 48
_TELLING = 2  # words a slug needs to stand without its section's number
_AREAS = {
    "dns": "dns|coredns|kube-dns|resolv|nslookup|nxdomain|解析|nameserver",
    "ingress": "ingress|nginx|gateway api|traefik|502|504|load ?balancer|負載均衡|负载均衡",
    "policy": "network ?polic|networkpolicy|網絡策略|网络策略|安全策略|calico policy",
    "service": "services?|endpoints?|clusterip|nodeport|kube-proxy|hairpin|ipvs|服務|服务",
    "api": (
        "api ?server|kubernetes api|rbac|forbidden|unauthorized|serviceaccount|webhook|certificate|"
        "etcd|x509|憑證|证书"
    ),
    "cni": (
        "cni|flannel|calico|cilium|weave|sandbox|ipam|podcidr|分配 ?ip|網絡插件|网络插件|kubenet"
    ),
    "node": "nodes?|kubelet|kernel|conntrack|mtu|iptables|內核|内核|節點|节点|sysctl|dockerd?",
    "pod": "pods?|containers?|容器",
}
_AREA_PATTERNS = {area: re.compile(words, re.IGNORECASE) for area, words in _AREAS.items()}
_TITLE_WEIGHT = 20  # a title says it once, a long text anything many times


def slug(title: str, number: int, taken: Container[str]) -> str:
    """Return a slug of the title's ASCII words; with too few of them the section's number leads."""
    split = _CAMEL.sub(" ", title) if re.fullmatch(r"[A-Za-z0-9]+", title) else title
    found = _WORD.findall(split.lower().replace("'", "").replace("’", ""))
    words = [word for word in found if word not in _SMALL]
    while words and words[0].isdigit():  # the number of a heading tells nothing of it
        words.pop(0)
    words = words[:_WORDS]
    while len("-".join(words)) > _LETTERS and len(words) > 1:
        words.pop()
    short = [word[:_LETTERS] for word in words]
    name = "-".join(short if len(short) >= _TELLING else ("section", f"{number:02}", *short))
    return _unique(name, taken)


def _unique(name: str, taken: Container[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}-{count}"
    return candidate


def area(title: str, text: str) -> str:
    """Return the area whose words the title, else the text, holds most; `pod` when none does."""
    counts = Counter[str]()
    for name, pattern in _AREA_PATTERNS.items():
        counts[name] = _TITLE_WEIGHT * len(pattern.findall(title)) + len(pattern.findall(text))
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "pod"
