"""Objects are quoted briefly, and the container at fault is named."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from checks.kinds import Pod
from checks.kinds.pods import ContainerStatus
from checks.quotes import LONGEST, around, labels, short, some, span, state, why_unready


def pod(**fields: Any) -> Pod:  # noqa: ANN401 - JSON
    """Make a pod called `cart-1`."""
    return msgspec.convert({"metadata": {"name": "cart-1"}, **fields}, Pod)


def running(probe: dict[str, Any] | None) -> Pod:
    """Make a pod whose only container runs and is not ready."""
    container = {"name": "app", "readinessProbe": probe} if probe is not None else {"name": "app"}
    status = {"name": "app", "state": {"running": {}}}
    return pod(spec={"containers": [container]}, status={"containerStatuses": [status]})


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        ({"httpGet": {"path": "/up", "port": "http"}}, "; readiness probe GET :http/up fails"),
        ({"tcpSocket": {"port": 5432}}, "; readiness probe to TCP port 5432 fails"),
        ({"exec": {"command": ["true"]}}, "; its readiness probe fails"),
        (None, ""),
    ],
)
def test_a_container_that_runs_unready_is_quoted_with_its_probe(
    probe: dict[str, Any] | None, said: str
) -> None:
    quote = why_unready(running(probe))

    assert quote == f"pod cart-1: container app running, not ready{said}"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"metadata": {"name": "cart-1", "deletionTimestamp": "2026-11-23T10:00:30Z"}},
            "is being deleted",
        ),
        (
            {"status": {"phase": "Failed", "reason": "Evicted", "message": "low on memory"}},
            "Failed Evicted low on memory",
        ),
        ({"status": {"phase": "Pending"}}, "not ready, phase Pending"),
        ({}, "not ready, phase unknown"),
        (
            {
                "status": {
                    "conditions": [
                        {"type": "Ready", "status": "False", "reason": "ReadinessGatesNotReady"}
                    ]
                }
            },
            "ReadinessGatesNotReady",
        ),
        (
            {
                "spec": {"containers": [{"name": "app"}], "initContainers": [{"name": "setup"}]},
                "status": {
                    "initContainerStatuses": [
                        {"name": "setup", "state": {"terminated": {"exitCode": 2}}}
                    ],
                    "containerStatuses": [
                        {"name": "app", "state": {"waiting": {"reason": "PodInitializing"}}}
                    ],
                },
            },
            "init container setup terminated: exit code 2",
        ),
        (
            {
                "spec": {
                    "containers": [{"name": "app"}],
                    "initContainers": [{"name": "proxy", "restartPolicy": "Always"}],
                },
                "status": {
                    "initContainerStatuses": [{"name": "proxy"}],
                    "containerStatuses": [{"name": "app", "ready": True, "state": {"running": {}}}],
                },
            },
            "container proxy waiting: to start",
        ),
    ],
)
def test_a_pod_that_is_not_ready_is_quoted_with_the_reason(
    fields: dict[str, Any], said: str
) -> None:
    assert why_unready(pod(**fields)) == f"pod cart-1: {said}"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ready": True, "state": {"running": {}}}, "running"),
        ({"state": {"running": {}}}, "running, not ready"),
        (
            {"state": {"running": {}}, "restartCount": 2, "lastState": {"terminated": {}}},
            "running, not ready; restarts: 2, last ended with exit code 0",
        ),
    ],
)
def test_a_container_is_quoted_with_its_state(fields: dict[str, Any], said: str) -> None:
    assert state(msgspec.convert(fields, ContainerStatus)) == said


def test_a_long_message_is_cut_to_one_line() -> None:
    assert short("two\n  lines") == "two lines"
    assert len(short("x" * 1000)) == LONGEST


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("no address left", "no address left"),
        ("nothing of the kind", "nothing of the kind"),
        (f"{'a ' * 100}No Address left {'b' * 200}", f"…{'a ' * 20}No Address left {'b' * 74}…"),
    ],
)
def test_a_message_is_cut_to_what_matters_in_it(text: str, cut: str) -> None:
    assert around(text, "no address") == cut


def test_labels_are_written_as_selectors() -> None:
    assert labels({"tier": "web", "app": "cart"}) == "app=cart,tier=web"


def test_a_list_of_names_says_how_many_it_leaves_out() -> None:
    assert some(["a", "b"]) == "a, b"
    assert some("abcdefg") == "a, b, c, d, e and 2 more"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 s"), (40, "40 s"), (60, "1 min"), (7199, "1 h"), (86400, "1 d"), (800000, "9 d")],
)
def test_a_span_of_time_is_told_in_its_largest_unit(seconds: int, said: str) -> None:
    assert span(timedelta(seconds=seconds)) == said
