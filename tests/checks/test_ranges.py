"""Ranges overlap when one holds the other, in their own family only."""

import pytest

from checks.ranges import Range, Ranges, overlaps


def read(*cidrs: str) -> list[Range]:
    """Make ranges that stand nowhere."""
    return [Range(cidr, "test") for cidr in cidrs]


def found(some: list[Range], others: list[Range]) -> list[tuple[str, str]]:
    """Return the overlapping pairs."""
    return [(one.cidr, two.cidr) for one, two in overlaps(some, others)]


@pytest.mark.parametrize(
    ("one", "two", "overlap"),
    [
        ("10.0.0.0/8", "10.244.0.0/16", True),
        ("10.244.0.0/16", "10.0.0.0/8", True),
        ("10.244.0.0/16", "10.244.0.0/16", True),
        ("10.244.0.0/16", "10.245.0.0/16", False),
        ("0.0.0.0/0", "::/0", False),
        ("fd00::/48", "fd00:0:0:1::/64", True),
        ("10.244.0.7/16", "10.244.3.0/24", True),
        ("none", "10.0.0.0/8", False),
    ],
)
def test_two_ranges_overlap_when_one_holds_the_other(one: str, two: str, *, overlap: bool) -> None:
    assert bool(found(read(one), read(two))) is overlap


def test_each_pair_comes_once_however_often_it_is_named() -> None:
    assert found(read("10.0.0.0/8", "10.0.0.0/8"), read("10.1.0.0/16", "10.1.0.0/16")) == [
        ("10.0.0.0/8", "10.1.0.0/16")
    ]


def test_the_widest_range_around_an_address_comes_first() -> None:
    (address,) = read("10.1.2.3")
    around = Ranges(read("10.1.2.0/24", "10.0.0.0/8", "10.9.0.0/16")).around(address)

    assert [one.cidr for one in around] == ["10.0.0.0/8", "10.1.2.0/24"]
