"""A version is read where there is one, and its end is told only where it is known."""

from datetime import date, timedelta

import pytest

from checks.versions import ENDS, Version, of_image, read


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("v1.37.2", 37),
        ("1.29", 29),
        ("v1.34.1-gke.3355002", 34),
        ("v1.34.2+k3s1", 34),
        ("v1.9.11", 9),
        ("v2.0.0", None),
        ("v1", None),
        ("v1.x", None),
        ("v11.3.0", None),
        ("latest", None),
        ("", None),
    ],
)
def test_a_version_is_read_from_how_programs_write_it(text: str, minor: int | None) -> None:
    assert read(text) == (None if minor is None else Version(minor, text))


@pytest.mark.parametrize(
    ("image", "text"),
    [
        ("registry.k8s.io/kube-proxy:v1.37.2", "v1.37.2"),
        ("registry.k8s.io/kube-proxy:v1.37.2@sha256:0a1b", "v1.37.2"),
        (
            "mirror.example:5000/eks/kube-proxy:v1.34.1-minimal-eksbuild.4",
            "v1.34.1-minimal-eksbuild.4",
        ),
        ("kube-proxy:v1.30.0", "v1.30.0"),
        ("mirror.example:5000/kube-proxy", ""),
        ("registry.k8s.io/kube-proxy@sha256:0a1b", ""),
        ("registry.k8s.io/kube-proxy:stable", ""),
        ("", ""),
    ],
)
def test_an_image_tells_its_version_by_its_tag_alone(image: str, text: str) -> None:
    version = of_image(image)

    assert (version.text if version else "") == text


def test_support_has_ended_from_its_last_day_on() -> None:
    version, last = Version(34, "v1.34.0"), ENDS[34]

    assert version.ended(last - timedelta(days=1)) is None
    assert version.ended(last) == last


@pytest.mark.parametrize("minor", [min(ENDS) - 1, max(ENDS) + 1])
def test_of_what_is_not_in_the_table_nothing_is_known(minor: int) -> None:
    assert Version(minor, "").ended(date(2040, 1, 1)) is None


def test_later_releases_are_supported_for_longer() -> None:
    assert list(ENDS) == list(range(min(ENDS), max(ENDS) + 1))
    assert list(ENDS.values()) == sorted(ENDS.values())
