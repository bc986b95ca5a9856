"""A fault set up on the real API server, the paste it causes, and how it is healed."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from uuid import uuid4

from tests.cluster.admin import Client, Manifest
from tests.cluster.control_plane import ControlPlane
from tests.cluster.fixtures import Applied
from tests.cluster.kubelet import FakeKubelet

SYSTEM = "kube-system"


@dataclass(frozen=True)
class Stage:
    """One test's part of the cluster; what is put here goes when the test ends."""

    plane: ControlPlane
    admin: Client
    kubelet: FakeKubelet
    namespace: str
    applied: Applied
    programs: ExitStack
    mark: str = field(default_factory=lambda: uuid4().hex[:6])

    def inside(self, *manifests: Manifest) -> None:
        """Put objects into the test's namespace."""
        self.admin.apply(manifests, namespace=self.namespace)

    def wide(self, *manifests: Manifest) -> None:
        """Put objects elsewhere; they are undone one by one."""
        self.applied(manifests)

    def control(self, controller: str) -> None:
        """Let a controller of Kubernetes' own work until the test ends."""
        self.programs.enter_context(self.plane.start_controllers(controller))

    def named(self, text: str) -> str:
        """Fill in what is this test's own: `{ns}` the namespace, `{mark}` a mark in names."""
        return text.replace("{ns}", self.namespace).replace("{mark}", self.mark)


@dataclass(frozen=True)
class Scenario:
    """A fault that tier A can prove.

    `paste` is what people would bring; `entry` is what it looks like and `cause` what is behind
    it, the same unless said otherwise. `quotes` are parts of the evidence that stand only in what
    the fault planted; `command` is part of the kubectl line. `reads` tells what happens without
    a resource of the ClusterRole: the cause cannot be checked, and the rule named is this. What
    is not in `reads` is not needed. `healed` is how the entry stands once the fault is gone.
    """

    entry: str
    paste: str | Callable[[Stage], str]
    fault: Callable[[Stage], None]
    heal: Callable[[Stage], None]
    quotes: tuple[str, ...]
    command: str
    reads: Mapping[str, str]
    cause: str = ""
    healed: str = "not-confirmed"
    name: str = ""

    @property
    def proved(self) -> str:
        """The entry that the checks prove."""
        return self.cause or self.entry

    @property
    def id(self) -> str:
        """How a test is called."""
        return self.name or self.entry

    def pasted(self, stage: Stage) -> str:
        """Return the paste with this test's names in it."""
        return self.paste(stage) if callable(self.paste) else stage.named(self.paste)
