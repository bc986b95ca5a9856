"""The API server's way to the nodes: their addresses lie nowhere, so it dials them through here.

The kubelets' port leads to the one that serves logs; everything else, and a node from which
nothing is heard, gets no connection.
"""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

KUBELET_PORT = 10250
CHUNK = 65536
TIMEOUT = 30


class Egress:
    """Answers CONNECT on a socket in the file system. Use it as a context manager."""

    def __init__(self, folder: Path, kubelet: tuple[str, int]) -> None:
        self.kubelet = kubelet
        self.reached: frozenset[str] = frozenset()
        socket_path = folder / "egress.sock"
        self.config = folder / "egress.json"
        self.config.write_text(json.dumps(selection(socket_path)), encoding="utf-8")
        self._server = Server(str(socket_path), Handler)
        self._server.egress = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def leads(self, target: str) -> bool:
        """Tell whether an address with a port is a kubelet that is reached."""
        host, _, port = target.rpartition(":")
        return port == str(KUBELET_PORT) and host.strip("[]") in self.reached

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """One thread a connection."""

    daemon_threads = True
    egress: Egress


class Handler(socketserver.StreamRequestHandler):
    """Serves one CONNECT."""

    def handle(self) -> None:
        """Read the head, dial, and pass on whatever comes from either side."""
        if not isinstance(self.server, Server):
            raise TypeError("the handler belongs to the egress")
        target = self.rfile.readline().decode().split()[1]
        while self.rfile.readline().strip():
            pass
        if not self.server.egress.leads(target):
            self.wfile.write(b"HTTP/1.1 504 Gateway Timeout\r\n\r\n")
            return
        with socket.create_connection(self.server.egress.kubelet, timeout=TIMEOUT) as kubelet:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pass_on, args=(kubelet, self.connection), daemon=True)
            back.start()
            pass_on(self.connection, kubelet)
            back.join()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    """Pass bytes on until a side closes, and tell the other."""
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK):
            target.sendall(chunk)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def selection(path: Path) -> object:
    """Write the API server's configuration: what is bound for the cluster goes by the socket."""
    transport = {"uds": {"udsName": str(path)}}
    connection = {"proxyProtocol": "HTTPConnect", "transport": transport}
    return {
        "apiVersion": "apiserver.k8s.io/v1beta1",
        "kind": "EgressSelectorConfiguration",
        "egressSelections": [{"name": "cluster", "connection": connection}],
    }
