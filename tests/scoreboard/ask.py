"""The real command line, asked about the cluster as a person would ask it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest import mock

import yaml
from click.testing import CliRunner

from bot.cli.main import netcheck

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.http_client import Manifest


class AskError(Exception):
    """The command failed, or could not look at all; the message quotes it."""


@dataclass(frozen=True)
class Said:
    """A cause that was named, the subject it was named of, and the check that found it."""

    cause: str
    subject: str
    check: str


@dataclass(frozen=True)
class Answer:
    """What one command said."""

    document: dict[str, Any]
    seconds: float

    @property
    def found(self) -> list[Said]:
        """Every finding, as `check all` prints them."""
        results = [one for one in self.document["checks"] if one["verdict"] == "found"]
        return [Said(one["cause"], one["subject"], one["check"]) for one in results]

    @property
    def confirmed(self) -> list[Said]:
        """The causes that stand confirmed, as `diagnose` prints them."""
        causes = [one for one in self.document["causes"] if one["standing"] == "confirmed"]
        return [Said(one["entry"], one["subject"], one["checks"][0]) for one in causes]

    @property
    def broken(self) -> list[str]:
        """Checks that failed with a bug, or were blind for want of a right."""
        wrong = (one for one in self.document["checks"] if one["verdict"] == "broken")
        return [f"{one['check']}: {one['summary']}" for one in wrong]


class Netcheck:
    """`netcheck`, in this process, in an empty home."""

    def __init__(self, kubeconfig: Path) -> None:
        self._kubeconfig = kubeconfig

    def check_all(self) -> Answer:
        """Ask `netcheck check all`."""
        return self._run("check", "all")

    def diagnose(self, paste: str) -> Answer:
        """Ask `netcheck diagnose` with a paste."""
        return self._run("diagnose", stdin=paste)

    def _run(self, *arguments: str, stdin: str = "") -> Answer:
        started = time.monotonic()
        out = invoke(*arguments, "--json", "--kubeconfig", str(self._kubeconfig), stdin=stdin)
        answer = Answer(json.loads(out), time.monotonic() - started)
        if problem := answer.document.get("trouble") or "; ".join(answer.broken):
            raise AskError(f"netcheck {' '.join(arguments)}: {problem}")
        return answer


def role() -> list[Manifest]:
    """Return the rules of the ClusterRole that `netcheck rbac` prints."""
    rules: list[Manifest] = yaml.safe_load(invoke("rbac"))["rules"]
    return rules


def invoke(*arguments: str, stdin: str = "") -> str:
    """Run a command and return what it printed. Raises `AskError` when it fails."""
    with bare_home():
        result = CliRunner().invoke(netcheck, arguments, input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    if result.exit_code:
        raise AskError(f"netcheck {' '.join(arguments)}: {result.stderr.strip()}")
    return result.stdout


@contextlib.contextmanager
def bare_home() -> Iterator[None]:
    """Take a person's own settings away: no kubeconfig, no database, no entries."""
    kept = {name: value for name, value in os.environ.items() if "NETCHECK" not in name}
    with tempfile.TemporaryDirectory() as home:
        bare = {**kept, "HOME": home, "XDG_DATA_HOME": home, "KUBECONFIG": ""}
        with mock.patch.dict(os.environ, bare, clear=True):
            yield
