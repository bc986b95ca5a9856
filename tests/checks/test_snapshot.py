"""A snapshot shows what was seen, no more, and survives a file."""

import hashlib
import json
from collections.abc import Iterator

import msgspec
import pytest

from checks.dials import Dialed, DnsDial, DnsDialed, DnsReply, Outcome, TcpDial, TcpDialed, Vantage
from checks.kinds import KINDS, ConfigMap, Pod, Service
from checks.manifests import snapshot_of
from checks.model import LogRequest, See
from checks.snapshot import (
    FORMAT,
    Gap,
    Ledger,
    NotSeenError,
    Snapshot,
    SnapshotFormatError,
    UndeclaredError,
    View,
    load,
    save,
)

NOW = "2026-11-23T10:00:00Z"
LOG = LogRequest("shop", "a", "app", previous=True)
PODS = [
    {"kind": "Pod", "metadata": {"name": name, "namespace": namespace}}
    for namespace, name in [("shop", "a"), ("shop", "b"), ("web", "c")]
]
SEEN = snapshot_of(PODS, taken_at=NOW, gaps={"services": Gap("forbidden", "list services")})

# What `checks/kinds` and `checks/dials` hold, as of FORMAT. When this fails, raise FORMAT and then
# this: a file saved before lacks the new field, and a check would take that for a default.
KINDS_AT_FORMAT = (6, "698b8476d745d3ef")


def names(objects: tuple[Pod, ...]) -> list[str]:
    return [one.metadata.name for one in objects]


def test_a_view_gives_all_objects_or_those_of_a_namespace() -> None:
    view = View(SEEN, [See(Pod)])

    assert names(view.all(Pod)) == ["a", "b", "c"]
    assert names(view.all(Pod, "shop")) == ["a", "b"]
    assert view.all(Pod, "elsewhere") == ()


def test_a_wider_list_answers_a_narrower_question() -> None:
    view = View(SEEN, [See(Pod, "web"), See(Pod, "shop", "b")])

    assert names(view.all(Pod, "web")) == ["c"]
    found = view.one(Pod, "shop", "b")
    assert found is not None
    assert found.metadata.name == "b"


def test_a_namespace_that_is_enough_stands_for_all() -> None:
    view = View(SEEN, [See(Pod, "shop", enough=True)])

    assert names(view.all(Pod)) == names(view.all(Pod, "shop")) == ["a", "b"]


def test_what_was_seen_to_be_absent_is_none() -> None:
    view = View(SEEN, [See(ConfigMap, "kube-system", "kubelet-config")])

    assert view.one(ConfigMap, "kube-system", "kubelet-config") is None


def test_a_gap_in_the_wider_list_is_a_gap_in_the_narrower_question() -> None:
    view = View(SEEN, [See(Service, "shop", "cart")])

    with pytest.raises(NotSeenError) as unseen:
        view.one(Service, "shop", "cart")

    assert unseen.value.gap == Gap("forbidden", "list services")


def test_what_nobody_read_is_a_gap_that_names_the_permission() -> None:
    empty = msgspec.structs.replace(SEEN, objects={}, gaps={})
    view = View(empty, [See(Pod)])

    with pytest.raises(NotSeenError) as unseen:
        view.all(Pod)

    assert unseen.value.gap == Gap("not read", "list pods")


def test_of_an_optional_kind_that_is_not_served_there_is_nothing() -> None:
    missing = snapshot_of(PODS, taken_at=NOW, gaps={"services": Gap("404", missing=True)})

    assert View(missing, [See(Service, optional=True)]).all(Service) == ()
    assert View(missing, [See(Service, optional=True)]).all(Service, "shop") == ()
    with pytest.raises(NotSeenError):
        View(missing, [See(Service)]).all(Service)


def test_of_an_optional_kind_any_other_gap_stays_one() -> None:
    with pytest.raises(NotSeenError, match="forbidden"):
        View(SEEN, [See(Service, optional=True)]).all(Service)


@pytest.mark.parametrize("see", [See(Pod, "shop"), See(Pod, "shop", "a")])
def test_a_check_sees_only_what_it_declared(see: See) -> None:
    view = View(SEEN, [see])

    with pytest.raises(UndeclaredError):
        view.all(Pod)
    with pytest.raises(UndeclaredError):
        view.all(Pod, "web")


def test_a_log_is_read_or_its_gap_raised() -> None:
    other = LogRequest("shop", "a", "sidecar")
    snapshot = SEEN.with_logs({LOG.key: "text"}, {other.key: Gap("forbidden", other.need)})
    view = View(snapshot, [])

    assert view.log(LOG) == "text"
    with pytest.raises(NotSeenError, match="forbidden"):
        view.log(other)
    with pytest.raises(NotSeenError, match="not read"):
        view.log(LogRequest("shop", "b", "app"))


def test_a_log_read_at_last_takes_the_place_of_its_gap() -> None:
    first = SEEN.with_logs({}, {LOG.key: Gap("timed out")})

    second = first.with_logs({LOG.key: "text"}, {}, Ledger(requests=2))

    assert (second.logs, second.log_gaps, second.ledger.requests) == ({LOG.key: "text"}, {}, 2)


