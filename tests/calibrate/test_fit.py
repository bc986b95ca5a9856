import random

import pytest

from tests.calibrate.fit import Example, fit, sure


def _told(rng: random.Random) -> Example:
    """One paste of three entries, of which the one with the most alike words is right."""
    rows = tuple((rng.uniform(0, 0.1), 0.3, 0.0, 0.0) for _ in range(3))
    best = max(range(3), key=lambda at: rows[at][0])
    right = tuple(at == best for at in range(3))
    return Example(rows, right, labelled=True, kubernetes=True, trouble=True, weight=1.0)


def _null(rng: random.Random) -> Example:
    rows = tuple((rng.uniform(0, 0.01), 0.3, 0.0, 0.0) for _ in range(3))
    return Example(rows, (False,) * 3, labelled=False, kubernetes=False, trouble=True, weight=1.0)


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    rng = random.Random(7)
    return [_told(rng) for _ in range(30)] + [_null(rng) for _ in range(15)]


def test_what_tells_entries_apart_weighs_and_what_does_not_weighs_little(
    examples: list[Example],
) -> None:
    weights = fit(examples)

    assert weights.cosines[0] > 10 * weights.cosines[1]
    assert min(*weights.cosines, weights.no_kubernetes, weights.no_trouble) >= 0.0


def test_a_fitted_certainty_prefers_the_right_entry_and_doubts_a_paste_of_none(
    examples: list[Example],
) -> None:
    weights = fit(examples)
    told = [sure(one, weights) for one in examples if one.labelled]
    none = [sure(one, weights) for one in examples if not one.labelled]

    right = [
        shares.index(max(shares)) == one.right.index(True)
        for one, shares in zip(examples, told, strict=False)
    ]
    assert all(right)
    assert max(map(sum, none)) < min(map(sum, told))


def test_shares_of_certainty_never_add_up_to_more_than_one(examples: list[Example]) -> None:
    weights = fit(examples)

    assert all(sum(sure(one, weights)) <= 1.0 for one in examples)


def test_an_example_whose_right_entry_is_not_among_the_likeliest_teaches_nothing(
    examples: list[Example],
) -> None:
    lost = Example(
        ((0.5,) * 4,), (False,), labelled=True, kubernetes=True, trouble=True, weight=1.0
    )

    fitted, same = fit(examples), fit([*examples, lost])

    assert fitted.cosines[0] == pytest.approx(same.cosines[0], rel=0.05)
