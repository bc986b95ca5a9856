"""Whom programs in pods are to the API server. Their tokens are Secrets: those are never read."""

from datetime import datetime
from typing import ClassVar

from checks.kinds.base import Kind, Meta, Resource


class AccountMeta(Meta, frozen=True):
    """A ServiceAccount's `metadata`; a token is good for the account of that time alone."""

    creation_timestamp: datetime | None = None


class ServiceAccount(Kind, frozen=True):
    """A ServiceAccount."""

    resource: ClassVar[Resource] = Resource("", "v1", "serviceaccounts")
    metadata: AccountMeta = AccountMeta()
