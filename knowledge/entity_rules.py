"""The forms in which pastes name things, one rule each."""

import re
from collections.abc import Callable

import msgspec

from knowledge.no_names import NO_HOSTS, NO_NAMESPACES, NO_NAMESPACES_BEFORE, NO_SERVICES

Fields = dict[str, str]

_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_DNS = r"[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?"
_HOST = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,251}[A-Za-z0-9])?"
_IP = r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"
_IPV6 = r"[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]{1,40}"
_Q = r"[\"'`]?"
_SERVICE_REF = r"(?:https?:)?[a-z0-9][-a-z0-9.]{0,252}(?::[-a-z0-9]{0,15})?"
_KUBECTL = r"\b(?:kubectl|oc|k|helm|stern)\b"
_FLAGS = r"(?: (?:-n|--namespace|--context|--kubeconfig)[ =]\S{1,128}){0,3}"
_POD_KIND = r"(?:pods?|po)"
_SERVICE_KIND = r"(?:services?|svc|endpoints|ep)"
# What a controller appends to a pod's name: five signs of rand.SafeEncodeString's alphabet
# (k8s.io/apimachinery pkg/util/rand), or a StatefulSet's ordinal. Prose never ends so.
_GENERATED = r"(?:[bcdfghjklmnpqrstvwxz2456789]{5}|\d{1,3})"
_TAIL = r"(?:[a-z0-9.-]{0,60}[a-z0-9])?"


class Rule(msgspec.Struct, frozen=True):
    """One form: words of which one must be there, its pattern, what to make of its groups.

    `rank` 0 is the plainest statement, 3 the faintest; where two differ the plainer one holds.
    """

    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    rank: int = 1
    read: Callable[[Fields], Fields] | None = None


def _dotted_host(fields: Fields) -> Fields:
    return _host(fields) if "." in fields["host"] else {}


FIELD_OF_KIND: dict[str, str] = {
    **dict.fromkeys(("pod", "pods", "po"), "pod"),
    **dict.fromkeys(("service", "services", "svc", "endpoints", "ep"), "service"),
    **dict.fromkeys(("node", "nodes", "no"), "node"),
}


def rule(
    needs: str, pattern: str, rank: int = 1, read: Callable[[Fields], Fields] | None = None
) -> Rule:
    """Return the rule for a form; `needs` are its words, joined by `|`."""
    return Rule(tuple(needs.split("|")), re.compile(pattern), rank, read)


def _forbidden(fields: Fields) -> Fields:
    """Read the older form without the word `resource`; at the cluster scope no namespace is."""
    old = fields.pop("old", "")
    if old:
        fields["resource"] = old
    if fields.pop("scope", ""):
        fields.update(namespace="", scope="cluster")
    return spell_out(fields)


def spell_out(fields: Fields) -> Fields:
    """Split what programs write together.

    `pods/log` is a resource and a subresource, `podgroups.example.io` a resource and its group
    (the core group is the empty string), `http:cart:80` a Service with scheme and port.
    """
    if "resource" in fields:
        resource, _, subresource = fields["resource"].partition("/")
        if "group" not in fields and "." in resource:
            resource, _, fields["group"] = resource.partition(".")
        fields["resource"] = resource
        if subresource:
            fields["subresource"] = subresource
    if ":" in fields.get("service", ""):
        fields = _service(fields)
    return fields


def _named(fields: Fields) -> Fields:
    """Put `kind` and `name`, as kubectl takes them, under the field of that kind."""
    field = FIELD_OF_KIND[fields["kind"].lower()]
    return {field: fields["name"]}


def _named_namespace(fields: Fields) -> Fields:
    return {} if fields["namespace"] in NO_NAMESPACES else fields


def _namespace_before(fields: Fields) -> Fields:
    return {} if fields["namespace"] in NO_NAMESPACES_BEFORE else fields


def _service_name(fields: Fields) -> Fields:
    return {} if fields["service"] in NO_SERVICES else fields


