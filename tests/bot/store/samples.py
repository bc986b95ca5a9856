"""Answers to remember."""

from typing import Literal

from bot.core.answer import Answer, Cause, CheckResult, Standing
from bot.core.ports import Place
from checks.model import found
from checks.snapshot import Ledger
from checks.text import Text

PASTE = 'Error from server (ServiceUnavailable): no endpoints available for service "cart"'
PLACE = Place("slack", "C1", "1763890200.000100", "U-ana")
SUBJECT = "Service shop/cart"
QUOTE = "spec.selector: app=crat"


def cause(
    standing: Standing = "confirmed", subject: str = SUBJECT, entry: str = "service-no-endpoints"
) -> Cause:
    """Return a cause as the answer holds it."""
    return Cause(entry, "Service has no endpoints", subject, standing, ("service-endpoints",))


def answer(
    *causes: Cause,
    kind: Literal["match", "perhaps", "nothing"] | None = "match",
    cluster: str = "staging",
) -> Answer:
    """Return a finished answer with these causes, by default one that is confirmed."""
    finding = found(
        SUBJECT,
        Text("its selector matches no pod", "選擇器沒有符合的 Pod"),
        cause="service-no-endpoints",
        evidence=[QUOTE],
        command="kubectl -n shop get service cart -o yaml",
    )
    title = Text("Endpoints of a Service", "Service 的端點")
    return Answer(
        lang="en",
        answer=kind,
        causes=causes or (cause(),),
        checks=(CheckResult("service-endpoints", title, finding),),
        ledger=Ledger(9, 812_345, 1.4),
        cluster=cluster,
        done=True,
    )
