"""Whom programs in pods are to the API server. Their tokens are Secrets: those are never read."""

from datetime import datetime
from typing import ClassVar

from checks.kinds.base import Kind, Meta, Resource


class AccountMeta(Meta, frozen=True):
    """A ServiceAccount's `metadata`; a token is good for the account of that time alone."""

    creation_timestamp: datetime | None = None


class ServiceAccount(Kind, frozen=True):
    """A ServiceAccount; a pod that does not say otherwise mounts its token unless told not to."""

    resource: ClassVar[Resource] = Resource("", "v1", "serviceaccounts")
    metadata: AccountMeta = AccountMeta()
    automount_service_account_token: bool | None = None
