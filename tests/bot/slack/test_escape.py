import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.escape import clean, code, cut, escape, inline, line, prose, size

ANY_TEXT = st.text(st.characters(), max_size=400) | st.text(
    "`<!channel>&@\n\u200d\u0301a", max_size=400
)


def whole_entities(text: str) -> bool:
    """Whether every `&` begins one of Slack's three entities."""
    rest = text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
    return not set(rest) & set("&<>")


def test_only_three_characters_are_escaped() -> None:
    assert escape("a & b < c > d \"'*_~") == "a &amp; b &lt; c &gt; d \"'*_~"


def test_text_that_fits_stays_whole() -> None:
    assert cut("x" * 10, 10) == "x" * 10


def test_text_that_is_cut_says_so() -> None:
    assert cut("abcdef", 4) == "abc…"


def test_a_cut_never_splits_an_entity() -> None:
    assert cut("&&&&", 12) == "&amp;&amp;…"


@pytest.mark.parametrize("family", ["👩\u200d👩\u200d👧", "e\u0301", "👍🏽"])
def test_a_cut_never_splits_a_grapheme(family: str) -> None:
    shortened = cut(family * 30, 40)

    kept = shortened.removesuffix("…")
    assert kept == family * (len(kept) // len(family))


@given(ANY_TEXT, st.integers(min_value=10, max_value=300))
def test_cut_text_is_short_escaped_and_fit_for_json(text: str, limit: int) -> None:
    shortened = cut(text, limit)

    assert size(shortened) <= limit
    assert whole_entities(shortened)
    assert shortened.encode("utf-8").decode("utf-8") == shortened


@given(ANY_TEXT, st.integers(min_value=20, max_value=300), st.integers(min_value=0, max_value=40))
def test_nothing_ends_a_code_block_but_its_end(text: str, limit: int, width: int) -> None:
    block = code(text, limit, width=max(width, 2) if width else 0)

    assert size(block) <= limit
    assert block.startswith("```\n")
    assert block.endswith("\n```")
    assert "``" not in block[3:-3]
    assert whole_entities(block)


@given(ANY_TEXT)
def test_inline_code_holds_no_backtick_of_the_text(text: str) -> None:
    assert inline(text, 50).count("`") in {0, 2}


@given(ANY_TEXT)
def test_one_line_stays_one_line(text: str) -> None:
    assert "\n" not in line(text, 100)


def test_characters_that_hide_or_reverse_text_are_dropped() -> None:
    assert clean("kubectl\x00 \u202edelete\x1b[31m\ttab\n") == "kubectl delete[31m\ttab\n"


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert clean("a\ud800b") == "a?b"


def test_a_code_block_keeps_backticks_readable() -> None:
    assert code("run ```x``` now", 100) == "```\nrun `\u200b`\u200b`x`\u200b`\u200b` now\n```"


def test_each_line_of_a_code_block_is_cut_on_its_own() -> None:
    assert code("aaaaaaaa\nbb", 100, width=5) == "```\naaaa…\nbb\n```"


def test_markdown_of_an_entry_becomes_slack_s() -> None:
    said = prose("Set **one** in [the guide](https://example.org/a), `x` too", 200)

    assert said == "Set *one* in the guide (https://example.org/a), `x` too"
