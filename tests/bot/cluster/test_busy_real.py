"""A real API server whose priority and fairness (KEP-1040) has no seat for the bot."""

import asyncio
import contextlib
import http.client
import json
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.cluster.connect import connect
from bot.cluster.reader import LiveCluster
from bot.core.ports import Budget
from checks import rbac
from checks.kinds import Pod
from checks.model import See
from checks.registry import catalog, union
from tests.cluster.admin import ApiError, Client
from tests.cluster.control_plane import ControlPlane
from tests.cluster.fixtures import Applied, MakeKubeconfig
from tests.cluster.kubeconfig import CONTEXT
from tests.cluster.waiting import until

SEES = union(catalog().values())
WRITER = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["create"]}]
LIMITED = {
    "nominalConcurrencyShares": 0,
    "lendablePercent": 0,
    "borrowingLimitPercent": 0,
    "limitResponse": {"type": "Reject"},
}


class Seat:
    """Takes the last seat of a priority level, for as long as a request's body is on its way.

    A level without seats still serves one request at a time, and refuses others meanwhile.
    """

    def __init__(self, plane: ControlPlane, namespace: str, kubeconfig: Path) -> None:
        self._address = urlsplit(plane.url).netloc
        self._context = ssl.create_default_context(cafile=plane.ca)
        self._path = f"/api/v1/namespaces/{namespace}/configmaps"
        self._token = token_in(kubeconfig)
        self._taken: http.client.HTTPSConnection | None = None

    def take(self) -> None:
        """Begin to write a ConfigMap."""
        self.free()
        self._taken = http.client.HTTPSConnection(self._address, context=self._context)
        self._taken.putrequest("POST", self._path)
        self._taken.putheader("Authorization", f"Bearer {self._token}")
        self._taken.putheader("Content-Type", "application/json")
        self._taken.putheader("Content-Length", "1000")
        self._taken.endheaders(b'{"kind": ')

    def free(self) -> None:
        """Give up writing it."""
        if self._taken:
            self._taken.close()


@pytest.fixture
def level(admin: Client, namespace: str, applied: Applied) -> str:
    """Put all of the namespace's accounts on a priority level without seats; return its UID."""
    name = f"none-{namespace}"
    every = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"]}
    rule = {
        "subjects": [{"kind": "Group", "group": {"name": f"system:serviceaccounts:{namespace}"}}],
        "resourceRules": [{**every, "clusterScope": True}],
    }
    of_all = {
        "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
        "metadata": {"name": name},
    }
    spec = {"priorityLevelConfiguration": {"name": name}, "matchingPrecedence": 2, "rules": [rule]}
    limits = {"type": "Limited", "limited": LIMITED}
    applied(
        [
            {**of_all, "kind": "PriorityLevelConfiguration", "spec": limits},
            {**of_all, "kind": "FlowSchema", "spec": spec},
        ]
    )
    uid: str = admin.get("PriorityLevelConfiguration", name)["metadata"]["uid"]
    return uid


@pytest.fixture
def kubeconfig(level: str, kubeconfig_for: MakeKubeconfig) -> Path:
    """Make the bot's account, on that level."""
    assert level
    return kubeconfig_for(rbac.manifest()["rules"])


@pytest.fixture
def seat(
    control_plane: ControlPlane,
    admin: Client,
    namespace: str,
    kubeconfig: Path,
    kubeconfig_for: MakeKubeconfig,
) -> Iterator[Seat]:
    """Take the last seat."""
    seat = Seat(control_plane, namespace, kubeconfig_for(WRITER, account="writer"))
    with contextlib.closing(admin.with_token(token_in(kubeconfig))) as bot:

        def taken() -> bool:
            seat.take()
            with contextlib.suppress(TimeoutError):
                return until(lambda: is_refused(bot), seconds=1)
            return False

        until(taken, what="a priority level without a seat")
    yield seat
    seat.free()


def token_in(kubeconfig: Path) -> str:
    token: str = json.loads(kubeconfig.read_text(encoding="utf-8"))["users"][0]["user"]["token"]
    return token


def is_refused(bot: Client) -> bool:
    try:
        bot.connections.send("GET", "/api/v1/pods", query={"limit": "1"})
    except ApiError as error:
        return error.status == HTTPStatus.TOO_MANY_REQUESTS
    return False


@pytest.mark.usefixtures("seat")
async def test_the_reason_is_the_priority_level(kubeconfig: Path, level: str) -> None:
    async with await connect(kubeconfig, CONTEXT) as wire:
        snapshot = await LiveCluster("real", wire, Budget(seconds=4)).look(SEES)

    busy = f"429: the API server is busy (priority level {level}, flow schema "
    assert {see.key for see in SEES} == set(snapshot.gaps)
    assert all(busy in gap.reason for gap in snapshot.gaps.values())
    assert 3 < snapshot.ledger.seconds < 6


async def test_it_is_waited_for(kubeconfig: Path, seat: Seat) -> None:
    """What was refused comes when there is a seat again, within the look's time."""
    async with await connect(kubeconfig, CONTEXT) as wire:
        cluster = LiveCluster("real", wire, Budget(seconds=20))
        look = asyncio.create_task(cluster.look([See(Pod)]))
        await asyncio.sleep(2.5)  # longer than the server asks to wait
        assert not look.done()
        seat.free()
        snapshot = await look

    assert set(snapshot.objects) == {"pods"}
    assert snapshot.ledger.requests > 3
