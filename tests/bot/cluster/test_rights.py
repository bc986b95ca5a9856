"""What an identity may do, as the API server lists it."""

import json
from pathlib import Path

import pytest

from bot.core.errors import ClusterForbiddenError, ClusterUnauthorizedError, ClusterUnreachableError
from checks.kinds import HTTPRoute, Pod, ServiceCIDR
from checks.kinds.rbac import PolicyRule
from checks.rights import NOWHERE, Review
from tests.bot.cluster.fake_api import REVIEWS, FakeApi, opened, serving
from tests.bot.cluster.faults import say

GRANTED = {
    "resourceRules": [
        {"verbs": ["list"], "apiGroups": [""], "resources": ["pods"]},
        {"verbs": ["get"], "apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["a"]},
    ],
    "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/version"]}],
    "incomplete": True,
    "evaluationError": "webhook authorizer does not support\nuser rule resolution",
}
RULES = (
    PolicyRule(("list",), ("",), ("pods",)),
    PolicyRule(("get",), ("",), ("configmaps",), ("a",)),
    PolicyRule(("get",), non_resource_urls=("/version",)),
)


async def test_rules_of_both_kinds_and_what_is_open_are_read(tmp_path: Path) -> None:
    api = FakeApi()
    api.granted = {"shop": GRANTED, NOWHERE: {"resourceRules": None, "nonResourceRules": None}}
    async with serving(api), opened(api, tmp_path) as cluster:
        reviews = await cluster.review((NOWHERE, "shop"))

    said = "webhook authorizer does not support user rule resolution"
    assert reviews == {NOWHERE: Review(), "shop": Review(RULES, incomplete=True, error=said)}


async def test_a_review_is_the_only_thing_that_is_posted(tmp_path: Path) -> None:
    api = FakeApi()
    async with serving(api), opened(api, tmp_path) as cluster:
        await cluster.review((NOWHERE, "shop"))
        await cluster.unserved([HTTPRoute.resource])

    posted = [(one.method, one.path) for one in api.asked if one.method != "GET"]
    assert posted == [("POST", REVIEWS)] * 2


async def test_a_review_that_is_refused_names_what_it_takes(tmp_path: Path) -> None:
    api = FakeApi()
    api.faults["selfsubjectrulesreviews.authorization.k8s.io"] = say(b"{}", 403)
    async with serving(api), opened(api, tmp_path) as cluster:
        with pytest.raises(ClusterForbiddenError, match="may not create selfsubjectrulesreviews"):
            await cluster.review((NOWHERE,))


@pytest.mark.parametrize("body", [b"", b"{}", b'{"status": {"incomplete": false}}', b"[]"])
async def test_an_answer_that_lists_no_rules_is_no_review(tmp_path: Path, body: bytes) -> None:
    """Taking it for an empty list would call everything missing."""
    api = FakeApi()
    api.faults["selfsubjectrulesreviews.authorization.k8s.io"] = say(body, 201)
    async with serving(api), opened(api, tmp_path) as cluster:
        with pytest.raises(ClusterUnreachableError, match="cannot be read"):
            await cluster.review((NOWHERE,))


async def test_credentials_that_are_not_accepted_end_it(tmp_path: Path) -> None:
    api = FakeApi()
    async with serving(api), opened(api, tmp_path, token="nobody's") as cluster:
        with pytest.raises(ClusterUnauthorizedError, match="cluster fake"):
            await cluster.review((NOWHERE,))


async def test_discovery_tells_which_kinds_are_not_served(tmp_path: Path) -> None:
    api = FakeApi()
    api.unserved = {HTTPRoute.resource.qualified}
    kinds = [HTTPRoute.resource, ServiceCIDR.resource, Pod.resource]
    async with serving(api), opened(api, tmp_path) as cluster:
        assert await cluster.unserved(kinds) == {HTTPRoute.resource}
        assert await cluster.unserved([]) == frozenset()


async def test_a_kind_that_discovery_does_not_tell_of_may_be_served(tmp_path: Path) -> None:
    api = FakeApi()
    refused = json.dumps({"kind": "Status", "code": 403}).encode()
    api.faults["discovery.gateway.networking.k8s.io"] = say(refused, 403)
    async with serving(api), opened(api, tmp_path) as cluster:
        assert await cluster.unserved([HTTPRoute.resource]) == frozenset()
