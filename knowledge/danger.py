"""Commands that can hurt: cut traffic, lose data or state, restart what others stand on."""

import re

_TABLE: tuple[tuple[str, str], ...] = (
    (
        "flushes or replaces packet filter rules",
        r"\b(?:ip6?tables|ebtables)\b[^|;&]*\s(?:-F|--flush|-X|-Z)\b",
    ),
    ("changes a default policy", r"\bip6?tables\b[^|;&]*\s(?:-P|--policy)\s"),
    (
        "replaces packet filter rules",
        r"\bip6?tables-restore\b|\bnft\s+(?:flush|delete)\b|\bipvsadm\s+(?:-C|--clear)\b",
    ),
    ("drops tracked connections", r"\bconntrack\s+(?:-F|-D|--flush|--delete)\b"),
    (
        "deletes files",
        (
            r"(?:^|[\s;|&(])(?:rm|shred|unlink)\s+\S|\bfind\b[^|;]*\s-delete\b"
            r"|\bxargs\s[^|;&]*\b(?:rm|shred|unlink)\b|\bRemove-Item\b"
        ),
    ),
    (
        "switches off SELinux or AppArmor",
        r"\bsetenforce\s+(?:0|permissive)\b|\bSELINUX=(?:disabled|permissive)\b|\baa-(?:teardown|disable|complain)\b",
    ),
    ("opens files to everybody", r"\bchmod\s+(?:-R\s+)?0?777\b"),
    (
        "switches off a firewall",
        r"\bufw\s+(?:disable|reset)\b|\bfirewall-cmd\b[^|;]*--set-default-zone=trusted\b",
    ),
    (
        "restarts or stops a service others stand on",
        r"\bsystemctl\s+(?:--\S+\s+)?(?:restart|stop|disable|mask|kill)\s|\bservice\s+\S+\s+(?:restart|stop)\b|\b(?:Restart|Stop)-Service\b",
    ),
    ("restarts or stops a machine", r"(?:^|[\s;|&])(?:reboot|poweroff|shutdown|halt)(?:\s|$)"),
    ("kills processes", r"(?:^|[\s;|&])(?:kill|pkill|killall)\s"),
    (
        "deletes objects",
        r"\b(?:kubectl|oc|calicoctl|cilium)\b[^|;&]*\sdelete\s|\bkubectl\b[^|;&]*\sreplace\b[^|;&]*--force\b",
    ),
    ("empties a node", r"\bkubectl\b[^|;&]*\sdrain\s"),
    ("stops every replica", r"\bkubectl\b[^|;&]*\sscale\b[^|;&]*--replicas[= ]0\b"),
    (
        "gives every right",
        r"\bkubectl\b[^|;&]*\screate\s+(?:cluster)?rolebinding\b[^|;&]*cluster-admin\b",
    ),
    ("resets a node", r"\bkubeadm\s+reset\b|\bk3s-(?:uninstall|killall)\.sh\b"),
    (
        "takes a network interface or route away",
        r"\bip\s+(?:-\S+\s+)*(?:link|addr(?:ess)?|route|rule|neigh)\s+(?:del(?:ete)?|flush)\b|\bip\s+link\s+set\b[^|;&]*\sdown\b|\bifconfig\s+\S+\s+down\b|\bifdown\b",
    ),
    (
        "changes a running kernel",
        r"\bsysctl\s+(?:-\S+\s+)*-w\b|\bsysctl\s+[\w.]+=|>\s*/proc/sys/|\bmodprobe\s+-r\b|\brmmod\b",
    ),
    (
        "deletes containers or images",
        r"\b(?:crictl\s+(?:rmp?|rmi|stopp?)|docker\s+(?:rm|rmi|stop|kill|restart|system\s+prune))\b",
    ),
    (
        "rewrites the cluster's database",
        r"\betcdctl\b[^|;&]*\s(?:del|restore|defrag)\b|\betcdctl\s+member\s+remove\b",
    ),
    ("writes over a disk", r"\b(?:mkfs\S*|dd)\s+\S"),
)
DANGERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (what, re.compile(pattern)) for what, pattern in _TABLE
)
"""What a command does, and the pattern of its command line."""


def danger_of(command: str) -> str | None:
    """Return what a shell command can break, None when it is harmless as far as is known.

    Comments and commands that only ask (`--dry-run`, `auth can-i`) are left out.
    """
    for line in command.split("\n"):
        text = re.sub(r"(?:^|\s)#.*$", "", line)
        if "--dry-run" in text or " auth can-i " in text:
            continue
        for what, pattern in DANGERS:
            if pattern.search(text):
                return what
    return None
