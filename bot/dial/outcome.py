"""From what a connection raises to the outcome a check judges."""

import asyncio
import errno
import ssl

from checks.dials import Outcome
from knowledge.redact import redact

LIMIT = 120  # characters of an error's own words

_OUTCOMES = {
    errno.ECONNREFUSED: Outcome.REFUSED,
    errno.ETIMEDOUT: Outcome.TIMED_OUT,
    errno.EHOSTUNREACH: Outcome.UNREACHABLE,
    errno.ENETUNREACH: Outcome.UNREACHABLE,
    errno.EHOSTDOWN: Outcome.UNREACHABLE,
    errno.ECONNRESET: Outcome.RESET,
    errno.ECONNABORTED: Outcome.RESET,
    errno.EPIPE: Outcome.RESET,
    errno.EPERM: Outcome.FORBIDDEN,
    errno.EACCES: Outcome.FORBIDDEN,
}


def outcome_of(error: Exception) -> Outcome:
    """Return what an error of a socket, a stream or a TLS session means."""
    if isinstance(error, TimeoutError) and error.errno is None:
        return Outcome.TIMED_OUT
    if isinstance(error, asyncio.IncompleteReadError | EOFError):
        return Outcome.RESET
    if isinstance(error, ssl.SSLError):
        return Outcome.GARBLED
    number = error.errno if isinstance(error, OSError) else None
    return _OUTCOMES.get(number, Outcome.FAILED) if number else Outcome.FAILED


def detail_of(error: Exception) -> str:
    """Return an error's own words on one line, masked; its kind when it has none."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(redact(str(said)).split())[:LIMIT]
