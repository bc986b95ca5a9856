"""Dials over DNS: what a server answers, how soon, and how often it must be asked.

dnspython writes and reads the messages, and speaks TCP. Its UDP sockets cannot hold two questions
at once (its issue 930), which is what glibc does and what the race of connection tracking needs.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Iterable
from ipaddress import ip_address
from typing import cast

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
from dns.flags import AA, TC

from bot.dial.outcome import detail_of, outcome_of
from checks.dials import DnsDial, DnsDialed, DnsReply, Outcome

PACE = 0.02  # seconds between two queries of one dial: fifty a second trouble no server
ANSWERS = 8  # records kept of a reply
# Linux uapi in.h and in6.h: ICMP errors are told to a socket that is not connected, too. One that
# is connected would never see an answer from the wrong address.
RECVERR = {socket.AF_INET: (socket.IPPROTO_IP, 11), socket.AF_INET6: (socket.IPPROTO_IPV6, 25)}

Query = dns.message.Message


async def dial_dns(request: DnsDial) -> DnsDialed:
    """Ask `queries` times, `PACE` apart."""

    async def later(number: int) -> DnsReply:
        await asyncio.sleep(number * PACE)
        return await ask(request)

    return DnsDialed(tuple(await asyncio.gather(*map(later, range(request.queries)))))


async def ask(request: DnsDial) -> DnsReply:
    """Ask once, with what was not answered asked again; never raises but when cancelled."""
    started = time.monotonic()
    asking = _over_tcp if request.transport == "tcp" else _over_udp
    tries = 0
    try:
        replies, tries = await asking(request)
    except (dns.exception.Timeout, TimeoutError) as error:
        return _failed(Outcome.TIMED_OUT, started, request.tries, error)
    except (dns.exception.DNSException, ValueError) as error:
        return _failed(Outcome.GARBLED, started, 1, error)
    except StrayError as error:
        return _failed(Outcome.STRAY, started, 1, error)
    except (OSError, EOFError) as error:
        return _failed(outcome_of(error), started, 1, error)
    return told(replies, time.monotonic() - started, tries)


def told(replies: Iterable[Query], seconds: float, tries: int) -> DnsReply:
    """Return what replies to one query, or to a pair of them, say together."""
    every = tuple(replies)
    codes = [dns.rcode.to_text(one.rcode()) for one in every]
    records = [one.to_text() for reply in every for rrset in reply.answer for one in rrset]
    return DnsReply(
        seconds=seconds,
        tries=tries,
        rcode=next((one for one in codes if one != "NOERROR"), "NOERROR"),
        answers=tuple(records[:ANSWERS]),
        authoritative=all(one.flags & AA for one in every),
        truncated=any(one.flags & TC for one in every),
    )


def _failed(outcome: Outcome, started: float, tries: int, error: Exception) -> DnsReply:
    seconds = time.monotonic() - started
    said = "" if outcome is Outcome.TIMED_OUT else detail_of(error)
    return DnsReply(outcome, seconds, tries, detail=said)


def _questions(request: DnsDial) -> list[Query]:
    """Return the questions as a stub resolver asks them: without EDNS, with an id each."""
    kinds = ("A", "AAAA") if request.pair else (request.rdtype,)
    name = request.name if request.name.endswith(".") else f"{request.name}."
    return [dns.message.make_query(name, kind, use_edns=False) for kind in kinds]


async def _over_tcp(request: DnsDial) -> tuple[list[Query], int]:
    question = _questions(request)[0]
    for number in range(1, request.tries + 1):
        try:
            reply = await dns.asyncquery.tcp(
                question, request.server, timeout=request.seconds, port=request.port
            )
        except dns.exception.Timeout:
            continue
        return [reply], number
    raise TimeoutError


async def _over_udp(request: DnsDial) -> tuple[list[Query], int]:
    async with contextlib.AsyncExitStack() as stack:
        wire = await _open(request.server)
        stack.callback(wire.close)
        waiting = _questions(request)
        replies: list[Query] = []
        for number in range(1, request.tries + 1):
            for question in waiting:
                wire.send(question.to_wire(), request.server, request.port)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(request.seconds):
                    while waiting:
                        reply = await wire.receive(request.server)
                        matched = [one for one in waiting if one.is_response(reply)]
                        waiting = [one for one in waiting if one not in matched]
                        replies += [reply] if matched else []
            if not waiting:
                return replies, number
    raise TimeoutError


class StrayError(Exception):
    """A datagram came from another address than the one that was asked."""


class _Wire(asyncio.DatagramProtocol):
    """A UDP socket whose datagrams and errors wait in a queue."""

    def __init__(self) -> None:
        self._arrived: asyncio.Queue[tuple[bytes, str] | Exception] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the socket."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Queue what came, and from where."""
        self._arrived.put_nowait((data, addr[0]))

    def error_received(self, exc: Exception) -> None:
        """Queue what ICMP, or the kernel, says."""
        self._arrived.put_nowait(exc)

    def send(self, data: bytes, host: str, port: int) -> None:
        """Send one datagram."""
        if self._transport:
            self._transport.sendto(data, (host, port))

    async def receive(self, host: str) -> Query:
        """Return the next message. Raises what the kernel tells, `StrayError`, `DNSException`."""
        arrived = await self._arrived.get()
        if isinstance(arrived, Exception):
            raise arrived
        data, source = arrived
        if ip_address(source) != ip_address(host):
            raise StrayError(f"asked {host}, answered from {source}")
        return dns.message.from_wire(data)

    def close(self) -> None:
        """Let go of the socket."""
        if self._transport:
            self._transport.abort()


async def _open(server: str) -> _Wire:
    family = socket.AF_INET6 if ip_address(server).version == 6 else socket.AF_INET  # noqa: PLR2004
    one = socket.socket(family, socket.SOCK_DGRAM)
    try:
        one.setblocking(False)  # noqa: FBT003 the library's signature
        with contextlib.suppress(OSError):
            one.setsockopt(*RECVERR[family], 1)
        one.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", 0))  # noqa: S104 an answer comes to any of the pod's addresses
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_datagram_endpoint(_Wire, sock=one)
    except BaseException:
        one.close()
        raise
    return wire
