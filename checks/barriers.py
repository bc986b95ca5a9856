"""Could a NetworkPolicy on the bot, or on whom it dials, be why a dial failed.

A dial that a policy stops tells nothing of other pods. Evaluated by `checks/policies.py`; policies
that it does not evaluate are named, and leave the reason open.
"""

from collections.abc import Iterator

from checks.connections import SEES as CONNECTION_SEES
from checks.connections import Connections
from checks.enforcement import SEES as ENFORCEMENT_SEES
from checks.enforcement import enforcement
from checks.kinds import NetworkPolicy, Node, Pod
from checks.kinds.policy import OTHERS
from checks.model import See
from checks.policies import End, Port, Side, side
from checks.quotes import some
from checks.snapshot import View
from checks.text import Text

SEES = (
    *CONNECTION_SEES,
    *ENFORCEMENT_SEES,
    See(NetworkPolicy),
    *(See(kind, optional=True) for kind in OTHERS),
)

NONE = Text(en="", zh_tw="")
DENIED = Text(
    en=" By {policies} the bot's own pod may not go there, so this proves nothing about others.",
    zh_tw="依 {policies}，bot 自己的 Pod 不能連到那裡，因此無法證明其他 Pod 的情形。",
)
OPEN = Text(
    en=" It may be a policy that is not evaluated: {names}.",
    zh_tw="也可能是未列入評估的政策所致：{names}。",
)
STRANGER = Text(
    en=" Which pod the bot is is not known, and the cluster has NetworkPolicies that may be why.",
    zh_tw="不清楚 bot 是哪個 Pod，而叢集裡有 NetworkPolicy 可能造成此結果。",
)


class Barriers:
    """The policies that may stand between the bot and whom it dials."""

    def __init__(self, view: View) -> None:
        self.connections = Connections(view)
        self._enforced = enforcement(view)
        self._policies = () if self._enforced.enforced is False else view.all(NetworkPolicy)
        self._others = [
            one for kind in OTHERS if self._enforced.enforced is not False for one in view.all(kind)
        ]
        self._mine = set(view.vantage.addresses)
        self._bot = next(self._own_pod(view), None)
        self._on_host = any(self._mine & {*node.ips} for node in view.all(Node))

    def doubt(self, target: End, port: Port) -> Text:
        """Return why a failed dial proves nothing, "" when no policy can be the reason."""
        if self._bot is None and not self._on_host and self._policies:
            return STRANGER
        denying = [one for part in self._sides(target, port) for one in _denying(part)]
        if denying:
            return DENIED.fill(policies=some(dict.fromkeys(denying)))
        names = self._unevaluated(target)
        return OPEN.fill(names=some(names)) if names else NONE

    def doubt_at(self, address: str, port: int) -> Text:
        """Return the same for an address that is no pod's, as a node's is."""
        return self.doubt(End(address, addresses=(address,), is_pod=False), Port(port))

    def _sides(self, target: End, port: Port) -> Iterator[Side]:
        fits = self._enforced.blocks_fit_pods
        source = End("the bot", addresses=tuple(self._mine), is_pod=False)
        if self._bot is not None:
            source = self.connections.end(self._bot)
            if source.is_pod:
                inside = self._inside(source)
                yield side("Egress", inside, source, target, port, blocks_fit_pods=fits)
        if target.is_pod:
            inside = self._inside(target)
            yield side("Ingress", inside, target, source, port, blocks_fit_pods=fits)

    def _inside(self, end: End) -> list[NetworkPolicy]:
        return [one for one in self._policies if one.metadata.namespace == end.namespace]

    def _unevaluated(self, target: End) -> list[str]:
        homes = {target.namespace}
        homes |= {self._bot.metadata.namespace} if self._bot else set()
        return [
            f"{type(one).__name__} {one.path}"
            for one in self._others
            if not one.resource.namespaced or one.metadata.namespace in homes
        ]

    def _own_pod(self, view: View) -> Iterator[Pod]:
        for pod in view.all(Pod):
            if not pod.terminal and not pod.spec.host_network and self._mine & {*pod.addresses}:
                yield pod


def _denying(part: Side) -> list[str]:
    return [] if part.allowed else [f"NetworkPolicy {one.path}" for one in part.selecting]
