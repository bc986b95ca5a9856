"""Runs one check so that whatever happens in it stays in it."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from checks.model import READ_VERSION, Ask, Check, Finding, Question, Verdict, blind
from checks.snapshot import Gap, NotSeenError, Snapshot, View
from checks.subject import subject_of
from checks.text import Text

T = TypeVar("T")
log = logging.getLogger(__name__)

BLIND = Text(
    en="Could not look: {reasons}.",
    zh_tw="無法檢查：{reasons}。",
)
RAISED = Text(
    en="The check {slug} failed with {error}. This is a bug of netcheck, not of the cluster.",
    zh_tw="檢查項目 {slug} 發生 {error} 錯誤，這是 netcheck 的臭蟲，不是叢集的問題。",
)
SILENT = Text(
    en="The check {slug} gave no answer. This is a bug of netcheck, not of the cluster.",
    zh_tw="檢查項目 {slug} 沒有給出結果，這是 netcheck 的臭蟲，不是叢集的問題。",
)


def run(check: Check, snapshot: Snapshot, question: Question) -> tuple[Finding, ...]:
    """Return what a check finds, never nothing and never an exception.

    A declared kind that was not seen makes it `blind`, a bug of the check `broken`.
    """
    gaps = _gaps(check, snapshot)
    if gaps:
        return (_blind(check, question, gaps),)
    view = View(snapshot, check.sees)
    findings = _guarded(check, question, lambda: check.judge(view, question))
    return findings or (_broken(check, question, SILENT.fill(slug=check.slug)),)


def requests(check: Check, snapshot: Snapshot, question: Question) -> tuple[Ask, ...]:
    """Return the logs and dials a check asks for, none when it cannot judge anyway."""
    if _gaps(check, snapshot):
        return ()
    view = View(snapshot, check.sees)
    try:
        return tuple(dict.fromkeys(check.asks(view, question)))
    except Exception:
        log.exception("check %s failed to say what it asks", check.slug)
        return ()


def _guarded(
    check: Check, question: Question, judge: Callable[[], Iterable[Finding]]
) -> tuple[Finding, ...]:
    try:
        return tuple(judge())
    except NotSeenError as unseen:
        return (_blind(check, question, [unseen.gap]),)  # a log or a dial, most often
    except Exception as error:
        log.exception("check %s failed", check.slug)
        summary = RAISED.fill(slug=check.slug, error=type(error).__name__)
        return (_broken(check, question, summary),)


def _gaps(check: Check, snapshot: Snapshot) -> list[Gap]:
    """Return every gap where the check must see; the reason says what could not be read."""
    gaps = []
    for see in check.sees:
        seen = snapshot.read(see)
        if isinstance(seen, Gap):
            gaps.append(Gap(f"{see.need}: {seen.reason}", seen.need))
    if check.reads_version and not snapshot.version:
        gaps.append(Gap(f"{READ_VERSION}: not told", READ_VERSION))
    return gaps


def _blind(check: Check, question: Question, gaps: list[Gap]) -> Finding:
    reasons = "; ".join(dict.fromkeys(gap.reason for gap in gaps))
    needs = tuple(dict.fromkeys(gap.need for gap in gaps if gap.need))
    return blind(subject_of(check, question), BLIND.fill(reasons=reasons), needs=needs)


def _broken(check: Check, question: Question, summary: Text) -> Finding:
    return Finding(Verdict.BROKEN, subject_of(check, question), summary)
