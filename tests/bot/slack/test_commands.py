import pytest

from bot.slack.commands import (
    AskCommand,
    CheckCommand,
    Command,
    HelpCommand,
    LinkCommand,
    Options,
    UsageError,
    WatchCommand,
    leading_options,
    parse,
)

GROUPS = ("cni", "dns", "service", "all")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("", HelpCommand("")),
        ("help", HelpCommand("")),
        ("HELP dns", HelpCommand("dns")),
        ("說明 ask", HelpCommand("ask", chinese=True)),
        ("ask no endpoints available", AskCommand(" no endpoints available", Options())),
        ("ask\nno endpoints", AskCommand("\nno endpoints", Options())),
        (
            "ask -n shop in staging\nno endpoints",
            AskCommand("\nno endpoints", Options(namespace="shop", cluster="staging")),
        ),
        ("ask", AskCommand("", Options())),
        ("ask -n shop", AskCommand("", Options(namespace="shop"))),
        ("dns", CheckCommand("dns", "", Options())),
        ("service shop/cart", CheckCommand("service", "shop/cart", Options())),
        (
            "service cart -n shop in staging",
            CheckCommand("service", "cart", Options(namespace="shop", cluster="staging")),
        ),
        ("all --namespace=shop", CheckCommand("all", "", Options(namespace="shop"))),
        ("dns —lang zh-TW", CheckCommand("dns", "", Options(lang="zh-TW"))),
        ("watch on", WatchCommand("people")),
        ("watch ON bots", WatchCommand("all")),
        ("watch off", WatchCommand("")),
        ("watch status", WatchCommand(None)),
        ("link staging", LinkCommand("staging", "")),
        ("link staging shop", LinkCommand("staging", "shop")),
    ],
)
def test_a_command_is_read(text: str, command: Command) -> None:
    read = parse(text, GROUPS)

    if isinstance(read, AskCommand) and isinstance(command, AskCommand):
        assert (read.text.strip(), read.options) == (command.text.strip(), command.options)
    else:
        assert read == command


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dsn", "`dsn` is no command. Did you mean `/netcheck dns`?"),
        ("serivce cart", "Did you mean `/netcheck service`?"),
        ("asck text", "Did you mean `/netcheck ask`?"),
        (
            "xylophone",
            "`xylophone` is no command. There are: `ask`, `help`, `link`, `watch`, `cni`",
        ),
        ("link", "`/netcheck link CLUSTER [NAMESPACE]`"),
        ("watch all", "`/netcheck watch on|off|status`"),
        ("link a b c", "`/netcheck link CLUSTER [NAMESPACE]`"),
        ("dns a b", "`b` is one word too many"),
        ("dns -n", "`-n` needs a value"),
        ("dns --lang fr", "`--lang` is one of en, zh-TW"),
    ],
)
def test_a_mistake_is_answered_with_the_right_form(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parse(text, GROUPS)

    assert message in str(refusal.value)


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
