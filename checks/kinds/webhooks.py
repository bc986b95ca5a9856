"""What the API server calls before it stores an object, admissionregistration.k8s.io/v1."""

from typing import ClassVar

from checks.kinds.base import Kind, Record, Resource

GROUP = "admissionregistration.k8s.io"
HTTPS = 443


class ServiceReference(Record, frozen=True):
    """The Service behind a call of the API server."""

    namespace: str = ""
    name: str = ""
    port: int = HTTPS

    @property
    def path(self) -> str:
        """`cert-manager/cert-manager-webhook`."""
        return f"{self.namespace}/{self.name}"


class ClientConfig(Record, frozen=True):
    """Where a webhook is called: by a Service or by a URL, never both.

    `ca_bundle` is PEM in base64; without one the API server trusts what its machine trusts.
    """

    service: ServiceReference | None = None
    url: str = ""
    ca_bundle: str = ""


class WebhookRule(Record, frozen=True):
    """Which requests go to a webhook."""

    operations: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None


class Webhook(Record, frozen=True):
    """One webhook of a configuration; without rules it is never called."""

    name: str = ""
    client_config: ClientConfig = ClientConfig()
    failure_policy: str = "Fail"
    rules: tuple[WebhookRule, ...] | None = None


class ValidatingWebhookConfiguration(Kind, frozen=True):
    """Webhooks that say yes or no."""

    resource: ClassVar[Resource] = Resource(
        GROUP, "v1", "validatingwebhookconfigurations", namespaced=False
    )
    webhooks: tuple[Webhook, ...] | None = None


class MutatingWebhookConfiguration(Kind, frozen=True):
    """Webhooks that change what they are shown."""

    resource: ClassVar[Resource] = Resource(
        GROUP, "v1", "mutatingwebhookconfigurations", namespaced=False
    )
    webhooks: tuple[Webhook, ...] | None = None
