import datetime as dt
from pathlib import Path

import pytest

from tests.scoreboard.faults import Settings, read_fault, read_faults, read_told
from tests.scoreboard.manifests import (
    Ago,
    WrittenWrongError,
    born,
    in_order,
    is_young,
    read_documents,
    read_objects,
    settled,
)

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
FAULT = "over: messy\ntitle: t\nexpect: [{cause: c, subject: s}]\npaste: p\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_time_counts_back_from_the_set_up(tmp_path: Path) -> None:
    (told,) = read_documents(write(tmp_path / "a.yaml", "{at: !ago 4m, in: [!ago 2h, 2026-11-01]}"))

    assert settled(told, NOW) == {
        "at": "2026-11-25T11:56:00.000000Z",
        "in": ["2026-11-25T10:00:00.000000Z", "2026-11-01"],
    }


@pytest.mark.parametrize("told", ["4", "m", "4w", ""])
def test_a_time_that_is_none_names_the_file_and_the_units(tmp_path: Path, told: str) -> None:
    path = write(tmp_path / "a.yaml", f"at: !ago '{told}'")

    with pytest.raises(WrittenWrongError, match=r"a\.yaml: !ago takes a number and one of s, m"):
        read_documents(path)


def test_an_object_is_old_and_an_event_as_old_as_its_first_time() -> None:
    event = {
        "kind": "Event",
        "metadata": {"name": "e"},
        "lastTimestamp": "L",
        "firstTimestamp": "F",
    }

    assert born({"kind": "Pod", "metadata": {"name": "p"}}, NOW) == "2026-10-26T12:00:00.000000Z"
    assert born(event, NOW) == "F"
    assert born({"kind": "Pod", "metadata": {"creationTimestamp": "C"}}, NOW) == "C"


def test_what_is_minutes_old_is_young_however_deep_it_says_so() -> None:
    minutes, hours = Ago(dt.timedelta(minutes=4)), Ago(dt.timedelta(hours=4))

    assert is_young({"status": {"conditions": [{"at": hours}, {"at": minutes}]}})
    assert not is_young({"status": {"conditions": [{"at": hours}]}, "data": "4m"})


def test_definitions_and_namespaces_come_first() -> None:
    kinds = ["Pod", "Namespace", "CustomResourceDefinition", "Node"]

    ordered = in_order([{"kind": kind} for kind in kinds])

    assert [one["kind"] for one in ordered] == [
        "CustomResourceDefinition",
        "Namespace",
        "Pod",
        "Node",
    ]


def test_an_object_without_a_name_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "objects.yaml", "{apiVersion: v1, kind: Pod, metadata: {}}")

    with pytest.raises(WrittenWrongError, match="lacks apiVersion, kind or name"):
        read_objects(path)


def test_a_field_nobody_knows_is_refused_with_the_file(tmp_path: Path) -> None:
    write(tmp_path / "fault.yaml", FAULT + "expected: []\n")

    with pytest.raises(WrittenWrongError, match=r"fault\.yaml: .*expected.*README"):
        read_fault(tmp_path)


def test_a_file_of_two_documents_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "cluster.yaml", "title: a\n---\ntitle: b\n")

    with pytest.raises(WrittenWrongError, match="holds 2 documents"):
        read_told(path, Settings)


def test_two_faults_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "faults" / "twice" / "fault.yaml", FAULT)
    write(tmp_path / "pairs" / "twice" / "fault.yaml", FAULT)

    with pytest.raises(WrittenWrongError, match="two faults are called twice"):
        read_faults(tmp_path)
