"""The words checks are made of: what one declares, is asked and answers.

A check is one file in `checks/catalog/` with a module-level `CHECK`. It declares the kinds it
must see (`sees`), what it may ask once it has seen them (`asks`), and judges a frozen view of
the snapshot. It never does I/O.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from checks.dials import Dial
from checks.text import Text

if TYPE_CHECKING:
    from checks.kinds import Kind
    from checks.snapshot import View


READ_VERSION = "get /version"
"""The permission that the API server's version takes; everybody has it by default."""


class Verdict(StrEnum):
    """What a check can say. `CLEAR` needs evidence just as `FOUND` does."""

    FOUND = "found"
    CLEAR = "clear"
    BLIND = "blind"
    NOT_APPLICABLE = "n/a"
    BROKEN = "broken"


class Tier(StrEnum):
    """What a check uses, each tier with all before it.

    `A` reads API objects, `D` dials from the bot's own pod, `N0` to `N2` run a probe pod on a
    node: without capabilities, with NET_ADMIN, as root with two read-only host paths.
    """

    A = "A"
    D = "D"
    N0 = "N0"
    N1 = "N1"
    N2 = "N2"


class See(msgspec.Struct, frozen=True):
    """Objects of one kind that a check must have seen before it may judge.

    `name` narrows it to one object, read by `get`; an object that is not there was seen to be
    absent. `namespace` narrows a list or places the named object. `optional` is for kinds that
    not every API server serves (CRDs, newer groups): not served is then seen to be absent, while
    any other gap still makes the check blind. `enough` says that a list of one namespace stands for
    that of all, for the question is about nothing else.
    """

    kind: "type[Kind]"
    namespace: str | None = None
    name: str | None = None
    optional: bool = False
    enough: bool = False

    @property
    def need(self) -> str:
        """The permission this takes, as users know it: `list endpointslices.discovery.k8s.io`.

        Where one namespace is enough it is still the one that `netcheck rbac` grants.
        """
        verb = "get" if self.name else "list"
        what = f"{verb} {self.kind.resource.qualified}"
        what += f" {self.name}" if self.name else ""
        return f"{what} in {self.namespace}" if self.namespace and not self.enough else what

    @property
    def key(self) -> str:
        """How a snapshot files these objects: `pods`, or `configmaps/kube-system/coredns`."""
        parts = (self.kind.resource.qualified, self.namespace, self.name)
        return "/".join(part for part in parts if part)

    def widened(self) -> "Iterator[See]":
        """Yield every wider list that would hold the same objects, the widest last."""
        if self.name and self.namespace:
            yield See(self.kind, self.namespace)
        if self.name or self.namespace:
            yield See(self.kind)

    def admits(self, one: "Kind") -> bool:
        """Return whether an object of this kind is among those meant."""
        meta = one.metadata
        return self.namespace in {None, meta.namespace} and self.name in {None, meta.name}


class LogRequest(msgspec.Struct, frozen=True, order=True):
    """The last lines of one container's log; `previous` means the run before the last restart."""

    namespace: str
    pod: str
    container: str
    previous: bool = False
    lines: int = 50

    @property
    def need(self) -> str:
        """The permission this takes."""
        return "get pods/log"

    @property
    def key(self) -> str:
        """How a snapshot files this log."""
        run = "previous" if self.previous else "current"
        return f"{self.namespace}/{self.pod}/{self.container}/{run}"


