"""Each fault of a real network comes out of `bot.dial` as what it is."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from bot.dial import tls
from checks.dials import (
    DnsDial,
    DnsDialed,
    DnsReply,
    HttpDial,
    HttpDialed,
    Outcome,
    TcpDial,
    TcpDialed,
    TlsDial,
    TlsDialed,
)
from tests.cluster.certificates import LIFETIME, Authority
from tests.lab.coredns import ANSWERS, SERVFAIL, SLOW, TOO_LONG, corefile
from tests.lab.look import dial

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.fixtures import StartCoreDNS
    from tests.lab.network import Lab
    from tests.lab.rooms import Room

THERE = "10.244.2.7"
NAME = "web.shop.svc.cluster.local"
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def here(lab: Lab) -> Room:
    """Give the bot's own room."""
    return lab.room("10.244.1.5")


@pytest.fixture
def there(lab: Lab) -> Room:
    """Give the room that is dialed."""
    return lab.room(THERE)


def tcp(room: Room, port: int) -> TcpDialed:
    """Connect from a room."""
    (result,) = dial(room, TcpDial(host=THERE, port=port, seconds=0.5))
    assert isinstance(result, TcpDialed)
    return result


def dns(room: Room, *, server: str = THERE, queries: int = 1, **how: object) -> list[DnsReply]:
    """Ask from a room."""
    request = DnsDial(server=server, name=NAME, queries=queries, **how)  # type: ignore[arg-type]
    (result,) = dial(room, request)
    assert isinstance(result, DnsDialed)
    return list(result.replies)


def test_who_listens_answers_and_who_does_not_refuses(here: Room, there: Room, lab: Lab) -> None:
    lab.mute(there, 8080)

    assert tcp(here, 8080).outcome is Outcome.ANSWERED
    assert tcp(here, 8081).outcome is Outcome.REFUSED


def test_what_is_dropped_on_the_way_times_out(here: Room, there: Room, lab: Lab) -> None:
    lab.mute(there, 8080)
    lab.router.drop(THERE, port=8080)

    assert tcp(here, 8080).outcome is Outcome.TIMED_OUT


def test_where_no_route_leads_is_unreachable(here: Room, there: Room, lab: Lab) -> None:
    lab.mute(there, 8080)
    lab.router.reject(THERE, port=8080)

    assert tcp(here, 8080).outcome is Outcome.UNREACHABLE


def test_a_server_that_is_slow_times_out_after_it_has_connected(
    here: Room, there: Room, lab: Lab
) -> None:
    lab.web(there, 8080, {"/healthz": (200, "ok")}, pause=1)
    got = HttpDial(host=THERE, port=8080, path="/healthz", seconds=0.3)
    patient = HttpDial(host=THERE, port=8080, path="/", seconds=3)

    slow, late = dial(here, got, patient)

    assert tcp(here, 8080).outcome is Outcome.ANSWERED
    assert slow.outcome is Outcome.TIMED_OUT  # type: ignore[union-attr]
    assert isinstance(late, HttpDialed)
    assert (late.status, late.lines) == (404, ("404 page not found",))


def test_a_server_that_never_speaks_tls_times_out(here: Room, there: Room, lab: Lab) -> None:
    lab.mute(there, 443)

    (result,) = dial(here, TlsDial(host=THERE, port=443, server_name="web", seconds=0.3))

    assert isinstance(result, TlsDialed)
    assert result.outcome is Outcome.TIMED_OUT


CERTIFICATES = {
    "good": (THERE, NOW - dt.timedelta(hours=1), ""),
    "expired": (THERE, NOW - LIFETIME - dt.timedelta(hours=1), "certificate has expired"),
    "not yet valid": (THERE, NOW + dt.timedelta(hours=1), "certificate is not yet valid"),
    "another name": ("10.244.2.8", NOW - dt.timedelta(hours=1), "IP address mismatch"),
}


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_a_certificate_is_read_and_what_is_wrong_with_it_told(
    kind: str, here: Room, there: Room, lab: Lab, authority: Authority, tmp_path: Path
) -> None:
    address, begins, wrong = CERTIFICATES[kind]
    names = [x509.IPAddress(ipaddress.ip_address(address))]
    lab.web(there, 443, pair=authority.issue("web", names=names, begins=begins))
    other = Authority(tmp_path_of(tmp_path, "other"))
    request = TlsDial(host=THERE, port=443, server_name=THERE, ca=authority.path.read_text())
    foreign = TlsDial(host=THERE, port=443, server_name=THERE, ca=other.path.read_text())

    result, mistrusted = dial(here, request, foreign)

    assert isinstance(result, TlsDialed)
    assert isinstance(mistrusted, TlsDialed)
    assert result.mistrust.startswith(wrong)
    assert bool(result.mistrust) == bool(wrong)
    assert result.leaf
    assert result.leaf.names == (address,)
    assert dt.datetime.fromisoformat(result.leaf.not_before) == begins.replace(microsecond=0)
    assert mistrusted.mistrust


