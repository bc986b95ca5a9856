"""Clusters: which one a command means, and every one the bot can look at."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import yaml

from bot.core.errors import ClusterUnknownError
from bot.core.ports import Cluster, Dialer, Dials
from bot.settings import Settings, read_settings
from checks.snapshot import Snapshot

if TYPE_CHECKING:
    from bot.cluster.book import ClusterBook
    from bot.core.rights import Rights

IN_CLUSTER_TOKEN = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


class Choice(msgspec.Struct, frozen=True):
    """Which cluster the command line names: a context, a kubeconfig or a snapshot file.

    `dials` goes before NETCHECK_DIALS.
    """

    context: str | None = None
    kubeconfig: Path | None = None
    snapshot: Path | None = None
    dials: Dials | None = None


@asynccontextmanager
async def open_cluster(choice: Choice) -> AsyncIterator[Cluster]:
    """Open the cluster a command names, and close it. Raises `ClusterError`, `SettingError`."""
    from bot.cluster.saved import SavedCluster

    if choice.snapshot is not None:
        if choice.context or choice.kubeconfig:
            raise ClusterUnknownError(
                "--snapshot names a file, --context and --kubeconfig a live cluster: give one"
            )
        yield SavedCluster(choice.snapshot)
        return
    settings = read_settings(os.environ)
    settings = msgspec.structs.replace(
        settings,
        kubeconfig=choice.kubeconfig or settings.kubeconfig,
        snapshots={},
        dials=choice.dials or settings.dials,
    )
    book = cluster_book(settings)
    try:
        yield await book.open(choice.context or book.default())
    finally:
        await book.close()


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot file. Raises `SnapshotRefusedError`."""
    from bot.cluster.saved import save

    save(snapshot, path)


def rbac_manifest(tier: str) -> str:
    """Return the ClusterRole the checks of a tier need, as YAML."""
    from checks.rbac import manifest

    return yaml.safe_dump(manifest(tier), sort_keys=False)


async def ask_rights(choice: Choice, namespace: str, tier: str) -> "Rights":
    """Ask a live cluster what the bot may do there. Raises `ClusterError`, `SettingError`."""
    from bot.cluster.reader import LiveCluster
    from bot.core import rights
    from checks.rbac import within

    async with open_cluster(choice) as cluster:
        if not isinstance(cluster, LiveCluster):
            raise ClusterUnknownError(
                f"{cluster.name} is a file and grants no rights: name a live cluster by "
                "`--context NAME` or `--kubeconfig FILE`"
            )
        return await rights.ask_rights(cluster, within(tier), namespace)


def cluster_book(settings: Settings) -> "ClusterBook":
    """Return every cluster there is, with the dialer where dials may be made at all."""
    from bot.cluster.book import ClusterBook

    inside = _in_cluster()
    dials = settings.dials == "on" or (settings.dials == "auto" and inside)
    return ClusterBook(
        _kubeconfig(settings),
        in_cluster=inside,
        files=settings.snapshots,
        pace=settings.pace,
        dialer=_dialer() if dials else None,
        dials=settings.dials,
    )


def _dialer() -> Dialer:
    from bot.dial.dialer import PodDialer
    from bot.dial.vantage import told

    return PodDialer(told(os.environ))


def _kubeconfig(settings: Settings) -> Path | None:
    """Return the kubeconfig in force: the setting, else kubectl's default where it exists."""
    usual = Path.home() / ".kube" / "config"
    return settings.kubeconfig or (usual if usual.exists() else None)


def _in_cluster() -> bool:
    """Say whether this runs in a pod that has a ServiceAccount's token."""
    return IN_CLUSTER_TOKEN.exists()
