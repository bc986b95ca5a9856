import pytest

from knowledge.importer.holes import NoSignatureError, signature
from knowledge.match import read

LINES = [
    (
        'Get "https://10.96.0.1:443/api?limit=5": dial tcp 10.96.0.1:443: i/o timeout',
        'Get "<word>": dial tcp <ip>:<port>: i/o timeout',
    ),
    ("dial tcp [fd00:10::1]:443: no route to host", "dial tcp <ip>:<port>: no route to host"),
    ("cannot add route 10.8.0.0/16 via fe80::1", "cannot add route <ip>/<num> via <ip>"),
    (
        "curl: (7) Failed to connect to 10.0.0.7 port 443 after 2004 ms: Refused",
        "curl: (7) Failed to connect to <ip> port <port> after <num> ms: Refused",
    ),
    ("status code 503 after 1m30s, not ready", "status code 503 after <word>, not ready"),
    ("403 - Forbidden", "403 - Forbidden"),
    (
        'pods "web-0" is forbidden: User "ana" cannot get resource "pods" in namespace "shop"',
        (
            'pods "<pod>" is forbidden: User "<user>" cannot get resource "<resource>" '
            'in namespace "<namespace>"'
        ),
    ),
    (
        'failed to set up pod "web-6d4b75cb6d-hx9ft_shop" network: no addresses',
        'failed to set up pod "<pod>_<namespace>" network: no addresses',
    ),
    (
        "Error updating Endpoint Slices for Service shop/web: Unauthorized",
        "Error updating Endpoint Slices for Service <namespace>/<service>: Unauthorized",
    ),
    (
        "cp: can't create '/etc/cni/net.d/10-flannel.conflist': Permission denied",
        "cp: can't create '/etc/cni/net.d/10-flannel.conflist': Permission denied",
    ),
    (
        "stat /var/lib/kubelet/pods/5a1e4c2e-9d3f-4f0c-8e07-bb1d4a6d7c11/volumes: no such file",
        "stat /var/lib/kubelet/pods/<word>/volumes: no such file",
    ),
    ("open /home/ana/x.conf: permission denied", "open <path>: permission denied"),
    ('Failed to pull image "registry.lan/web:9": denied', 'Failed to pull image "<word>": denied'),
    (
        "kube-proxy-4xk2p   0/1   CrashLoopBackOff   4 (2m ago)   10m",
        "kube-proxy-<name> 0/1 CrashLoopBackOff",
    ),
    ("Error: cannot reach <your-host> from xxx now", "Error: cannot reach <word> from <word> now"),
    (
        "lookup db.shop.svc.cluster.local on 10.96.0.10:53: no such host",
        "lookup <host> on <ip>:<port>: no such host",
    ),
    ("image sha256:0a1b2c3d4e5f60718293 was not found", "image <word> was not found"),
    ("layer sha256:0a1b2c3d4e5f60718293 was not found", "layer sha256:<hash> was not found"),
    ("iptables v1.8.4 (legacy): no such chain", "iptables <word> (legacy): no such chain"),
    (
        "E0102 03:04:05.678901 1 proxier.go:1402] Failed to execute: exit status 4",
        "Failed to execute: exit status 4",
    ),
    (
        "[512345.678901] nf_conntrack: table full, dropping packet",
        "nf_conntrack: table full, dropping packet",
    ),
    (
        "Warning  FailedScheduling  12s (x6 over 27s)  default-scheduler  no nodes are available",
        "no nodes are available",
    ),
    ("0/3 nodes are available: cni0 has <none>", "nodes are available: cni0 has <none>"),
    ("error connecting to [masked] over there", "error connecting to <word> over there"),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_what_varies_becomes_a_hole(line: str, expected: str) -> None:
    (cleaned,) = read(line).lines

    assert signature(cleaned.text) == expected


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("i/o timeout", "only 11 characters of it stay the same"),
        ("10.0.0.1:443 10.0.0.2:443 failed", "only 10 characters of it stay the same"),
        ("Init:CrashLoopBackOff", "one word, which many lines hold"),
    ],
)
def test_a_line_that_says_too_little_is_refused(line: str, why: str) -> None:
    with pytest.raises(NoSignatureError, match=why):
        signature(line)
