"""Relations are found in their folder, and prove an entry by the lines that say it together."""

import sys
from types import ModuleType

import pytest

import knowledge.relations
from knowledge.load import load_library
from knowledge.match import read
from knowledge.relate import RelationError, relations

PASTE = """\
/ # cat /etc/resolv.conf
nameserver 10.96.0.10
search shop.svc.cluster.local svc.cluster.local
$ kubectl -n kube-system get svc kube-dns
NAME       TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)         AGE
kube-dns   ClusterIP   10.43.0.10   <none>        53/UDP,53/TCP   3d
"""


def test_two_facts_that_contradict_each_other_are_a_match() -> None:
    matching = load_library().match(read(PASTE))

    best = matching.matches[0]
    assert (matching.answer, best.entry) == ("match", "dns-service-broken")
    assert [one.line for one in best.because] == [2, 6]


def test_the_same_two_facts_that_agree_prove_nothing() -> None:
    matching = load_library().match(read(PASTE.replace("10.43.0.10", "10.96.0.10")))

    assert matching.answer != "match"


def test_every_relation_proves_an_entry() -> None:
    named = {name for entry in load_library() for name in entry.relations}

    assert named == relations().keys()


def test_a_relation_is_only_asked_where_its_words_stand() -> None:
    relation = relations()["table-is-full"]

    assert not relation.may_hold(frozenset({"nf_conntrack_count"}))
    assert relation.may_hold(frozenset({"nf_conntrack_count", "nf_conntrack_max"}))


def test_a_module_without_a_relation_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{knowledge.relations.__name__}.table_is_full"
    monkeypatch.setitem(sys.modules, name, ModuleType("empty"))

    with pytest.raises(RelationError, match="table_is_full"):
        relations.__wrapped__()
