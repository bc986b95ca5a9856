"""Code blocks told apart: what a person typed, and what the programs printed."""

import re
import textwrap
from collections.abc import Iterator, Sequence

import msgspec

from knowledge.importer.trouble import is_error

_PROMPT = re.compile(
    r"(?:\([\w.-]{1,40}\) )?(?:\[[^\]\s]{1,40}(?: [^\]\s]{1,80})?\]|[\w.-]{1,40}@[\w.-]{1,60}"
    r"(?::\S{0,80})?|/[\w/.-]{0,40}|bash-[\d.]+|sh-[\d.]+)? ?[$#%❯](?: |$)|PS [A-Z]:[^>]{0,80}> ?"
)
_COMMENT = re.compile(r"#+ *\S")
_ASSIGNED = re.compile(r"(?:[A-Z_][A-Z0-9_]*=\S* +)+|sudo +(?:-\S+ +)*")
_HEREDOC = re.compile(r"<<-?\s?[\"']?(\w+)")
_PLAUSIBLE = re.compile(r"(?:\./|~/|/)?[a-z][\w./-]*(?: |$)|[A-Z_][A-Z0-9_]*=|export |\(|\{|\[ ")
_SHELLY = re.compile(r" --?\w|[|$><;&]")
_SHELLS = frozenset("sh bash shell console shell-session shellsession zsh terminal cmd".split())
_OUTPUT = frozenset(("", *"text txt log logs none plain plaintext output".split()))
_PLAIN = re.compile(r"[a-z][a-z0-9+-]{0,20}")
_PROGRAMS = frozenset(
    "kubectl oc docker crictl ctr nerdctl podman iptables ip6tables iptables-save iptables-restore "
    "nft ipvsadm ipset ip ss netstat ping ping6 curl wget dig nslookup nc ncat telnet tcpdump "
    "traceroute tracepath mtr arping arp systemctl journalctl sysctl modprobe lsmod cat grep egrep "
    "awk sed echo ls cd cp mv rm mkdir chmod chown tail ps kill pkill killall helm kubeadm etcdctl "
    "calicoctl cilium hubble istioctl minikube k3s rke rke2 gcloud aws az eksctl openssl ssh scp "
    "sudo apt apt-get yum dnf apk pip pip3 git vi vim nano tee xargs wc ln umount df dmesg ethtool "
    "brctl conntrack nsenter ifconfig firewall-cmd ufw setenforce getenforce semanage restorecon "
    "swapoff crontab jq yq python python3 psql mysql redis-cli promtool amtool velero kustomize "
    "terraform ansible ansible-playbook lsof strace chroot update-alternatives stern k9s nmap "
    "weave flannel bridge-utils unlink shred reboot timedatectl ntpq chronyc hostnamectl".split()
)
_EVERYDAY = frozenset(  # programs that are also words with which output begins
    "find time set route make service env watch go top head sort if for while free bridge exec test "
    "touch mount du uname hostname export source until host timeout kind".split()
)
_READING = re.compile(
    r"(?:kubectl|oc)\b.*?\s(?:get|describe|logs?|top|explain|cluster-info|version|api-resources|"
    r"events?|auth can-i|exec|run|debug|config (?:view|get-\S+|current-\S+))\b"
    r"|(?:docker|crictl|podman|nerdctl)\s+(?:ps|logs?|inspect|info|images|version|pods|stats)\b"
    r"|ip\s+(?:-\S+\s+)*(?:a|addr|address|r|route|link|l|neigh|rule)(?:\s+(?:show|list|ls|get)|\s*$)"
    r"|ip6?tables\b.*?\s-(?:\w*[LS]|-list)|ip6?tables-save|ipvsadm\s+-[lL]|nft\s+list|ipset\s+list"
    r"|systemctl\s+(?:status|is-\S+|cat|list-\S+)|journalctl|sysctl\s+(?:-a\b|[\w.]+\s*$)|conntrack\s+-L"
    r"|(?:ss|netstat|ping6?|curl|wget|dig|nslookup|nc|ncat|telnet|tcpdump|traceroute|tracepath|mtr|"
    r"arp|arping|cat|grep|egrep|ls|tail|head|ps|lsmod|dmesg|ethtool|lsof|getenforce|df|free|uname|"
    r"hostname|date|whoami|for|jq|find|openssl|ifconfig|brctl show|calicoctl (?:get|node status)|"
    r"cilium (?:status|monitor|endpoint)|istioctl (?:analyze|proxy-status)|etcdctl .*(?:get|health|status))\b"
)


class Part(msgspec.Struct, frozen=True):
    """A run of lines of a code block; `info` is `sh` for commands, `text` for output.

    `line` counts from 0 within the block. Output may hold errors, commands and data may not.
    """

    text: str
    info: str
    line: int

    @property
    def is_command(self) -> bool:
        """Whether somebody is to type it."""
        return self.info == "sh"


