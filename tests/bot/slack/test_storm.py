from msgspec.structs import replace

from bot.slack.storm import WINDOW, Storms, trouble
from tests.bot.slack.answers import CONFIRMED, MATCH


def test_the_same_trouble_within_the_window_is_one_storm() -> None:
    storms = Storms()

    first = storms.join(("C1", "a"), "Ev1", "1.1", 0)

    assert storms.join(("C1", "a"), "Ev2", "1.2", WINDOW) is first
    assert storms.join(("C2", "a"), "Ev3", "1.3", 1) is not first
    assert storms.join(("C1", "a"), "Ev4", "1.4", WINDOW + 1) is not first


def test_pods_of_one_deployment_are_one_trouble() -> None:
    def about(pod: str) -> tuple[str, ...]:
        match = replace(MATCH, entities={"namespace": "shop", "pod": pod})
        return trouble("C1", replace(CONFIRMED, matches=(match,)))

    assert about("cart-7d9fbc5d8-x2x9z") == about("cart-66bc5c9577-k8kwj")
    assert about("cart-7d9fbc5d8-x2x9z") != about("search-7d9fbc5d8-x2x9z")
