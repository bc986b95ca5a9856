"""The real CoreDNS in a room, with a Corefile of the test's choosing."""

from __future__ import annotations

import shutil
import socket
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cluster.daemon import Daemon
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from tests.lab.rooms import Room

PORT, READY_PORT = 53, 8181
_numbers = count()

# What a cluster's CoreDNS serves, without the cluster: a zone beside the Corefile.
ANSWERS = "file cluster.zone cluster.local"
ZONE = """$ORIGIN cluster.local.
@ 5 IN SOA ns.dns hostmaster 1 7200 1800 86400 5
@ 5 IN NS ns.dns
ns.dns 5 IN A 10.96.0.10
kubernetes.default.svc 5 IN A 10.96.0.1
web.shop.svc 5 IN A 10.96.0.20
"""
SERVFAIL = """
    template ANY ANY {
        rcode SERVFAIL
    }
"""
# More addresses than fit in 512 bytes: over UDP the answer is cut and says so, over TCP not.
TOO_LONG = (
    """
    template IN A {
        match .*
"""
    + "".join(f'        answer "{{{{ .Name }}}} 60 IN A 10.96.7.{n}"\n' for n in range(100))
    + """
    }
"""
)
# Every second question waits as long as a resolver waits before it asks again.
SLOW = """
    erratic {
        delay 2 5s
        drop 0
        truncate 0
    }
"""


def corefile(*plugins: str, ready: bool = True) -> str:
    """Write a Corefile of one server for all names."""
    lines = ["health :8080", "prometheus :9153", *(["ready"] if ready else []), *plugins]
    body = "\n".join(f"    {line.strip()}" for line in lines)
    return f". {{\n{body}\n}}\n"


class CoreDNS:
    """One running server; it listens on every address of its room, UDP and TCP."""

    def __init__(self, program: Path, room: Room, text: str, folder: Path) -> None:
        number = next(_numbers)
        (folder / "cluster.zone").write_text(ZONE, encoding="utf-8")
        config = folder / f"Corefile-{number}"
        config.write_text(text.replace("cluster.zone", f"{folder}/cluster.zone"), encoding="utf-8")
        self.room = room
        inside = [f"--net={room.path}", str(program), "-conf", str(config)]
        self.daemon = Daemon(_nsenter(), inside, folder / f"coredns-{number}.log")
        until(lambda: self.daemon.logged("CoreDNS-"), what=f"CoreDNS with\n{text}")
        until(self._answers, what="CoreDNS listening")

    def close(self) -> None:
        """Kill it: its room then refuses questions."""
        self.daemon.stop()

    def _answers(self) -> bool:
        def connect() -> bool:
            try:
                socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
            except OSError:
                return False
            return True

        return self.room.run(connect)


def _nsenter() -> Path:
    found = shutil.which("nsenter")
    if not found:
        raise RuntimeError("no nsenter: install Debian's `util-linux`")
    return Path(found)
