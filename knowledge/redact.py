"""Secrets in pastes, masked before anything is matched, stored or quoted.

Each rule begins with a fixed word and goes on with one class of characters, so its cost is linear;
a rule whose word is not in the text is not tried. What only looks like a secret stays: container
ids, image digests, UUIDs, pod names, references such as `secret="shop/regcred"`.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from knowledge.model import Line
from knowledge.regions import lower, regions

MASK = "[masked]"

_B64 = r"A-Za-z0-9_\-+/=.~"
_NAME_OF_ONE = (
    r"(?:[\w.-]{0,40}(?:password|passwd|passphrase)|(?:[\w.]{0,40}[._-])?(?:pass|pwd|pw|secret|token"
    r"|api[-_]?key|access[-_]?key|secret[-_]?key|secret[-_]?access[-_]?key|account[-_]?key"
    r"|private[-_]?key|(?:auth|access|refresh|id|bearer|session)[-_]?token|client[-_]?secret))"
)
_NOT_A_VALUE = r"(?![a-z0-9-]+/[a-z0-9.-]+[\"'\s]|\$|%|true\b|false\b|null\b|nil\b|none\b)"
_CONTINUED = re.compile(rf"[ >]*([{_B64}]+)[ \"',;}}]*$|[ >]*([{_B64}]{{16,}})")
_MIXED = re.compile(r"[A-Z_=+]")
_WRAPPED_FROM = 40  # arbitrary; a shorter line did not end at a terminal's edge
_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")
_PEM_END = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY-----")
_PEM_BODY = re.compile(r"^[\s>\"']*(?:[A-Za-z0-9+/=\\]+|(?:Proc-Type|DEK-Info):.*)[\"',\s]*$")
_PASSES = 3  # one mask can bring a second secret to light; three were never needed


class Rule(msgspec.Struct, frozen=True):
    """One kind of secret: words of which one must be there, and a pattern whose group 1 goes.

    `long` secrets may go on in the next line, where a terminal broke them.
    """

    name: str
    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    long: bool = False


def _rule(name: str, needs: str, pattern: str, *, long: bool = False) -> Rule:
    return Rule(name, tuple(needs.split()), re.compile(pattern, re.IGNORECASE | re.MULTILINE), long)


RULES: tuple[Rule, ...] = (
    _rule("JWT", "eyj", r"\b(eyJ[\w\-]{8,}(?:\.[\w\-]*){0,2}|eyJ[\w\-.]*$)", long=True),
    _rule("PEM in base64", "ls0tls1crudjt", rf"\b(LS0tLS1CRUdJT[{_B64}]{{8,}})", long=True),
    _rule(
        "kubeconfig data",
        "client-key-data client-certificate-data",
        rf"\bclient-(?:key|certificate)-data[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?([{_B64}]{{8,}})",
        long=True,
    ),
    _rule(
        "authorization header",
        "bearer basic",
        rf"(?:\bbearer|authorization[\"']?\s{{0,3}}[:=]\s{{0,3}}[\"']?basic)\s{{1,3}}"
        rf"((?=[^\n ]*[\d_=+/.])[{_B64}]{{12,}})",
        long=True,
    ),
    _rule("URL with password", "://", r"://[^\s/:@\"'<>]{0,128}:([^\s/@\"'<>]{1,256})@"),
    _rule("DSN with password", "@tcp( @unix(", r"\b[\w.-]{1,64}:([^\s:@/]{1,256})@(?:tcp|unix)\("),
    _rule("curl user", "-u --user", r"\s(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,64}:([^\s\"']{1,256})"),
    _rule("AWS key id", "akia asia", r"\b((?:AKIA|ASIA)[A-Z0-9]{16})\b"),
    _rule("Google key", "aiza ya29.", r"\b(AIza[\w\-]{35}|ya29\.[\w\-]{20,})", long=True),
    _rule(
        "GitHub token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        r"\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})",
        long=True,
    ),
    _rule("GitLab token", "glpat-", r"\b(glpat-[\w\-]{16,})", long=True),
    _rule("Slack token", "xox xapp-", r"\b((?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,})", long=True),
    _rule(
        "Slack webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/([\w/-]{8,})"
    ),
    _rule(
        "signed URL", "sig= signature=", rf"[?&](?:sig|[\w-]{{0,20}}signature)=([{_B64}%]{{16,}})"
    ),
    _rule("bootstrap token", "--token", r"--token[= ]([a-z0-9]{6}\.[a-z0-9]{16})\b"),
    _rule(
        "assigned secret",
        "pass pwd pw secret token key",
        rf"(?:^|[^\w.-]|--)(?:--)?{_NAME_OF_ONE}=[\"']?{_NOT_A_VALUE}([^\s\"'&;,<>\[\]]{{1,512}})",
        long=True,
    ),
    _rule(
        "flag with a secret",
        "--",
        r"\s--(?:[a-z-]{0,30}-)?(?:password|token|secret|api-key)\s+[\"']?([^\s\"'-][^\s\"']{3,})",
        long=True,
    ),
    _rule(
        "secret in JSON",
        "\": ':",
        rf"[\"'](?:{_NAME_OF_ONE}|auth|identitytoken)[\"']\s{{0,3}}:\s{{0,3}}[\"']{_NOT_A_VALUE}([^\s\"'\[]{{1,4096}})",
        long=True,
    ),
    _rule(
        "secret in YAML",
        "pass pwd secret token key",
        rf"^[\s>-]{{0,40}}{_NAME_OF_ONE}:[ ]{{1,40}}[\"']?{_NOT_A_VALUE}"
        r"([^\s\"'<>\[{]{3,4096})[\"']?\s*$",
        long=True,
    ),
)


def redact(text: str) -> str:
    """Return the text with every secret masked; the number of lines stays the same."""
    for _ in range(_PASSES):
        masked = _once(text)
        if masked == text:
            break
        text = masked
    return text


def redact_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Mask secrets in lines, also those broken over several of them."""
    if not lines:
        return ()
    masked = redact("\n".join(line.text for line in lines)).split("\n")
    return tuple(Line(line.number, text) for line, text in zip(lines, masked, strict=True))


