"""Selectors choose pods as Kubernetes does, and near misses are told from strangers."""

import pytest

from checks.kinds import Pod
from checks.kinds.pods import PodMeta, PodStatus
from checks.selecting import PodIndex, near_miss


def pod(name: str, namespace: str = "shop", phase: str = "Running", **labels: str) -> Pod:
    """Make a pod; a double underscore in a label's key stands for a dash."""
    carried = {key.replace("__", "-"): value for key, value in labels.items()}
    meta = PodMeta(name=name, namespace=namespace, labels=carried)
    return Pod(metadata=meta, status=PodStatus(phase=phase))


CART = pod("cart-1", app="cart", tier="web", pod__template__hash="1a")
CART_2 = pod("cart-2", app="cart", tier="web", pod__template__hash="2b")
BLOG = pod("blog-1", app="blog", tier="web")
AWAY = pod("cart-1", "web", app="cart", tier="web")


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ({"app": "cart"}, ["cart-1", "cart-2"]),
        ({"tier": "web"}, ["cart-1", "cart-2", "blog-1"]),
        ({"app": "cart", "tier": "db"}, []),
        ({"app": "crat"}, []),
        ({}, []),
    ],
)
def test_a_selector_chooses_by_every_label_within_its_namespace(
    selector: dict[str, str], names: list[str]
) -> None:
    index = PodIndex([CART, CART_2, BLOG, AWAY])

    assert [one.metadata.name for one in index.chosen("shop", selector)] == names


def test_pods_of_one_kind_are_one_near_miss_whatever_their_controller_added() -> None:
    miss = near_miss({"app": "crat"}, [BLOG, CART, CART_2])

    assert miss is not None
    assert miss.pods == (CART, CART_2)
    assert miss.repair() == {"app": "cart"}
    assert miss.sure


def test_the_pods_that_differ_least_are_nearest() -> None:
    miss = near_miss({"app": "crat", "tier": "web"}, [pod("other", app="cart", tier="db"), CART])

    assert miss is not None
    assert miss.pods == (CART,)


def test_a_label_under_another_key_is_moved() -> None:
    miss = near_miss({"application": "cart"}, [pod("x", app="cart")])

    assert miss is not None
    assert miss.repair() == {"application": None, "app": "cart"}


def test_letter_case_is_a_slip() -> None:
    miss = near_miss({"app": "Cart"}, [pod("x", app="cart")])

    assert miss is not None
    assert miss.sure


def test_pods_that_share_a_label_are_near_but_not_surely_meant() -> None:
    miss = near_miss({"app": "orders", "tier": "web"}, [BLOG])

    assert miss is not None
    assert not miss.sure
    assert [str(slip) for slip in miss.slips] == ["selector has app=orders, the pods have app=blog"]


def test_a_label_pods_do_not_have_at_all_is_said_so() -> None:
    miss = near_miss({"app": "cart", "region": "eu"}, [pod("x", app="cart")])

    assert miss is not None
    assert [str(slip) for slip in miss.slips] == [
        "selector has region=eu, the pods have no such label"
    ]
    assert miss.repair() == {"region": None}
    assert not miss.sure


@pytest.mark.parametrize("stranger", [pod("x", app="blog"), pod("y"), pod("z", color="red")])
def test_strangers_are_no_near_miss(stranger: Pod) -> None:
    assert near_miss({"app": "cart"}, [stranger]) is None


def test_a_pod_that_has_ended_is_no_near_miss() -> None:
    assert near_miss({"app": "crat"}, [pod("x", phase="Succeeded", app="cart")]) is None