def parts(content: str, info: str) -> tuple[Part, ...]:
    """Tell commands from output in a code block; other languages stay whole."""
    language = next(iter(info.lower().split()), "").strip("{.}")
    lines = content.rstrip("\n").split("\n")
    if language not in _SHELLS | _OUTPUT:
        text = textwrap.dedent("\n".join(lines))
        known = language if _PLAIN.fullmatch(language) else "text"
        return (Part(text, known, 0),) if text.strip() else ()
    prompted = any(_PROMPT.match(line.strip()) and not _is_comment(line) for line in lines)
    kinds = _prompted(lines) if prompted else _unprompted(lines, language in _SHELLS)
    return tuple(_joined(lines, list(kinds)))


def reads_only(command: str) -> bool:
    """Whether every command only looks, as far as its name tells."""
    lines = [line.strip() for line in command.split("\n")]
    asked = [_bare(line) for line in lines if line and not line.startswith("#")]
    return bool(asked) and bool(_READING.match(asked[0])) and not any(map(_writes, asked))


def is_command(text: str) -> bool:
    """Whether a line begins with a program that people type."""
    bare = _bare(text.strip())
    program = bare.partition(" ")[0].rpartition("/")[2]
    if program in _EVERYDAY:
        return " " in bare and bool(_SHELLY.search(bare)) and not _spoken_error(bare)
    return program in _PROGRAMS and not re.match(r"\S+ v\d", bare)


def _spoken_error(bare: str) -> bool:
    return ": " in bare and is_error(bare)


def _writes(command: str) -> bool:
    return bool(re.search(r"\s>>?\s?(?!/dev/null)[\w/~$\"']|\btee\b|\bxargs\b.*\brm\b", command))


def _bare(line: str) -> str:
    """Return a command without prompt, assignments and sudo."""
    return _ASSIGNED.sub("", _unprompt(line), count=1).lstrip()


def _unprompt(line: str) -> str:
    found = _PROMPT.match(line)
    return line[found.end() :] if found and not _is_comment(line) else line


def _is_comment(line: str) -> bool:
    """Tell `# what it does` from a command at root's prompt."""
    text = line.strip()
    return bool(_COMMENT.match(text)) and not is_command(text.lstrip("# "))


def _prompted(lines: Sequence[str]) -> Iterator[str]:
    """Where commands have prompts, all that has none is output, but for what goes on."""
    typed = _Typed()
    for line in lines:
        text = line.strip()
        if typed.goes_on or (_PROMPT.match(text) and not _is_comment(text)) or _is_comment(text):
            typed.read(_unprompt(text))
            yield "sh"
        else:
            yield "text" if text else ""


def _unprompted(lines: Sequence[str], shell: bool) -> Iterator[str]:  # noqa: FBT001
    """Tell by the look of each line; one that tells nothing goes with the line before it."""
    typed = _Typed()
    last = "sh" if shell and _PLAUSIBLE.match(lines[0].strip()) else "text"
    for line in lines:
        text = line.strip()
        if typed.goes_on or is_command(text):
            last = "sh"
        elif text and is_error(text):
            last = "text"
        elif _is_comment(text):
            last = "sh" if shell else last
        elif last == "sh" and text and not _PLAUSIBLE.match(text):
            last = "sh" if line[:1].isspace() and shell else "text"
        if last == "sh":
            typed.read(text)
        yield last if text else ""


class _Typed:
    """Whether a command goes on in the next line."""

    def __init__(self) -> None:
        self._end = ""
        self._quotes = 0
        self._slash = False

    @property
    def goes_on(self) -> bool:
        return bool(self._end) or self._slash or self._quotes % 2 == 1

    def read(self, line: str) -> None:
        if self._end:
            self._end = "" if line == self._end else self._end
            return
        found = _HEREDOC.search(line)
        self._end = found[1] if found else ""
        self._slash = line.endswith("\\")
        self._quotes += 0 if line.startswith("#") else line.count("'")


def _joined(lines: Sequence[str], kinds: list[str]) -> Iterator[Part]:
    """Yield runs of one kind; an empty line goes with what is before it."""
    start: int | None = None
    for at, kind in enumerate(kinds):
        if kind and (start is None or kind != kinds[start]):
            if start is not None:
                yield from _part(lines[start:at], kinds[start], start)
            start = at
    if start is not None:
        yield from _part(lines[start:], kinds[start], start)


def _part(lines: Sequence[str], kind: str, start: int) -> Iterator[Part]:
    if kind == "sh":
        lines = [_dedented(line) for line in lines]
    text = "\n".join(lines).strip("\n").rstrip()
    if text.strip():
        yield Part(text, kind, start)


def _dedented(line: str) -> str:
    """Return an indented prompt's command; continued lines keep their indentation."""
    bare = line.lstrip()
    return _unprompt(bare) if _PROMPT.match(bare) and not _is_comment(bare) else line
