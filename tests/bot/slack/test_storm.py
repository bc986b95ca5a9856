from msgspec.structs import replace

from bot.slack.storm import trouble
from tests.bot.slack.answers import CONFIRMED, MATCH


def test_pods_of_one_deployment_are_one_trouble() -> None:
    def about(pod: str) -> str:
        match = replace(MATCH, entities={"namespace": "shop", "pod": pod})
        return trouble("C1", replace(CONFIRMED, matches=(match,)))

    assert about("cart-7d9fbc5d8-x2x9z") == about("cart-66bc5c9577-k8kwj")
    assert about("cart-7d9fbc5d8-x2x9z") != about("search-7d9fbc5d8-x2x9z")
