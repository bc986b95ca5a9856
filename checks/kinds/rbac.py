"""RBAC objects, rbac.authorization.k8s.io/v1."""

from typing import ClassVar

import msgspec

from checks.kinds.base import Kind, Record, Resource

GROUP = "rbac.authorization.k8s.io"


class PolicyRule(Record, frozen=True):
    """What a role allows; empty `resource_names` mean every name."""

    verbs: tuple[str, ...] | None = None
    api_groups: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    resource_names: tuple[str, ...] | None = None
    non_resource_urls: tuple[str, ...] | None = msgspec.field(default=None, name="nonResourceURLs")


class RoleRef(Record, frozen=True):
    """The role a binding grants: `kind` is Role or ClusterRole."""

    kind: str = ""
    name: str = ""


class Subject(Record, frozen=True):
    """Whom a binding grants it to: `kind` is User, Group or ServiceAccount."""

    kind: str = ""
    name: str = ""
    namespace: str = ""


class Role(Kind, frozen=True):
    """What may be done in one namespace."""

    resource: ClassVar[Resource] = Resource(GROUP, "v1", "roles")
    rules: tuple[PolicyRule, ...] | None = None


class ClusterRole(Kind, frozen=True):
    """What may be done; the rules of an aggregated one are already filled in."""

    resource: ClassVar[Resource] = Resource(GROUP, "v1", "clusterroles", namespaced=False)
    rules: tuple[PolicyRule, ...] | None = None


class RoleBinding(Kind, frozen=True):
    """Grants a role in one namespace."""

    resource: ClassVar[Resource] = Resource(GROUP, "v1", "rolebindings")
    subjects: tuple[Subject, ...] | None = None
    role_ref: RoleRef = RoleRef()


class ClusterRoleBinding(Kind, frozen=True):
    """Grants a ClusterRole everywhere."""

    resource: ClassVar[Resource] = Resource(GROUP, "v1", "clusterrolebindings", namespaced=False)
    subjects: tuple[Subject, ...] | None = None
    role_ref: RoleRef = RoleRef()
