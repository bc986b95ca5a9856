"""Lines of program output made signatures: what varies becomes a typed hole.

Kept as it stands is what a program always prints: words, HTTP and exit codes, well-known folders
such as `/etc/cni/net.d`. See `knowledge/signature.py` for the types of holes.
"""

import re
from collections.abc import Callable

from knowledge.redact import MASK
from knowledge.signature import BadHoleError, Pattern

LEAST = 12
"""Literal characters below which a signature is refused; arbitrary, `i/o timeout` has eleven."""
_MOST = 400  # characters of a line that are used; arbitrary, the rest only makes it brittle
_LONG_URL = 100  # characters; a `word` holds 120

_SAFE = "bcdfghjklmnpqrstvwxz2456789"  # what Kubernetes makes its random suffixes of
_SUFFIX = rf"(?:[{_SAFE}0-9a-f]{{6,10}}-[{_SAFE}]{{5}}|[{_SAFE}]{{5}})"
_DNS = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_KINDS = {
    **dict.fromkeys(("pod", "pods"), "pod"),
    **dict.fromkeys(("service", "services", "svc", "endpoints", "endpoint"), "service"),
    **dict.fromkeys(("node", "nodes", "host"), "node"),
    **dict.fromkeys(("namespace", "namespaces", "ns"), "namespace"),
    **dict.fromkeys(("serviceaccount", "serviceaccounts"), "serviceaccount"),
    **dict.fromkeys(("container", "containers"), "container"),
    "user": "user",
    "verb": "verb",
    "resource": "resource",
    "api group": "group",
}
_KIND = "|".join(sorted(_KINDS, key=len, reverse=True))
_HEADS = re.compile(
    r"(?:(?:Warning|Normal) +[A-Z]\w+ +(?:kubelet, ?\S+ +)?(?:[a-z][\w-]{2,40} +(?=[A-Z\"(]))?"
    r"|\[ *\d+\.\d+\] +|[\w.-]{1,60} [\w.-]{1,40}(?:\[\d+\])?: +(?=[A-Z]\d{4} |level=|time=)"
    r"|[\w.-]{1,60} (?:kubelet|kernel|dockerd|containerd|crio|k3s|rke2|systemd|NetworkManager)"
    r"(?:\[\d+\])?: +|[\w/.-]{1,60}\.go:\d+\]? +|[\[(](?:ERROR|WARN|WARNING|FATAL)[\])]:? +)"
)
_POD_ROW = re.compile(
    r"(?:[a-z0-9-]{1,63} +(?=[a-z0-9]))?(?P<name>[a-z0-9][a-z0-9.-]*) +(?P<ready>\d+/\d+) +"
    r"(?P<status>[A-Z][\w:/]+)(?: +\d+\b.*)?$"
)
_EDGE_HOLES = re.compile(r"(?:[\s.,:;=(\"'-]*<(?:word|num|hash|quoted|text)>(?:/(?=<)|[\s.,:;=)\"'-])*)+")


class NoSignatureError(ValueError):
    """A line cannot be a signature; the message says why."""


def signature(line: str) -> str:
    """Make a cleaned, masked line of output a signature. Raises `NoSignatureError`."""
    text = _generalised(line)
    try:
        pattern = Pattern(text)
    except BadHoleError as error:  # the rules know every type; a guard for those to come
        raise NoSignatureError(str(error)) from error
    if len(pattern.literal) < LEAST:
        raise NoSignatureError(f"only {len(pattern.literal)} characters of it stay the same")
    if len(pattern.literal.split()) == 1 and not re.search(r"[/:]", pattern.literal):
        raise NoSignatureError("one word, which many lines hold")
    if pattern.search(line.encode()) is None:
        raise NoSignatureError("it would not find its own line again")
    return text


def _generalised(line: str) -> str:
    for _ in range(3):  # a syslog head before a klog head before the message
        found = _HEADS.match(line)
        line = line[found.end() :] if found else line
    row = _POD_ROW.match(line)
    if row:
        return f"{_without_suffix(row['name'])} {row['ready']} {row['status']}"
    return _trimmed(_RULES.sub(_replace, _cut(line)))


