"""The command line, run in this process as a shell would run it."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from bot.app import build_doctor, save_snapshot
from bot.cli.main import netcheck
from bot.demo.sample import load_sample


class Outcome(msgspec.Struct, frozen=True):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 a JSON document
        """The one JSON document on standard output."""
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `netcheck` in an empty home: no kubeconfig, no database, no tokens."""
    for name in (
        "KUBECONFIG",
        "NETCHECK_KUBECONFIG",
        "NETCHECK_KB",
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def invoke(*arguments: str | Path, stdin: str | bytes = b"") -> Outcome:
        result = CliRunner().invoke(netcheck, [str(one) for one in arguments], input=stdin)
        crashed = result.exception and not isinstance(result.exception, SystemExit)
        if crashed and result.exception is not None:
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return invoke


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Save the sample cluster as a snapshot file."""
    path = tmp_path / "shop.json"
    save_snapshot(asyncio.run(build_doctor().survey(load_sample("shop"))), path)
    return path
