import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.answer import Answer
from bot.demo.standin.blocks import check_blocks
from bot.demo.standin.mrkdwn import loose_rings
from bot.slack.blocks import (
    BLOCK_LIMIT,
    FALLBACK_LIMIT,
    SECTION_LIMIT,
    TEXT_LIMIT,
    Rendered,
    text_of,
)
from bot.slack.buttons import Under
from bot.slack.escape import size
from bot.slack.render import Asked, notice, render
from tests.bot.slack import answers

GOLDEN = Path(__file__).parent / "golden"
ASKED = Asked("U024BE7LH", "/netcheck dns in staging")


def written(rendered: Rendered) -> str:
    """Set a message out for reading: the notification, then each block under its type."""
    parts = [f"text: {rendered.text}"]
    parts += [f"[{block['type']}]\n{text_of(block)}" for block in rendered.blocks]
    return "\n\n".join(parts) + "\n"


@pytest.mark.parametrize(
    ("name", "rendered"),
    [
        ("confirmed", render(answers.CONFIRMED)),
        ("checking", render(answers.CHECKING)),
        ("likely.zh-TW", render(answers.CHINESE)),
        ("refuted", render(answers.REFUTED)),
        ("nothing", render(answers.NOTHING)),
        ("elsewhere", render(answers.ELSEWHERE)),
        ("unreachable", render(answers.UNREACHABLE)),
        ("command-blind", render(answers.BLIND_COMMAND, ASKED)),
        ("handled", render(answers.HANDLED, under=answers.UNDER)),
        ("taught.zh-TW", render(answers.TAUGHT, under=Under("Ev1"))),
    ],
)
def test_an_answer_reads_as_agreed(name: str, rendered: Rendered) -> None:
    assert written(rendered) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(answers.ANY_ANSWER, st.none() | st.just(ASKED), st.none() | answers.ANY_UNDER)
def test_no_answer_breaks_a_limit_of_slack_or_rings(
    answer: Answer, asked: Asked | None, under: Under | None
) -> None:
    rendered = render(answer, asked, under=under)

    said = [text_of(block) for block in rendered.blocks]
    assert rendered.text.strip()
    assert size(rendered.text) <= FALLBACK_LIMIT
    assert 1 <= len(rendered.blocks) <= BLOCK_LIMIT
    assert all(0 < size(text) <= SECTION_LIMIT for text in said)
    assert sum(map(size, said)) <= TEXT_LIMIT
    check_blocks(msgspec.to_builtins(rendered.blocks))
    assert not loose_rings(rendered.blocks)
    whole = "\n".join([rendered.text, *said])
    assert not rings(re.sub(r"<@[A-Za-z0-9]+>", "", whole))
    assert msgspec.json.decode(msgspec.json.encode(rendered), type=Rendered) == rendered


def rings(text: str) -> bool:
    """Whether anything is left that Slack reads as a mention, a link or half an entity."""
    return bool(re.search(r"[<>]|&(?!(amp|lt|gt);)", text))


def test_every_text_is_verbatim_so_that_plain_words_stay_plain() -> None:
    blocks = msgspec.json.encode(render(answers.CONFIRMED, ASKED).blocks).decode()

    assert blocks.count('"mrkdwn"') == blocks.count('"verbatim":true') > 0


def test_a_blind_check_is_never_shown_as_nothing_found() -> None:
    rendered = render(answers.BLIND_COMMAND)

    assert "could not see everything" in rendered.text
    assert "list pods in kube-system" in written(rendered)


def test_a_danger_stands_before_its_command() -> None:
    said = written(render(answers.CONFIRMED))

    assert said.index("all requests fail") < said.index("kubectl delete pod --all")


def test_a_step_too_long_to_fit_takes_its_command_with_it() -> None:
    step = answers.NO_ENDPOINTS.fix[1]
    long = msgspec.structs.replace(
        step, text="word " * 500, commands=("iptables -F " * 90, "reboot")
    )
    cause = msgspec.structs.replace(answers.NO_ENDPOINTS, fix=(long,) * 5)
    answer = msgspec.structs.replace(answers.CONFIRMED, causes=(cause,))

    for block in render(answer).blocks:
        assert ("iptables" in text_of(block)) <= ("all requests fail" in text_of(block))


def test_what_does_not_fit_is_counted() -> None:
    causes = tuple(
        msgspec.structs.replace(answers.EXHAUSTED, entry=f"e{number}", title="word " * 60)
        for number in range(40)
    )
    said = written(render(msgspec.structs.replace(answers.REFUTED, causes=causes)))

    assert re.search(r"… \(\d+ more\)", said)


