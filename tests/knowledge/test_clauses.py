"""What a clause names is bound to how it fares there."""

import pytest

from knowledge.clauses import contrasts


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("the pod ip works but the ClusterIP times out", {"@podip+", "@clusterip-"}),
        ("Pod IP 可以，ClusterIP 連不上", {"@podip+", "@clusterip-"}),
        ("pods can't reach the internet, the nodes can", {"@internet-", "@node+"}),
        ("on the same node it is fine, on another node it hangs", {"@samenode+", "@crossnode-"}),
    ],
)
def test_a_contrast_says_what_works_and_what_does_not(text: str, bound: set[str]) -> None:
    assert bound <= contrasts(text)


def test_the_other_way_round_it_says_the_opposite() -> None:
    assert "@podip-" in contrasts("the ClusterIP works but the pod ip times out")


def test_what_only_is_named_is_bound_to_nothing() -> None:
    assert contrasts("the pod ip and the ClusterIP") == frozenset()


def test_what_was_changed_before_is_marked() -> None:
    assert "@firewall!" in contrasts("we enabled ufw this morning, now nothing resolves")
    assert "@firewall!" not in contrasts("ufw is there, and nothing resolves")