def test_a_second_look_adds_what_it_saw_and_what_it_cost() -> None:
    first = msgspec.structs.replace(SEEN, ledger=Ledger(3, 100, 0.5, 2))
    config = See(ConfigMap, "kube-system", "coredns")
    more = Snapshot("c", NOW, "", {config.key: ()}, {"nodes": Gap("timed out")})

    both = first.joined(msgspec.structs.replace(more, ledger=Ledger(2, 50, 0.25)))

    assert both.objects == {**SEEN.objects, config.key: ()}
    assert both.gaps == {**SEEN.gaps, "nodes": Gap("timed out")}
    assert both.ledger == Ledger(5, 150, 0.75, 2)
    assert both.refused == {"services"}


TCP = TcpDial(host="10.244.1.7", port=8080)
DNS = DnsDial(server="10.96.0.10", name="a.b", queries=2)


def test_a_dial_is_told_or_its_gap_raised() -> None:
    refused = TcpDialed(Outcome.REFUSED)
    other = TcpDial(host="fd00::7", port=8080)
    gap = Gap("not from here", other.need)
    view = View(SEEN.with_dials({TCP.key: refused, other.key: gap}, Vantage("node-1")), [])

    assert (view.dial(TCP), view.vantage.node) == (refused, "node-1")
    with pytest.raises(NotSeenError) as unseen:
        view.dial(other)
    assert unseen.value.gap.need == "dial tcp [fd00::7]:8080 from inside the cluster"
    with pytest.raises(NotSeenError, match="not dialed"):
        view.dial(DNS)


def test_a_dial_made_at_last_takes_the_place_of_its_gap() -> None:
    first = SEEN.with_dials({TCP.key: Gap("budget")}, Vantage("node-1"))

    second = first.with_dials({TCP.key: TcpDialed()}, ledger=Ledger(dials=1))

    assert (second.dials, second.dial_gaps) == ({TCP.key: TcpDialed()}, {})
    assert (second.vantage.node, second.ledger.dials) == ("node-1", 1)


def test_dials_that_differ_are_filed_apart() -> None:
    every = [
        DNS,
        msgspec.structs.replace(DNS, transport="tcp"),
        msgspec.structs.replace(DNS, pair=True),
        msgspec.structs.replace(DNS, queries=3),
        msgspec.structs.replace(DNS, after=2.0),
        msgspec.structs.replace(DNS, tries=2),
        msgspec.structs.replace(DNS, rdtype="SRV"),
    ]

    assert len({one.key for one in every}) == len(every)


def test_a_snapshot_survives_a_file() -> None:
    dialed = SEEN.with_dials(
        {TCP.key: TcpDialed(), DNS.key: DnsDialed((DnsReply(),)), "x": Gap("no")},
        Vantage("node-1", ("10.244.1.2",)),
    )
    snapshot = msgspec.structs.replace(
        dialed.with_logs({LOG.key: "text"}, {"x": Gap("no")}), ledger=Ledger(9, 812345, 1.5, 3)
    )

    assert load(save(snapshot)) == snapshot


def test_a_time_without_a_zone_is_utc() -> None:
    naive = msgspec.structs.replace(SEEN, taken_at="2026-11-23T10:00:00")

    assert naive.time == SEEN.time


def saved(**changes: object) -> bytes:
    """Return a snapshot file with some of its parts changed; None takes one away."""
    document = json.loads(save(SEEN)) | changes
    return json.dumps({key: value for key, value in document.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (b"", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"{}", "no `format`"),
        (b"[]", "cannot be read"),
        (saved(format=FORMAT + 1), f"has format {FORMAT + 1}, this netcheck reads {FORMAT}"),
        (saved(objects=None), "objects"),
        (saved(objects={"secrets": []}), "holds secrets"),
        (saved(objects={"pods": [{"spec": 7}]}), r"pods cannot be read.*\$\[0\].spec"),
        (saved(taken_at="yesterday"), "taken_at is no time"),
        (save(SEEN)[:-20], "cannot be read"),
    ],
)
def test_a_file_that_is_no_snapshot_is_refused_in_one_line(document: bytes, complaint: str) -> None:
    with pytest.raises(SnapshotFormatError, match=complaint) as refused:
        load(document)

    assert "\n" not in str(refused.value)


def test_a_change_of_the_kinds_raises_the_format() -> None:
    assert (FORMAT, shape()) == KINDS_AT_FORMAT


def shape() -> str:
    """Return a digest of the fields (names, types, defaults) of kinds and of dials' results."""
    schema = [msgspec.json.schema(KINDS[name]) for name in sorted(KINDS)]
    schema += [msgspec.json.schema(Dialed), msgspec.json.schema(Vantage)]
    plain = json.dumps(strip(schema), sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def strip(schema: object) -> object:
    """Leave out what only people read."""
    if isinstance(schema, dict):
        prose = {"description", "title"}
        return {
            key: strip(value)
            for key, value in schema.items()
            if not (key in prose and isinstance(value, str))
        }
    return [strip(one) for one in schema] if isinstance(schema, list) else schema


def test_an_index_by_namespace_is_made_once() -> None:
    """A thousand Services that each ask for their namespace's pods walk the pods once."""
    walks = []

    class Counting(tuple[Pod, ...]):
        __slots__ = ()

        def __iter__(self) -> Iterator[Pod]:
            walks.append(1)
            return super().__iter__()

    counted = Snapshot("c", NOW, "", {"pods": Counting(SEEN.objects["pods"])})
    view = View(counted, [See(Pod)])
    for _ in range(1000):
        view.all(Pod, "shop")

    assert len(walks) == 1
