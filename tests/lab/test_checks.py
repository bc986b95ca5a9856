"""Each fault of a real network gets its own verdict from the checks that dial."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import ssl
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from bot.dial import tls
from checks.model import Verdict
from tests.cluster.certificates import LIFETIME, Authority, Pair
from tests.lab.coredns import ANSWERS, SERVFAIL, corefile
from tests.lab.look import Manifest, endpoints, judge, node, pod, service

if TYPE_CHECKING:
    from pathlib import Path

    from checks.model import Finding
    from tests.lab.fixtures import StartCoreDNS
    from tests.lab.network import Lab
    from tests.lab.rooms import Room

BOT = pod("netcheck-1", "10.244.1.5", "node-1", namespace="netcheck")
VIP, DNS_VIP, API_VIP = "10.96.0.20", "10.96.0.10", "10.96.0.1"
WEB = {"10.244.1.7": "node-1", "10.244.2.8": "node-2", "10.244.2.9": "node-2"}
SHOP = [
    BOT,
    *(pod(f"web-{n}", at, where) for n, (at, where) in enumerate(WEB.items(), 1)),
    service("shop/web", VIP, 8080),
    endpoints("shop/web", 8080, WEB),
    service("kube-system/kube-dns", DNS_VIP, 53),
]
NOW = dt.datetime.now(dt.UTC)


class Shop:
    """A Service of three pods and the cluster's DNS, as the bot's room reaches them."""

    def __init__(self, lab: Lab, port: int = 8080) -> None:
        self.lab = lab
        self.bot = lab.room("10.244.1.5")
        self.pods = {at: lab.room(at) for at in WEB}
        self.servers = {at: lab.web(room, port) for at, room in self.pods.items()}
        lab.router.share(VIP, *((room, at) for at, room in self.pods.items()))

    def dial(self) -> Finding:
        """Return what `service-dial` finds."""
        (finding,) = judge(self.bot, "service-dial", SHOP, service="web", namespace="shop")
        return finding


def test_a_service_that_works_is_clear_in_every_layer(lab: Lab, coredns: StartCoreDNS) -> None:
    shop = Shop(lab)
    dns = lab.room("10.244.3.3", DNS_VIP)
    coredns(dns, corefile(ANSWERS))

    finding = shop.dial()

    assert finding.verdict is Verdict.CLEAR
    assert "3 endpoints, its ClusterIP and its name, dialed from node node-1" in finding.summary.en


def test_pods_that_listen_on_another_port_refuse(lab: Lab) -> None:
    finding = Shop(lab, port=9090).dial()

    assert (finding.verdict, finding.cause) == (Verdict.FOUND, "service-port-mismatch")
    assert "each of the 3 that were dialed refuses" in finding.summary.en


def test_one_dead_backend_of_three_is_named(lab: Lab) -> None:
    shop = Shop(lab)
    shop.servers["10.244.2.8"].close()

    finding = shop.dial()

    assert (finding.verdict, finding.cause) == (Verdict.FOUND, "service-port-mismatch")
    assert "while 2 of 3 answer" in finding.summary.en
    assert "tcp 10.244.2.8:8080 (endpoint on node-2): refused, 3 tries" in finding.evidence[1]


def test_pods_of_other_nodes_that_are_cut_off_are_told_and_prove_nothing(lab: Lab) -> None:
    shop = Shop(lab)
    lab.router.drop("10.244.2.8")
    lab.router.drop("10.244.2.9")

    finding = shop.dial()

    assert finding.verdict is Verdict.BLIND
    assert "the way between nodes is what fails" in finding.summary.en


@pytest.mark.parametrize("fault", ["drop", "reject"])
def test_a_cluster_address_that_alone_fails_is_kube_proxys(fault: str, lab: Lab) -> None:
    shop = Shop(lab)
    getattr(lab.router, fault)(VIP)

    finding = shop.dial()

    assert (finding.verdict, finding.cause) == (Verdict.FOUND, "kube-proxy-broken")
    assert "Every endpoint of Service shop/web that was dialed answers (3)" in finding.summary.en


@pytest.mark.parametrize(("fault", "said"), [("SERVFAIL", "SERVFAIL"), ("none", "timed out")])
def test_a_name_that_alone_fails_is_the_trouble_of_dns(
    fault: str, said: str, lab: Lab, coredns: StartCoreDNS
) -> None:
    shop = Shop(lab)
    dns = lab.room("10.244.3.3", DNS_VIP)
    coredns(dns, corefile(SERVFAIL))
    if fault == "none":
        lab.router.drop(DNS_VIP, protocol="udp")

    finding = shop.dial()

    assert finding.verdict is Verdict.CLEAR
    assert f"does not resolve ({said}" in finding.summary.en
    assert "the trouble is DNS" in finding.summary.en


def test_a_policy_on_the_pods_makes_a_drop_prove_nothing(lab: Lab) -> None:
    shop = Shop(lab)
    for address in WEB:
        lab.router.drop(address)
    policy = {"kind": "NetworkPolicy", "metadata": {"name": "lock", "namespace": "shop"}}
    objects = [*SHOP, policy | {"spec": {"podSelector": {}, "ingress": []}}]

    (finding,) = judge(shop.bot, "service-dial", objects, service="web", namespace="shop")

    assert finding.verdict is Verdict.BLIND
    assert "By NetworkPolicy shop/lock the bot's own pod may not go there" in finding.summary.en


APIS = ("192.0.2.11", "192.0.2.12")
API = [
    BOT,
    service("default/kubernetes", API_VIP, 6443),
    endpoints("default/kubernetes", 6443, dict.fromkeys(APIS, "")),
]


class Apis:
    """Two API servers behind the address that pods call."""

    def __init__(self, lab: Lab, pair: Pair) -> None:
        self.bot = lab.room("10.244.1.5")
        rooms = {at: lab.room(at) for at in APIS}
        pages = {"/livez": (200, "ok")}
        self.servers = {at: lab.web(one, 6443, pages, pair=pair) for at, one in rooms.items()}
        lab.router.share(API_VIP, *((room, at) for at, room in rooms.items()))

    def dial(self) -> list[Finding]:
        """Return what `apiserver-dial` finds."""
        return judge(self.bot, "apiserver-dial", API)


def issue(authority: Authority, address: str, begins: dt.datetime | None = None) -> Pair:
    """Sign a certificate for one address."""
    names = [x509.IPAddress(ipaddress.ip_address(address))]
    return authority.issue("kube-apiserver", names=names, begins=begins)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Give the cluster's CA, as the bot's ServiceAccount has it."""
    monkeypatch.setattr(tls, "CLUSTER_CA", authority.path)
    return authority


