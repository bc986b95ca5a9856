"""A private PostgreSQL server for tests: its own folder, a Unix socket, a password, no network."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

MISSING = "no PostgreSQL server program (initdb, postgres): install Debian's `postgresql`"
USER, PASSWORD = "netcheck", "not-a-secret"
_PR_SET_PDEATHSIG = 1
# Nothing here need survive a power cut.
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")


class Server(msgspec.Struct, frozen=True):
    """A running server; its socket lies in `folder`."""

    folder: Path

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """Return the URL of a database there."""
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}"


def find_programs() -> Mapping[str, Path] | None:
    """Return `initdb` and `postgres` from PATH or where Debian keeps them, the newest first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, debian)])
    found = {name: shutil.which(name, path=path) for name in ("initdb", "postgres")}
    return {name: Path(at) for name, at in found.items() if at} if all(found.values()) else None


@contextmanager
def running(programs: Mapping[str, Path]) -> Iterator[Server]:
    """Start a server and stop it whatever happens; it dies with this process too."""
    with tempfile.TemporaryDirectory(prefix="netcheck-pg-") as name:
        server = Server(Path(name))
        account = _account()
        if account is not None:
            os.chown(name, account.pw_uid, account.pw_gid)
        _initialise(programs["initdb"], server.folder, account)
        process = _start(programs["postgres"], server.folder, account)
        try:
            _wait(process, server.folder)
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once; nobody needs these files
            process.wait(timeout=20)


def _version(folder: Path) -> int:
    major = folder.parent.name
    return int(major) if major.isdecimal() else 0


def _account() -> pwd.struct_passwd | None:
    """Return whom the server must run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name: one for one in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _initialise(program: Path, folder: Path, account: pwd.struct_passwd | None) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    options = ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={secret}", "--no-sync"]
    options += ["--encoding=UTF8", "--locale=C", f"--pgdata={folder / 'data'}"]
    with _process([str(program), *options], folder, account) as process:
        status = process.wait(timeout=120)
    if status:
        raise RuntimeError(f"initdb ended with {status}: {_log(folder)}")


def _start(
    program: Path, folder: Path, account: pwd.struct_passwd | None
) -> "subprocess.Popen[bytes]":
    settings = [*_FAST, "listen_addresses=", f"unix_socket_directories={folder}"]
    options = [part for setting in settings for part in ("-c", setting)]
    return _process([str(program), "-D", str(folder / "data"), *options], folder, account)


def _process(
    arguments: Sequence[str], folder: Path, account: pwd.struct_passwd | None
) -> "subprocess.Popen[bytes]":
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            arguments,
            cwd=folder,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for pytest, which then stops the server
            preexec_fn=_leash,  # noqa: PLW1509 - no thread is running yet, and it takes no lock
        )


def _leash() -> None:
    """Have the kernel stop the server at once when pytest dies (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


def _wait(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Wait until the server says in its pid file that it is ready, as pg_ctl does."""
    state = folder / "data" / "postmaster.pid"
    for _ in range(3000):
        if process.poll() is not None:
            raise RuntimeError(f"postgres ended with {process.returncode}: {_log(folder)}")
        if state.exists() and state.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.01)
    raise RuntimeError(f"postgres did not get ready: {_log(folder)}")


def _log(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-2000:]
