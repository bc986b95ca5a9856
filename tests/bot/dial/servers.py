"""DNS servers on real sockets of this machine, that answer as a test wants it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Query = dns.message.Message
Answer = Callable[[Query, int], bytes | None]
"""Given a query and how many came before it, the datagram to send back, if any."""


def address(query: Query, _number: int) -> bytes:
    """Answer A with an address, anything else with nothing."""
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    (question,) = query.question
    if question.rdtype == 1:
        reply.answer.append(dns.rrset.from_text(question.name, 30, "IN", "A", "10.96.0.1"))
    return reply.to_wire()


def saying(code: str, *, flags: dns.flags.Flag = dns.flags.QR) -> Answer:
    """Answer everything with one code."""

    def answer(query: Query, _number: int) -> bytes:
        reply = dns.message.make_response(query)
        reply.set_rcode(dns.rcode.from_text(code))
        reply.flags |= flags
        return reply.to_wire()

    return answer


def losing(*lost: int) -> Answer:
    """Answer all but these queries, counted from 0."""
    return lambda query, number: None if number in lost else address(query, number)


class Server(asyncio.DatagramProtocol):
    """Answers over UDP; `asked` holds each query and the port it came from."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[tuple[Query, int]] = []
        self.port = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        number = len(self.asked)
        self.asked.append((query, addr[1]))
        reply = self._answer(query, number)
        if reply is not None:
            self._transport.sendto(reply, addr)


@asynccontextmanager
async def over_udp(answer: Answer, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    """Serve on a port of its own."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: Server(answer), local_addr=(host, 0)
    )
    try:
        yield server
    finally:
        transport.close()


@asynccontextmanager
async def over_tcp(answer: Answer) -> AsyncIterator[int]:
    """Serve on a port of its own, which is given; no answer closes the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(2))
        reply = answer(dns.message.from_wire(await reader.readexactly(size)), 0)
        if reply is not None:
            writer.write(len(reply).to_bytes(2) + reply)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
