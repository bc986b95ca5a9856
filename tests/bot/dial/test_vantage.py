"""Where the bot is, by its own variables or by the objects it sees."""

import pytest

from bot.dial.vantage import placed, told
from checks.dials import Vantage
from checks.manifests import snapshot_of

POD = {
    "kind": "Pod",
    "metadata": {"name": "netcheck-1", "namespace": "netcheck"},
    "spec": {"nodeName": "node-2"},
    "status": {"phase": "Running", "podIPs": [{"ip": "10.244.2.9"}, {"ip": "fd00::9"}]},
}
NODE = {
    "kind": "Node",
    "metadata": {"name": "node-3"},
    "status": {"addresses": [{"type": "InternalIP", "address": "192.168.1.3"}]},
}
SEEN = snapshot_of([POD, NODE], taken_at="2026-11-23T10:00:00Z")


def test_the_downward_api_tells() -> None:
    assert told({"NODE_NAME": "a", "POD_IPS": "10.0.0.1,fd00::1", "POD_IP": "10.0.0.1"}) == (
        Vantage("a", ("10.0.0.1", "fd00::1"))
    )
    assert told({"POD_IP": "10.0.0.1"}) == Vantage("", ("10.0.0.1",))


@pytest.mark.parametrize(
    ("address", "node"),
    [("fd00::9", "node-2"), ("192.168.1.3", "node-3"), ("10.244.7.7", "")],
)
def test_the_node_is_that_of_the_pod_or_the_node_with_the_bots_address(
    address: str, node: str
) -> None:
    assert placed(Vantage("", (address,)), SEEN).node == node


def test_what_was_told_is_not_guessed_again() -> None:
    assert placed(Vantage("mine", ("fd00::9",)), SEEN).node == "mine"
