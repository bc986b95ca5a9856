import pytest

from bot.slack.commands import (
    Options,
    UsageError,
    head,
    leading_options,
    nearest,
    read_options,
    unknown,
)


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("", "", ""),
        ("  HELP dns", "help", " dns"),
        ("ask\nno endpoints", "ask", "\nno endpoints"),
        ("說明 ask", "說明", " ask"),
    ],
)
def test_the_first_word_names_the_command(text: str, word: str, rest: str) -> None:
    assert head(text) == (word, rest)


@pytest.mark.parametrize(
    ("typed", "left", "options"),
    [
        ("", [], Options()),
        ("shop/cart", ["shop/cart"], Options()),
        ("cart -n shop in staging", ["cart"], Options(namespace="shop", cluster="staging")),
        ("in staging cart --namespace=shop", ["cart"], Options("shop", "staging")),
        ("—lang zh-TW", [], Options(lang="zh-TW")),
    ],
)
def test_options_are_taken_from_anywhere(typed: str, left: list[str], options: Options) -> None:
    assert read_options(typed.split()) == (left, options)


@pytest.mark.parametrize(
    ("typed", "en", "zh_tw"),
    [
        ("-n", "`-n` needs a value", "`-n` 需要一個值"),
        ("in", "`in` needs a value", "`in` 需要一個值"),
        ("--lang fr", "`--lang` is one of en, zh-TW", "`--lang` 可為 en, zh-TW"),
    ],
)
def test_an_option_without_a_value_is_named_in_both_languages(
    typed: str, en: str, zh_tw: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        read_options(typed.split())

    assert en in refusal.value.text.en
    assert zh_tw in refusal.value.text.zh_tw
    assert str(refusal.value) == refusal.value.text.en


@pytest.mark.parametrize(
    ("word", "near"), [("dsn", "dns"), ("serivce", "service"), ("asck", "ask"), ("xylophone", "")]
)
def test_a_mistyped_word_is_answered_with_the_nearest_one(word: str, near: str) -> None:
    known = ("ask", "link", "dns", "service")

    error = unknown(word, known)

    assert nearest(word, known) == near
    assert f"`{word}` is no command." in error.text.en
    assert (f"Did you mean `/netcheck {near}`?" in error.text.en) == bool(near)
    assert "There are: `ask`, `link`, `dns`, `service`." in error.text.en


def test_options_on_their_own_line_are_taken_and_the_lines_keep_their_numbers() -> None:
    text, options = leading_options(" -n shop in staging\nWarning\nFailed")

    assert options == Options(namespace="shop", cluster="staging")
    assert text.split("\n")[1:] == ["Warning", "Failed"]


@pytest.mark.parametrize(
    "paste",
    ["error in staging\nmore", "in addition the pod fails\nmore", "no endpoints", "-n\nx", ""],
)
def test_a_first_line_that_says_more_belongs_to_the_paste(paste: str) -> None:
    assert leading_options(paste) == (paste, Options())
