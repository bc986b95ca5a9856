"""Kubernetes' RBAC authorizer, evaluated over the objects it reads.

Follows `RuleAllows` and `VisitRulesFor` of kubernetes 1.37 (plugin/pkg/auth/authorizer/rbac,
pkg/registry/rbac/validation, pkg/apis/rbac/v1/evaluation_helpers.go). Aggregated ClusterRoles
need nothing: a controller writes their rules into them.
"""

from collections.abc import Iterable, Iterator

import msgspec

from checks.kinds import ClusterRole, ClusterRoleBinding, Role, RoleBinding
from checks.kinds.rbac import PolicyRule
from checks.kinds.rbac import Subject as Named
from checks.model import See
from checks.snapshot import View

SEES = (See(Role), See(RoleBinding), See(ClusterRole), See(ClusterRoleBinding))
ALL = "*"
MASTERS = "system:masters"  # let through before RBAC is asked
ADMIN = "cluster-admin"
_ACCOUNT = "system:serviceaccount:"
_NODE = "system:node:"

Binding = RoleBinding | ClusterRoleBinding


class Request(msgspec.Struct, frozen=True):
    """What was asked of the API; `path` is set instead of the rest for a non-resource URL.

    `namespace` is "" at the cluster scope, `group` "" for the core API.
    """

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    path: str = ""

    @property
    def combined(self) -> str:
        """The resource as rules name it: `pods` or `pods/log`."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


class User(msgspec.Struct, frozen=True):
    """Who asked; `groups` are those its name implies, `all_known` says there can be no others."""

    name: str
    groups: tuple[str, ...]
    all_known: bool

    @property
    def account(self) -> tuple[str, str] | None:
        """Namespace and name of a ServiceAccount."""
        if not self.name.startswith(_ACCOUNT):
            return None
        namespace, _, name = self.name.removeprefix(_ACCOUNT).partition(":")
        return (namespace, name) if namespace and name else None

    @property
    def is_node(self) -> bool:
        """Whether the Node authorizer has a say too, by rules that are no RBAC objects."""
        return self.name.startswith(_NODE)


class Grant(msgspec.Struct, frozen=True):
    """A rule that allows a request, and the binding that brings it."""

    binding: Binding
    rule: PolicyRule


def user_of(name: str) -> User:
    """Return what is known of a user by name alone."""
    if name == "system:anonymous":
        return User(name, ("system:unauthenticated",), all_known=True)
    if name.startswith(_ACCOUNT):
        namespace = name.removeprefix(_ACCOUNT).partition(":")[0]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
        return User(name, (*groups, "system:authenticated"), all_known=True)
    if name.startswith(_NODE):
        return User(name, ("system:nodes", "system:authenticated"), all_known=True)
    return User(name, ("system:authenticated",), all_known=False)


class Authorizer:
    """The RBAC objects of one view."""

    def __init__(self, view: View) -> None:
        self._everywhere = view.all(ClusterRoleBinding)
        self._view = view
        self._cluster_roles = {one.metadata.name: one for one in view.all(ClusterRole)}
        self._roles = {one.path: one for one in view.all(Role)}

    def bindings(self, request: Request) -> tuple[Binding, ...]:
        """Return the bindings that count for a request, whoever they are for."""
        inside: tuple[RoleBinding, ...] = ()
        if request.namespace:
            inside = self._view.all(RoleBinding, request.namespace)
        return (*self._everywhere, *inside)

    def held(self, user: User, request: Request) -> list[Binding]:
        """Return the bindings for a user, whether they allow the request or not."""
        return [one for one in self.bindings(request) if _is_for(one, user)]

    def grants(self, bindings: Iterable[Binding], request: Request) -> Iterator[Grant]:
        """Yield the grants among bindings that allow a request."""
        for binding in bindings:
            for rule in self.rules(binding) or ():
                if allows(rule, request):
                    yield Grant(binding, rule)

    def granting_groups(self, request: Request) -> list[str]:
        """Return the groups whose members may do this, those of administrators left out.

        Whoever got a refusal was in none of the latter: they are refused nothing.
        """
        bindings = [one for one in self.bindings(request) if not _is_for_admins(one)]
        granted = [grant.binding for grant in self.grants(bindings, request)]
        return sorted({group for one in granted for group in _groups(one)} - {MASTERS})

    def rules(self, binding: Binding) -> tuple[PolicyRule, ...] | None:
        """Return the rules a binding grants, None when its role does not exist."""
        role: Role | ClusterRole | None = None
        if binding.role_ref.kind == "ClusterRole":
            role = self._cluster_roles.get(binding.role_ref.name)
        elif binding.role_ref.kind == "Role" and isinstance(binding, RoleBinding):
            role = self._roles.get(f"{binding.metadata.namespace}/{binding.role_ref.name}")
        return None if role is None else role.rules or ()


def allows(rule: PolicyRule, request: Request) -> bool:
    """Return whether one rule allows a request."""
    if not _has(rule.verbs, request.verb):
        return False
    if request.path:
        return any(_covers(url, request.path) for url in rule.non_resource_urls or ())
    names = rule.resource_names or ()
    return (
        _has(rule.api_groups, request.group)
        and _has_resource(rule.resources or (), request)
        and (not names or request.name in names)
    )


def _has(listed: tuple[str, ...] | None, wanted: str) -> bool:
    return ALL in (listed or ()) or wanted in (listed or ())


def _has_resource(listed: tuple[str, ...], request: Request) -> bool:
    wanted = {ALL, request.combined}
    if request.subresource:
        wanted.add(f"*/{request.subresource}")
    return not wanted.isdisjoint(listed)


def _covers(url: str, path: str) -> bool:
    return url in {ALL, path} or (url.endswith(ALL) and path.startswith(url.rstrip(ALL)))


def _is_for(binding: Binding, user: User) -> bool:
    home = binding.metadata.namespace
    return any(_names(one, user, home) for one in binding.subjects or ())


def _names(subject: Named, user: User, home: str) -> bool:
    """Return whether a subject is this user; an account without a namespace is the binding's."""
    if subject.kind == "User":
        return subject.name == user.name
    if subject.kind == "Group":
        return subject.name in user.groups
    account = (subject.namespace or home, subject.name)
    return subject.kind == "ServiceAccount" and account == user.account


def _is_for_admins(binding: Binding) -> bool:
    return isinstance(binding, ClusterRoleBinding) and binding.role_ref.name == ADMIN


def _groups(binding: Binding) -> list[str]:
    return [one.name for one in binding.subjects or () if one.kind == "Group"]
