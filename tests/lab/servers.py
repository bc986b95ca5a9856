"""Servers inside rooms: each in threads of its own, stopped and waited for at the end."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.cluster.certificates import Pair
    from tests.lab.rooms import Room

ANY = "0.0.0.0"


class Web:
    """An HTTP server, over TLS when it is given a certificate; `pause` is its thinking, in s.

    With `alert` it breaks every handshake off with that TLS alert.
    """

    def __init__(
        self,
        room: Room,
        port: int,
        pages: Mapping[str, tuple[int, str]] | None = None,
        *,
        pair: Pair | None = None,
        pause: float = 0,
        alert: ssl.AlertDescription | None = None,
    ) -> None:
        listening = room.listen(ANY, port)
        served = _tls(listening, pair, alert) if pair else listening
        self.server = _Server(served, pages or {}, pause)
        self._thread = threading.Thread(target=self.server.serve_forever, args=[0.02])
        self._thread.start()

    def close(self) -> None:
        """Stop listening: who connects from now on is refused."""
        if self._thread.is_alive():
            self.server.shutdown()
            self._thread.join()
            self.server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(
        self, listening: socket.socket, pages: Mapping[str, tuple[int, str]], pause: float
    ) -> None:
        super().__init__(listening.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()  # the one it made itself, outside of the room
        self.socket = listening
        self.pages = pages
        self.pause = pause

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up, as dials do."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        """Answer with a page, or 404."""
        time.sleep(self.server.pause)
        status, body = self.server.pages.get(self.path, (404, "404 page not found"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _tls(listening: socket.socket, pair: Pair, alert: ssl.AlertDescription | None) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    if alert is not None:
        context.sni_callback = lambda *_: alert
    # The hello is answered by the thread of the connection, so that one client holds up no other.
    return context.wrap_socket(listening, server_side=True, do_handshake_on_connect=False)


class Relay:
    """Brings a port of this machine's loopback into a room, at the same address."""

    def __init__(self, room: Room, port: int) -> None:
        self._port = port
        self._listening = room.listen("127.0.0.1", port)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more connections; those under way end with their clients."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listening.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._port))
                for ends in ((client, server), (server, client)):
                    threading.Thread(target=_pump, args=ends, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    """Copy until one end is done, then tell both; the last to leave closes."""
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
    source.close()
