"""TCP connections to this machine's own ports."""

import asyncio
import errno
import socket
import ssl

import pytest

from bot.dial.outcome import detail_of, outcome_of
from bot.dial.tcp import dial_tcp
from checks.dials import Outcome, TcpDial


async def test_a_port_that_is_listened_on_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        result = await dial_tcp(TcpDial(host="127.0.0.1", port=server.getsockname()[1], tries=3))

    assert (result.outcome, result.tries, result.detail) == (Outcome.ANSWERED, 1, "")


async def test_a_port_nobody_listens_on_is_refused_on_every_try() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        result = await dial_tcp(TcpDial(host="127.0.0.1", port=held.getsockname()[1], tries=3))

    assert (result.outcome, result.tries) == (Outcome.REFUSED, 3)
    assert result.detail


async def test_a_queue_of_connections_that_is_full_is_silence() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        port = server.getsockname()[1]
        fillers = [socket.socket() for _ in range(4)]
        for one in fillers:
            one.settimeout(0)
            one.connect_ex(("127.0.0.1", port))
        await asyncio.sleep(0.05)
        try:
            result = await dial_tcp(TcpDial(host="127.0.0.1", port=port, seconds=0.2))
        finally:
            for one in fillers:
                one.close()

    assert result.outcome is Outcome.TIMED_OUT
    assert 0.2 <= result.seconds < 1


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TimeoutError(), Outcome.TIMED_OUT),
        (OSError(errno.ETIMEDOUT, "timed out"), Outcome.TIMED_OUT),
        (OSError(errno.EHOSTUNREACH, "no route to host"), Outcome.UNREACHABLE),
        (OSError(errno.ENETUNREACH, "network is unreachable"), Outcome.UNREACHABLE),
        (OSError(errno.ECONNRESET, "reset"), Outcome.RESET),
        (asyncio.IncompleteReadError(b"", 2), Outcome.RESET),
        (OSError(errno.EPERM, "not permitted"), Outcome.FORBIDDEN),
        (ssl.SSLError(1, "wrong version number"), Outcome.GARBLED),
        (OSError(errno.EMFILE, "too many open files"), Outcome.FAILED),
        (socket.gaierror(socket.EAI_NONAME, "not known"), Outcome.FAILED),
    ],
)
def test_an_error_means_one_outcome(error: Exception, outcome: Outcome) -> None:
    assert outcome_of(error) is outcome


def test_an_errors_own_words_are_one_line_without_secrets() -> None:
    said = detail_of(OSError(1, "proxy\n password=hunter2hunter2 refused"))

    assert "\n" not in said
    assert "hunter2" not in said
