"""Network namespaces, each held by an open file of this process: they end with it, however it ends.

Nothing is made in the machine's own network: even the cables run between namespaces.
"""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

CLONE_NEWNET = 0x40000000  # Python has os.unshare and os.setns from 3.12 on
GATEWAY = "169.254.1.1"  # on the router's end of every cable, so that no subnets are needed


class RoomError(Exception):
    """The machine gives no network namespaces, or `ip` refused; the message says which."""


class Room:
    """One network namespace with its loopback up."""

    def __init__(self) -> None:
        with ThreadPoolExecutor(1) as outside:
            self._fd = outside.submit(_new_namespace).result()
        self.ip("link set lo up")

    @property
    def path(self) -> str:
        """The namespace as a file, for other programs of this user."""
        return f"/proc/{os.getpid()}/fd/{self._fd}"

    def run(self, work: Callable[[], T]) -> T:
        """Call in a thread inside the room; threads and programs that it starts are inside too."""
        with ThreadPoolExecutor(1, initializer=self._enter) as inside:
            return inside.submit(work).result()

    def ip(self, *commands: str) -> None:
        """Run commands of `ip` inside, all or none before the first that fails."""
        self.run(lambda: _ip("\n".join(commands)))

    def listen(self, address: str, port: int) -> socket.socket:
        """Return a listening TCP socket of this room; who never accepts still lets connect."""
        return self.run(lambda: socket.create_server((address, port)))

    def close(self) -> None:
        """Let the namespace go; sockets in it hold it until they are closed too."""
        os.close(self._fd)

    def _enter(self) -> None:
        _call("setns", self._fd, CLONE_NEWNET)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Router(Room):
    """The room that every cable leads to: it forwards, and can drop what it should forward."""

    def __init__(self) -> None:
        super().__init__()
        self.run(_forward)
        self._cables = 0

    def cable(self, room: Room, *addresses: str) -> None:
        """Plug a room in: it gets `eth0` with these addresses, and a route to all others."""
        name = f"room{self._cables}"
        self._cables += 1
        self.ip(
            f"link add {name} type veth peer name eth0 netns {room.path}",
            f"address add {GATEWAY}/32 dev {name}",
            f"link set {name} up",
            *(f"route add {address}/32 dev {name}" for address in addresses),
        )
        room.ip(
            *(f"address add {address}/32 dev eth0" for address in addresses),
            "link set eth0 up",
            f"route add {GATEWAY} dev eth0 scope link",
            f"route add default via {GATEWAY} src {addresses[0]}",
        )

    def share(self, address: str, *backends: tuple[Room, str]) -> None:
        """Spread an address over rooms, by connection, as a Service's is; no port is changed.

        Each room answers from the address itself. Without backends nobody has it.
        """
        for room, _ in backends:
            room.ip(f"address add {address}/32 dev lo")
        hops = " ".join(f"nexthop via {at} dev {self._device(at)} onlink" for _, at in backends)
        self.ip(f"route replace {address}/32 {hops}")

    def drop(self, address: str, *, protocol: str = "tcp", port: int | None = None) -> None:
        """Lose what is sent to an address, as a firewall does that says nothing."""
        self._refuse("blackhole", address, protocol, port)

    def reject(self, address: str, *, protocol: str = "tcp", port: int | None = None) -> None:
        """Answer what is sent to an address with `no route to host`."""
        self._refuse("unreachable", address, protocol, port)

    def _refuse(self, action: str, address: str, protocol: str, port: int | None) -> None:
        ports = f" dport {port}" if port else ""
        self.ip(f"rule add to {address} ipproto {protocol}{ports} {action}")

    def _device(self, address: str) -> str:
        shown = self.run(lambda: _run(["ip", "-oneline", "route", "get", address]))
        return shown.split(" dev ")[1].split()[0]


def missing() -> str:
    """Return why rooms cannot be made here, "" when they can."""
    try:
        with Router() as router, Room() as room:
            router.cable(room, "10.244.0.1")
            router.drop("10.244.0.1", port=1)
    except (RoomError, OSError) as error:
        return str(error)
    return ""


def _new_namespace() -> int:
    if sys.platform != "linux":
        raise RoomError("only Linux has network namespaces")
    _call("unshare", CLONE_NEWNET)
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def _ip(commands: str) -> None:
    _run(["ip", "-batch", "-"], given=commands)


def _run(command: list[str], given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RoomError(f"{' '.join(command)}: {done.stderr.strip()}; asked for: {given}")
    return done.stdout


def _forward() -> None:
    """Forward, and take back what left by another way."""
    ipv4 = Path("/proc/sys/net/ipv4")
    (ipv4 / "ip_forward").write_text("1")
    (ipv4 / "fib_multipath_hash_policy").write_text("1")  # by ports too: each connection anew
    for name in ("all", "default"):
        (ipv4 / "conf" / name / "rp_filter").write_text("0")
