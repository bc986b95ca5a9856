"""Admission webhooks as the API server is configured to call them."""

from collections.abc import Iterator

from checks.kinds import MutatingWebhookConfiguration, ValidatingWebhookConfiguration
from checks.kinds.webhooks import Webhook
from checks.kubectl import kubectl
from checks.model import Question, See
from checks.snapshot import View

Configuration = ValidatingWebhookConfiguration | MutatingWebhookConfiguration

SEES = (See(ValidatingWebhookConfiguration), See(MutatingWebhookConfiguration))
LIST = kubectl("get", "validatingwebhookconfigurations,mutatingwebhookconfigurations")


def webhooks(view: View) -> Iterator[tuple[Configuration, Webhook]]:
    """Yield every webhook with the configuration that holds it."""
    every: tuple[Configuration, ...] = (
        *view.all(ValidatingWebhookConfiguration),
        *view.all(MutatingWebhookConfiguration),
    )
    for one in every:
        for webhook in one.webhooks or ():
            yield one, webhook


def is_meant(webhook: Webhook, question: Question) -> bool:
    """Return whether a question means it: by name, by the Service it calls, as one of all."""
    if question.webhook:
        return webhook.name == question.webhook
    if not question.service:
        return True
    where = webhook.client_config.service
    return (
        where is not None
        and where.name == question.service
        and question.namespace in {None, where.namespace}
    )
