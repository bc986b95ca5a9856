"""Build the control plane's programs, and CoreDNS, once, into the user's cache folder.

Run as ``python -m tests.cluster.build``. Standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODULE = Path(__file__).parent / "module"
COREDNS_MODULE = MODULE.parents[1] / "lab" / "module"  # its dependencies are not Kubernetes'
COREDNS, COREDNS_PACKAGE = "coredns", "github.com/coredns/coredns"
KUBERNETES_VERSION = "v1.37.2"
PACKAGES = {
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kwok": "sigs.k8s.io/kwok/cmd/kwok",
}
STAGES = "kwok-stages.yaml"
STAGE_FOLDERS = ("node/fast", "node/heartbeat-with-lease", "pod/fast")
TAIL = 15  # lines of a failed command's output that are worth reading


class BuildError(Exception):
    """The programs cannot be built; the message is one line that says what to do next."""


@dataclass(frozen=True)
class Programs:
    """The folder that holds the built programs."""

    folder: Path

    @property
    def etcd(self) -> Path:
        """The store behind the API server."""
        return self.folder / "etcd"

    @property
    def kube_apiserver(self) -> Path:
        """The API server."""
        return self.folder / "kube-apiserver"

    @property
    def kube_controller_manager(self) -> Path:
        """The controllers, EndpointSlices among them."""
        return self.folder / "kube-controller-manager"

    @property
    def kwok(self) -> Path:
        """Plays the kubelet for annotated nodes."""
        return self.folder / "kwok"

    @property
    def kwok_stages(self) -> Path:
        """What kwok does to nodes and pods, from its own module."""
        return self.folder / STAGES


def module_key(module: Path = MODULE) -> str:
    """Name one exact set of module versions."""
    digest = hashlib.sha256()
    for name in ("go.mod", "go.sum"):
        digest.update((module / name).read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where built programs live, for every checkout of the project."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "netcheck" / "cluster"


def find_programs(module: Path = MODULE) -> Programs | None:
    """Find the programs built from this module, or None."""
    folder = find_folder(module)
    return Programs(folder) if folder else None


def find_coredns(module: Path = COREDNS_MODULE) -> Path | None:
    """Find the CoreDNS built from this module, or None."""
    folder = find_folder(module)
    return folder / COREDNS if folder else None


def find_folder(module: Path) -> Path | None:
    """Find what was built from a module.

    The folder is renamed into place when all is built, so its presence is enough.
    """
    folder = cache_folder() / module_key(module)
    return folder if folder.is_dir() else None


def build(module: Path = MODULE) -> Programs:
    """Build the control plane's programs if they are missing."""
    return Programs(build_once(module, fill_control_plane, "the control plane"))


def build_coredns(module: Path = COREDNS_MODULE) -> Path:
    """Build CoreDNS if it is missing."""
    return build_once(module, fill_coredns, "CoreDNS") / COREDNS


def build_once(module: Path, fill: Callable[[Path, Path], None], what: str) -> Path:
    """Build what is missing; a second build at the same time waits for the first."""
    if found := find_folder(module):
        say(f"already built: {found}")
        return found
    if shutil.which("go") is None:
        raise BuildError("Go is not on the PATH: install Go 1.26 or newer, then run this again")
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with only_one(cache / ".lock"):
        return find_folder(module) or build_all(module, fill, what)


def build_all(module: Path, fill: Callable[[Path, Path], None], what: str) -> Path:
    """Build into a folder beside the target, then rename it in one step."""
    target = cache_folder() / module_key(module)
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)  # left by a build that was killed
    part.mkdir()
    say(f"building {what} from source: some minutes, once")
    fill(module, part)
    part.rename(target)
    say(f"done: {target}")
    return target


def fill_control_plane(module: Path, folder: Path) -> None:
    """Build every program of the control plane, and what kwok needs beside it."""
    for name, package in PACKAGES.items():
        build_one(module, name, package, folder)
    (folder / STAGES).write_text(kwok_stages(module), encoding="utf-8")


def fill_coredns(module: Path, folder: Path) -> None:
    """Build CoreDNS with the plugins of a release."""
    build_one(module, COREDNS, COREDNS_PACKAGE, folder)


def build_one(module: Path, name: str, package: str, folder: Path) -> None:
    """Build one program and say how long it took."""
    started = time.monotonic()
    version = f"-X k8s.io/component-base/version.gitVersion={KUBERNETES_VERSION}"
    command = ["go", "build", "-mod=readonly", "-buildvcs=false", "-trimpath"]
    run_go(
        [*command, "-ldflags", f"-s -w {version}", "-o", str(folder / name), package],
        module,
        f"{name} did not build: mend what the lines above say, then run this again",
    )
    say(f"built {name} in {time.monotonic() - started:.0f} s")


def kwok_stages(module: Path) -> str:
    """Join kwok's own stages: without any it refuses to start."""
    where = ["go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"]
    source = run_go(where, module, "kwok's module was not found: run this again").strip()
    stages = Path(source) / "kustomize" / "stage"
    files = [
        path
        for folder in STAGE_FOLDERS
        for path in sorted((stages / folder).glob("*.yaml"))
        if path.name != "kustomization.yaml"
    ]
    if not files:
        raise BuildError(f"no kwok stages under {stages}: has kwok's version changed?")
    return "\n---\n".join(path.read_text(encoding="utf-8") for path in files)


def run_go(command: list[str], module: Path, failure: str) -> str:
    """Run Go in the module's folder; on failure show the end of what it printed."""
    environment = {**os.environ, "CGO_ENABLED": "0"}
    done = subprocess.run(
        command, cwd=module, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        say("\n".join(done.stderr.splitlines()[-TAIL:]))
        raise BuildError(failure)
    return done.stdout


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock between processes; it falls with the process that held it."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build is running: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    """Print progress at once, also into a pipe."""
    sys.stdout.write(f"cluster: {line}\n")
    sys.stdout.flush()


def main() -> int:
    """Build, and turn a failure into one line and status 1."""
    try:
        build()
        build_coredns()
    except (BuildError, OSError) as error:
        sys.stderr.write(f"cluster: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("cluster: stopped; what is built so far is reused by the next run\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
