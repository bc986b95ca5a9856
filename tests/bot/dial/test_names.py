"""Questions to DNS servers over real sockets, and what is told of each answer."""

import asyncio
import socket

import dns.flags
import dns.message
import pytest

from bot.dial.names import dial_dns
from checks.dials import DnsDial, DnsReply, Outcome
from tests.bot.dial.servers import address, losing, over_tcp, over_udp, saying

NAME = "kubernetes.default.svc.cluster.local"


def asking(port: int, **changes: object) -> DnsDial:
    """Ask a local server for the name."""
    fields = {"server": "127.0.0.1", "name": NAME, "port": port, "seconds": 0.2, **changes}
    return DnsDial(**fields)  # type: ignore[arg-type]


async def only(request: DnsDial) -> DnsReply:
    (reply,) = (await dial_dns(request)).replies
    return reply


async def test_an_answer_tells_its_code_records_and_flags() -> None:
    async with over_udp(address) as server:
        reply = await only(asking(server.port))

    assert (reply.outcome, reply.rcode) == (Outcome.ANSWERED, "NOERROR")
    assert (reply.answers, reply.authoritative) == (("10.96.0.1",), True)
    assert 0 < reply.seconds < 0.2


@pytest.mark.parametrize("code", ["SERVFAIL", "REFUSED", "NXDOMAIN"])
async def test_a_code_that_is_no_success_is_an_answer(code: str) -> None:
    async with over_udp(saying(code)) as server:
        reply = await only(asking(server.port))

    assert (reply.outcome, reply.rcode) == (Outcome.ANSWERED, code)


async def test_a_truncated_answer_is_told() -> None:
    async with over_udp(saying("NOERROR", flags=dns.flags.TC)) as server:
        assert (await only(asking(server.port))).truncated


async def test_silence_is_a_timeout_after_every_try() -> None:
    async with over_udp(lambda _query, _number: None) as server:
        reply = await only(asking(server.port, tries=2, seconds=0.1))

    assert (reply.outcome, reply.tries, reply.rcode) == (Outcome.TIMED_OUT, 2, "")
    assert len(server.asked) == 2


async def test_a_port_nobody_listens_on_is_refused() -> None:
    """The kernel's ICMP error reaches a socket that is not connected, too."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]

    assert (await only(asking(port, seconds=2.0))).outcome is Outcome.REFUSED


async def test_an_answer_from_another_address_is_told_as_such() -> None:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.bind(("127.0.0.2", 0))
    with sender:

        def astray(query: dns.message.Message, number: int) -> None:
            sender.sendto(address(query, number), ("127.0.0.1", server.asked[-1][1]))

        async with over_udp(astray) as server:
            reply = await only(asking(server.port))

    assert reply.outcome is Outcome.STRAY
    assert reply.detail == "asked 127.0.0.1, answered from 127.0.0.2"


@pytest.mark.parametrize("noise", [b"\x00", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_what_is_no_dns_is_garbled(noise: bytes) -> None:
    async with over_udp(lambda _query, _number: noise) as server:
        assert (await only(asking(server.port))).outcome is Outcome.GARBLED


async def test_an_answer_to_somebody_elses_question_does_not_count() -> None:
    other = dns.message.make_query("elsewhere.", "A")
    async with over_udp(lambda _query, _number: address(other, 0)) as server:
        assert (await only(asking(server.port))).outcome is Outcome.TIMED_OUT


async def test_what_was_lost_is_asked_again_from_the_same_socket() -> None:
    async with over_udp(losing(0)) as server:
        reply = await only(asking(server.port, tries=2))

    assert (reply.outcome, reply.tries) == (Outcome.ANSWERED, 2)
    assert 0.2 <= reply.seconds < 0.35
    assert len({port for _, port in server.asked}) == 1


async def test_a_pair_leaves_from_one_socket_and_waits_for_both_answers() -> None:
    async with over_udp(losing(1)) as server:
        reply = await only(asking(server.port, pair=True, tries=2))

    kinds = [query.question[0].rdtype for query, _ in server.asked]
    assert [kind.name for kind in kinds] == ["A", "AAAA", "AAAA"]
    assert len({port for _, port in server.asked}) == 1
    assert (reply.tries, reply.rcode, reply.answers) == (2, "NOERROR", ("10.96.0.1",))


async def test_each_query_has_a_socket_of_its_own_and_they_do_not_wait_for_each_other() -> None:
    loop = asyncio.get_running_loop()
    async with over_udp(losing(*range(6))) as server:
        started = loop.time()
        replies = (await dial_dns(asking(server.port, queries=6, tries=2))).replies

    assert [one.tries for one in replies] == [2] * 6
    assert len({port for _, port in server.asked}) == 6
    assert loop.time() - started < 1.0


async def test_a_name_is_asked_for_as_it_stands_and_without_edns() -> None:
    """A stub resolver's own limit of 512 bytes is what pods run into."""
    async with over_udp(address) as server:
        await only(asking(server.port, rdtype="SRV"))

    ((query, _),) = server.asked
    assert query.question[0].to_text() == f"{NAME}. IN SRV"
    assert query.edns == -1


async def test_tcp_is_asked_too() -> None:
    async with over_tcp(address) as port:
        reply = await only(asking(port, transport="tcp"))

    assert (reply.rcode, reply.answers) == ("NOERROR", ("10.96.0.1",))


async def test_a_tcp_connection_that_breaks_off_is_reset() -> None:
    async with over_tcp(lambda _query, _number: None) as port:
        assert (await only(asking(port, transport="tcp"))).outcome is Outcome.RESET


async def test_a_tcp_port_nobody_listens_on_is_refused() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]

        assert (await only(asking(port, transport="tcp"))).outcome is Outcome.REFUSED


async def test_a_tcp_server_that_says_nothing_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        assert (await only(asking(port, transport="tcp"))).outcome is Outcome.TIMED_OUT
