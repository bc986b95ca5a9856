import pytest

from knowledge.match import read
from knowledge.model import Line
from knowledge.prose import count_words, is_heading, is_prose, said, terse


@pytest.mark.parametrize(
    "text",
    [
        "Pods can't reach each other across nodes, on the same node it is fine",
        "since yesterday the ingress answers with 502, any idea?",
        "跨節點的 Pod 連不到",
        "从昨天开始就不通了",
        "ノードをまたぐと通信できません",
        "с другого узла не работает",
        "los pods no se pueden conectar con el servicio",
    ],
)
def test_a_sentence_is_prose(text: str) -> None:
    assert is_prose(text)


@pytest.mark.parametrize(
    "text",
    [
        "dial tcp 10.96.0.1:443: i/o timeout",
        "NAME READY STATUS RESTARTS AGE",
        "coredns-5d78c9869d-4x7zt 0/1 CrashLoopBackOff 12 41m",
        "-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP",
        "Warning DNSConfigForming kubelet Nameserver limits were exceeded, some have been omitted",
        "level=error source=endpoint.go",
        "help me",
        "",
    ],
)
def test_what_programs_print_is_not(text: str) -> None:
    assert not is_prose(text)


def test_only_what_people_wrote_is_kept() -> None:
    lines = [
        Line(1, "the pod hangs when it starts"),
        Line(2, "exit status 1"),
        Line(4, "為什麼會這樣"),
    ]

    assert [line.number for line in said(lines)] == [1, 4]


def test_words_are_counted_in_scripts_without_spaces_too() -> None:
    assert count_words("the pod hangs") == 3
    assert count_words("pod 連不上了") == 3


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("NAME READY STATUS RESTARTS AGE", True),
        ("NAMESPACE NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE", True),
        ("WARNING", False),
        ("ERROR 2005 (HY000): Unknown MySQL server host", False),
        ("NAME is READY", False),
    ],
)
def test_the_names_of_columns_are_a_heading(text: str, *, heading: bool) -> None:
    assert is_heading(text) is heading


def test_a_remark_of_few_words_is_told_though_no_sentence() -> None:
    assert terse(read("kube-proxy CrashLoopBackOff on new node").lines)


@pytest.mark.parametrize(
    "text",
    [
        "a b c d e f g h i j k l m n o",
        "one\ntwo\nthree",
        'I1: "x"=1 {"y":[2,3]}',
    ],
)
def test_what_is_long_or_full_of_signs_is_no_remark(text: str) -> None:
    assert not terse(read(text).lines)
