from pathlib import Path

import pytest

from knowledge.concepts import FILE, Concepts, read_wordings, shipped_concepts
from knowledge.errors import EntryError
from knowledge.fold import fold


def _of(text: str) -> frozenset[str]:
    return shipped_concepts().of(fold(text))


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Pods can't talk to themselves", "@itself"),
        ("the Pod cannot reach its own Service", "@itself"),
        ("容器連不到自己的服務", "@itself"),
        ("容器连不到自己的服务", "@itself"),
        ("from another worker it hangs", "@crossnode"),
        ("跨節點不通", "@crossnode"),
        ("ノード間で通信できない", "@crossnode"),
        ("curl: (6) resolving timed out", "@dns"),
        ("lookups take 5 seconds.", "@fiveseconds"),
        ("curl node-3:30081 hangs", "@nodeport"),
        ("80:31682/TCP", "@nodeport"),
        ("die Zertifikate sind abgelaufen", "@expired"),
        ("les certificats du cluster", "@certificate"),
        ("сертификаты просрочены", "@expired"),
        ("kubectlが接続できない", "@cannot"),
        ("클러스터 접근 권한이 없습니다", "@rights"),
        ("master 换了ip", "@ipchange"),
        ("master 換了 IP 之後連不上", "@ipchange"),
        ("节点的ip变了以后", "@ipchange"),
        ("the second master does not join", "@join"),
    ],
)
def test_many_wordings_are_one_concept(text: str, concept: str) -> None:
    assert concept in _of(text)


def test_other_ports_are_no_node_ports() -> None:
    assert "@nodeport" not in _of("curl node-3:8080 and node-3:300811 hang")


def test_the_longest_wording_at_a_word_wins() -> None:
    concepts = Concepts([("load", "@work"), ("load balancer", "@balancer")])

    assert concepts.of("the load balancer") == {"@balancer"}
    assert concepts.of("the load") == {"@work"}


def test_a_wording_does_not_begin_inside_a_word() -> None:
    assert Concepts([("nat", "@nat")]).of("a native natty nation") == frozenset()


def test_a_tilde_stands_for_the_endings(tmp_path: Path) -> None:
    path = tmp_path / "concepts.yaml"
    path.write_text("reach: reach~ | 连\n", encoding="utf-8")

    wordings = dict(read_wordings(path))

    assert {wordings[form] for form in ("reach", "reached", "reaching", "连")} == {"@reach"}


def test_a_wording_may_name_two_concepts() -> None:
    concepts = Concepts([("coredns", "@dns"), ("coredns", "@server"), ("coredns pod", "@pod")])

    assert concepts.of("coredns is slow") == {"@dns", "@server"}


def test_no_wording_stands_twice_under_one_concept() -> None:
    wordings = read_wordings(FILE)

    assert len(set(wordings)) == len(wordings)


def test_a_file_that_cannot_be_used_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "concepts.yaml"
    path.write_text("reach: [a]\n", encoding="utf-8")

    with pytest.raises(EntryError, match=r"concepts\.yaml:1: reach must be text"):
        read_wordings(path)
