"""Every cluster this bot can look at, by name."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from bot.cluster.kubeconfig import read_kubeconfig, unknown
from bot.cluster.saved import SavedCluster
from bot.core.errors import ClusterUnknownError
from bot.core.ports import Budget, Cluster, Dialer, Dials, Pace
from checks.snapshot import Gap

IN_CLUSTER = "in-cluster"
NO_FILES: Mapping[str, Path] = MappingProxyType({})
DEFAULT_BUDGET = Budget()
DEFAULT_PACE = Pace()


class ClusterBook:
    """The contexts of a kubeconfig, the cluster this runs in, and snapshot files.

    Fulfils `bot.core.ports.Clusters`. Each is opened when first asked for, and kept; the book
    closes them, not those who borrow them. When two share a name, a file goes before the cluster
    this runs in, and that before a context.

    `budget` is each look's, `pace` each cluster's.
    `dials` says into which of them `dialer` may dial: `auto` is the cluster this runs in, for
    from anywhere else a dial would prove nothing.
    """

    def __init__(
        self,
        kubeconfig: Path | None = None,
        *,
        in_cluster: bool = False,
        files: Mapping[str, Path] = NO_FILES,
        budget: Budget = DEFAULT_BUDGET,
        pace: Pace = DEFAULT_PACE,
        dialer: Dialer | None = None,
        dials: Dials = "auto",
    ) -> None:
        self._kubeconfig = kubeconfig
        self._in_cluster = in_cluster
        self._files = files
        self._budget = budget
        self._pace = pace
        self._dialer = dialer
        self._dials = dials
        self._open: dict[str, Cluster] = {}
        self._opening = asyncio.Lock()

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted. Raises `ClusterUnknownError` for a bad kubeconfig."""
        names = {*self._files, *self._contexts()}
        if self._in_cluster:
            names.add(IN_CLUSTER)
        return tuple(sorted(names))

    def default(self) -> str:
        """Return the name meant when none is given, or raise `ClusterUnknownError`.

        That is the kubeconfig's current context, else the cluster this runs in, else the only
        file there is.
        """
        current = read_kubeconfig(self._kubeconfig).current_context if self._kubeconfig else None
        if current:
            return current
        if self._in_cluster:
            return IN_CLUSTER
        if len(self._files) == 1:
            return next(iter(self._files))
        raise ClusterUnknownError(
            "no cluster is named: say which by `--context NAME`, `--kubeconfig FILE` or "
            "`--snapshot FILE`"
        )

    async def open(self, name: str) -> Cluster:
        """Return the cluster or raise `ClusterUnknownError` naming the nearest one."""
        async with self._opening:
            if name not in self._open:
                self._open[name] = await self._make(name)
            return self._open[name]

    async def close(self) -> None:
        """Close every cluster that was opened; the book can be used again."""
        async with self._opening:
            while self._open:
                _, cluster = self._open.popitem()
                await cluster.close()

    def _contexts(self) -> tuple[str, ...]:
        return read_kubeconfig(self._kubeconfig).names if self._kubeconfig else ()

    async def _make(self, name: str) -> Cluster:
        if name in self._files:
            return SavedCluster(self._files[name], name)
        live = (self._in_cluster and name == IN_CLUSTER) or name in self._contexts()
        if not live:
            raise unknown("cluster", name, self.names())
        # The Kubernetes library takes a second to import, which files need not pay.
        from bot.cluster.connect import connect, connect_in_cluster  # noqa: PLC0415
        from bot.cluster.reader import LiveCluster  # noqa: PLC0415

        inside = self._in_cluster and name == IN_CLUSTER
        wire = (
            await connect_in_cluster()
            if inside
            else await connect(Path(str(self._kubeconfig)), name)
        )
        dialer = self._dialer_for(name, inside=inside)
        return LiveCluster(name, wire, self._budget, dialer, pace=self._pace)

    def _dialer_for(self, name: str, *, inside: bool) -> Dialer | Gap:
        if self._dials == "off":
            return Gap("dials are switched off (NETCHECK_DIALS, --dials)")
        if self._dialer is None or (self._dials == "auto" and not inside):
            return Gap(
                f"this netcheck does not run inside cluster {name}, so dials of its own would "
                "prove nothing there"
            )
        return self._dialer