def _once(text: str) -> str:
    if "PRIVATE KEY-----" in text:
        text = "\n".join(_without_keys(text.split("\n")))
    low = lower(text)
    for rule in RULES:
        if any(need in low for need in rule.needs):
            text = _mask(text, low, rule)
            low = lower(text)
    return text


def _mask(text: str, low: str, rule: Rule) -> str:
    pieces: list[str] = []
    at = 0
    for found in _found(text, low, rule):
        if found.start(1) < at:
            continue
        pieces += [text[at : found.start(1)], MASK]
        at = found.end(1)
        if rule.long:
            for start, end in _continued(text, at):
                pieces += [text[at:start], MASK]
                at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def _found(text: str, low: str, rule: Rule) -> Iterator[re.Match[str]]:
    """Yield where the rule matches; what it needs and what it masks are at most a line apart."""
    for start, end in regions(low, rule.needs, following=1):
        yield from rule.pattern.finditer(text, start, end)


def _continued(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Yield the rest of a secret that reaches the end of a line as wide as a terminal."""
    while end < len(text) and text[end] == "\n":
        if end - text.rfind("\n", 0, end) <= _WRAPPED_FROM:
            return
        stop = text.find("\n", end + 1)
        found = _CONTINUED.match(text, end + 1, len(text) if stop < 0 else stop)
        if found is None:
            return
        group = 1 if found[1] is not None else 2
        if group == 2 and not _MIXED.search(found[2]):  # noqa: PLR2004 the second alternative
            return
        yield found.span(group)
        end = found.end(group)


def _without_keys(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines, those of PEM private keys masked, up to the end mark or other text."""
    inside = False
    for line in lines:
        begin = _PEM_BEGIN.search(line)
        end = _PEM_END.search(line)
        if begin:
            inside = end is None
            yield line[: begin.start()] + MASK + (line[end.end() :] if end else "")
        elif inside and end:
            inside = False
            yield MASK + line[end.end() :]
        elif inside and _PEM_BODY.match(line):
            yield MASK
        else:
            inside = False
            yield line
