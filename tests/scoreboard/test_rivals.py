from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cluster.etcd import differences
from tests.scoreboard.faults import Fault, Gone, Told, Wanted
from tests.scoreboard.mirror import mirrored
from tests.scoreboard.rivals import Issue, k8sgpt_issues, names, popeye_issues

if TYPE_CHECKING:
    from tests.cluster.http_client import Manifest


def test_popeye_names_the_kind_by_its_section_and_what_it_merely_tells_is_left_out() -> None:
    issues = [{"level": level, "message": f"[POP-{level}]"} for level in (1, 2, 3)]
    document = {"popeye": {"sections": [{"linter": "services", "issues": {"shop/cart": issues}}]}}

    assert list(popeye_issues(document)) == [
        Issue("services", "shop/cart", "[POP-2]", grave=False),
        Issue("services", "shop/cart", "[POP-3]", grave=True),
    ]


def test_k8sgpt_may_say_several_things_of_one_object() -> None:
    errors = [{"Text": "a"}, {"Text": "b"}]
    document = {"results": [{"kind": "Service", "name": "shop/cart", "error": errors}]}

    assert [one.text for one in k8sgpt_issues(document)] == ["a", "b"]
    assert list(k8sgpt_issues({"status": "OK", "results": None})) == []


def test_what_is_expected_removed_or_made_counts_as_named_and_an_event_does_not() -> None:
    told = Told(
        "messy",
        "t",
        (Wanted("c", "Service shop/cart"), Wanted("d", "cluster")),
        "p",
        remove=(Gone("Node", "n1"),),
    )
    made = [
        {"kind": "Pod", "metadata": {"name": "cart-1", "namespace": "shop"}},
        {"kind": "Event", "metadata": {"name": "cart-1.1", "namespace": "shop"}},
    ]

    assert list(names(Fault("f", told, tuple(made)))) == [
        "shop/cart",
        "cluster",
        "n1",
        "shop/cart-1",
    ]


def test_endpoints_are_what_the_slices_say() -> None:
    meta = {"name": "cart", "namespace": "shop"}
    services: list[Manifest] = [
        {"metadata": meta, "spec": {"selector": {"app": "cart"}}},
        {"metadata": {**meta, "name": "by-hand"}, "spec": {}},
    ]
    part: Manifest = {
        "metadata": {"namespace": "shop", "labels": {"kubernetes.io/service-name": "cart"}},
        "addressType": "IPv4",
        "ports": [{"name": "", "port": 8080, "protocol": "TCP"}],
        "endpoints": [
            {"addresses": ["10.0.0.1"], "nodeName": "n1"},
            {"addresses": ["10.0.0.2"], "conditions": {"ready": False}},
            {"addresses": ["10.0.0.3"], "conditions": {"ready": False, "terminating": True}},
        ],
    }

    (made,) = mirrored(services, [part, {**part, "addressType": "IPv6"}])

    assert made["subsets"] == [
        {
            "addresses": [{"ip": "10.0.0.1", "nodeName": "n1"}],
            "notReadyAddresses": [{"ip": "10.0.0.2"}],
            "ports": [{"port": 8080, "protocol": "TCP"}],
        }
    ]


def test_what_was_changed_or_removed_is_written_back_and_what_was_made_is_removed() -> None:
    before = {b"/a": b"1", b"/b": b"2", b"/c": b"3"}
    now = {b"/a": b"1", b"/b": b"x", b"/d": b"4"}

    assert differences(now, before) == {b"/b": b"2", b"/c": b"3", b"/d": None}
    assert differences(before, before) == {}
