"""Windows hold Slack's limits whatever is in entries and pastes."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.answer import Answer
from bot.demo.standin.views import check_view
from bot.slack import button_words as words
from bot.slack import panels, teaching
from checks.text import LANGS
from knowledge.teaching import Mistake, Proposal
from tests.bot.slack.answers import ANY_ANSWER, ANY_STRING, CONFIRMED

ANCHORS = st.builds(
    panels.Anchor,
    st.text("Ev01.", min_size=1, max_size=60),
    st.just("C1"),
    st.just("1700000000.000100"),
    st.just("1700000000.000200"),
    st.sampled_from(LANGS),
)
PROPOSALS = st.builds(
    Proposal,
    st.integers(1, 9_999),
    st.text(min_size=1, max_size=500).filter(str.strip) | st.just("&" * 500),
    st.text(min_size=1, max_size=500),
    st.lists(st.tuples(st.just("service"), ANY_STRING), max_size=8).map(tuple),
)


@settings(deadline=None)
@given(st.lists(PROPOSALS, min_size=1, max_size=20), ANCHORS)
def test_the_window_to_teach_in_is_one_slack_takes(
    proposals: list[Proposal], about: panels.Anchor
) -> None:
    view = teaching.window(proposals, about)

    check_view(view)
    assert panels.anchor(view) == about


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
@given(ANY_ANSWER, st.dictionaries(st.sampled_from(["a", "b"]), ANY_STRING), ANCHORS)
def test_the_window_to_choose_another_cause_is_one_slack_takes(
    answer: Answer, titles: dict[str, str], about: panels.Anchor
) -> None:
    check_view(panels.reject(answer, titles, about))


@given(ANCHORS)
def test_the_other_windows_are_ones_slack_takes(about: panels.Anchor) -> None:
    check_view(panels.resolve(about))
    check_view(panels.loading(words.RESOLVE_TITLE))
    check_view(panels.told(words.REJECT_TITLE, "why not", about.lang))


def test_of_more_than_a_hundred_entries_a_hundred_are_offered() -> None:
    titles = {f"e{number}": "a title that is far too long " * 9 for number in range(150)}

    offered = panels.offered(list(titles), titles)

    assert len(offered) == 100
    assert {len(one["text"]["text"]) for one in offered} == {75}


def test_mistakes_are_told_at_their_fields_the_first_of_each() -> None:
    about = panels.Anchor("Ev1", "C1", page=3)
    wrong = [
        Mistake("signature", "signature-broad", "5"),
        Mistake("signature", "signature-misses"),
        Mistake("title", "title-empty"),
    ]

    assert list(teaching.errors(wrong, about)) == ["signature-3", "title"]


def test_the_cause_that_was_told_is_not_offered_instead_of_itself() -> None:
    """Also where it has no entry of its own, so that nothing could be chosen for it."""
    titles = {"dns-pods-down": "DNS Pods are down", "ipam-exhausted": "Pod addresses ran out"}

    view = panels.reject(CONFIRMED, titles, panels.Anchor("Ev1", "C1"))

    values = [one["value"] for one in view["blocks"][0]["element"]["options"]]
    assert values == ["dns-pods-down", "ipam-exhausted", panels.NONE]