def _cut(line: str) -> str:
    """Cut a long line at a word."""
    return line if len(line) <= _MOST else line[:_MOST].rpartition(" ")[0] or line[:_MOST]


def _without_suffix(name: str) -> str:
    found = re.fullmatch(rf"(.+?)-{_SUFFIX}", name)
    return f"{found[1]}-<name>" if found else "<pod>"


def _trimmed(text: str) -> str:
    """Drop holes at both ends: there they tell nothing."""
    text = " ".join(text.split())
    start = _EDGE_HOLES.match(text)
    text = text[start.end() :] if start else text
    while True:
        end = re.search(r"[\s.,:;=(\"'-]*<(?:word|num|hash|quoted|text)>[\s.,:;=)\"'-]*$", text[-40:])
        if not end or not end[0]:
            break
        text = text[: len(text) - len(end[0])]
    return re.sub(r">/$", ">", text.rstrip(" ,;(").lstrip(" ,;)"))


def _kind(found: re.Match[str]) -> str:
    """Name what a kind's name stands for: `pod "web-1"`, `Service shop/web`, `User "x"`."""
    kind = _KINDS[found["kind"].lower()]
    space, value = found["namespace"], found["value"]
    typed = f"<{kind}>"
    if kind == "pod" and not space and "_" in value:
        typed = "<pod>_<namespace>" if value.count("_") == 1 else "<word>"
    if space:
        typed = f"<namespace>/{typed}"
    return f"{found['kind']}{found['gap']}{typed}"


def _path(found: re.Match[str]) -> str:
    """Keep a system's folder, but for the parts of it that vary."""
    path = found[0]
    end = path.rstrip(".:,;)")
    rest = path[len(end) :]
    if not _SYSTEM.match(end):
        return f"<path>{rest}"
    parts = [("<word>" if _VOLATILE.search(one) else one) for one in end.split("/")]
    return "/".join(parts) + rest


_SYSTEM = re.compile(r"/(?:etc|opt|proc|sys|run|usr|var/(?:run|lib)|s?bin|lib(?:64)?|dev)(?:/|$)")
_VOLATILE = re.compile(rf"[0-9a-f]{{8,}}|^\d{{2,}}$|-{_SUFFIX}$|_|\*|<|\[")


def _url(found: re.Match[str]) -> str:
    url = found[0].rstrip(".,:;)")
    hole = "<word>" if len(url) <= _LONG_URL else "<text>"
    return hole + found[0][len(url) :]


def _placeholder(found: re.Match[str]) -> str:
    printed = {"<none>", "<nil>", "<unknown>", "<pending>", "<unset>", "<invalid>", "<error>"}
    return found[0] if found[0] in printed else "<word>"


def _ipport(found: re.Match[str]) -> str:
    return "<ip>:<port>"


