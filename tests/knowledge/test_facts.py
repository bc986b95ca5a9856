"""What a paste states: Services, fields, and what was tried with which outcome."""

import pytest

from knowledge.facts import Facts, as_network, is_private
from knowledge.match import read

LISTED = """\
NAME       TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)         AGE   SELECTOR
kube-dns   ClusterIP   10.96.0.10   <none>        53/UDP,53/TCP   3d    k8s-app=kube-dns
web        NodePort    10.96.8.9    <none>        80:31080/TCP    3d    app=web
"""


def test_services_are_read_from_a_table() -> None:
    first, second = Facts(read(LISTED)).services

    assert (first.name, first.ip, set(first.ports)) == ("kube-dns", "10.96.0.10", {53})
    assert (second.name, set(second.ports), second.selector) == ("web", {80}, "app=web")


def test_a_service_is_read_from_its_description() -> None:
    (service,) = Facts(read("Name:      web\nSelector:  app=web\nIP:        10.96.8.9\n")).services

    assert (service.name, service.ip, service.selector) == ("web", "10.96.8.9", "app=web")


TRIES = [
    ("$ curl -m 5 http://10.96.8.9\ncurl: (28) Connection timed out", ("10.96.8.9", 80, "timeout")),
    ("$ curl -so /dev/null -w '%{http_code}' 10.1.2.3:8080\n200", ("10.1.2.3", 8080, "ok")),
    ("$ curl 10.1.2.3:8080 --connect-timeout 3\n<html>", ("10.1.2.3", 8080, "ok")),
    ("$ nc -vz web 6379\nnc: connect: Connection refused", ("web", 6379, "refused")),
    ("$ nslookup web 10.1.2.3\n;; no servers could be reached", ("10.1.2.3", None, "timeout")),
    ("$ ping -c 3 10.1.2.3\n3 packets, 0% packet loss", ("10.1.2.3", None, "ok")),
    ("curl 10.1.2.3:80 從節點上是通的", ("10.1.2.3", 80, "ok")),
    (
        "$ curl https://web.shop/x\ncurl: (6) Could not resolve host",
        ("web.shop", 443, "unresolved"),
    ),
]


@pytest.mark.parametrize(("text", "expected"), TRIES)
def test_a_try_has_a_target_and_an_outcome(text: str, expected: tuple[str, int, str]) -> None:
    (one,) = Facts(read(text)).tries

    assert (one.host, one.port, one.outcome) == expected


def test_the_output_of_a_try_ends_where_the_next_begins() -> None:
    first, second = Facts(read("$ curl 10.1.2.3\n$ curl 10.1.2.4\ntimed out")).tries

    assert (first.outcome, second.outcome) == (None, "timeout")


def test_a_number_that_is_no_address_is_no_network() -> None:
    assert as_network("10.0.0.0/33") is None
    assert not is_private("300.1.1.1")


def test_facts_of_a_dump_are_bounded() -> None:
    facts = Facts(read("curl 10.1.2.3\n" * 1000))

    assert len(facts.tries) < 100
