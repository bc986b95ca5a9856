"""A snapshot written by hand has seen what is in it, and that all else is absent."""

from typing import Any

import pytest

from checks.kinds import KINDS, Pod
from checks.manifests import ManifestError, snapshot_of
from checks.snapshot import Gap

NOW = "2026-11-23T10:00:00Z"


def test_every_kind_was_seen() -> None:
    assert snapshot_of([], taken_at=NOW).objects == dict.fromkeys(KINDS, ())


def test_a_gap_takes_the_place_of_what_was_seen() -> None:
    pod = {"kind": "Pod", "metadata": {"name": "a"}}

    snapshot = snapshot_of([pod], taken_at=NOW, gaps={"pods": Gap("forbidden")})

    assert "pods" not in snapshot.objects
    assert snapshot.gaps == {"pods": Gap("forbidden")}


def test_an_object_without_a_namespace_lies_in_default_if_its_kind_has_one() -> None:
    objects = [{"kind": kind, "metadata": {"name": "a"}} for kind in ("Pod", "Node")]

    seen = snapshot_of(objects, taken_at=NOW).objects

    assert seen["pods"][0].path == "default/a"
    assert seen["nodes"][0].path == "a"


def test_an_object_is_decoded_as_from_the_api() -> None:
    pod: dict[str, Any] = {"kind": "Pod", "spec": {"nodeName": "n", "tolerations": []}}

    (read,) = snapshot_of([pod], taken_at=NOW).objects["pods"]

    assert isinstance(read, Pod)
    assert read.spec.node_name == "n"


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        ({"kind": "Secret"}, "no check reads objects of kind Secret"),
        ({}, "no check reads objects of kind None"),
        ({"kind": "Pod", "spec": 7}, r"this Pod cannot be read.*\$.spec"),
    ],
)
def test_what_no_check_can_read_is_refused(manifest: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ManifestError, match=complaint):
        snapshot_of([manifest], taken_at=NOW)
