"""Turns what an API server answers, and what a connection suffers, into netcheck's own errors.

Nothing that kubernetes, aiohttp, ssl or msgspec raises leaves `bot.cluster`.
"""

import contextlib
import email.utils
import errno
import ssl
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import msgspec
from kubernetes.aio.client.exceptions import ApiException
from kubernetes.aio.config import ConfigException

from bot.cluster.text import one_line
from bot.core.errors import (
    ClusterBusyError,
    ClusterError,
    ClusterForbiddenError,
    ClusterMissingError,
    ClusterUnauthorizedError,
    ClusterUnreachableError,
)
from checks.kinds import Resource

# What msgspec raises for bytes that do not hold what they should.
NO_JSON = (msgspec.MsgspecError, UnicodeDecodeError)
NOT_ACCEPTED = "401: the credentials are not accepted"
BROKE_OFF = "the connection broke off"
# API Priority and Fairness (KEP-1040) tells how it has sorted a request.
FLOW = {
    "X-Kubernetes-PF-PriorityLevel-UID": "priority level",
    "X-Kubernetes-PF-FlowSchema-UID": "flow schema",
}
# Why there is no answer, the most special first.
CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ConnectionTimeoutError, "no connection: timed out"),
    (TimeoutError, "the answer timed out"),
    (aiohttp.ClientProxyConnectionError, "the proxy cannot be reached"),
    (aiohttp.ClientHttpProxyError, "the proxy does not let it through"),
    (aiohttp.TooManyRedirects, "it redirects for ever"),
    (aiohttp.ClientResponseError, "what answers there speaks no HTTP"),
    (aiohttp.InvalidURL, "its address is no URL"),
    (aiohttp.ClientPayloadError, BROKE_OFF),
    (aiohttp.ServerDisconnectedError, BROKE_OFF),
    (aiohttp.ClientConnectorSSLError, "TLS failed: perhaps the server speaks plain HTTP"),
)
ERRNOS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: BROKE_OFF,
    errno.EPIPE: BROKE_OFF,
    errno.EHOSTUNREACH: "no route to its address",
    errno.ENETUNREACH: "no route to its address",
}

T = TypeVar("T")


class BrokenAnswerError(ClusterUnreachableError):
    """The server is there, but its answer is an error of its own or makes no sense."""


class ExpiredError(ClusterError):
    """410: the continue token of a paged list is too old."""


class AbsentError(ClusterError):
    """404: the API is there, the object is not."""


class Status(msgspec.Struct):
    """The part of `meta/v1 Status`, which tells why a request failed, that is read."""

    kind: str = ""
    message: str = ""
    details: "Details | None" = None


class Details(msgspec.Struct):
    """`Status.details`; `name` is set when one object is meant."""

    name: str = ""


class Reply(msgspec.Struct, frozen=True):
    """An answer: status, headers and the whole body, unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes | bytearray


def refusal(  # noqa: PLR0911 one line a status
    reply: Reply, verb: str, resource: Resource
) -> ClusterError:
    """Return the error that an answer other than 200 means."""
    told = _status(reply.body)
    what = resource.qualified
    match reply.status:
        case HTTPStatus.UNAUTHORIZED:
            return ClusterUnauthorizedError(NOT_ACCEPTED)
        case HTTPStatus.FORBIDDEN:
            return ClusterForbiddenError(f"403: may not {verb} {what}", verb, what)
        case HTTPStatus.NOT_FOUND if told.details and told.details.name:
            return AbsentError(f"404: {one_line(told.message)}")
        case HTTPStatus.NOT_FOUND:
            return not_served(resource)
        case HTTPStatus.GONE:
            return ExpiredError("410: the list expired while it was read")
        case HTTPStatus.TOO_MANY_REQUESTS:
            message = f"429: the API server is busy{_flow(reply.headers)}"
            return ClusterBusyError(message, retry_after(reply.headers, time.time()))
        case HTTPStatus.SERVICE_UNAVAILABLE:
            message = "503: the API server is busy"
            return ClusterBusyError(message, retry_after(reply.headers, time.time()))
        case status:
            return BrokenAnswerError(f"{status}: {one_line(told.message) or _phrase(status)}")


def not_served(resource: Resource) -> ClusterMissingError:
    """Return the error for a kind that the API server does not have."""
    served = f"{resource.group}/{resource.version}".lstrip("/")
    return ClusterMissingError(f"404: the API server serves no {resource.plural} of {served}")


def retry_after(headers: Mapping[str, str], now: float) -> float:
    """Return the seconds that Retry-After asks to wait (RFC 9110 §10.2.3), 0 without one.

    A date that is less than a second away asks for one: it names no fractions.
    """
    value = headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    with contextlib.suppress(ValueError):
        left = email.utils.parsedate_to_datetime(value).timestamp() - now
        return max(1.0, left) if left > 0 else 0.0
    return 0.0


def decode(body: bytes | bytearray | msgspec.Raw, shape: type[T]) -> T:
    """Return what a body holds, or raise `BrokenAnswerError` when it is something else."""
    try:
        return msgspec.json.decode(body, type=shape)
    except NO_JSON as error:
        raise BrokenAnswerError(f"the answer cannot be read: {one_line(error)}") from error


@contextlib.contextmanager
def own_errors() -> Iterator[None]:
    """Let nothing out that is not netcheck's own, a deadline of the caller's apart."""
    try:
        yield
    except ConfigException as error:
        raise ClusterUnauthorizedError(f"no credentials: {one_line(error)}") from error
    except (aiohttp.ClientError, ApiException, OSError) as error:
        raise ClusterUnreachableError(_cause(error)) from error


def _cause(error: Exception) -> str:
    """Say in a few words why there is no answer."""
    for kind, words in CAUSES:
        if isinstance(error, kind):
            return words
    match error:
        case aiohttp.ClientConnectorDNSError():
            return f"name not found: {error.host}"
        case aiohttp.ClientConnectorCertificateError(certificate_error=ssl.SSLError() as refused):
            message = getattr(refused, "verify_message", "") or refused.reason
            return f"its certificate is not trusted: {one_line(message)}"
        case OSError(errno=int(number)) if number in ERRNOS:
            return ERRNOS[number]
    return one_line(error) or type(error).__name__


def _status(body: bytes | bytearray) -> Status:
    try:
        return msgspec.json.decode(body, type=Status)
    except NO_JSON:
        return Status()


def _flow(headers: Mapping[str, str]) -> str:
    """Say by whose rules it is too busy, in brackets: the UIDs are all that the server tells."""
    told = [f"{name} {one_line(headers[key])}" for key, name in FLOW.items() if headers.get(key)]
    return f" ({', '.join(told)})" if told else ""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "an unknown status"
