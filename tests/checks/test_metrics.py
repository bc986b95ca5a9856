"""Sums over lines of the Prometheus text format."""

from checks.metrics import Metrics

LINES = (
    "# HELP a what it counts",
    'a_total{rcode="NOERROR",zone="."} 3',
    'a_total{rcode="SERVFAIL",zone="with \\"quotes\\", and commas"} 2 1700000000000',
    'a_total{rcode="NOERROR",zone="x."} 1e1',
    "b_total 4",
    "b_total NaN",
    "nonsense",
    'c{le="+Inf"} +Inf',
)


def test_values_are_summed_over_all_labels_or_some() -> None:
    metrics = Metrics(LINES)

    assert metrics.total("a_total") == 15
    assert metrics.total("a_total", rcode="NOERROR") == 13
    assert metrics.total("a_total", zone='with \\"quotes\\", and commas') == 2
    assert metrics.by("rcode", "a_total") == {"NOERROR": 13, "SERVFAIL": 2}


def test_the_first_name_that_is_there_counts() -> None:
    metrics = Metrics(LINES)

    assert metrics.total("new_total", "b_total") == 4
    assert metrics.total("b_total", "a_total") == 4
    assert metrics.by("x", "new_total", "b_total") == {"": 4}


def test_what_is_not_there_is_none_and_what_has_no_such_label_nothing() -> None:
    metrics = Metrics(LINES)

    assert metrics.total("gone") is None
    assert metrics.total("c") is None
    assert metrics.total("a_total", rcode="REFUSED") == 0
