"""Commands by their look: which lines people type, and which of those only look."""

import re

from knowledge.importer.trouble import is_error

_PROMPT = re.compile(
    r"(?:\([\w.-]{1,40}\) )?(?:\[[^\]\s]{1,40}(?: [^\]\s]{1,80})?\]|[\w.-]{1,40}@[\w.-]{1,60}"
    r"(?::\S{0,80})?|/[\w/.-]{0,40}|bash-[\d.]+|sh-[\d.]+)? ?[$#%❯](?: |$)|PS [A-Z]:[^>]{0,80}> ?"
)
_COMMENT = re.compile(r"#+ *\S")
_CMDLET = re.compile(r"[A-Z][a-z]+-[A-Z]\w+(?: |$)")  # PowerShell
_SHELLY = re.compile(r" --?\w|[|$><;&]")
_ASSIGNED = re.compile(r"(?:[A-Z_][A-Z0-9_]*=\S* +|sudo +(?:-\S+ +)*)+")
_WRITES = re.compile(r"\s>>?\s?(?!/dev/null)[\w/~$\"']|\btee\b|\bxargs\b.*\brm\b")
_PROGRAMS = frozenset(
    re.findall(
        r"\S+",
        "kubectl oc docker crictl ctr nerdctl podman iptables ip6tables iptables-save iptables- "
        "restore nft ipvsadm ipset ip ss netstat ping ping6 curl wget dig nslookup nc ncat "
        "telnet tcpdump traceroute tracepath mtr arping arp systemctl journalctl sysctl "
        "modprobe lsmod cat grep egrep awk sed echo ls cd cp mv rm mkdir chmod chown tail ps "
        "kill pkill killall helm kubeadm etcdctl calicoctl cilium hubble istioctl minikube k3s "
        "rke rke2 gcloud aws az eksctl openssl ssh scp sudo apt apt-get yum dnf apk pip pip3 "
        "git vi vim nano tee xargs wc ln umount df dmesg ethtool brctl conntrack nsenter "
        "ifconfig firewall-cmd ufw setenforce getenforce semanage restorecon swapoff crontab jq "
        "yq python python3 psql mysql redis-cli promtool amtool velero kustomize terraform "
        "ansible ansible-playbook lsof strace chroot update-alternatives stern k9s nmap weave "
        "flannel bridge-utils unlink shred reboot timedatectl ntpq chronyc hostnamectl",
    )
)
_EVERYDAY = frozenset(  # programs that are also words with which output begins
    re.findall(
        r"\S+",
        "find time set route make service env watch go top head sort if for while free bridge "
        "exec test touch mount du uname hostname export source until host timeout kind",
    )
)
_READING = re.compile(
    r"(?:kubectl|oc)\b.*?\s(?:get|describe|logs?|top|explain|cluster-info|version|api-resources|"
    r"events?|auth can-i|exec|run|debug|config (?:view|get-\S+|current-\S+))\b"
    r"|(?:docker|crictl|podman|nerdctl)\s+(?:ps|logs?|inspect|info|images|version|pods|stats)\b"
    r"|ip\s+(?:-\S+\s+)*(?:a|addr|address|r|route|link|l|neigh|rule)(?:\s+(?:show|list|ls|get)|\s*$)"
    r"|ip6?tables\b.*?\s-(?:\w*[LS]|-list)|ip6?tables-save|ipvsadm\s+-[lL]|nft\s+list|ipset\s+list"
    r"|systemctl\s+(?:status|is-\S+|cat|list-\S+)|journalctl|sysctl\s+(?:-a\b|[\w.]+\s*$)"
    r"|conntrack\s+-L"
    r"|(?:ss|netstat|ping6?|curl|wget|dig|nslookup|nc|ncat|telnet|tcpdump|traceroute|tracepath|mtr|"
    r"arp|arping|cat|grep|egrep|ls|tail|head|ps|lsmod|dmesg|ethtool|lsof|getenforce|df|free|uname|"
    r"hostname|date|whoami|for|jq|find|openssl|ifconfig|brctl show|calicoctl (?:get|node status)|"
    r"cilium (?:status|monitor|endpoint)|istioctl (?:analyze|proxy-status)|"
    r"etcdctl .*(?:get|health|status))\b"
)


def reads_only(text: str) -> bool:
    """Whether every command only looks, as far as its name tells."""
    lines = [line.strip() for line in text.split("\n")]
    commands = [_bare(line) for line in lines if is_command(line)]
    return bool(commands) and all(map(_looks, commands))


def _looks(command: str) -> bool:
    return bool(_READING.match(command)) and not _WRITES.search(command)


def is_command(text: str) -> bool:
    """Whether a line begins with a program that people type."""
    bare = _bare(text.strip())
    program = bare.partition(" ")[0].rpartition("/")[2]
    if program in _EVERYDAY:
        return " " in bare and bool(_SHELLY.search(bare)) and not _spoken_error(bare)
    known = program in _PROGRAMS and not re.match(r"\S+ v\d", bare)
    return known or bool(_CMDLET.match(bare))


def _spoken_error(bare: str) -> bool:
    return ": " in bare and is_error(bare)


def _bare(line: str) -> str:
    """Return a command without prompt, assignments and sudo."""
    return _ASSIGNED.sub("", unprompted(line), count=1).lstrip()


def has_prompt(line: str) -> bool:
    """Whether a line begins with a shell's prompt."""
    return bool(_PROMPT.match(line)) and not is_comment(line)


def unprompted(line: str) -> str:
    """Return a line without the prompt it begins with."""
    found = _PROMPT.match(line)
    return line[found.end() :] if found and not is_comment(line) else line


def is_comment(line: str) -> bool:
    """Tell `# what it does` from a command at root's prompt."""
    text = line.strip()
    return bool(_COMMENT.match(text)) and not is_command(text.lstrip("# "))
