"""A pytest plugin for tests that need a real API server; the root conftest loads it."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, NoReturn, Protocol

import pytest

from tests.cluster.admin import Client
from tests.cluster.build import find_programs
from tests.cluster.control_plane import ControlPlane
from tests.cluster.kubelet import FakeKubelet

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from tests.cluster.admin import Manifest

MISSING = "no real API server: run `make cluster` (needs Go)"


class MakeKubeconfig(Protocol):
    """``kubeconfig_for(rules)`` makes a new ServiceAccount that holds exactly these rules."""

    def __call__(self, rules: Sequence[Manifest], *, account: str = "bot") -> Path:
        """Return the kubeconfig file."""


class Applied(Protocol):
    """``applied(manifests)`` applies, and at the test's end deletes or puts back."""

    def __call__(self, manifests: Iterable[Manifest], *, namespace: str | None = None) -> None:
        """Apply now."""


@pytest.hookimpl(tryfirst=True)  # before ``-m`` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses the control plane, however it got it."""
    for item in items:
        if isinstance(item, pytest.Function) and "control_plane" in item.fixturenames:
            item.add_marker(pytest.mark.cluster)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report skips for want of a control plane from one place, so that they fold into one line."""
    report = yield
    if report.skipped and isinstance(report.longrepr, tuple) and MISSING in report.longrepr[2]:
        report.longrepr = (__file__, absent.__code__.co_firstlineno, report.longrepr[2])
    return report


@pytest.fixture(scope="session")
def control_plane() -> Iterator[ControlPlane]:
    """Start one API server for the whole session."""
    with started() as plane:
        yield plane


@contextlib.contextmanager
def started(*, apiserver_flags: Sequence[str] = ()) -> Iterator[ControlPlane]:
    """Start an API server; without its programs the test is skipped, in CI it fails."""
    programs = find_programs()
    if programs is None:
        absent()
    with ControlPlane(programs, apiserver_flags=apiserver_flags) as plane:
        yield plane


def absent() -> NoReturn:
    """Skip on a developer's machine, fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(MISSING, pytrace=False)
    pytest.skip(MISSING)


@pytest.fixture(scope="session")
def admin(control_plane: ControlPlane) -> Iterator[Client]:
    """Give a client that may do anything."""
    with Client(control_plane) as client:
        yield client


@pytest.fixture
def namespace(admin: Client) -> Iterator[str]:
    """Give the test a namespace of its own, removed with all that is in it."""
    name = admin.make_namespace()
    yield name
    admin.delete_namespace(name)


@pytest.fixture
def applied(admin: Client) -> Iterator[Applied]:
    """Apply cluster-wide objects, or those of kube-system, for one test only."""
    with contextlib.ExitStack() as cleanup:

        def apply(manifests: Iterable[Manifest], *, namespace: str | None = None) -> None:
            cleanup.enter_context(admin.applied(manifests, namespace=namespace))

        yield apply


@pytest.fixture
def kubeconfig_for(admin: Client, namespace: str) -> Iterator[MakeKubeconfig]:
    """Make accounts with chosen rights, forgotten after the test."""
    with contextlib.ExitStack() as cleanup:

        def make(rules: Sequence[Manifest], *, account: str = "bot") -> Path:
            cleanup.callback(admin.forget_account, account, namespace=namespace)
            return admin.kubeconfig_for(account, rules, namespace=namespace)

        yield make


@pytest.fixture
def kubelet(control_plane: ControlPlane) -> Iterator[FakeKubelet]:
    """Serve logs; ``applied([kubelet.node("node-1")])`` puts a node before it."""
    with FakeKubelet(control_plane.authority) as fake:
        yield fake
