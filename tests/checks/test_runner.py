"""Whatever a check does, the runner gives findings."""

import logging
from collections.abc import Iterator

import msgspec
import pytest

from checks.kinds import Node, Pod
from checks.model import Check, Finding, LogRequest, Question, See, Verdict, clear
from checks.runner import requests, run
from checks.snapshot import Gap, Snapshot, View
from checks.text import Text

LOG = LogRequest("shop", "cart", "app")
SEEN = Snapshot(cluster="c", taken_at="2026-11-23T10:00:00Z", version="", objects={"pods": ()})
WELL = clear("cluster", Text("Well.", "正常。"), evidence=["0 pods"], command="kubectl get pods")


def well(_view: View, _question: Question) -> Iterator[Finding]:
    yield WELL


def raises(_view: View, _question: Question) -> Iterator[Finding]:
    yield WELL
    raise KeyError("token=abc")


def reaches_too_far(view: View, _question: Question) -> Iterator[Finding]:
    view.all(Node)
    yield WELL


def says_nothing(_view: View, _question: Question) -> Iterator[Finding]:
    yield from ()


def reads_a_log(view: View, _question: Question) -> Iterator[Finding]:
    view.log(LOG)
    yield WELL


SAMPLE = Check(
    slug="sample",
    title=Text("Sample", "範例"),
    groups=("pod",),
    proves=(),
    sees=(See(Pod),),
    judge=well,
    about=("pod",),
)


def sample(**changes: object) -> Check:
    """Return the sample check with some parts replaced."""
    return msgspec.structs.replace(SAMPLE, **changes)


def test_without_the_version_a_check_that_reads_it_is_blind() -> None:
    reads, told = sample(reads_version=True), msgspec.structs.replace(SEEN, version="v1.37.2")

    (finding,) = run(reads, SEEN, Question())

    assert (finding.verdict, finding.needs) == (Verdict.BLIND, ("get /version",))
    assert requests(reads, SEEN, Question()) == ()
    assert run(reads, told, Question()) == run(SAMPLE, SEEN, Question()) == (WELL,)


def test_findings_pass_through() -> None:
    assert run(SAMPLE, SEEN, Question()) == (WELL,)


@pytest.mark.parametrize("judge", [raises, reaches_too_far])
def test_an_exception_makes_a_check_broken_and_its_findings_worthless(
    judge: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        (finding,) = run(sample(judge=judge), SEEN, Question(pod="cart", namespace="shop"))

    assert finding.verdict is Verdict.BROKEN
    assert finding.subject == "Pod shop/cart"
    assert "sample failed with" in finding.summary.en
    assert "token=abc" not in finding.summary.en + finding.summary.zh_tw
    assert caplog.records[0].exc_info


def test_silence_is_broken() -> None:
    (finding,) = run(sample(judge=says_nothing), SEEN, Question())

    assert (finding.verdict, finding.subject) == (Verdict.BROKEN, "cluster")


def test_every_gap_is_named_with_the_permission_it_takes() -> None:
    both = sample(sees=(See(Pod), See(Node)))
    gaps = {"pods": Gap("forbidden", "list pods"), "nodes": Gap("timed out after 5 s")}
    unseen = msgspec.structs.replace(SEEN, objects={}, gaps=gaps)

    (finding,) = run(both, unseen, Question())

    assert finding.verdict is Verdict.BLIND
    assert finding.needs == ("list pods",)
    assert finding.summary.en == (
        "Could not look: list pods: forbidden; list nodes: timed out after 5 s."
    )


def test_a_log_that_could_not_be_read_makes_a_check_blind() -> None:
    denied = SEEN.with_logs({}, {LOG.key: Gap("forbidden", LOG.need)})

    (finding,) = run(sample(judge=reads_a_log), denied, Question())

    assert (finding.verdict, finding.needs) == (Verdict.BLIND, ("get pods/log",))


def test_a_log_that_is_there_is_read() -> None:
    assert run(sample(judge=reads_a_log), SEEN.with_logs({LOG.key: ""}, {}), Question()) == (WELL,)


def test_each_log_is_asked_for_once() -> None:
    twice = sample(asks=lambda _view, _question: [LOG, LOG])

    assert requests(twice, SEEN, Question()) == (LOG,)


def test_a_check_that_fails_to_ask_asks_nothing() -> None:
    assert requests(sample(asks=raises), SEEN, Question()) == ()


def test_a_check_that_cannot_see_asks_nothing() -> None:
    asking = sample(asks=lambda _view, _question: [LOG], sees=(See(Node),))

    assert requests(asking, SEEN, Question()) == ()
