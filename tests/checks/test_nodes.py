"""A question means the node it names, its pod's, or all."""

import msgspec

from checks import nodes
from checks.kinds import Node, Pod
from checks.model import Finding, Question, Verdict
from checks.model import not_applicable as answer
from checks.text import Text

NODES = msgspec.convert(
    [
        {
            "metadata": {"name": name},
            "status": {"addresses": [{"type": "InternalIP", "address": ip}]},
        }
        for name, ip in (("a", "10.0.0.1"), ("b", "10.0.0.2"))
    ],
    list[Node],
)
PODS = msgspec.convert(
    [
        {"metadata": {"name": "cart", "namespace": "shop"}, "spec": {"nodeName": "b"}},
        {"metadata": {"name": "new", "namespace": "shop"}},
    ],
    list[Pod],
)


def named(question: Question, pods: list[Pod] | None = None) -> list[str] | str:
    """Return the names of the nodes meant, or what is answered instead."""
    meant = nodes.asked(NODES, question, pods)
    if isinstance(meant, Finding):
        assert meant.verdict is Verdict.NOT_APPLICABLE
        return f"{meant.subject}: {meant.summary.en}"
    return [one.metadata.name for one in meant]


def test_a_node_is_meant_by_its_name() -> None:
    assert named(Question(node="b")) == ["b"]
    assert named(Question(node="c")) == "Node c: There is no node c."


def test_a_pod_stands_for_its_node_to_those_who_see_pods() -> None:
    cart = Question(pod="cart", namespace="shop")

    assert named(cart, PODS) == ["b"]
    assert named(cart) == ["a", "b"]
    assert named(Question(pod="cart", namespace="web"), PODS) == (
        "Pod web/cart: There is no pod web/cart."
    )
    assert named(Question(pod="new"), PODS) == "Pod new: Pod new is on no node yet."


def test_without_a_name_all_are_meant_and_an_address_is_no_name() -> None:
    assert named(Question(ip="10.0.0.1")) == ["a", "b"]
    assert [one.metadata.name for one in nodes.at(NODES, ["10.0.0.1"])] == ["a"]


def test_of_many_findings_the_first_are_shown_and_the_rest_counted() -> None:
    many = [answer(f"Node {number}", Text(en="So.", zh_tw="如此。")) for number in range(7)]

    shown = nodes.limited(many)

    assert len(shown) == nodes.MOST
    assert shown[-1].summary.en == "So. Not shown: 2 more."
    assert nodes.limited([]) == []
