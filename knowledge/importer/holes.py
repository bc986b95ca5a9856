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
    r"(?:(?:Warning|Normal) +[A-Z]\w+ +(?:kubelet, ?\S+ +)?"
    r"(?:(?:[a-z]{2,20}(?:-[a-z]{2,20}){1,4}|kubelet) +)?"
    r"|\[(?:error|crit|alert|emerg)\] \d+#\d+: (?:\*\d+ )?|\[ *\d+\.\d+\] +"
    r"|[\w.-]{1,60} [\w.-]{1,40}(?:\[\d+\])?: +(?=[A-Z]\d{4} |level=|time=)"
    r"|[\w.-]{1,60} (?:kubelet|kernel|dockerd|containerd|crio|k3s|rke2|systemd|NetworkManager)"
    r"(?:\[\d+\])?: +|[\w/.-]{1,60}\.go:\d+\]? +|[\[(](?:ERROR|WARN|WARNING|FATAL)[\])]:? +)"
)
_POD_ROW = re.compile(
    r"(?:[a-z0-9-]{1,63} +(?=[a-z0-9]))?(?P<name>[a-z0-9][a-z0-9.-]*) +(?P<ready>\d+/\d+) +"
    r"(?P<status>[A-Z][\w:/]+)(?: +\d+\b.*)?$"
)
_EDGE_HOLES = re.compile(
    r"(?:[\s.,:;=(\"'-]*<(?:word|num|hash|quoted|text)>(?:/(?=<)|[\s.,:;=)\"'-])*)+"
)


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
    if len(pattern.literal.split()) == 1:
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
        end = re.search(
            r"[\s.,:;=(\"'-]*<(?:word|num|hash|quoted|text)>[\s.,:;=)\"'-]*$", text[-40:]
        )
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


def _pair(found: re.Match[str]) -> str:
    kind = found["pair"]
    return f"{kind} <namespace>/<{_KINDS[kind.lower()]}>"


_IPV4 = r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}"
_HEX4 = r"[0-9a-fA-F]{1,4}"
_TOPS = "com|org|net|local|internal|dev|cn|tw|lan|cloud|example|test"
_Made = str | Callable[[re.Match[str]], str]
_RULES_IN_ORDER: tuple[tuple[str, _Made], ...] = (
    (re.escape(MASK), "<word>"),
    (r"<[^<>\n]{1,60}>", _placeholder),
    (r"\$\{[^{}\s]{1,60}\}|\{\{[^{}]{1,60}\}\}|\bx{3,}\b(?:\.x{3,}\b)*", "<word>"),
    (r"\.{3,}", "<text>"),
    (r"(?<![\w/])[a-z]{2,8}://[^\s\"'`<>]+", _url),
    (r"\b\d{4}[-/]\d\d[-/]\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?", "<word>"),
    (r"\b\d{4}[-/]\d\d[-/]\d\d\b", "<word>"),
    (r"(?<![\w.:])\d\d:\d\d:\d\d(?:\.\d+)?(?![\w:])", "<word>"),
    (
        r"(?P<image>\bimages?[ =:]{1,2}[\"']?)(?=[^\s\"']*[/:.])[\w./:@-]{3,120}(?<![:.])",
        lambda found: f"{found['image']}<word>",
    ),
    (  # pod "web-1", Service="shop/web", User 'ana'
        (
            rf"\b(?P<kind>(?i:{_KIND}))(?P<gap>\s?[:=]?\s?[\"'](?=[^\"'`\s]+[\"'])|[=/](?=[\w.-]))"
            r"(?:(?P<namespace>[a-z0-9-]{1,63})/(?=[\w-]))?(?P<value>[\w:.*@-]{1,200})"
        ),
        _kind,
    ),
    (
        rf"\b(?P<pair>(?i:pod|service|endpoints?))\s{_DNS}/[a-z0-9][a-z0-9.-]{{0,250}}[a-z0-9]",
        _pair,
    ),
    (rf"{_IPV4}:\d{{1,5}}\b|\[[0-9a-fA-F:.]+\]:\d{{1,5}}\b", "<ip>:<port>"),
    (rf"{_IPV4}/\d{{1,2}}\b", "<ip>/<num>"),
    (rf"{_IPV4}(?![\w.]*\w)", "<ip>"),
    (rf"(?<![\w:.])(?=[:a-fA-F]*\d)(?:(?:{_HEX4})?:){{2,7}}(?:{_HEX4})?(?![\w:])", "<ip>"),
    (
        (
            r"(?P<asked>\b(?:lookup|resolve host|resolve|resolving|bad address|host)[: ] ?[\"'`]?)"
            r"(?=[^\s\"'`]*\.)[\w.-]{3,}(?<!\.)"
        ),
        lambda found: f"{found['asked']}<host>",
    ),
    (r"\b[\w-]+(?:\.[\w-]+)*\.svc(?:\.[\w-]+)*", "<host>"),
    (rf"(?<![\w./@-]){_DNS}(?:\.{_DNS}){{0,5}}\.(?:{_TOPS})\b(?![\w/])", "<host>"),
    (r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", "<name>"),
    (rf"\b[a-z][a-z0-9-]{{0,200}}?-{_SUFFIX}(?![\w-])", "<pod>"),
    (r"(?<![\w/.<>*)-])/[^\s\"'`<>|;,(]+", _path),
    (r"\b0x[0-9a-f]+\b", "<word>"),
    (r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,128}\b(?![-.])", "<hash>"),
    (  # codes stay: they are what the program says
        (
            r"(?i:\b(?:status(?: ?code)?|statuscode|code|errno|exit(?: (?:code|status))?|"
            r"http/[\d.]+|curl:|error|http)[:= ]{1,2}\(?)\d{1,3}\b|"
            r"(?<![\w.:/-])[45]\d\d(?= ?(?:- ?)?[A-Z][a-z])|\b100% packet loss"
        ),
        lambda found: found[0],
    ),
    (r"(?P<ports>\bports?[ :=]{1,2})\d{1,5}\b", lambda found: f"{found['ports']}<port>"),
    (
        r"(?P<file>\b[\w-]+\.(?:go|py|c|cc|rs|java|js)):\d+(?::\d+)?",
        lambda found: f"{found['file']}:<num>",
    ),
    (r"(?<![\w.-])(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+\b", "<word>"),
    (r"(?<![\w.-])\d+(?:\.\d+)?[KMGT]i?B?\b", "<word>"),
    (r"(?<![\w.-])v?\d+\.\d+(?:\.\d+)*(?:[-+][\w.]+)?(?![\w.]*\w)", "<word>"),
    (
        r"(?<![\w.:/$<-])\d+(?:(?![\w.%/>-])|(?=/))|(?<=[/\[(])\d+(?=[\])\s]|$)",
        "<num>",
    ),
)
_MADE = {f"r{index}": made for index, (_, made) in enumerate(_RULES_IN_ORDER)}
_RULES = re.compile(
    "|".join(f"(?P<r{index}>{pattern})" for index, (pattern, _) in enumerate(_RULES_IN_ORDER))
)


def _replace(found: re.Match[str]) -> str:
    made = next(one for name, one in _MADE.items() if found[name] is not None)
    return made if isinstance(made, str) else made(found)
