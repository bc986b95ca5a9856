"""Dials over TCP: is there someone who accepts."""

import asyncio
import time

from bot.dial.outcome import detail_of, outcome_of
from checks.dials import TcpDial, TcpDialed


async def dial_tcp(request: TcpDial) -> TcpDialed:
    """Connect and close, up to `tries` times; the first answer ends it."""
    result = TcpDialed()
    for number in range(1, request.tries + 1):
        started = time.monotonic()
        error = await _connect(request)
        seconds = time.monotonic() - started
        if error is None:
            return TcpDialed(seconds=seconds, tries=number)
        result = TcpDialed(outcome_of(error), seconds, number, detail_of(error))
    return result


async def _connect(request: TcpDial) -> OSError | None:
    try:
        async with asyncio.timeout(request.seconds):
            _, writer = await asyncio.open_connection(request.host, request.port)
    except OSError as error:  # a TimeoutError is one
        return error
    writer.close()
    return None