def test_api_servers_that_answer_are_clear(lab: Lab, trusted: Authority) -> None:
    (finding,) = Apis(lab, issue(trusted, API_VIP)).dial()

    assert finding.verdict is Verdict.CLEAR
    assert "of the cluster's CA" in finding.summary.en
    assert any("/livez: answered 200" in one for one in finding.evidence)


def test_an_api_server_that_is_down_is_named(lab: Lab, trusted: Authority) -> None:
    apis = Apis(lab, issue(trusted, API_VIP))
    apis.servers["192.0.2.12"].close()

    finding = apis.dial()[0]

    assert (finding.verdict, finding.cause) == (Verdict.FOUND, "apiserver-unreachable")
    assert "192.0.2.12:6443, which does not answer from node node-1 (refused)" in finding.summary.en


def test_the_api_servers_address_that_alone_fails_is_kube_proxys(
    lab: Lab, trusted: Authority
) -> None:
    apis = Apis(lab, issue(trusted, API_VIP))
    lab.router.drop(API_VIP)

    (finding,) = apis.dial()

    assert (finding.verdict, finding.cause) == (Verdict.FOUND, "kube-proxy-broken")


WRONG = {
    "has expired": (API_VIP, NOW - LIFETIME - dt.timedelta(hours=1)),
    "is not valid yet": (API_VIP, NOW + dt.timedelta(hours=1)),
    "is not for 10.96.0.1, but for 192.0.2.11": ("192.0.2.11", None),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_is_wrong_with_a_certificate_is_told(said: str, lab: Lab, trusted: Authority) -> None:
    finding = Apis(lab, issue(trusted, *WRONG[said])).dial()[0]

    assert (finding.verdict, finding.cause) == (Verdict.FOUND, "tls-certificate")
    assert said in finding.summary.en


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_ca_is_told(
    lab: Lab, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Authority(tmp_path_factory.mktemp("other"))

    finding = Apis(lab, issue(other, API_VIP)).dial()[0]

    assert (finding.verdict, finding.cause) == (Verdict.FOUND, "tls-certificate")
    assert "is not signed by the cluster's CA" in finding.summary.en


NODES = {"node-1": "10.0.0.1", "node-2": "10.0.0.2"}
HEALTHY = (200, '{"lastUpdated":"2020-01-01T00:00:00Z","nodeEligible":true,"healthy":true}')
BEHIND = (503, '{"lastUpdated":"2020-01-01T00:00:00Z","nodeEligible":true,"healthy":false}')
LEAVING = (503, '{"lastUpdated":"2020-01-01T00:00:00Z","nodeEligible":false,"healthy":true}')
CLUSTER = [BOT, *(node(name, at) for name, at in NODES.items())]


@pytest.fixture
def nodes(lab: Lab) -> dict[str, Room]:
    """Give a room for each node."""
    return {name: lab.room(at) for name, at in NODES.items()}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [(HEALTHY, Verdict.CLEAR), (BEHIND, Verdict.FOUND), (LEAVING, Verdict.CLEAR)],
)
def test_kube_proxy_is_taken_at_its_word(
    answer: tuple[int, str], verdict: Verdict, lab: Lab, nodes: dict[str, Room]
) -> None:
    bot = lab.room("10.244.1.5")
    lab.web(nodes["node-1"], 10256, {"/healthz": HEALTHY})
    lab.web(nodes["node-2"], 10256, {"/healthz": answer})

    (finding,) = judge(bot, "kube-proxy-health", CLUSTER)

    assert finding.verdict is verdict


def test_a_node_without_kube_proxy_is_found(lab: Lab, nodes: dict[str, Room]) -> None:
    bot = lab.room("10.244.1.5")
    lab.web(nodes["node-1"], 10256, {"/healthz": HEALTHY})

    (finding,) = judge(bot, "kube-proxy-health", CLUSTER)

    assert (finding.verdict, finding.subject) == (Verdict.FOUND, "Node node-2")


def test_a_kubelet_that_is_down_is_found_and_one_behind_a_firewall_is_not(
    lab: Lab, nodes: dict[str, Room], authority: Authority
) -> None:
    bot = lab.room("10.244.1.5")
    kubelet = lab.web(nodes["node-1"], 10250, pair=authority.issue("node-1"))
    lab.web(nodes["node-2"], 10250, pair=authority.issue("node-2"))

    (clear,) = judge(bot, "kubelet-dial", CLUSTER)
    lab.router.drop("10.0.0.2", port=10250)
    kubelet.close()
    down, silent = judge(bot, "kubelet-dial", CLUSTER)

    assert clear.verdict is Verdict.CLEAR
    assert (down.subject, down.cause) == ("Node node-1", "kubelet-unreachable")
    assert (silent.subject, silent.verdict) == ("Node node-2", Verdict.BLIND)


def test_a_kubelet_without_a_serving_certificate_is_told_by_its_alert(
    lab: Lab, nodes: dict[str, Room], authority: Authority
) -> None:
    bot = lab.room("10.244.1.5")
    pair, alert = authority.issue("kubelet"), ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
    lab.web(nodes["node-1"], 10250, pair=pair)
    lab.web(nodes["node-2"], 10250, pair=pair, alert=alert)

    (finding,) = judge(bot, "kubelet-dial", CLUSTER)

    assert (finding.subject, finding.cause) == ("Node node-2", "tls-certificate")


def test_a_node_port_that_one_node_does_not_answer_is_found(
    lab: Lab, nodes: dict[str, Room]
) -> None:
    shop = Shop(lab)
    objects: list[Manifest] = [
        *CLUSTER,
        *(one for one in SHOP if one["kind"] != "Service"),
        service("shop/web", VIP, 8080, nodePort=30080),
    ]
    web = [lab.web(room, 30080) for room in nodes.values()]

    (clear,) = judge(shop.bot, "node-port-dial", objects, service="web", namespace="shop")
    web[1].close()
    (finding,) = judge(shop.bot, "node-port-dial", objects, service="web", namespace="shop")

    assert clear.verdict is Verdict.CLEAR
    assert (finding.verdict, finding.cause) == (Verdict.FOUND, "nodeport-unreachable")
    assert "does not on node-2 (refused)" in finding.summary.en


def test_a_webhook_is_held_to_its_ca_bundle(
    lab: Lab, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bot, guard = lab.room("10.244.1.5"), lab.room("10.244.1.9", "10.96.7.7")
    names = [x509.DNSName("policy.guard.svc")]
    server = lab.web(guard, 443, pair=authority.issue("policy", names=names))
    other = Authority(tmp_path_factory.mktemp("other"))

    (clear,) = judge(bot, "webhook-dial", webhook(authority.path))
    (foreign,) = judge(bot, "webhook-dial", webhook(other.path))
    server.close()
    (refused,) = judge(bot, "webhook-dial", webhook(authority.path))

    assert clear.verdict is Verdict.CLEAR
    assert (foreign.verdict, foreign.cause) == (Verdict.FOUND, "tls-certificate")
    assert "is not signed by a CA of its caBundle" in foreign.summary.en
    assert (refused.verdict, refused.cause) == (Verdict.FOUND, "webhook-unreachable")


def test_a_ca_bundle_may_hold_the_certificate_itself_and_a_common_name_is_no_name(
    lab: Lab, authority: Authority
) -> None:
    """As Go has it, and so the API server."""
    bot, guard = lab.room("10.244.1.5"), lab.room("10.244.1.9", "10.96.7.7")
    named = authority.issue("policy", names=[x509.DNSName("policy.guard.svc")])
    unnamed = authority.issue("policy.guard.svc", names=[])
    server = lab.web(guard, 443, pair=named)

    (pinned,) = judge(bot, "webhook-dial", webhook(named.certificate))
    server.close()
    lab.web(guard, 443, pair=unnamed)
    (finding,) = judge(bot, "webhook-dial", webhook(authority.path))

    assert pinned.verdict is Verdict.CLEAR
    assert finding.cause == "tls-certificate"
    assert "is not for policy.guard.svc, but for no name at all" in finding.summary.en


def webhook(ca: Path) -> list[Manifest]:
    """Write a webhook whose caBundle is this CA, and its Service."""
    client = {
        "service": {"name": "policy", "namespace": "guard"},
        "caBundle": base64.b64encode(ca.read_bytes()).decode(),
    }
    rules = [{"operations": ["CREATE"], "resources": ["pods"]}]
    hook = {"name": "pods.policy.io", "clientConfig": client, "rules": rules}
    kind = "ValidatingWebhookConfiguration"
    configuration = {"kind": kind, "metadata": {"name": "policy"}, "webhooks": [hook]}
    return [BOT, configuration, service("guard/policy", "10.96.7.7", 443)]
