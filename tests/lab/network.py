"""A whole network for one test: a router, rooms on it, and servers in the rooms."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from tests.lab.coredns import CoreDNS
from tests.lab.rooms import Room, Router
from tests.lab.servers import Web

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from pathlib import Path

    from tests.cluster.certificates import Pair


class Lab:
    """Makes rooms and servers, and ends them all, the last first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self.router = self._stack.enter_context(Router())

    def room(self, *addresses: str) -> Room:
        """Make a room, a pod or a node, that has these addresses; the first is its own."""
        room = self._stack.enter_context(Room())
        self.router.cable(room, *addresses)
        return room

    def web(
        self,
        room: Room,
        port: int,
        pages: Mapping[str, tuple[int, str]] | None = None,
        *,
        pair: Pair | None = None,
        pause: float = 0,
        alert: ssl.AlertDescription | None = None,
    ) -> Web:
        """Serve pages (path to status and body); without any it answers 404."""
        web = Web(room, port, pages, pair=pair, pause=pause, alert=alert)
        self._stack.callback(web.close)
        return web

    def mute(self, room: Room, port: int) -> None:
        """Take connections as the kernel does for a program that hangs, and never answer."""
        self._stack.enter_context(room.listen("0.0.0.0", port))

    def coredns(self, program: Path, room: Room, corefile: str) -> CoreDNS:
        """Start a CoreDNS."""
        server = CoreDNS(program, room, corefile, self.folder)
        self._stack.callback(server.close)
        return server

    def close(self) -> None:
        """End servers, then rooms."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