def _account(fields: Fields) -> Fields:
    """Name a ServiceAccount as the API server does; without a namespace it is none."""
    if fields["namespace"] in NO_NAMESPACES or fields["account"] in NO_NAMESPACES:
        return {}
    return {"user": f"system:serviceaccount:{fields['namespace']}:{fields['account']}"}


def _ipv6(fields: Fields) -> Fields:
    return fields if fields["ip"].count(":") > 1 else {}


def _placed_name(fields: Fields) -> Fields:
    """Take `pod cart-0 in namespace shop` whole, or not at all."""
    named = _named_namespace(fields)
    return {**_named(named), "namespace": named["namespace"]} if named else {}


def _service(fields: Fields) -> Fields:
    """Read `http:cart:80` as API proxy paths write a Service: scheme, name, port."""
    parts = fields["service"].split(":")
    if parts[0] in {"http", "https"} and len(parts) > 1:
        parts = parts[1:]
    fields["service"] = parts[0]
    if len(parts) > 1 and parts[1]:
        fields["port"] = parts[1]
    return fields


def _host(fields: Fields) -> Fields:
    """Take a looked-up name as a host; one of two labels before `.svc` is a Service."""
    host = fields.get("host", "").rstrip(".")
    if not host or host.lower() in NO_HOSTS:
        return {}
    fields["host"] = host
    name, found, _ = host.partition(".svc")
    labels = name.split(".")
    if found and len(labels) == 2:  # noqa: PLR2004 name and namespace
        fields["service"], fields["namespace"] = labels
    return fields


def _quoted(words: str) -> str:
    """Return the words, each before any quote, as `rule` takes them."""
    spaces = ("", " ")
    either = [
        f"{word}{gap}{quote}" for word in words.split("|") for gap in spaces for quote in "\"'`"
    ]
    return "|".join(either)


