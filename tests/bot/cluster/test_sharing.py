"""Equal parts are kept once, and nothing else changes."""

from typing import Any

import msgspec
import pytest

from bot.cluster.sharing import ENOUGH, Sharing
from checks.kinds import KINDS, Kind, Pod
from tests.bot.cluster.fake_api import called, shop


def shared(kind: type[Kind], objects: list[Any]) -> list[Any]:
    """Decode objects, and share what they have in common."""
    sharing = Sharing(kind)
    found = [msgspec.convert(one, kind) for one in objects]
    for one in found:
        sharing.share(one)
        sharing.settle()
    return found


def replica(number: int) -> dict[str, Any]:
    """Make a pod that differs from others in name and address alone."""
    return {
        "metadata": {"name": f"cart-{number}", "labels": {"app": "cart"}},
        "spec": {"containers": [{"name": "cart", "ports": [{"containerPort": 80}]}]},
        "status": {"podIPs": [{"ip": f"10.0.0.{number}"}]},
    }


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_objects_stay_what_they_were(kind: type[Kind]) -> None:
    objects = [one for one in shop() if one["kind"] == called(kind)]

    assert [msgspec.convert(one, kind) for one in objects] == shared(kind, objects)


def test_equal_parts_are_one() -> None:
    first, second = shared(Pod, [replica(1), replica(2)])

    assert first.spec.containers is second.spec.containers
    assert first.metadata.labels is second.metadata.labels
    assert (first.addresses, second.addresses) == (("10.0.0.1",), ("10.0.0.2",))


def test_what_never_repeats_is_given_up_and_the_rest_is_not() -> None:
    """Else the values of a hundred thousand addresses would be remembered for nothing."""
    *_, first, second = shared(
        Pod, [replica(number) for number in range(ENOUGH * 2)] + [replica(0)] * 2
    )

    assert first.status.pod_ips is not second.status.pod_ips
    assert first.spec.containers is second.spec.containers


def test_equal_looking_parts_of_different_fields_stay_apart() -> None:
    """An owner and an address that say nothing are both written `{}`."""
    (pod,) = shared(Pod, [{"metadata": {"ownerReferences": [{}]}, "status": {"podIPs": [{}]}}])

    assert type(pod.metadata.owner_references[0]) is not type(pod.status.pod_ips[0])
