"""etcd and kube-apiserver, started for a test session and gone after it."""

from __future__ import annotations

import atexit
import contextlib
import http.client
import json
import os
import shutil
import socket
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.cluster.audit import POLICY, Request, read_requests
from tests.cluster.certificates import Authority, signing_key
from tests.cluster.daemon import Daemon, StartError
from tests.cluster.kubeconfig import client_certificate, write_kubeconfig
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from tests.cluster.build import Programs
    from tests.cluster.certificates import Pair

HOST = "127.0.0.1"
SERVICE_RANGE = "10.96.0.0/16"
START_SECONDS = 60  # three in practice; a busy machine needs more
PREFIX = "netcheck-cluster-"


@dataclass(frozen=True)
class Reservation:
    """A port that nobody else can take.

    The socket is bound but does not listen; the API server shares it with SO_REUSEPORT. So there
    is no moment between choosing the port and using it.
    """

    holder: socket.socket

    @classmethod
    def take(cls) -> Self:
        """Let the system choose a port, and keep it."""
        holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((HOST, 0))
        return cls(holder)

    @property
    def port(self) -> int:
        """The port's number."""
        number: int = self.holder.getsockname()[1]
        return number


class ControlPlane:
    """A running API server with RBAC and an audit log. Use it as a context manager.

    There is no scheduler and, until asked for, no controller: pods need a ``nodeName``, and
    EndpointSlices are what a test writes or what ``start_controllers`` makes.
    """

    def __init__(self, programs: Programs, *, apiserver_flags: Sequence[str] = ()) -> None:
        self.programs = programs
        self._extra = list(apiserver_flags)
        self._cleanup = contextlib.ExitStack()
        self._daemons: list[Daemon] = []

    def start(self) -> Self:
        """Start both programs and wait until the API server is ready."""
        atexit.register(self.stop)
        try:
            self._prepare()
            self._start_etcd()
            self._start_apiserver()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Kill all that was started and remove the folder. Safe to call twice."""
        atexit.unregister(self.stop)
        for daemon in reversed(self._daemons):
            daemon.stop()
        self._cleanup.close()

    @property
    def pids(self) -> list[int]:
        """Every program started so far."""
        return [daemon.pid for daemon in self._daemons]

    def requests(self, *, user: str | None = None, since: int = 0) -> list[Request]:
        """Read the audit log; a ServiceAccount's user is ``system:serviceaccount:NS:NAME``."""
        found = read_requests(self.audit_log, since=since)
        return [request for request in found if user in (None, request.user)]

    def audit_offset(self) -> int:
        """Mark the present end of the audit log, for ``requests(since=...)``."""
        return self.audit_log.stat().st_size

    def start_controllers(self, *controllers: str) -> Daemon:
        """Start kube-controller-manager with only these controllers, and wait for each of them.

        For example ``endpointslice-controller``; the result is a context manager.
        """
        flags = {
            "--kubeconfig": self.kubeconfig,
            "--controllers": ",".join(controllers),
            "--leader-elect": "false",
            "--secure-port": 0,
            "--kube-api-qps": 500,
            "--kube-api-burst": 1000,
        }
        daemon = self._start(self.programs.kube_controller_manager, [*as_flags(flags), "-v=1"])
        until(
            lambda: all(
                daemon.logged(f'"Controller starting..." controller="{c}"') for c in controllers
            ),
            seconds=START_SECONDS,
            what="the start of the controllers",
        )
        return daemon

    def start_kwok(self) -> Daemon:
        """Start kwok, which makes pods run on nodes annotated ``kwok.x-k8s.io/node: fake``."""
        flags = {
            "--kubeconfig": self.kubeconfig,
            "--config": self.programs.kwok_stages,
            "--manage-all-nodes": "false",
            "--manage-nodes-with-annotation-selector": "kwok.x-k8s.io/node=fake",
        }
        daemon = self._start(self.programs.kwok, as_flags(flags))
        until(lambda: daemon.logged('"Watch nodes"'), what="the start of kwok")
        return daemon

    def _prepare(self) -> None:
        sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
        self._cleanup.callback(shutil.rmtree, self.folder, ignore_errors=True)
        reservation = Reservation.take()
        self._cleanup.callback(reservation.holder.close)
        self.port = reservation.port
        self.url = f"https://{HOST}:{self.port}"
        self.audit_log = self.folder / "audit.log"
        self.authority = Authority(self.folder)
        self.ca = self.authority.path
        self.admin = self.authority.issue("admin", "system:masters")
        self.kubeconfig = write_kubeconfig(
            self.folder / "admin.kubeconfig", self.url, self.ca, client_certificate(self.admin)
        )

    def _start(self, program: Path, flags: Sequence[str]) -> Daemon:
        log = self.folder / f"{program.name}-{len(self._daemons)}.log"
        daemon = Daemon(program, flags, log)
        self._daemons.append(daemon)
        return daemon

    def _start_etcd(self) -> None:
        # Sockets in our own folder: no port to choose, and nobody else can reach them.
        self._etcd = f"unix://{self.folder / 'etcd.sock'}"
        peers = f"unix://{self.folder / 'peer.sock'}"
        flags = {
            "--data-dir": self.folder / "etcd",
            "--listen-client-urls": self._etcd,
            "--advertise-client-urls": self._etcd,
            "--listen-peer-urls": peers,
            "--initial-advertise-peer-urls": peers,
            "--initial-cluster": f"default={peers}",
            "--unsafe-no-fsync": "true",
        }
        self._start(self.programs.etcd, as_flags(flags))

    def _start_apiserver(self) -> None:
        policy = self.folder / "audit-policy.json"
        policy.write_text(json.dumps(POLICY), encoding="utf-8")
        tokens = signing_key(self.folder)
        serving = self.authority.issue("apiserver")
        kubelet = self.authority.issue("apiserver-kubelet-client", "system:masters")
        flags = [*self._server_flags(serving, policy), *self._token_flags(tokens)]
        flags += [*self._kubelet_flags(kubelet), *self._extra]
        daemon = self._start(self.programs.kube_apiserver, flags)
        self._wait(daemon)

    def _server_flags(self, serving: Pair, policy: Path) -> list[str]:
        flags = {
            "--etcd-servers": self._etcd,
            "--bind-address": HOST,
            "--secure-port": self.port,
            "--permit-port-sharing": "true",
            "--tls-cert-file": serving.certificate,
            "--tls-private-key-file": serving.key,
            "--client-ca-file": self.ca,
            "--authorization-mode": "Node,RBAC",
            # Only the controller-manager makes default ServiceAccounts, and it may not be there.
            "--disable-admission-plugins": "ServiceAccount",
            # The loopback is no legal endpoint: the reconciler would log errors for ever.
            "--endpoint-reconciler-type": "none",
            "--service-cluster-ip-range": SERVICE_RANGE,
            "--shutdown-delay-duration": "0s",
            "--audit-policy-file": policy,
            "--audit-log-path": self.audit_log,
            "--audit-log-maxsize": 10_000,  # megabytes: never rotated within a session
        }
        return as_flags(flags)

    def _token_flags(self, tokens: Pair) -> list[str]:
        flags = {
            "--service-account-issuer": "https://kubernetes.default.svc",
            "--service-account-key-file": tokens.certificate,
            "--service-account-signing-key-file": tokens.key,
        }
        return as_flags(flags)

    def _kubelet_flags(self, client: Pair) -> list[str]:
        flags = {
            "--kubelet-certificate-authority": self.ca,
            "--kubelet-client-certificate": client.certificate,
            "--kubelet-client-key": client.key,
            "--kubelet-preferred-address-types": "InternalIP",
        }
        return as_flags(flags)

    def _wait(self, apiserver: Daemon) -> None:
        context = ssl.create_default_context(cafile=self.ca)
        try:
            until(
                lambda: self._dead() or ready(self.port, context),
                seconds=START_SECONDS,
                what="the API server's /readyz",
            )
        except TimeoutError as error:
            raise StartError(f"{error}. The end of its log:\n{apiserver.tail()}") from None
        if dead := self._dead():
            raise StartError(f"{dead.name} ended at once. The end of its log:\n{dead.tail()}")

    def _dead(self) -> Daemon | None:
        return next((daemon for daemon in self._daemons if not daemon.alive), None)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def as_flags(flags: dict[str, object]) -> list[str]:
    """Write flags as a command line takes them."""
    return [f"{name}={value}" for name, value in flags.items()]


def ready(port: int, context: ssl.SSLContext) -> bool:
    """Ask /readyz once."""
    connection = http.client.HTTPSConnection(HOST, port, timeout=5, context=context)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    return False


def sweep() -> None:
    """Remove the folders of test runs that were killed: each holds etcd's 64 MB."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not running(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def running(pid: int) -> bool:
    """Tell whether a process exists; one that is dead but not yet reaped does not."""
    with contextlib.suppress(OSError):  # only Linux has /proc
        return not Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].startswith(" Z")
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it exists and is someone else's
        return True
    return True
