"""What the bot will not see in a cluster, said before anything goes wrong."""

from collections.abc import Collection
from typing import Any, Literal

import msgspec

from bot.core.errors import ClusterForbiddenError
from bot.core.ports import Reviewer
from checks.model import Check
from checks.rights import Lack, doubtful, missing, namespaces

REVIEW_RULE = {
    "apiGroups": ["authorization.k8s.io"],
    "resources": ["selfsubjectrulesreviews"],
    "verbs": ["create"],
}
"""What asking takes. The role system:basic-user grants it to everybody signed in."""

Told = Literal["all", "missing", "unsure", "refused"]


class Rights(msgspec.Struct, frozen=True):
    """What was asked of a cluster about the bot's own rights, and what came of it.

    `incomplete` says that an authorizer has a say that lists no rules; `errors` are the API
    server's words on it. `refused` is why it does not tell the bot's rights at all.
    """

    cluster: str
    checks: int
    lacks: tuple[Lack, ...] = ()
    incomplete: bool = False
    errors: tuple[str, ...] = ()
    refused: str = ""

    @property
    def answer(self) -> Told:
        """`unsure` is that what is not listed may be allowed all the same."""
        if self.refused:
            return "refused"
        if not self.lacks:
            return "all"
        return "unsure" if self.incomplete else "missing"

    @property
    def blind(self) -> tuple[str, ...]:
        """The checks that will not be able to judge, each once."""
        return tuple(sorted({slug for lack in self.lacks for slug in lack.blind}))

    def document(self) -> dict[str, Any]:
        """Return it as one JSON document."""
        rules = [msgspec.to_builtins(lack) for lack in self.lacks]
        return {
            "cluster": self.cluster,
            "answer": self.answer,
            "incomplete": self.incomplete,
            "why": self.refused or "; ".join(self.errors),
            "blind": list(self.blind),
            "missing": rules,
        }


async def ask_rights(cluster: Reviewer, checks: Collection[Check], namespace: str = "") -> Rights:
    """Ask what the bot may do, and hold it against what these checks declare.

    `namespace` is where logs will be read, "" anywhere. Raises `ClusterError` when the cluster
    cannot be asked; that it refuses to tell is an answer.
    """
    spaces = namespaces(checks, namespace)
    try:
        reviews = await cluster.review(spaces)
    except ClusterForbiddenError as error:
        return Rights(cluster.name, len(checks), refused=error.reason)
    unserved = await cluster.unserved(doubtful(checks, reviews))
    return Rights(
        cluster.name,
        len(checks),
        missing(checks, reviews, namespace=namespace, unserved=unserved),
        any(one.incomplete for one in reviews.values()),
        tuple(dict.fromkeys(one.error for one in reviews.values() if one.error)),
    )
