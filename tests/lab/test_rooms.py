"""The lab itself: its faults are real, and nothing of it stays."""

from __future__ import annotations

import errno
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cluster.waiting import until
from tests.lab import fixtures, rooms
from tests.lab.coredns import ANSWERS, SERVFAIL, SLOW, TOO_LONG, corefile

if TYPE_CHECKING:
    from tests.cluster.certificates import Authority
    from tests.lab.fixtures import StartCoreDNS
    from tests.lab.network import Lab
    from tests.lab.rooms import Room

ROOT = Path(__file__).parents[2]


def connect(room: Room, address: str, port: int) -> str:
    """Say how a connect from a room ends."""

    def attempt() -> str:
        try:
            socket.create_connection((address, port), timeout=0.3).close()
        except TimeoutError:
            return "timeout"
        except OSError as error:
            return errno.errorcode[error.errno or 0]
        return "connected"

    return room.run(attempt)


def test_every_fault_shows_as_what_it_is(lab: Lab) -> None:
    here, there = lab.room("10.244.1.5"), lab.room("10.244.2.7")
    for port in (8080, 8081, 8082):
        lab.mute(there, port)
    lab.router.drop("10.244.2.7", port=8081)
    lab.router.reject("10.244.2.7", port=8082)

    assert connect(here, "10.244.2.7", 8080) == "connected"
    assert connect(here, "10.244.2.7", 9999) == "ECONNREFUSED"
    assert connect(here, "10.244.2.7", 8081) == "timeout"
    assert connect(here, "10.244.2.7", 8082) in {"ENETUNREACH", "EHOSTUNREACH"}


def test_a_shared_address_reaches_each_backend_and_the_dead_one_too(lab: Lab) -> None:
    here = lab.room("10.244.1.5")
    backends = {at: lab.room(at) for at in ("10.244.2.7", "10.244.2.8", "10.244.2.9")}
    lab.router.share("10.96.0.20", *((room, at) for at, room in backends.items()))
    lab.mute(backends["10.244.2.7"], 8080)
    lab.mute(backends["10.244.2.8"], 8080)

    seen = [connect(here, "10.96.0.20", 8080) for _ in range(60)]

    assert set(seen) == {"connected", "ECONNREFUSED"}


def test_a_certificate_is_the_one_given(lab: Lab, authority: Authority) -> None:
    here, there = lab.room("10.244.1.5"), lab.room("10.244.2.7")
    lab.web(there, 443, {"/healthz": (200, "ok")}, pair=authority.issue("web"))

    def hello() -> str:
        context = ssl.create_default_context(cafile=str(authority.path))
        with (
            socket.create_connection(("10.244.2.7", 443), timeout=3) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            secure.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            return secure.recv(1000).decode()

    assert here.run(hello).startswith("HTTP/1.0 200")


def test_coredns_answers_fails_cuts_and_waits(lab: Lab, coredns: StartCoreDNS) -> None:
    here = lab.room("10.244.1.5")
    name = "web.shop.svc.cluster.local"
    answers, fails, cuts, waits = (lab.room(f"10.244.2.{n}") for n in range(4))
    coredns(answers, corefile(ANSWERS))
    coredns(fails, corefile(SERVFAIL))
    coredns(cuts, corefile(TOO_LONG))
    coredns(waits, corefile(SLOW))

    assert ask(here, "10.244.2.0", name).rcode == 0
    assert ask(here, "10.244.2.0", "no.shop.svc.cluster.local").rcode == 3
    assert ask(here, "10.244.2.1", name).rcode == 2
    assert ask(here, "10.244.2.2", name).cut
    took = [ask(here, "10.244.2.3", name).seconds for _ in range(2)]
    assert max(took) > 4.9
    assert min(took) < 1


class Answer:
    """The head of a DNS message, RFC 1035 section 4.1.1."""

    def __init__(self, message: bytes, seconds: float) -> None:
        self.rcode = message[3] & 0x0F
        self.cut = bool(message[2] & 0x02)
        self.seconds = seconds


def ask(room: Room, server: str, name: str) -> Answer:
    """Ask for A over UDP, without a library that would ask again."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    question = b"\x12\x34\x01\x00\x00\x01" + bytes(6) + labels + b"\x00\x00\x01\x00\x01"

    def exchange() -> Answer:
        started = time.monotonic()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.settimeout(8)
            line.sendto(question, (server, 53))
            return Answer(line.recv(4096), time.monotonic() - started)

    return room.run(exchange)


def test_this_machine_keeps_its_links_and_routes(lab: Lab) -> None:
    def listed() -> str:
        shown = [["ip", "-brief", "link"], ["ip", "route", "show", "table", "all"], ["ip", "rule"]]
        return "".join(subprocess.check_output(one, text=True) for one in shown)

    before = listed()
    lab.room("10.244.1.5")
    lab.router.drop("10.244.1.5", port=80)

    assert listed() == before


HOLD = """
import sys, time
from pathlib import Path
from tests.lab.network import Lab
from tests.lab.coredns import corefile, ANSWERS
with Lab(Path(sys.argv[2])) as lab:
    server = lab.coredns(Path(sys.argv[1]), lab.room("10.244.1.5"), corefile(ANSWERS))
    print(server.daemon.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.usefixtures("lab")
def test_a_killed_test_run_leaves_nothing(tmp_path: Path, coredns: StartCoreDNS) -> None:
    """The namespaces are files of the process, and CoreDNS is on its leash."""
    program = coredns.args[0]  # type: ignore[attr-defined]
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(program), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert holder.stdout
    with holder.stdout:
        server = int(holder.stdout.readline())
    inside = (Path("/proc") / str(server) / "ns" / "net").readlink()

    holder.send_signal(signal.SIGKILL)
    holder.wait()

    until(lambda: inside not in set(namespaces()), what="the namespaces' end")


def namespaces() -> list[Path]:
    """List the network namespaces that some process is in or holds open."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            links = [process / "ns" / "net"]
            try:
                links += (process / "fd").iterdir()
                found += [link.readlink() for link in links]
            except OSError:
                continue
    return found


def test_without_namespaces_tests_skip_in_one_line_and_fail_in_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="run as root"):
        fixtures.absent(fixtures.ADVICE)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="run as root"):
        fixtures.absent(fixtures.ADVICE)


def test_says_why_there_are_no_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"PATH": "/nowhere"})

    assert rooms.missing()
