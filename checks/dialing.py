"""What dials came to, for checks that make several: which were made, and how each is quoted."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_address
from itertools import zip_longest
from typing import TypeVar

from checks.dials import HttpDialed, Outcome, TcpDial, TcpDialed, TlsDialed, Vantage
from checks.snapshot import NotSeenError
from checks.text import Text

D = TypeVar("D")
R = TypeVar("R")
T = TypeVar("T")

MOST = 10  # targets of one kind that a look dials; what is left out is said
TRIES = 3  # connects to a target before it counts as failed

SAID: Mapping[Outcome, Text] = {
    Outcome.ANSWERED: Text(en="answers", zh_tw="有回應"),
    Outcome.REFUSED: Text(en="refuses", zh_tw="拒絕連線"),
    Outcome.TIMED_OUT: Text(en="is silent", zh_tw="沒有回應"),
    Outcome.UNREACHABLE: Text(en="cannot be routed to", zh_tw="沒有路由可達"),
    Outcome.RESET: Text(en="breaks off", zh_tw="中斷連線"),
}
OTHERWISE = Text(en="does not answer as it should", zh_tw="沒有正常回應")

CAPPED = Text(en=" Not dialed: {count} more.", zh_tw="另有 {count} 個未連線測試。")


def made(requests: Iterable[D], dial: Callable[[D], R]) -> dict[D, R]:
    """Return what came of the dials that were made, one of the view's methods making it known.

    Raises `NotSeenError` when there were some to make and none was made.
    """
    results: dict[D, R] = {}
    missed: NotSeenError | None = None
    for one in requests:
        try:
            results[one] = dial(one)
        except NotSeenError as unseen:
            missed = missed or unseen
    if missed and not results:
        raise missed
    return results


def tcp(host: str, port: int) -> TcpDial:
    """Return the dial to one target: a second a try."""
    return TcpDial(host=host, port=port, tries=TRIES)


def said(outcome: Outcome) -> Text:
    """Return what a target does, as in "refuses"."""
    return SAID.get(outcome, OTHERWISE)


def quote(where: str, result: TcpDialed | TlsDialed | HttpDialed, whose: str = "") -> str:
    """Return what came of a dial: `tcp 10.244.1.7:8080 (pod a on node-1): refused, 3 tries`."""
    target = f"{where} ({whose})" if whose else where
    told = f"{target}: {result.outcome}"
    if result.outcome is Outcome.ANSWERED:
        status = f" {result.status}" if isinstance(result, HttpDialed) else ""
        return f"{told}{status} in {result.seconds * 1000:.0f} ms"
    tries = f", {result.tries} tries" if result.tries > 1 else ""
    detail = f" ({result.detail})" if result.detail else ""
    return f"{told}{tries}{detail}"


def spread(groups: Mapping[str, Sequence[T]]) -> Iterator[T]:
    """Yield one of each group in turn, so that what is cut off leaves no group out."""
    for turn in zip_longest(*(groups[name] for name in sorted(groups))):
        yield from (one for one in turn if one is not None)


def reachable(address: str, vantage: Vantage) -> bool:
    """Return whether the bot has an address of this family; unknown is taken as yes."""
    own = {ip_address(one).version for one in vantage.addresses}
    return not own or ip_address(address).version in own


def place(vantage: Vantage) -> str:
    """Return where dials were made from."""
    return f"node {vantage.node}" if vantage.node else "the bot's node"
