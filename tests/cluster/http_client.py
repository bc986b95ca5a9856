"""Keep-alive HTTPS to the API server, with one connection per thread."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import threading
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.cluster.certificates import Pair

Manifest: TypeAlias = dict[str, Any]
TIMEOUT = 30


class ApiError(Exception):
    """The API server said no."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.details = parse_status(body)
        self.reason = str(self.details.get("reason", ""))
        super().__init__(f"{status}: {self.details.get('message', '')}")


class NotFoundError(ApiError):
    """There is no such thing."""


class Connections:
    """Sends requests; a connection that the server has closed is opened again."""

    def __init__(
        self, url: str, ca: Path, *, pair: Pair | None = None, token: str | None = None
    ) -> None:
        self._address = urlsplit(url).netloc
        self._context = ssl.create_default_context(cafile=ca)
        if pair:
            self._context.load_cert_chain(pair.certificate, pair.key)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._local = threading.local()
        self._open: list[http.client.HTTPSConnection] = []

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Send one request and return the body; any status above 299 is an ApiError."""
        target = f"{path}?{urlencode(query)}" if query else path
        content = None if body is None else json.dumps(body).encode()
        merged = {"Content-Type": "application/json", **self._headers, **(headers or {})}
        try:
            status, answer = self._exchange(method, target, content, merged)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            # Idle for too long (Go's server closes after 90 s): it connects again by itself.
            status, answer = self._exchange(method, target, content, merged)
        if status >= http.client.MULTIPLE_CHOICES:
            raise (NotFoundError if status == http.client.NOT_FOUND else ApiError)(status, answer)
        return answer

    def close(self) -> None:
        """Close the connections of all threads."""
        while self._open:
            self._open.pop().close()

    def _exchange(
        self, method: str, target: str, content: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        connection = self._connection()
        try:
            connection.request(method, target, content, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except BaseException:
            connection.close()  # half an exchange leaves it unusable
            raise

    def _connection(self) -> http.client.HTTPSConnection:
        connection: http.client.HTTPSConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPSConnection(
                self._address, timeout=TIMEOUT, context=self._context
            )
            self._local.connection = connection
            self._open.append(connection)
        return connection


def parse_status(body: bytes) -> Manifest:
    """Read a Status object; some errors are plain text."""
    with contextlib.suppress(ValueError):
        parsed = json.loads(body)
        if isinstance(parsed, dict):
            return parsed
    return {"message": body.decode(errors="replace").strip()}
