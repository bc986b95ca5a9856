"""The forms in which pastes name the CNI plugin and the container runtime."""

from knowledge.entity_rules import Fields, Rule, rule

# By the names that plugins, their pods, files and devices carry; sources are the manifests and
# the `type` of the CNI configurations in the projects' own repositories.
_CNI = {
    **dict.fromkeys(("flannel", "kube-flannel", "10-flannel"), "flannel"),
    **dict.fromkeys(("calico", "calico-node", "10-calico", "calico-typha", "felix"), "calico"),
    **dict.fromkeys(("cilium", "cilium-cni", "05-cilium", "cilium-agent"), "cilium"),
    **dict.fromkeys(("weave", "weave-net", "weave-npc", "10-weave"), "weave"),
    **dict.fromkeys(
        ("aws-cni", "aws-node", "10-aws", "aws-vpc-cni", "amazon-vpc-cni"), "aws-vpc-cni"
    ),
    **dict.fromkeys(("azure-vnet", "azure-cni", "azure-cns", "10-azure"), "azure-cni"),
    **dict.fromkeys(("antrea", "antrea-agent", "10-antrea"), "antrea"),
    **dict.fromkeys(("kube-ovn", "kube-ovn-cni", "01-kube-ovn"), "kube-ovn"),
    **dict.fromkeys(("kube-router", "10-kuberouter"), "kube-router"),
    **dict.fromkeys(("kindnet", "10-kindnet"), "kindnet"),
    **dict.fromkeys(("ovn-kubernetes", "ovn-k8s-cni-overlay", "ovnkube-node"), "ovn-kubernetes"),
    **dict.fromkeys(("canal", "10-canal"), "canal"),
}
_RUNTIMES = {
    **dict.fromkeys(("containerd", "cri-containerd"), "containerd"),
    **dict.fromkeys(("cri-o", "crio"), "cri-o"),
    **dict.fromkeys(("docker", "dockerd", "dockershim", "cri-dockerd"), "docker"),
}
_WORDS = (
    "flannel|alico|ilium|weave|aws-|azure|antrea|kube-ovn|kube-router|kindnet|ovn|canal|vpc-cni"
)
_PLUGIN = "|".join(sorted(_CNI, key=len, reverse=True))
_RUNTIME = "|".join(sorted(_RUNTIMES, key=len, reverse=True))
# Words that are a plugin's name and nothing else; `weave` and `canal` are English.
_NAMES = (
    "flannel|calico|cilium|weave[ -]net|antrea|kube-ovn|kube-router|kindnet|ovn-kubernetes"
    "|aws-vpc-cni|amazon-vpc-cni|azure-cni"
)
_SOCKETS = (
    r"containerd(?=/containerd\.sock)|crio(?=/crio\.sock)|(?:dockershim|cri-dockerd)(?=\.sock)"
)


def _cni(fields: Fields) -> Fields:
    return {"cni": _CNI[fields["cni"].lower().replace(" ", "-")]}


def _runtime(fields: Fields) -> Fields:
    return {"runtime": _RUNTIMES[fields["runtime"].lower()]}


RULES: tuple[Rule, ...] = (
    rule("plugin", rf"plugin (?:type=)?[\"'](?P<cni>{_PLUGIN})[\"']", read=_cni),
    rule("type", rf"[\"']type[\"']: ?[\"'](?P<cni>{_PLUGIN})[\"']", read=_cni),
    rule("net.d/", rf"net\.d/(?P<cni>{_PLUGIN})\.conf", read=_cni),
    rule(
        "calico-|flannel-|cilium-|weave-net-|aws-node-|azure-cns-|antrea-|kube-|kindnet-|ovnkube-|canal-",
        rf"\b[Pp]ods?[ =:]{{1,2}}[\"'`]?(?:[a-z0-9-]{{1,63}}/)?(?P<cni>{_PLUGIN})(?:-ds)?"
        r"-[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w.-])",
        2,
        _cni,
    ),
    rule(
        "calico",
        r"(?:/var/(?:run|lib)/|/run/|vxlan\.|projectcalico|BIRD is not ready: )(?P<cni>calico)",
        2,
        _cni,
    ),
    rule("flannel", r"(?:/run/|/etc/kube-|(?<![\w/.-])(?=flannel\.\d))(?P<cni>flannel)", 2, _cni),
    rule("cilium", r"(?<![\w/.-])(?P<cni>cilium)(?=_(?:host|net|vxlan)\b)", 2, _cni),
    rule(_WORDS, rf"(?i:(?<![\w/.@-])(?P<cni>{_NAMES})(?![\w/.@-]))", 3, _cni),
    rule(
        "CNI|cni",
        rf"\b(?:CNI|cni) ?(?:is|:|=|用的?是?|是|plugin)? ?(?P<cni>{_PLUGIN})(?![\w/.@-])",
        3,
        _cni,
    ),
    rule(
        "://", r"(?P<runtime>containerd|cri-o|docker)://(?=[0-9a-f]{12}|\d{1,2}\.\d)", read=_runtime
    ),
    rule(".sock", rf"(?P<runtime>{_SOCKETS})", 2, _runtime),
    rule(
        "containerd[|crio[|dockerd[",
        r"(?P<runtime>containerd|crio|dockerd|cri-dockerd)\[\d{1,8}\]: ",
        2,
        _runtime,
    ),
    rule(
        "untime|CRI|cri",
        rf"\b(?:[Rr]untime|CRI|cri) ?(?:is|:|=|用的?是?|是)? ?(?P<runtime>{_RUNTIME})(?![\w/.@:-])",
        3,
        _runtime,
    ),
)