Ask: TypeAlias = LogRequest | Dial
"""What a check may ask for once it has seen the objects."""


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is asked about: entities from a paste, a command's subject, the channel's namespace.

    `scope` is "cluster" when a refusal says "at the cluster scope": then `namespace`, which may
    be no more than the channel's default, does not count. `group` is the API group, "" the core.
    """

    namespace: str | None = None
    service: str | None = None
    pod: str | None = None
    container: str | None = None
    node: str | None = None
    user: str | None = None
    verb: str | None = None
    resource: str | None = None
    subresource: str | None = None
    group: str | None = None
    name: str | None = None
    host: str | None = None
    ip: str | None = None
    port: str | None = None
    path: str | None = None
    webhook: str | None = None
    scope: str | None = None


class Finding(msgspec.Struct, frozen=True):
    """One answer of a check about one subject.

    `subject` reads `Service shop/cart`. `evidence` quotes objects as seen. `command` is the
    kubectl line that shows the same. `cause` is the slug of the knowledge entry that a `found`
    proves. `needs` are the permissions that would settle a `blind`. `settles` is False where what
    was seen is in order and the trouble may stand all the same, in what no object shows.
    """

    verdict: Verdict
    subject: str
    summary: Text
    evidence: tuple[str, ...] = ()
    command: str = ""
    cause: str = ""
    needs: tuple[str, ...] = ()
    settles: bool = True

    def __post_init__(self) -> None:
        """Refuse a judgement that quotes nothing."""
        judged = self.verdict in {Verdict.FOUND, Verdict.CLEAR}
        if judged and not any(quote.strip() for quote in self.evidence):
            raise ValueError(f"{self.verdict} without evidence about {self.subject}")
        if self.verdict is Verdict.FOUND and not self.cause:
            raise ValueError(f"found about {self.subject} names no cause")

    def adding(self, more: Text) -> "Finding":
        """Return the finding with another sentence after its summary."""
        return msgspec.structs.replace(self, summary=self.summary + more)


def found(
    subject: str, summary: Text, *, cause: str, evidence: Iterable[str], command: str
) -> Finding:
    """Return a cause proved, with the quotes that prove it."""
    return Finding(Verdict.FOUND, subject, summary, tuple(evidence), command, cause)


def clear(
    subject: str, summary: Text, *, evidence: Iterable[str], command: str, settles: bool = True
) -> Finding:
    """Return that it looked and the trouble is not there; the quotes say what was seen."""
    return Finding(Verdict.CLEAR, subject, summary, tuple(evidence), command, settles=settles)


def blind(
    subject: str,
    summary: Text,
    *,
    needs: Iterable[str],
    evidence: Iterable[str] = (),
    command: str = "",
) -> Finding:
    """Return that it could not look; `needs` names what would settle it.

    `evidence` quotes what is known all the same.
    """
    return Finding(Verdict.BLIND, subject, summary, tuple(evidence), command, needs=tuple(needs))


def not_applicable(subject: str, summary: Text) -> Finding:
    """Return that it does not apply here; the summary says why."""
    return Finding(Verdict.NOT_APPLICABLE, subject, summary)


def anywhere(_question: Question) -> None:
    """Tell no namespace."""


def asks_nothing(_view: "View", _question: Question) -> Iterable[Ask]:
    """Ask for nothing beyond the declared kinds."""
    return ()


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check: its name, what it must see, what it may ask, and how it judges.

    `proves` are the knowledge entries its `found` may name as the cause. `asks` gets the same
    view as `judge`, before the logs are there; a check that asks for logs says so in
    `reads_logs`, for the permission is granted by it, and one that asks for dials in `dials`;
    its `tier` is D when it can judge nothing without them. `about` are the question's fields that
    tie a finding to what was asked: when there are some and none is given, the check looks at all
    subjects, and what it finds is a lead, no proof of what the paste shows. `rules_out` is False
    when its causes may have reasons this check cannot see: then its `clear` does not refute them.
    `logs_decide` is False when logs are only quoted beside what objects tell: without the right to
    them it judges all the same, and says which it has not read. `reads_version` is for a check
    that cannot judge without the API server's version. `place` returns the namespace of all that a
    question is about, if that is one; of the kinds in `inside`, what is in there is then enough.
    `client` says that it judges for the pod that has the trouble: where none was named as such,
    the first pod of the cluster that the paste mentions is meant.
    """

    slug: str
    title: Text
    groups: tuple[str, ...]
    proves: tuple[str, ...]
    sees: tuple[See, ...]
    judge: "Callable[[View, Question], Iterable[Finding]]"
    asks: "Callable[[View, Question], Iterable[Ask]]" = asks_nothing
    reads_logs: bool = False
    logs_decide: bool = True
    reads_version: bool = False
    dials: bool = False
    about: tuple[str, ...] = ()
    rules_out: bool = True
    place: "Callable[[Question], str | None]" = anywhere
    inside: "tuple[type[Kind], ...]" = ()
    client: bool = False
    tier: Tier = Tier.A

    def narrowed(self, question: Question) -> "Check":
        """Return the check as it looks at what this question is about, and no further."""
        namespace = self.place(question)
        if not namespace:
            return self
        sees = tuple(
            msgspec.structs.replace(see, namespace=namespace, enough=True)
            if see.kind in self.inside and not (see.namespace or see.name)
            else see
            for see in self.sees
        )
        return msgspec.structs.replace(self, sees=sees)