RULES: tuple[Rule, ...] = (
    rule(
        " cannot ",
        r'(?:"(?P<name>[^"\s]{1,253})" is forbidden: )?User "(?P<user>[^"\n]{1,253})" cannot '
        r'(?P<verb>[a-z]{1,20})(?: resource "(?P<resource>[^"\n]{1,253})"'
        r'(?: in API group "(?P<group>[^"\n]{0,253})")?| path "(?P<path>[^"\n]{1,253})"'
        r"| (?P<old>[a-z][a-z0-9./-]{0,252}))?"
        r'(?: in the namespace "(?P<namespace>[^"\n]{1,63})"| (?P<scope>at the cluster scope))?',
        rank=0,
        read=_forbidden,
    ),
    rule(
        "system:serviceaccount:",
        rf"(?P<user>system:serviceaccount:{_LABEL}:{_DNS})",
        rank=3,  # its own namespace is not the one that is asked about
    ),
    rule(
        "_",
        # The name is taken without going back, and may not: no sign of it is the `_` behind it.
        r"(?<![\w.-])(?P<pod>[a-z0-9][-a-z0-9.]{0,252}+)(?<![.-])_"
        rf"(?P<namespace>{_LABEL})(?:\([0-9a-f-]{{8,36}}\)|\" network)",
    ),
    rule(
        "k8s_",
        rf"k8s_(?P<container>[^_\s]{{1,63}})_(?P<pod>{_DNS})_(?P<namespace>{_LABEL})"
        r"_[0-9a-f-]{8,36}_",
    ),
    rule(
        "PodSandboxMetadata",
        rf"PodSandboxMetadata\{{Name:(?P<pod>{_DNS}),Uid:[^,\n]{{0,40}},"
        rf"Namespace:(?P<namespace>{_LABEL}),",
    ),
    rule("od=", rf"\b[Pp]od={_Q}(?P<namespace>{_LABEL})/(?P<pod>{_DNS})"),
    rule("od |od:", rf"\b[Pp]od:? {_Q}(?P<namespace>{_LABEL})/(?P<pod>{_DNS})"),
    rule("assigned ", rf"assigned (?P<namespace>{_LABEL})/(?P<pod>{_DNS}) to (?P<node>{_HOST})"),
    rule("ervice", rf"\b[Ss]ervice:? {_Q}(?P<namespace>{_LABEL})/(?P<service>{_DNS})"),
    rule(
        "ervice", rf"\b[Ss]ervice(?:s|Port)? [\"'`](?P<service>{_SERVICE_REF})[\"'`]", read=_service
    ),
    rule(_quoted("od|ods"), rf"\b[Pp]ods? ?[\"'`](?P<pod>{_DNS})[\"'`]"),
    rule(
        _quoted("ode|odes|ode=|ode:"),
        rf"\b[Nn]odes?(?: |=|:\s?|(?=\"))[\"'`](?P<node>{_HOST})[\"'`]",
    ),
    rule("kubelet, ", rf"kubelet(?<=\bkubelet), (?P<node>{_HOST})\b"),
    rule("kubelet[", rf"(?m)^(?P<node>{_HOST}) kubelet\[\d"),
    rule("Node:", rf"(?m)^Node: (?P<node>{_HOST})(?:/(?:{_IP}))?$"),
    rule(
        "namespaces/",
        rf"/namespaces/(?P<namespace>{_LABEL})/services/(?P<service>{_SERVICE_REF})",
        read=_service,
    ),
    rule("namespaces/", rf"/namespaces/(?P<namespace>{_LABEL})/pods/(?P<pod>{_DNS})"),
    rule("namespaces/", rf"/namespaces/(?P<namespace>{_LABEL})(?:/|\b)", rank=2),
    rule(
        "/containerLogs/|/exec/",
        rf"/(?:containerLogs|exec)/(?P<namespace>{_LABEL})/(?P<pod>{_DNS})/(?P<container>{_LABEL})",
    ),
    rule(
        "-n|--namespace",
        rf"{_KUBECTL}[^\n|;]{{0,160}}?\s(?:-n|--namespace)[ =]?(?P<namespace>{_LABEL})\b",
    ),
    rule(
        "kubectl|k |oc ",
        rf"{_KUBECTL}{_FLAGS}\s(?:get|describe|edit|delete)\s(?:-\S{{1,20}} )?"
        rf"(?P<kind>{_POD_KIND}|{_SERVICE_KIND}|nodes?|no)[ /]"
        rf"(?P<name>{_DNS})(?![\w.=-])",
        read=_named,
    ),
    rule(
        "logs|exec|port-forward",
        rf"{_KUBECTL}{_FLAGS}\s(?:logs?|exec)\s"
        r"(?:(?:-n|--namespace|-c)[ =]\S{1,63} |-[-a-z]{1,12} ){0,4}"
        rf"(?:pods?/)?(?P<pod>{_DNS}-[a-z0-9]{{4,10}}|{_DNS}-\d{{1,3}})(?![\w./=-])",
    ),
    rule(
        "-c|--container",
        rf"{_KUBECTL}[^\n|;]{{0,160}}?\s(?:-c|--container)[ =](?P<container>{_LABEL})\b",
    ),
    rule("ontainers{", rf"spec\.(?:initC|c|ephemeralC)ontainers\{{(?P<container>{_LABEL})\}}"),
    rule(
        "failed container",
        rf"failed container[ =]\"?(?P<container>{_LABEL})\"? in pod "
        rf"(?P<pod>{_DNS})_(?P<namespace>{_LABEL})",
    ),
    rule(
        "pod/|svc/|service/|node/",
        rf"(?<![\w/.-])(?P<kind>pod|svc|service|node)/(?![\w.-]{{1,60}}\.go\b)(?P<name>{_DNS})(?![\w/])",
        rank=2,
        read=_named,
    ),
    rule(
        ".svc", rf"(?<![\w.-])(?P<host>(?:{_LABEL}\.){{2,6}}svc(?:\.{_LABEL}){{0,4}})", read=_host
    ),
    rule("lookup ", rf"lookup (?P<host>{_HOST}\.?)(?: on {_IP}:\d|:)", read=_host),
    rule(
        "esolve",
        rf"resolve (?:host:? ?|hostname ?|address ?)?[\"'`(]?(?P<host>{_HOST}\.?)[\"'`)]?"
        r"(?=[:;,\s]|$)",
        rank=2,
        read=_dotted_host,
    ),
    rule("bad address", rf"bad address '(?P<host>{_HOST})'", read=_host),
    rule("ENOTFOUND|EAI_AGAIN", rf"(?:ENOTFOUND|EAI_AGAIN) (?P<host>{_HOST})", read=_host),
    rule("UnknownHostException", rf"UnknownHostException: (?P<host>{_HOST})", read=_host),
    rule(
        "dial |->|onnect",
        rf"(?:dial (?:tcp|udp) |->|connect to )\[(?P<ip>{_IPV6})\]:(?P<port>\d{{1,5}})\b",
        read=_ipv6,
    ),
    rule(
        "://",
        rf"\bhttps?://(?P<host>[A-Za-z]{_HOST}):(?P<port>\d{{1,5}})(?![\w.]|/apis?/)",
        rank=3,
        read=_host,
    ),
    rule(
        "curl |wget ",
        r"\b(?:curl|wget)(?: [^\s:]{1,60}){0,6} [\"']?https?://"
        rf"(?P<host>[A-Za-z]{_HOST})(?=[/\s\"'?]|$)",
        rank=2,
        read=_dotted_host,
    ),
    rule(
        "/apis/",
        rf"/apis/(?P<group>{_DNS})/v\d[a-z0-9]{{0,10}}/(?:namespaces/{_LABEL}/)?"
        r"(?P<resource>[a-z]{2,63})(?=[/?\"'\s:]|$)",
        rank=3,
    ),
    rule(
        "can-i ",
        r"can-i (?P<verb>[a-z]{2,20}) (?P<resource>[a-z][a-z0-9./-]{0,252})(?![\w./:*-])",
        read=spell_out,
    ),
    rule("--as", rf"--as[ =](?P<user>system:serviceaccount:{_LABEL}:{_DNS})", rank=2),
    rule("dial |->", rf"(?:dial (?:tcp|udp) |->)\[?(?P<ip>{_IP})\]?:(?P<port>\d{{1,5}})\b"),
    rule("to server", rf"to the server (?P<host>{_HOST}):(?P<port>\d{{1,5}}) "),
    rule(
        "onnect",
        rf"connect to (?P<ip>{_IP})(?: \([^)\n]{{0,60}}\))?(?:,? port |:)(?P<port>\d{{1,5}})\b",
    ),
    rule(
        "onnect",
        rf"connect to (?P<host>[A-Za-z]{_HOST})(?: \([^)\n]{{0,60}}\))?(?:,? port |:)"
        r"(?P<port>\d{1,5})\b",
        read=_host,
    ),
    rule("amespace", rf"\bnamespace[:=]? ?[\"'`](?P<namespace>{_LABEL})[\"'`]", rank=2),
    rule("(namespace", rf"\(namespace:? {_Q}(?P<namespace>{_LABEL}){_Q}\)", rank=2),
    rule("amespace:", rf"(?m)^[Nn]amespace: (?P<namespace>{_LABEL})$", rank=2),
    rule(
        "namespace ",
        rf"\b(?P<kind>pod|service|svc) (?P<name>{_DNS}) (?:in|of|from) (?:the )?namespace "
        rf"(?P<namespace>{_LABEL})(?![\w.-])",
        rank=3,
        read=_placed_name,
    ),
    rule(
        "namespace |命名空",
        r"(?:\b(?:in|of|from) (?:the )?namespace |命名空[間间] ?(?:[是為为:] ?)?"
        rf"|namespace ?[是為为] ?)(?P<namespace>{_LABEL})(?![\w.-])",
        rank=3,
        read=_named_namespace,
    ),
    rule(
        "namespace",
        rf"\b(?:in|from|of) (?:the )?(?P<namespace>{_LABEL}) namespace\b",
        rank=3,
        read=_namespace_before,
    ),
    rule(
        "namespace|命名空",
        rf"(?<![\w./:-])(?P<namespace>{_LABEL}) ?"
        r"(?:[這这][個个] ?(?:命名空[間间]|namespace)|命名空[間间]|namespace(?= ?[\u4e00-\u9fff]))"
        r"(?! ?[是為为:=])",
        rank=3,
        read=_namespace_before,
    ),
    rule(
        "namespace ",
        rf"\bnamespace (?P<namespace>{_LABEL}) ?(?=[的中裡里內内下])",
        rank=3,
        read=_named_namespace,
    ),
    rule(
        "namespace",
        rf"(?<![\w-])namespace={_Q}(?P<namespace>{_LABEL})(?![\w./-])",
        rank=2,
    ),
    rule("pod=", rf"(?<![\w-])pod={_Q}(?P<pod>{_DNS})(?![\w./-])", rank=2),
    rule(
        "node=|nodeName=", rf"(?<![\w-])(?:node|nodeName)={_Q}(?P<node>{_DNS})(?![\w./-])", rank=2
    ),
    rule("service=", rf"(?<![\w-])service={_Q}(?P<service>{_LABEL})(?![\w./-])", rank=2),
    rule(
        "object=",
        rf"object={_Q}(?P<namespace>{_LABEL})/(?P<name>{_DNS}){_Q} "
        rf"(?:fieldPath={_Q}[^\"\s]{{0,80}}{_Q} )?kind={_Q}(?P<kind>Pod|Service|Endpoints)\b",
        read=_placed_name,
    ),
    rule(
        "svc |ndpoint",
        rf"\b(?:svc|[Ee]ndpoints?|[Ee]ndpoint[Ss]lices?) {_Q}(?P<namespace>{_LABEL})/"
        rf"(?P<service>{_LABEL})(?![\w./:-])",
        rank=2,
    ),
    rule(
        "ervice",
        rf"\b[Ss]ervice ?(?:account|Account) [\"'`]?(?P<account>{_LABEL})[\"'`]? "
        rf"in (?:the )?(?:namespace {_Q})?(?P<namespace>{_LABEL})(?:[\"'`]|(?![\w.-]))",
        rank=2,
        read=_account,
    ),
    rule(
        "erviceaccount|erviceAccount|service account",
        rf"\b(?:[Ss]ervice[Aa]ccounts?|service account)[ /:]{_Q}(?P<namespace>{_LABEL})/"
        rf"(?P<account>{_LABEL})(?![\w./:-])",
        rank=2,
        read=_account,
    ),
    rule(
        "服務|服务",
        rf"(?:服務|服务) ?(?P<service>{_LABEL})(?= ?(?:[\u4e00-\u9fff]|[，。,:]|$))",
        rank=3,
        read=_service_name,
    ),
    rule("服務|服务", rf"(?:服務|服务) ?[\"'`](?P<service>{_LABEL})[\"'`]", rank=2),
    rule(
        "ervice |svc ",
        rf"\b(?:[Ss]ervice|svc) (?P<service>{_LABEL}) ?(?=[\u4e00-\u9fff])",
        rank=3,
        read=_service_name,
    ),
    rule(
        "節點|节点",
        rf"(?:節點|节点) ?[\"'`]?(?P<node>[a-z][a-z0-9.-]{{0,200}}\d{_TAIL})(?![\w])",
        rank=3,
    ),
    rule("od ", rf"\b[Pp]od (?P<pod>{_DNS}-{_GENERATED})(?![\w.-])", rank=3),
    rule("on node ", rf"\bon node (?P<node>[a-z][a-z0-9.-]{{0,200}}\d{_TAIL})(?![\w])", rank=3),
)
