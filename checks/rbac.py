"""The ClusterRole the checks need: read only, and not one rule more."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec

from checks.model import Check, See, Tier
from checks.registry import catalog

TIERS = tuple(Tier)
"""What netcheck may use, each tier with all before it."""


class _Access(msgspec.Struct, frozen=True, order=True):
    """What one rule is about, but for its resources."""

    group: str
    verb: str
    names: tuple[str, ...] = ()


def rules(checks: Iterable[Check]) -> list[dict[str, list[str]]]:
    """Return the RBAC rules these checks need, sorted by API group.

    A list takes `list`, a named object `get` on that name only; logs take `get` on `pods/log`.
    Dials take no right at all.
    """
    resources: defaultdict[_Access, set[str]] = defaultdict(set)
    names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for check in checks:
        for see in check.sees:
            if see.name:
                names[see.kind.resource.group, see.kind.resource.plural].add(see.name)
            else:
                resources[_listing(see)].add(see.kind.resource.plural)
        if check.reads_logs:
            resources[_Access("", "get")].add("pods/log")
    for (group, plural), named in names.items():
        resources[_Access(group, "get", tuple(sorted(named)))].add(plural)
    return [_rule(access, resources[access]) for access in sorted(resources)]


def manifest(tier: str = Tier.A, name: str = "netcheck") -> dict[str, Any]:
    """Return the ClusterRole for a tier, as `kubectl apply` takes it.

    Raises `ValueError` for a tier that is none of `TIERS`.
    """
    needed = within(tier)
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": rules(needed),
    }


def within(tier: str) -> tuple[Check, ...]:
    """Return the checks of a tier, with those of every tier before it; raises as `manifest`."""
    if tier not in TIERS:
        raise ValueError(f"no tier is called {tier!r}: choose one of {', '.join(TIERS)}")
    included = TIERS[: TIERS.index(Tier(tier)) + 1]
    return tuple(check for check in catalog().values() if check.tier in included)


def _listing(see: See) -> _Access:
    return _Access(see.kind.resource.group, "list")


def _rule(access: _Access, resources: set[str]) -> dict[str, list[str]]:
    rule = {"apiGroups": [access.group], "resources": sorted(resources), "verbs": [access.verb]}
    if access.names:
        rule["resourceNames"] = list(access.names)
    return rule
