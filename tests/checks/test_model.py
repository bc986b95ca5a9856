"""A judgement quotes what it rests on, or is none."""

import pytest

from checks.kinds import ConfigMap, Pod
from checks.model import LogRequest, See, clear, found
from checks.text import Text

SAID = Text("Said.", "說了。")


@pytest.mark.parametrize("evidence", [[], ["", "  "]])
def test_a_judgement_without_evidence_is_refused(evidence: list[str]) -> None:
    with pytest.raises(ValueError, match="clear without evidence"):
        clear("Pod a/b", SAID, evidence=evidence, command="kubectl get pods")
    with pytest.raises(ValueError, match="found without evidence"):
        found("Pod a/b", SAID, cause="dns-slow", evidence=evidence, command="kubectl get pods")


def test_a_finding_names_its_cause() -> None:
    with pytest.raises(ValueError, match="names no cause"):
        found("Pod a/b", SAID, cause="", evidence=["seen"], command="kubectl get pods")


@pytest.mark.parametrize(
    ("see", "need", "key"),
    [
        (See(Pod), "list pods", "pods"),
        (See(Pod, "web"), "list pods in web", "pods/web"),
        (See(Pod, "web", enough=True), "list pods", "pods/web"),
        (See(ConfigMap, "web", "x"), "get configmaps x in web", "configmaps/web/x"),
    ],
)
def test_what_is_declared_names_its_permission_and_its_place(see: See, need: str, key: str) -> None:
    assert (see.need, see.key) == (need, key)


def test_a_log_names_its_run() -> None:
    before = LogRequest("web", "site-1", "app", previous=True)

    assert before.key == "web/site-1/app/previous"
    assert LogRequest("web", "site-1", "app").key == "web/site-1/app/current"


def test_a_sentence_is_filled_in_each_language() -> None:
    where = Text(" in {place}", "在 {place} ").fill(place="web")

    sentence = Text("Pod {pod} is{where}.", "Pod {pod} {where}。").fill(pod="{x}", where=where)

    assert sentence.to("en") == "Pod {x} is in web."
    assert sentence.to("zh-TW") == "Pod {x} 在 web 。"
