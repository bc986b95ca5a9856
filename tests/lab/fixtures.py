"""A pytest plugin for tests that need a network with real faults; the root conftest loads it."""

from __future__ import annotations

import os
from functools import cache, partial
from typing import TYPE_CHECKING, NoReturn, Protocol

import pytest

from tests.cluster.build import find_coredns
from tests.cluster.certificates import Authority
from tests.lab.network import Lab
from tests.lab.rooms import missing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from tests.lab.coredns import CoreDNS
    from tests.lab.rooms import Room

NO_ROOMS = "no network namespaces"
NO_COREDNS = "no CoreDNS: run `make cluster` (needs Go)"
ADVICE = "run as root, or under `unshare -Ur`, with iproute2"


class StartCoreDNS(Protocol):
    """``coredns(room, corefile)`` starts one and waits until it listens."""

    def __call__(self, room: Room, corefile: str) -> CoreDNS:
        """Return the running server."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report skips for want of namespaces from one place, so that they fold into one line."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if NO_ROOMS in reason or NO_COREDNS in reason:
            report.longrepr = (__file__, absent.__code__.co_firstlineno, reason)
    return report


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Give the test a network of its own: a router, and rooms as the test asks for them."""
    if why := _missing():
        absent(f"{NO_ROOMS} ({why}): {ADVICE}")
    with Lab(tmp_path) as made:
        yield made


@pytest.fixture
def coredns(lab: Lab) -> StartCoreDNS:
    """Give what starts a CoreDNS: `coredns(room, corefile(ANSWERS))`."""
    program = find_coredns()
    if program is None:
        absent(NO_COREDNS)
    return partial(lab.coredns, program)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """Give what signs certificates."""
    return Authority(tmp_path)


def absent(reason: str) -> NoReturn:
    """Skip on a developer's machine, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


_missing = cache(missing)