_Rule = tuple[str, str, Callable[[re.Match[str]], str] | str]
_TABLE: tuple[_Rule, ...] = (
    ("mask", re.escape(MASK), "<word>"),
    ("placeholder", r"<[^<>\n]{1,60}>", _placeholder),
    ("variable", r"\$\{[^{}\s]{1,60}\}|\{\{[^{}]{1,60}\}\}|%\w\b|\bx{3,}\b(?:\.x{3,}\b)*", "<word>"),
    ("elision", r"\.{3,}", "<text>"),
    ("url", r"(?<![\w/])[a-z]{2,8}://[^\s\"'`<>]+", _url),
    ("stamp", r"\b\d{4}[-/]\d\d[-/]\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?", "<word>"),
    ("date", r"\b\d{4}[-/]\d\d[-/]\d\d\b", "<word>"),
    ("clock", r"(?<![\w.:])\d\d:\d\d:\d\d(?:\.\d+)?(?![\w:])", "<word>"),
    (
        "kind",
        rf"\b(?P<kind>(?i:{_KIND}))(?P<gap>\s?[:=]?\s?[\"'](?=[^\"'`\s]+[\"'])|[=/](?=[\w.-]))"
        r"(?:(?P<namespace>[a-z0-9-]{1,63})/(?=[\w-]))?(?P<value>[\w:.*@-]{1,200})",
        _kind,
    ),
    (
        "pair",
        r"\b(?P<kind2>(?i:pod|service|endpoints?))\s(?P<ns2>[a-z0-9-]{1,63})/(?P<name2>[a-z0-9][a-z0-9.-]{0,250}[a-z0-9])",
        lambda found: f"{found['kind2']} <namespace>/<{_KINDS[found['kind2'].lower()]}>",
    ),
    ("ipport", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}\b|\[[0-9a-fA-F:.]+\]:\d{1,5}\b", _ipport),
    ("cidr", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}\b", "<ip>/<num>"),
    ("ip", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)", "<ip>"),
    ("ip6", r"(?<![\w:.])(?:[0-9a-fA-F]{1,4}:){2,7}(?::?[0-9a-fA-F]{1,4})?(?::[0-9a-fA-F]{1,4})*(?![\w:])", "<ip>"),
    ("lookup", r"(?P<verb>\b(?:lookup|resolve host|resolve|resolving|bad address|host)[: ] ?[\"'`]?)(?=[^\s\"'`]*\.)[\w.-]{3,}(?<!\.)", lambda found: f"{found['verb']}<host>"),
    ("service host", r"\b[\w-]+(?:\.[\w-]+)*\.svc(?:\.[\w-]+)*", "<host>"),
    ("host", rf"(?<![\w./@-]){_DNS}(?:\.{_DNS}){{0,5}}\.(?:com|org|net|local|internal|dev|cn|tw|lan|cloud|example|test)\b(?![\w/])", "<host>"),
    ("uuid", r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", "<name>"),
    ("random", rf"\b[a-z][a-z0-9-]{{0,200}}?-{_SUFFIX}(?![\w-])", "<pod>"),
    ("path", r"(?<![\w/.<>*)-])/[^\s\"'`<>|;,(]+", _path),
    ("hex", r"\b0x[0-9a-f]+\b", "<word>"),
    ("hash", r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,128}\b(?![-.])", "<hash>"),
    ("kept code", r"(?i:\b(?:status(?: ?code)?|statuscode|code|errno|exit(?: (?:code|status))?|http/[\d.]+|curl:|error|http)[:= ]{1,2}\(?)\d{1,3}\b|(?<![\w.:/-])[45]\d\d(?= ?(?:- ?)?[A-Z][a-z])|\b100% packet loss", lambda found: found[0]),
    ("port", r"(?P<port>\bports?[ :=]{1,2})\d{1,5}\b", lambda found: f"{found['port']}<port>"),
    ("goline", r"(?P<file>\b[\w-]+\.(?:go|py|c|cc|rs|java|js)):\d+(?::\d+)?", lambda found: f"{found['file']}:<num>"),
    ("duration", r"(?<![\w.-])(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+\b", "<word>"),
    ("version", r"(?<![\w.-])v?\d+\.\d+(?:\.\d+)*(?:[-+][\w.]+)?(?![\w.]*\w)", "<word>"),
    ("number", r"(?<![\w.:/$<-])\d+(?![\w.%/>-])|(?<=[/\[(])\d+(?=[\])\s]|$)|(?<![\w.:/$<-])\d+(?=/)", "<num>"),
)
_BY_NAME = {f"r{index}": rule[2] for index, rule in enumerate(_TABLE)}
_RULES = re.compile("|".join(f"(?P<r{index}>{rule[1]})" for index, rule in enumerate(_TABLE)))


def _replace(found: re.Match[str]) -> str:
    name = next(name for name in _BY_NAME if found[name] is not None)
    rule = _BY_NAME[name]
    return rule if isinstance(rule, str) else rule(found)
