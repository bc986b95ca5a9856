"""APIs that another server answers, apiregistration.k8s.io/v1."""

from typing import ClassVar

import msgspec

from checks.kinds.base import Condition, Kind, Record, Resource
from checks.kinds.webhooks import ServiceReference


class APIServiceSpec(Record, frozen=True):
    """An APIService's `spec`; without a Service the API server itself answers.

    `ca_bundle` is PEM in base64.
    """

    service: ServiceReference | None = None
    group: str = ""
    ca_bundle: str = ""
    insecure_skip_tls_verify: bool = msgspec.field(default=False, name="insecureSkipTLSVerify")


class APIServiceStatus(Record, frozen=True):
    """An APIService's `status`."""

    conditions: tuple[Condition, ...] | None = None


class APIService(Kind, frozen=True):
    """One version of one API group, and who answers it."""

    resource: ClassVar[Resource] = Resource(
        "apiregistration.k8s.io", "v1", "apiservices", namespaced=False
    )
    spec: APIServiceSpec = APIServiceSpec()
    status: APIServiceStatus = APIServiceStatus()

    @property
    def available(self) -> Condition | None:
        """What the API server found when it last asked, None while it has not."""
        conditions = self.status.conditions or ()
        return next((one for one in conditions if one.type == "Available"), None)
