"""The checks that dial DNS servers, against real CoreDNS in a network with real faults."""

import asyncio
import socket
import threading
from collections.abc import Mapping
from typing import Any

import dns.message
import dns.rdatatype
import pytest

from bot.core.ports import DialBudget
from bot.dial.dialer import PodDialer
from checks.dials import Dial, Vantage
from checks.manifests import snapshot_of
from checks.model import Finding, LogRequest, Question, Verdict
from checks.registry import catalog
from checks.runner import requests, run
from checks.snapshot import Snapshot
from tests.bot.dial.servers import address
from tests.lab.coredns import ANSWERS, SERVFAIL, SLOW, TOO_LONG, CoreDNS, corefile
from tests.lab.fixtures import StartCoreDNS
from tests.lab.network import Lab
from tests.lab.rooms import Room

BOT, VIP = "10.244.9.9", "10.96.0.10"
SERVERS = tuple(f"10.244.{number}.5" for number in (1, 2, 3))
CHECKS = ("dns-answers", "coredns-health", "dns-race")
PORTS = [{"name": "dns", "port": 53, "protocol": one} for one in ("UDP", "TCP")]


def objects() -> list[dict[str, Any]]:
    """Describe the cluster: a Service with three backends, each a pod on a node of its own."""
    meta = {"name": "kube-dns", "namespace": "kube-system"}
    chosen = {"kubernetes.io/service-name": "kube-dns"}
    spec = {"clusterIP": VIP, "selector": {"k8s-app": "kube-dns"}, "ports": PORTS}
    endpoints = [{"addresses": [one], "nodeName": f"node-{one}"} for one in SERVERS]
    return [
        {"kind": "Service", "metadata": meta, "spec": spec},
        {
            "kind": "EndpointSlice",
            "metadata": {**meta, "labels": chosen},
            "endpoints": endpoints,
            "ports": PORTS,
        },
        *(pod(one) for one in SERVERS),
    ]


def pod(address: str) -> dict[str, Any]:
    return {
        "kind": "Pod",
        "metadata": {
            "name": f"coredns-{address}",
            "namespace": "kube-system",
            "labels": {"k8s-app": "kube-dns"},
        },
        "spec": {
            "nodeName": f"node-{address}",
            "containers": [{"name": "coredns", "image": "coredns/coredns:1.12.0"}],
        },
        "status": {"phase": "Running", "podIP": address},
    }


class Losing:
    """Answers for the Service's address, and loses each fifth AAAA question that is new to it."""

    def __init__(self, room: Room) -> None:
        self._socket = room.run(_bound)
        self._met: set[int] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Take no more."""
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                message, sender = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            query = dns.message.from_wire(message)
            if not self._loses(query):
                self._socket.sendto(address(query, 0), sender)

    def _loses(self, query: dns.message.Message) -> bool:
        new = query.question[0].rdtype == dns.rdatatype.AAAA and query.id not in self._met
        self._met |= {query.id} if new else set()
        return new and len(self._met) % 5 == 0


def _bound() -> socket.socket:
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((VIP, 53))
    one.settimeout(0.1)
    return one


class Cluster:
    """Three CoreDNS in rooms behind one address, and a bot that looks at them."""

    def __init__(
        self, lab: Lab, start: StartCoreDNS, texts: Mapping[str, str], *, shared: bool = True
    ) -> None:
        self.bot = lab.room(BOT)
        rooms = {one: lab.room(one) for one in SERVERS}
        if shared:
            lab.router.share(VIP, *((room, one) for one, room in rooms.items()))
        self.servers: dict[str, CoreDNS] = {
            one: start(room, texts.get(one, corefile(ANSWERS))) for one, room in rooms.items()
        }

    def findings(self, *slugs: str) -> dict[str, list[Finding]]:
        """Dial what these checks ask for, from the bot's room, and let them judge."""
        seen = snapshot_of(objects(), taken_at="2026-11-23T10:00:00Z")
        question = Question()
        asked = [one for slug in slugs for one in requests(catalog()[slug], seen, question)]
        seen = self._dialed(seen, [one for one in asked if not isinstance(one, LogRequest)])
        return {slug: list(run(catalog()[slug], seen, question)) for slug in slugs}

    def answers(self) -> list[Finding]:
        """Run the one check."""
        return self.findings("dns-answers")["dns-answers"]

    def _dialed(self, seen: Snapshot, dials: list[Dial]) -> Snapshot:
        dialer = PodDialer(Vantage("node-bot", (BOT,)), DialBudget(seconds=20))
        results = self.bot.run(lambda: asyncio.run(dialer.dial(dials)))
        return seen.with_dials(results, dialer.vantage(seen))


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(str(one.verdict), one.cause, one.subject) for one in findings]


