"""Quantities mean what the API means by them."""

import pytest

from checks.quantity import amount


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("170Mi", 170 * 1024**2),
        ("170M", 170_000_000),
        ("1Gi", 1024**3),
        ("1.5Ki", 1536),
        ("64e6", 64_000_000),
        ("128974848", 128_974_848),
        (128, 128),
        ("100m", 0.1),
        ("1k", 1000),
        ("a lot", None),
        ("", None),
    ],
)
def test_a_quantity_is_a_number(text: str | int, number: float | None) -> None:
    assert amount(text) == number
