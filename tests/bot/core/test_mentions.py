from typing import Any

from bot.core.mentions import heeded
from bot.core.plan import Task
from checks.manifests import snapshot_of
from checks.model import Question
from checks.registry import catalog
from checks.snapshot import Snapshot

POLICY, READY = catalog()["network-policy"], catalog()["cni-ready"]
AGENTS = catalog()["cni-agents"]


def pod(name: str, namespace: str = "shop", node: str = "node-1") -> dict[str, Any]:
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"nodeName": node},
        "status": {"phase": "Running"},
    }


EVENT = {
    "kind": "Event",
    "metadata": {"name": "mirror-2.1", "namespace": "web"},
    "involvedObject": {"kind": "Pod", "namespace": "web", "name": "mirror-2"},
    "reason": "FailedCreatePodSandBox",
    "message": 'failed to find plugin "bandwidth" in path [/opt/cni/bin] of sandbox 77ab',
    "lastTimestamp": "2026-11-23T09:59:00Z",
}


def snapshot(*objects: dict[str, Any]) -> Snapshot:
    return snapshot_of(objects, taken_at="2026-11-23T10:00:00Z")


def asked(task: Task, text: str, *objects: dict[str, Any]) -> Question:
    (read,) = heeded([task], snapshot(*objects), text)
    return read.question


def test_the_pod_a_paste_mentions_is_the_one_that_calls() -> None:
    task = Task(POLICY, Question(service="invoicer", namespace="billing"))

    question = asked(task, "orders-k6-h8ms9: i/o timeout", pod("orders-k6-h8ms9"))

    assert question == Question(service="billing/invoicer", namespace="shop", pod="orders-k6-h8ms9")


def test_a_pod_that_was_named_is_not_replaced() -> None:
    task = Task(POLICY, Question(pod="web-1"))

    assert asked(task, "orders-k6-h8ms9", pod("orders-k6-h8ms9")) == task.question


def test_a_name_that_two_pods_have_or_that_is_a_word_means_none() -> None:
    task = Task(POLICY, Question(service="cart"))
    pods = (pod("redis-0", "a"), pod("redis-0", "b"), pod("worker"))

    assert asked(task, "redis-0 and the worker", *pods) == task.question


def test_a_pasted_event_tells_of_its_pod() -> None:
    task = Task(READY, Question(), lead=True)
    text = 'kubelet failed to find plugin "bandwidth" in path [/opt/cni/bin] of sandbox 77ab'
    pods = (pod("mirror-1", "web"), pod("mirror-2", "web"))

    (read,) = heeded([task], snapshot(*pods, EVENT), text)

    assert (read.question, read.lead) == (Question(pod="mirror-2", namespace="web"), False)


def test_without_such_an_event_a_lead_stays_one() -> None:
    task = Task(READY, Question(), lead=True)

    assert heeded([task], snapshot(pod("mirror-2", "web"), EVENT), "pods do not start") == (task,)


def test_a_pod_that_fails_counts_more_than_another_node_that_is_named() -> None:
    task = Task(AGENTS, Question(node="node-1"))
    text = "calico-node-89rcm 0/1: node 'node-1' is already using the address"

    question = asked(task, text, pod("calico-node-89rcm", "calico-system", node="node-3"))

    assert question == Question(pod="calico-node-89rcm", namespace="calico-system")


def test_a_command_is_left_as_it_is() -> None:
    task = Task(READY, Question(), lead=False)

    assert heeded([task], snapshot(), "") == (task,)
