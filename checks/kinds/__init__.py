"""Typed views of Kubernetes objects: only the fields that some check reads.

The same structs load from a live API server, a snapshot file and fixture YAML. Unknown fields
are dropped while decoding; absent ones take Kubernetes' own defaults.
"""

from collections.abc import Mapping
from types import MappingProxyType

from checks.kinds.accounts import ServiceAccount
from checks.kinds.aggregation import APIService
from checks.kinds.base import Kind, Meta, Record, Resource
from checks.kinds.cluster import (
    ConfigMap,
    DaemonSet,
    Deployment,
    Event,
    Namespace,
    Node,
    StatefulSet,
)
from checks.kinds.ingress import HTTPRoute, Ingress, IngressClass
from checks.kinds.network import EndpointSlice, Service
from checks.kinds.pods import Pod
from checks.kinds.policy import (
    AdminNetworkPolicy,
    BaselineAdminNetworkPolicy,
    CalicoNetworkPolicy,
    CiliumClusterwideNetworkPolicy,
    CiliumNetworkPolicy,
    ClusterNetworkPolicy,
    GlobalNetworkPolicy,
    NetworkPolicy,
)
from checks.kinds.ranges import CiliumNode, IPAMBlock, IPPool, ServiceCIDR
from checks.kinds.rbac import ClusterRole, ClusterRoleBinding, Role, RoleBinding
from checks.kinds.webhooks import MutatingWebhookConfiguration, ValidatingWebhookConfiguration

KINDS: Mapping[str, type[Kind]] = MappingProxyType(
    {kind.resource.qualified: kind for kind in Kind.__subclasses__()}
)
"""Every kind, by the name RBAC uses: `pods`, `endpointslices.discovery.k8s.io`."""

__all__ = [
    "KINDS",
    "APIService",
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "CalicoNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "CiliumNetworkPolicy",
    "CiliumNode",
    "ClusterNetworkPolicy",
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "DaemonSet",
    "Deployment",
    "EndpointSlice",
    "Event",
    "GlobalNetworkPolicy",
    "HTTPRoute",
    "IPAMBlock",
    "IPPool",
    "Ingress",
    "IngressClass",
    "Kind",
    "Meta",
    "MutatingWebhookConfiguration",
    "Namespace",
    "NetworkPolicy",
    "Node",
    "Pod",
    "Record",
    "Resource",
    "Role",
    "RoleBinding",
    "Service",
    "ServiceAccount",
    "ServiceCIDR",
    "StatefulSet",
    "ValidatingWebhookConfiguration",
]