def test_a_user_id_that_is_none_is_not_mentioned() -> None:
    said = written(render(answers.BLIND_COMMAND, Asked("!channel", "/netcheck dns")))

    assert "<" not in said


def test_a_notice_has_a_text_and_a_paragraph() -> None:
    rendered = notice("no cluster is called `stagin`; did you mean `staging`?", ASKED)

    assert rendered.text.startswith("no cluster is called")
    assert [block["type"] for block in rendered.blocks] == ["context", "section"]


def test_a_long_notice_is_shortened_for_notifications_between_words() -> None:
    rendered = notice("a&lt;b " * 100)

    assert size(rendered.text) <= FALLBACK_LIMIT
    assert rendered.text.endswith("a&lt;b")


def test_a_line_that_met_two_signatures_is_quoted_once() -> None:
    match = msgspec.structs.replace(answers.MATCH, because=answers.MATCH.because * 2)
    said = written(render(msgspec.structs.replace(answers.CONFIRMED, matches=(match,))))

    assert said.count("Because of line 3") == 1


def test_a_long_fix_says_where_the_rest_is() -> None:
    cause = msgspec.structs.replace(answers.NO_ENDPOINTS, fix=answers.NO_ENDPOINTS.fix * 3)
    said = written(render(msgspec.structs.replace(answers.CONFIRMED, causes=(cause,))))

    assert "(+3 more: `netcheck kb show service-no-endpoints`)" in said


@pytest.mark.parametrize(
    ("answer", "lead"),
    [
        (Answer(lang="en", checks=(answers.HEALTHY,), done=True), "🟢 Nothing found"),
        (
            Answer(lang="en", checks=(answers.HEALTHY,), trouble="timeout", done=True),
            "⚪ Nothing found, but I could not see everything",
        ),
        (
            Answer(lang="en", checks=(answers.HEALTHY, answers.IRRELEVANT), done=True),
            "🟢 Nothing found",
        ),
        (
            Answer(lang="en", checks=(answers.IRRELEVANT,), done=True),
            "▫️ No check applies here",
        ),
        (Answer(lang="en", checks=(answers.PROVED,), done=True), "🔴 Causes found: 1"),
        (Answer(lang="zh-TW"), "⏳ 查看中 · 檢查中"),
        (
            msgspec.structs.replace(answers.CHECKING, pending=(), done=True),
            "🔎 This looks like: Service has no endpoints (sure)",
        ),
    ],
)
def test_the_lead_says_what_is_known(answer: Answer, lead: str) -> None:
    rendered = render(answer)

    assert rendered.text == lead
    assert lead in text_of(rendered.blocks[0])


def test_a_lead_too_long_for_a_notification_is_shortened() -> None:
    cause = msgspec.structs.replace(answers.NO_ENDPOINTS, title="t" * 500, subject="s" * 500)
    checking = msgspec.structs.replace(
        answers.CHECKING, titles={"service-no-endpoints": "&" * 500}, lang="zh-TW"
    )

    assert render(msgspec.structs.replace(answers.CONFIRMED, causes=(cause,))).text.endswith("t…")
    assert render(checking).text.startswith("⏳ ")
    assert size(render(checking).text) <= FALLBACK_LIMIT


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2026-05-12T09:14:00+02:00", "2026-05-12 07:14 UTC"),
        ("2026-05-12T09:14:00", "2026-05-12 09:14 UTC"),
        ("yesterday", "yesterday"),
    ],
)
def test_the_first_sighting_is_told_in_utc(moment: str, shown: str) -> None:
    seen = msgspec.structs.replace(answers.SEEN, first_seen=moment)

    assert f"first {shown} ·" in written(
        render(msgspec.structs.replace(answers.CONFIRMED, seen=seen))
    )


def test_what_else_a_cause_was_found_about_is_counted_and_named() -> None:
    many = tuple(
        msgspec.structs.replace(
            answers.PROVED,
            finding=msgspec.structs.replace(
                answers.PROVED.finding, subject=f"Service shop/cart-{number}"
            ),
        )
        for number in range(30)
    )
    answer = Answer(lang="en", causes=(answers.NO_ENDPOINTS,), checks=many, done=True)

    said = written(render(answer))
    assert "The same of 28 more: Service shop/cart-2, " in said
    assert "Service shop/cart-6 (+23 more)" in said
    assert "同樣情形另有 28 個" in written(render(msgspec.structs.replace(answer, lang="zh-TW")))
