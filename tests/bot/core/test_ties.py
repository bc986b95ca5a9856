import pytest

from bot.core.answer import CheckResult
from bot.core.ties import Told
from checks.model import Finding, Verdict
from checks.text import Text

SAID = Text("it is", "是")
EVENT = (
    'Event: failed to setup network for sandbox "ab12": failed to find plugin "bandwidth" in path '
    "[/opt/cni/bin] (FailedCreatePodSandBox of Pod web/mirror-1, 112 times, last today)"
)


def lead(subject: str, *evidence: str, verdict: Verdict = Verdict.FOUND) -> CheckResult:
    finding = Finding(verdict, subject, SAID, evidence or ("seen",), cause="cause")
    return CheckResult("prove", SAID, finding, lead=True)


def is_tied(text: str, result: CheckResult) -> bool:
    (read,) = Told(text).tie([result])
    return not read.lead


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("k8s-node-4   NotReady   <none>   35m", "Node k8s-node-4"),
        ("checkout-active.media:80 gives nothing", "Service media/checkout-active"),
        ("no endpoints for cart in shop", "Service shop/cart"),
        ("kube-proxy-h66d7   0/1   CrashLoopBackOff", "DaemonSet kube-system/kube-proxy"),
        ("coredns-6d4b75cb6d-x7x2b   0/1   Pending", "Deployment kube-system/coredns"),
    ],
)
def test_a_subject_that_the_paste_mentions_is_no_mere_lead(text: str, subject: str) -> None:
    assert is_tied(text, lead(subject))


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("k8s-node-40 is fine", "Node k8s-node-4"),
        ("the web is down for a while", "Service shop/web"),
        ("kube-proxy-replacement is on", "DaemonSet kube-system/kube-proxy"),
        ("nothing works", "cluster"),
    ],
)
def test_a_word_that_only_looks_like_the_subject_ties_nothing(text: str, subject: str) -> None:
    assert not is_tied(text, lead(subject))


def test_a_pasted_event_is_tied_to_the_finding_that_quotes_it() -> None:
    text = 'Warning  kubelet  failed to find plugin "bandwidth" in path [/opt/cni/bin]'

    assert is_tied(text, lead("Node node-1", EVENT))


def test_a_few_common_words_are_no_quotation() -> None:
    assert not is_tied("failed to find plugin", lead("Node node-1", EVENT))


def test_a_pod_that_the_proof_quotes_ties_its_node() -> None:
    assert is_tied("mirror-1 is stuck", lead("Node node-1", EVENT))


def test_what_explains_a_pod_that_is_blamed_already_is_tied() -> None:
    waits = ("pod mirror-1: container m waits",)
    empty = Finding(Verdict.FOUND, "Service web/mirror", SAID, waits, cause="empty")
    blamed = CheckResult("ends", SAID, empty)

    read = Told("web answers 503").tie([blamed, lead("Node node-1", EVENT)])

    assert [one.lead for one in read] == [False, False]


def test_what_was_not_found_stays_a_lead() -> None:
    assert not is_tied("node-1 is fine", lead("Node node-1", verdict=Verdict.CLEAR))
