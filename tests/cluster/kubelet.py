"""A kubelet that only serves logs: the API server proxies ``pods/log`` to it."""

from __future__ import annotations

import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    import socket

    from tests.cluster.certificates import Authority
    from tests.cluster.http_client import Manifest

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Log:
    """What one container answers."""

    text: str
    status: int = HTTPStatus.OK


@dataclass(frozen=True)
class Target:
    """Which log is meant."""

    namespace: str
    pod: str
    container: str
    previous: bool = False


class FakeKubelet:
    """Serves logs over TLS on a port of its own, to the API server's certificate only.

    One fake kubelet may stand behind any number of nodes. Use it as a context manager.
    """

    def __init__(self, authority: Authority) -> None:
        self._logs: dict[Target, Log] = {}
        self.asked: list[Target] = []
        self._server = Server((HOST, 0), Handler)
        self._server.kubelet = self
        self._server.tls = server_context(authority)
        self.port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def set_log(
        self,
        namespace: str,
        pod: str,
        container: str,
        text: str,
        *,
        status: int = HTTPStatus.OK,
        previous: bool = False,
    ) -> None:
        """Decide what a container's log answers; an unknown container is a 404."""
        self._logs[Target(namespace, pod, container, previous)] = Log(text, status)

    def answer(self, target: Target) -> Log:
        """Look a log up, and remember that it was asked for."""
        self.asked.append(target)
        return self._logs.get(target) or Log("container not found", HTTPStatus.NOT_FOUND)

    def node(self, name: str, *, ready: bool = True) -> Manifest:
        """Write a Node that this kubelet stands behind, for ``Client.apply``."""
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name},
            "status": {
                "addresses": [{"type": "InternalIP", "address": HOST}],
                "daemonEndpoints": {"kubeletEndpoint": {"Port": self.port}},
                "conditions": [{"type": "Ready", "status": str(ready)}],
            },
        }

    def start(self) -> Self:
        """Serve in a thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and wait for the answers under way."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class Server(ThreadingHTTPServer):
    """Shakes hands in each request's own thread, and forgets connections that broke."""

    daemon_threads = False  # so that closing waits for them
    kubelet: FakeKubelet
    tls: ssl.SSLContext

    def finish_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """Wrap the connection, then serve it."""
        if isinstance(request, tuple):  # only datagrams come so
            raise TypeError("a kubelet speaks TCP")
        with suppress(OSError), self.tls.wrap_socket(request, server_side=True) as secure:
            super().finish_request(secure, client_address)


class Handler(BaseHTTPRequestHandler):
    """Answers ``/containerLogs/NAMESPACE/POD/CONTAINER``."""

    def do_GET(self) -> None:
        """Send the log, or the status chosen for it."""
        if not isinstance(self.server, Server):
            raise TypeError("the handler belongs to the fake kubelet")
        target, query = parse_target(self.path)
        log = self.server.kubelet.answer(target) if target else Log("", HTTPStatus.NOT_FOUND)
        body = cut(log.text, query).encode() if log.status == HTTPStatus.OK else log.text.encode()
        self.send_response(log.status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def parse_target(path: str) -> tuple[Target | None, dict[str, list[str]]]:
    """Read a log's path and query."""
    parts = urlsplit(path)
    query = parse_qs(parts.query)
    match parts.path.strip("/").split("/"):
        case ["containerLogs", namespace, pod, container]:
            return Target(namespace, pod, container, "previous" in query), query
    return None, query


def cut(text: str, query: dict[str, list[str]]) -> str:
    """Keep what ``tailLines`` and ``limitBytes`` ask for, as a kubelet does."""
    if "tailLines" in query:
        lines = text.splitlines(keepends=True)
        text = "".join(lines[max(0, len(lines) - int(query["tailLines"][0])) :])
    if "limitBytes" in query:
        text = text.encode()[: int(query["limitBytes"][0])].decode(errors="ignore")
    return text


def server_context(authority: Authority) -> ssl.SSLContext:
    """Serve with a signed certificate and demand one, as a real kubelet does."""
    pair = authority.issue("kubelet")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    context.load_verify_locations(authority.path)
    context.verify_mode = ssl.CERT_REQUIRED
    return context