def tmp_path_of(folder: Path, name: str) -> Path:
    """Make a folder."""
    inside = folder / name
    inside.mkdir()
    return inside


def test_the_clusters_own_ca_is_the_one_of_the_service_account(
    here: Room, there: Room, lab: Lab, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "CLUSTER_CA", authority.path)
    lab.web(there, 443, pair=authority.issue("web"))

    (result,) = dial(here, TlsDial(host=THERE, port=443, server_name="127.0.0.1"))

    assert isinstance(result, TlsDialed)
    assert (result.outcome, result.mistrust) == (Outcome.ANSWERED, "")


def test_a_dns_server_answers(here: Room, there: Room, coredns: StartCoreDNS) -> None:
    coredns(there, corefile(ANSWERS))

    (udp,) = dns(here)
    (tcp_reply,) = dns(here, transport="tcp")
    (pair,) = dns(here, pair=True)

    for one in (udp, tcp_reply, pair):
        assert (one.rcode, one.answers) == ("NOERROR", ("10.96.0.20",))
        assert one.authoritative


def test_a_dns_server_that_fails_says_so(here: Room, there: Room, coredns: StartCoreDNS) -> None:
    coredns(there, corefile(SERVFAIL))

    assert [one.rcode for one in dns(here, queries=3)] == ["SERVFAIL"] * 3


def test_a_forwarder_without_its_upstream_is_servfail(
    here: Room, there: Room, coredns: StartCoreDNS
) -> None:
    """Not a template's word, but what CoreDNS says by itself."""
    coredns(there, corefile("forward . 10.244.9.9"))

    (reply,) = dns(here, seconds=8)

    assert reply.rcode == "SERVFAIL"


def test_an_answer_too_long_is_cut_over_udp_and_whole_over_tcp(
    here: Room, there: Room, coredns: StartCoreDNS
) -> None:
    coredns(there, corefile(TOO_LONG))

    (cut,) = dns(here)
    (whole,) = dns(here, transport="tcp")

    assert (cut.truncated, whole.truncated) == (True, False)
    assert len(whole.answers) >= len(cut.answers)


def test_where_udp_is_dropped_only_tcp_answers(
    here: Room, there: Room, lab: Lab, coredns: StartCoreDNS
) -> None:
    coredns(there, corefile(ANSWERS))
    lab.router.drop(THERE, protocol="udp", port=53)

    (udp,) = dns(here, seconds=0.5)
    (over_tcp,) = dns(here, transport="tcp")

    assert udp.outcome is Outcome.TIMED_OUT
    assert over_tcp.rcode == "NOERROR"


def test_every_second_answer_is_five_seconds_late(
    here: Room, there: Room, coredns: StartCoreDNS
) -> None:
    coredns(there, corefile(SLOW))

    replies = dns(here, queries=4, seconds=8)

    late = [one for one in replies if one.seconds > 4.9]
    assert (len(replies), len(late)) == (4, 2)
    assert all(one.outcome is Outcome.ANSWERED for one in replies)


def test_behind_a_shared_address_one_dead_backend_of_three_refuses_its_share(
    here: Room, lab: Lab, coredns: StartCoreDNS
) -> None:
    backends = {at: lab.room(at) for at in ("10.244.2.7", "10.244.2.8", "10.244.2.9")}
    servers = [coredns(room, corefile(ANSWERS)) for room in backends.values()]
    lab.router.share("10.96.0.10", *((room, at) for at, room in backends.items()))
    assert {one.outcome for one in dns(here, server="10.96.0.10", queries=20)} == {Outcome.ANSWERED}

    servers[0].close()

    shared = {one.outcome for one in dns(here, server="10.96.0.10", queries=40)}
    # The kernel limits its ICMP refusals (icmp_ratelimit), so that some questions only time out.
    assert shared - {Outcome.TIMED_OUT} == {Outcome.ANSWERED, Outcome.REFUSED}
    each = {at: dns(here, server=at)[0].outcome for at in backends}
    assert each == {
        "10.244.2.7": Outcome.REFUSED,
        "10.244.2.8": Outcome.ANSWERED,
        "10.244.2.9": Outcome.ANSWERED,
    }
