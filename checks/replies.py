"""What rows of DNS answers say: what is wrong with them, and how they are quoted."""

from collections.abc import Sequence

from checks.dials import DnsDialed, DnsReply, Outcome
from checks.quotes import some

LOSSES = 2  # questions lost of a row; one may be chance


def server_fault(udp: DnsDialed | None, tcp: DnsDialed | None) -> str:
    """Return what is wrong with a server's answers about the cluster's own name, "" if nothing."""
    over_udp = row_fault(udp.replies) if udp else ""
    over_tcp = row_fault(tcp.replies) if tcp else ""
    if udp and any(one.truncated for one in udp.replies) and over_tcp:
        return f"its answers over UDP are truncated and TCP fails: {over_tcp}"
    if over_udp and over_udp == over_tcp:
        return over_udp
    parts = [f"UDP: {over_udp}"] if over_udp else []
    parts += [f"TCP: {over_tcp}"] if over_tcp else []
    return ", ".join(parts)


def row_fault(replies: Sequence[DnsReply]) -> str:
    """Return what is wrong with a row of answers; one that was lost of many is nothing."""
    bad = [one for one in replies if is_bad(one)]
    if not bad or (len(bad) < LOSSES < len(replies)):
        return ""
    words = dict.fromkeys(fault_of(one) for one in bad)
    share = f"{len(bad)} of {len(replies)} " if len(bad) < len(replies) else ""
    return share + " and ".join(words)


def fault_of(reply: DnsReply, *, needs_answer: bool = True) -> str:
    """Return what is wrong with one answer, "" if nothing; an empty one may be none."""
    if reply.outcome is not Outcome.ANSWERED:
        return f"{reply.outcome}{f' ({reply.detail})' if reply.detail else ''}"
    if reply.rcode != "NOERROR":
        return reply.rcode
    lacks = needs_answer and not reply.answers and not reply.truncated
    return "an answer without records" if lacks else ""


def is_bad(reply: DnsReply) -> bool:
    """Return whether an answer is no good one about a name that exists."""
    return bool(fault_of(reply))


def unanswered(row: DnsDialed) -> list[DnsReply]:
    """Return what got no answer at all."""
    return [one for one in row.replies if one.outcome is not Outcome.ANSWERED]


def is_unknown(replies: Sequence[DnsReply]) -> bool:
    """Return whether every server says that there is no such name."""
    return bool(replies) and all(one.rcode == "NXDOMAIN" for one in replies)


def quote(row: DnsDialed) -> str:
    """Return a row of answers in one quote: `5 of 5 answered 10.96.0.1 in 1 to 3 ms`."""
    good = [one for one in row.replies if not is_bad(one)]
    bad = dict.fromkeys(fault_of(one) for one in row.replies if is_bad(one))
    parts = [f"{len(good)} of {len(row.replies)} {said(good[0])}"] if good else []
    times = sorted(one.seconds * 1000 for one in good)
    parts += [f"in {times[0]:.0f} to {times[-1]:.0f} ms"] if times else []
    others = len(row.replies) - len(good)
    parts += [f"{others} {' and '.join(bad)}"] if bad else []
    return ", ".join(parts)


def said(reply: DnsReply | None) -> str:
    """Return an answer in a few words: `answered 10.96.0.1`, `SERVFAIL`, `timed out`."""
    if reply is None:
        return ""
    return fault_of(reply, needs_answer=False) or f"answered {some(reply.answers, 2)}".rstrip()
