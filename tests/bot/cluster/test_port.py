"""What every cluster keeps, saved, behind a fake server or behind the real one."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.cluster import saved
from bot.cluster.book import ClusterBook
from bot.cluster.saved import SavedCluster
from bot.core.ports import Cluster
from checks import rbac
from checks.kinds import ConfigMap, Event, Pod, Service
from checks.model import Check, LogRequest, See
from checks.text import Text
from tests.bot.cluster.fake_api import FakeApi, Manifest, names, opened, serving
from tests.cluster.admin import Client
from tests.cluster.fixtures import Applied, MakeKubeconfig
from tests.cluster.kubeconfig import CONTEXT
from tests.cluster.kubelet import FakeKubelet
from tests.cluster.waiting import until

SECRET = "hunter2hunter2"


READS = Check(
    slug="reads",
    title=Text("", ""),
    groups=("pod",),
    proves=(),
    sees=(
        See(Pod),
        See(Service),
        See(ConfigMap),
        *(See(kind, "any", name) for kind in (Pod, ConfigMap) for name in ("cart", "absent")),
    ),
    judge=lambda _view, _question: (),
    reads_logs=True,
)


class Place(msgspec.Struct, frozen=True):
    """A cluster that holds `manifests` in a namespace."""

    cluster: Cluster
    namespace: str

    @property
    def log(self) -> LogRequest:
        """The log that is there."""
        return LogRequest(self.namespace, "cart", "main")

    def see(self, kind: type[Pod | Service | ConfigMap], name: str | None = None) -> See:
        """Mean objects of the namespace."""
        return See(kind, self.namespace, name)


def manifests(namespace: str) -> list[Manifest]:
    """Make a Service, a ConfigMap and two pods, one of them on the node that has logs."""

    def meta(name: str) -> dict[str, object]:
        return {"name": name, "namespace": namespace, "labels": {"app": name}}

    spec = {"containers": [{"name": "main", "image": "none"}], "nodeName": "node-1"}
    ports = [{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP"}]
    return [
        {"apiVersion": "v1", "kind": "Pod", "metadata": meta("cart"), "spec": spec},
        {"apiVersion": "v1", "kind": "Pod", "metadata": meta("till"), "spec": spec},
        {"apiVersion": "v1", "kind": "Service", "metadata": meta("cart"), "spec": {"ports": ports}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta("cart"), "data": {"a": "b"}},
    ]


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[Place]:
    """Live, behind a fake API server."""
    api = FakeApi(manifests("shop"))
    api.logs[("shop", "cart", "main", False)] = f"password={SECRET} refused\n"
    async with serving(api), opened(api, tmp_path) as cluster:
        yield Place(cluster, "shop")


@pytest.fixture
async def file(fake: Place, tmp_path: Path) -> Place:
    """Save what the fake one holds."""
    sees = [fake.see(Pod), fake.see(Service), fake.see(ConfigMap)]
    snapshot = await fake.cluster.look(sees)
    snapshot = await fake.cluster.ask(snapshot, [fake.log])
    saved.save(snapshot, tmp_path / "shop.json")
    return Place(SavedCluster(tmp_path / "shop.json"), fake.namespace)


@pytest.fixture
async def real(
    admin: Client,
    namespace: str,
    applied: Applied,
    kubelet: FakeKubelet,
    kubeconfig_for: MakeKubeconfig,
) -> AsyncIterator[Place]:
    """Live, behind the real API server, with the rights of a check that reads just this."""
    applied([kubelet.node("node-1")])
    admin.apply(manifests(namespace))
    kubelet.set_log(namespace, "cart", "main", f"password={SECRET} refused\n")
    until(lambda: cached(admin, namespace), what="what was just made in the API server's cache")
    book = ClusterBook(kubeconfig_for(rbac.rules([READS])))
    yield Place(await book.open(CONTEXT), namespace)
    await book.close()


def cached(admin: Client, namespace: str) -> bool:
    """Say whether the API server's caches, which follow etcd, hold everything."""
    for kind, count in (("pods", 2), ("services", 1), ("configmaps", 1)):
        path = f"/api/v1/namespaces/{namespace}/{kind}"
        body = admin.connections.send("GET", path, query={"resourceVersion": "0"})
        found = [one["metadata"]["name"] for one in json.loads(body)["items"]]
        if len({"cart", "till"} & {*found}) < count:
            return False
    return True


@pytest.fixture(
    params=["fake", "file", pytest.param("real", marks=pytest.mark.cluster)],
)
def place(request: pytest.FixtureRequest) -> Place:
    """Give each in turn."""
    chosen: Place = request.getfixturevalue(request.param)
    return chosen


async def test_a_list_holds_every_object(place: Place) -> None:
    snapshot = await place.cluster.look([place.see(Pod), place.see(Service)])

    pods, services = (snapshot.objects[place.see(kind).key] for kind in (Pod, Service))
    assert sorted(names(pods)) == ["cart", "till"]
    assert [(one.ports[0].name, one.ports[0].port) for one in services] == [("http", 80)]
    assert snapshot.gaps == {}


async def test_a_named_object_is_there_or_was_seen_to_be_absent(place: Place) -> None:
    there, absent = place.see(ConfigMap, "cart"), place.see(ConfigMap, "absent")
    snapshot = await place.cluster.look([there, absent])

    assert [one.data for one in snapshot.objects[there.key]] == [{"a": "b"}]
    assert snapshot.objects[absent.key] == ()


async def test_each_key_is_seen_or_a_gap_and_told_of_when_seen(place: Place) -> None:
    sees = [place.see(Pod), place.see(Pod, "absent"), place.see(Service), See(Event)]
    told: dict[str, int] = {}
    snapshot = await place.cluster.look(sees, told.__setitem__)

    assert sorted([*snapshot.objects, *snapshot.gaps]) == sorted({see.key for see in sees})
    assert told == {key: len(found) for key, found in snapshot.objects.items()}


async def test_it_says_when_and_what_it_looked_at(place: Place) -> None:
    snapshot = await place.cluster.look([])

    assert snapshot.time.utcoffset() == timedelta()
    assert snapshot.version.startswith("v1.")


async def test_a_second_look_sees_the_same(place: Place) -> None:
    first, second = [await place.cluster.look([place.see(Pod)]) for _ in range(2)]

    assert second.objects == first.objects


async def test_a_log_is_masked(place: Place) -> None:
    snapshot = await place.cluster.look([place.see(Pod)])
    snapshot = await place.cluster.ask(snapshot, [place.log])

    assert SECRET not in snapshot.logs[place.log.key]
    assert "refused" in snapshot.logs[place.log.key]


@pytest.mark.parametrize(
    ("pod", "container", "previous"),
    [("absent", "main", False), ("cart", "absent", False), ("till", "main", True)],
)
async def test_a_log_that_is_not_there_is_a_gap(
    pod: str,
    container: str,
    previous: bool,  # noqa: FBT001 a parameter of the test
    place: Place,
) -> None:
    request = LogRequest(place.namespace, pod, container, previous=previous)
    snapshot = await place.cluster.ask(await place.cluster.look([]), [request, place.log])

    assert list(snapshot.log_gaps) == [request.key]
    assert snapshot.log_gaps[request.key].reason
    assert list(snapshot.logs) == [place.log.key]


async def test_closing_twice_is_fine(place: Place) -> None:
    await place.cluster.close()
    await place.cluster.close()