def test_whole_servers_are_clear_to_every_check(lab: Lab, coredns: StartCoreDNS) -> None:
    found = Cluster(lab, coredns, {}).findings(*CHECKS)

    verdicts = {slug: [one.verdict for one in some] for slug, some in found.items()}
    assert verdicts == {slug: [Verdict.CLEAR] for slug in CHECKS}, found
    (health,) = found["coredns-health"]
    assert "NOERROR 100.0%" in "".join(health.evidence)


@pytest.mark.parametrize("fault", ["gone", "dropped", "no route", "SERVFAIL"])
def test_one_of_three_that_fails_is_named(lab: Lab, coredns: StartCoreDNS, fault: str) -> None:
    texts = {SERVERS[1]: corefile(SERVFAIL)} if fault == "SERVFAIL" else {}
    cluster = Cluster(lab, coredns, texts)
    for protocol in ("udp", "tcp"):
        if fault == "dropped":
            lab.router.drop(SERVERS[1], protocol=protocol, port=53)
        elif fault == "no route":
            lab.router.reject(SERVERS[1], protocol=protocol, port=53)
    if fault == "gone":
        cluster.servers[SERVERS[1]].close()

    findings = cluster.answers()

    assert told(findings) == [("found", "dns-slow", f"Pod kube-system/coredns-{SERVERS[1]}")]
    said = {"gone": "refused", "dropped": "timed out", "no route": "unreachable"}
    assert said.get(fault, fault) in findings[0].summary.en


def test_the_address_of_the_service_that_nobody_has(lab: Lab, coredns: StartCoreDNS) -> None:
    cluster = Cluster(lab, coredns, {})
    for protocol in ("udp", "tcp"):
        lab.router.drop(VIP, protocol=protocol, port=53)

    service = "Service kube-system/kube-dns"
    assert told(cluster.answers()) == [("found", "service-unreachable", service)]


def test_long_answers_where_tcp_is_dropped(lab: Lab, coredns: StartCoreDNS) -> None:
    cluster = Cluster(lab, coredns, {SERVERS[0]: corefile(TOO_LONG)})
    lab.router.drop(SERVERS[0], port=53)

    findings = cluster.answers()

    assert told(findings) == [("found", "dns-slow", f"Pod kube-system/coredns-{SERVERS[0]}")]
    assert "truncated and TCP fails: timed out" in findings[0].summary.en


def test_all_that_answer_servfail_count_it_themselves(lab: Lab, coredns: StartCoreDNS) -> None:
    texts = dict.fromkeys(SERVERS, corefile(SERVFAIL))

    found = Cluster(lab, coredns, texts).findings("dns-answers", "coredns-health", "dns-race")

    (answers,) = found["dns-answers"]
    assert (answers.cause, answers.verdict) == ("dns-resolution-failed", Verdict.FOUND)
    assert {one.cause for one in found["coredns-health"]} <= {"dns-resolution-failed", ""}
    assert "SERVFAIL" in "".join(found["coredns-health"][0].evidence)


def test_servers_that_are_slow_are_no_race(lab: Lab, coredns: StartCoreDNS) -> None:
    texts = dict.fromkeys(SERVERS, corefile(SLOW))

    (finding,) = Cluster(lab, coredns, texts).findings("dns-race")["dns-race"]

    assert finding.verdict is not Verdict.FOUND


def test_pairs_that_are_lost_on_the_way_through_the_service_are_the_race(
    lab: Lab, coredns: StartCoreDNS
) -> None:
    cluster = Cluster(lab, coredns, {}, shared=False)
    losing = Losing(lab.room(VIP))
    try:
        (finding,) = cluster.findings("dns-race")["dns-race"]
    finally:
        losing.close()

    assert told([finding]) == [("found", "dns-slow", "Service kube-system/kube-dns")]
    assert "12 of 60 parallel lookups" in finding.summary.en
