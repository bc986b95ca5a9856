"""The evidence window: everything is in it, and every page is one Slack takes."""

import re
from html import unescape

import msgspec
from hypothesis import HealthCheck, given, settings

from bot.core.answer import Answer
from bot.demo.standin.mrkdwn import loose_rings
from bot.demo.standin.views import check_view
from bot.slack import panels
from bot.slack.blocks import SECTION_LIMIT, text_of
from bot.slack.escape import clean, size
from bot.slack.evidence import PAGE_BLOCKS, PAGE_TEXT, pages
from tests.bot.slack import answers
from tests.bot.slack.test_render import rings


def small(answer: Answer) -> Answer:
    """Return an answer that a test can set out many times; whole ones hold megabytes."""
    causes = [msgspec.structs.replace(cause, fix=cause.fix[:1]) for cause in answer.causes[:2]]
    return msgspec.structs.replace(
        answer, checks=answer.checks[:2], causes=tuple(causes), matches=answer.matches[:1]
    )


ANY_SMALL = answers.ANY_ANSWER.map(small)
WINDOW = {"type": "modal", "title": {"type": "plain_text", "text": "x"}}
ABOUT = panels.Anchor("Ev1", "C1", "1.0", "1.1")


def whole(answer: Answer) -> str:
    return "\n".join(text_of(block) for page in pages(answer) for block in page)


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
    max_examples=30,
)
@given(ANY_SMALL)
def test_no_page_breaks_a_limit_of_slack_or_rings(answer: Answer) -> None:
    every = pages(answer)

    assert every
    for page in every:
        said = [text_of(block) for block in page]
        assert 1 <= len(page) <= PAGE_BLOCKS
        assert all(0 < size(text) <= SECTION_LIMIT for text in said)
        assert sum(map(size, said)) <= PAGE_TEXT
        assert not rings("\n".join(said))
        assert not loose_rings(page)
        check_view({**WINDOW, "blocks": list(page)})
    for number in (0, len(every) - 1):
        check_view(panels.evidence(answer, msgspec.structs.replace(ABOUT, page=number)))


def squeezed(text: str) -> str:
    """Leave out what setting it out may change: white space and what keeps backticks apart."""
    return re.sub(r"[\s\u200b]", "", text)


@settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
    max_examples=30,
)
@given(ANY_SMALL)
def test_no_quote_command_permission_or_step_is_left_out(answer: Answer) -> None:
    said = squeezed(unescape(re.sub("```", "", whole(answer))))
    found = [result.finding for result in answer.checks]
    wanted = [quote for finding in found for quote in (*finding.evidence, *finding.needs)]
    wanted += [finding.command for finding in found]
    wanted += [
        command for cause in answer.causes for step in cause.fix for command in step.commands
    ]

    for text in wanted:
        bare = squeezed(clean(text).replace("```", ""))
        assert bare in said or "```" in text


def test_a_danger_stands_before_its_command() -> None:
    said = whole(answers.CONFIRMED)

    assert said.index("all requests fail") < said.index("kubectl delete pod --all")


def test_the_whole_reads_as_the_message_does() -> None:
    said = whole(answers.CONFIRMED)

    for part in (
        "🔴 *Confirmed: Service has no endpoints · Service shop/cart*",
        "EndpointSlice shop/cart-y: 0 endpoints",  # the message counts this one only
        "This permission would let me tell:\n```\nlist pods in kube-system\n```",
        "🟢 *Pod addresses* clear · Node worker-1",
        "Because of line 3:",
    ):
        assert part in said


def test_an_answer_without_anything_to_show_says_so() -> None:
    assert whole(answers.NOTHING) == "Nothing was checked, so there is nothing to show."


def test_a_page_that_is_not_there_any_more_is_the_last_one() -> None:
    many = (answers.PROVED,) * 40
    answer = msgspec.structs.replace(answers.CONFIRMED, checks=many)

    last = panels.evidence(answer, msgspec.structs.replace(ABOUT, page=99))
    first = panels.evidence(answer, msgspec.structs.replace(ABOUT, page=-1))

    assert panels.anchor(last).page == len(pages(answer)) - 1
    assert [one["action_id"] for one in last["blocks"][-1]["elements"]] == [panels.BACK]
    assert [one["action_id"] for one in first["blocks"][-1]["elements"]] == [panels.NEXT]
