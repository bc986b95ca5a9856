"""Read by `get`; one that is not there was seen to be absent."""

from pathlib import Path

from checks.kinds import ConfigMap, HTTPRoute, Role
from checks.model import See
from tests.bot.cluster.fake_api import (
    FakeApi,
    names,
    opened,
    serving,
    shop,
)
from tests.bot.cluster.faults import say


async def test_one_that_is_there(tmp_path: Path) -> None:
    see = See(ConfigMap, "kube-system", "kube-proxy")
    async with serving(FakeApi(shop())) as api, opened(api, tmp_path) as cluster:
        assert names((await cluster.look([see])).objects[see.key]) == ["kube-proxy"]


async def test_one_that_is_absent(tmp_path: Path) -> None:
    see = See(ConfigMap, "kube-system", "absent")
    async with serving(FakeApi(shop())) as api, opened(api, tmp_path) as cluster:
        assert {see.key: ()} == (await cluster.look([see])).objects


async def test_one_whose_api_is_not_there(tmp_path: Path) -> None:
    """A 404 about the group says nothing about the object."""
    see = See(Role, "shop", "reader")
    api = FakeApi(shop())
    api.faults = {"roles.rbac.authorization.k8s.io": say(b"404 page not found\n", 404)}
    async with serving(api), opened(api, tmp_path) as cluster:
        gap = (await cluster.look([see])).gaps[see.key]

        assert gap.reason == "404: the API server serves no roles of rbac.authorization.k8s.io/v1"


async def test_an_add_on_that_may_not_be_listed_is_a_gap(tmp_path: Path) -> None:
    see = See(HTTPRoute)
    api = FakeApi(shop())
    api.faults = {"httproutes.gateway.networking.k8s.io": say(b"{}", 403)}
    async with serving(api), opened(api, tmp_path) as cluster:
        assert (await cluster.look([see])).gaps[see.key].need == see.need
