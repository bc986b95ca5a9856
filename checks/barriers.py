"""Could a NetworkPolicy on the bot, or on whom it dials, be why a dial failed.

A dial that a policy stops tells nothing of other pods. Evaluated by `checks/policies.py`. A `Fence`
needs to see little and errs on the side of doubt: policies count as enforced, and a rule for chosen
namespaces allows nothing. `Barriers` know both, and name the policies that are not evaluated.
"""

from collections.abc import Iterator, Mapping

from checks.connections import SEES as CONNECTION_SEES
from checks.enforcement import SEES as ENFORCEMENT_SEES
from checks.enforcement import enforcement
from checks.kinds import Namespace, NetworkPolicy, Pod
from checks.kinds.policy import OTHERS
from checks.model import See
from checks.policies import End, Port, Side, end_of, side
from checks.quotes import some
from checks.snapshot import View
from checks.text import EMPTY, Text

FENCE_SEES = (See(Pod), See(NetworkPolicy))
SEES = tuple(
    dict.fromkeys(
        (
            *CONNECTION_SEES,
            *ENFORCEMENT_SEES,
            See(NetworkPolicy),
            *(See(kind, optional=True) for kind in OTHERS),
        )
    )
)

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


class Fence:
    """The NetworkPolicies that may stand between the bot and whom it dials.

    `blocks_fit_pods` says whether an `ipBlock` may mean pods, as in `checks/enforcement.py`.
    """

    def __init__(
        self,
        view: View,
        namespaces: Mapping[str, Mapping[str, str]] | None = None,
        *,
        blocks_fit_pods: bool = False,
    ) -> None:
        self._namespaces = namespaces or {}
        self._fits = blocks_fit_pods
        self._policies = view.all(NetworkPolicy)
        self._mine = set(view.vantage.addresses)
        held = [one for one in view.all(Pod) if not one.terminal and self._mine & {*one.addresses}]
        self._on_host = any(one.spec.host_network for one in held)
        self._bot = next((one for one in held if not one.spec.host_network), None)

    def doubt(self, target: End, port: Port) -> Text:
        """Return why a failed dial proves nothing, "" when no policy can be the reason."""
        if self._bot is None and not self._on_host and self._policies:
            return STRANGER
        denying = [one for part in self._sides(target, port) for one in _denying(part)]
        return DENIED.fill(policies=some(dict.fromkeys(denying))) if denying else EMPTY

    def doubt_at(self, address: str, port: int) -> Text:
        """Return the same for an address that is no pod's, as a node's is."""
        return self.doubt(End(address, addresses=(address,), is_pod=False), Port(port))

    def end(self, pod: Pod) -> End:
        """Return a pod as an end."""
        return end_of(pod, self._namespaces)

    def _sides(self, target: End, port: Port) -> Iterator[Side]:
        source = End("the bot", addresses=tuple(self._mine), is_pod=False)
        if self._bot is not None:
            source = self.end(self._bot)
            inside = self._inside(source)
            yield side("Egress", inside, source, target, port, blocks_fit_pods=self._fits)
        if target.is_pod:
            inside = self._inside(target)
            yield side("Ingress", inside, target, source, port, blocks_fit_pods=self._fits)

    def _inside(self, end: End) -> list[NetworkPolicy]:
        return [one for one in self._policies if one.metadata.namespace == end.namespace]


class Barriers(Fence):
    """The same with the labels of namespaces, whether policies are enforced, and other kinds."""

    def __init__(self, view: View) -> None:
        enforced = enforcement(view)
        namespaces = {one.metadata.name: one.labels for one in view.all(Namespace)}
        super().__init__(view, namespaces, blocks_fit_pods=enforced.blocks_fit_pods)
        if enforced.enforced is False:
            self._policies = ()
        kinds = () if enforced.enforced is False else OTHERS
        self._others = [one for kind in kinds for one in view.all(kind)]

    def doubt(self, target: End, port: Port) -> Text:
        """Return why a failed dial proves nothing, "" when no policy can be the reason."""
        told = super().doubt(target, port)
        names = [] if told.en else self._unevaluated(target)
        return OPEN.fill(names=some(names)) if names else told

    def _unevaluated(self, target: End) -> list[str]:
        homes = {target.namespace}
        homes |= {self._bot.metadata.namespace} if self._bot else set()
        return [
            f"{type(one).__name__} {one.path}"
            for one in self._others
            if not one.resource.namespaced or one.metadata.namespace in homes
        ]


def _denying(part: Side) -> list[str]:
    return [] if part.allowed else [f"NetworkPolicy {one.path}" for one in part.selecting]
