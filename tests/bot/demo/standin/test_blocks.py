from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.demo.standin.blocks import check_blocks
from bot.demo.standin.options import Refusal

Block = dict[str, Any]

KINDS = st.sampled_from(
    [
        "section",
        "header",
        "context",
        "actions",
        "rich_text",
        "table",
        "image",
        "mrkdwn",
        "plain_text",
        "button",
        "overflow",
    ]
)
FIELDS = [
    "text",
    "fields",
    "elements",
    "accessory",
    "options",
    "confirm",
    "placeholder",
    "rows",
    "style",
    "value",
    "url",
    "title",
    "block_id",
    "action_id",
    "alt_text",
]
SCRAPS = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
JSON = st.recursive(
    SCRAPS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries({"type": KINDS | inner}, optional=dict.fromkeys(FIELDS, inner))
    ),
    max_leaves=25,
)


def section(text: str = "x", **more: Any) -> Block:  # noqa: ANN401 (any field of a block)
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def fields(count: int, length: int = 1) -> Block:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * length}] * count}


def header(length: int) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": "x" * length}}


def context(count: int) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * count}


def button(text: int = 1, value: int = 1, name: str = "a", **more: Any) -> Block:  # noqa: ANN401 (any field)
    label = {"type": "plain_text", "text": "x" * text}
    return {"type": "button", "text": label, "value": "v" * value, "action_id": name, **more}


def actions(*buttons: Block) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def row(count: int) -> Block:
    return actions(*(button(name=f"a{number}") for number in range(count)))


LIMITS: list[tuple[str, Callable[[int], list[Block]], int, str]] = [
    ("blocks", lambda n: [{"type": "divider"}] * n, 50, "no more than 50 items allowed"),
    ("section", lambda n: [section("x" * n)], 3_000, "must be less than 3001 characters"),
    ("fields", lambda n: [fields(n)], 10, "no more than 10 items allowed"),
    ("field", lambda n: [fields(1, n)], 2_000, "must be less than 2001 characters"),
    ("header", lambda n: [header(n)], 150, "must be less than 151 characters"),
    ("context", lambda n: [context(n)], 10, "no more than 10 items allowed"),
    ("actions", lambda n: [row(n)], 25, "no more than 25 items allowed"),
    ("label", lambda n: [actions(button(text=n))], 75, "must be less than 76 characters"),
    ("value", lambda n: [actions(button(value=n))], 2_000, "must be less than 2001 characters"),
    ("action_id", lambda n: [actions(button(name="i" * n))], 255, "must be less than 256"),
    ("block_id", lambda n: [section(block_id="i" * n)], 255, "must be less than 256 characters"),
]


@pytest.mark.parametrize(
    ("build", "most", "error"), [limit[1:] for limit in LIMITS], ids=[limit[0] for limit in LIMITS]
)
def test_a_limit_is_taken_to_the_last_character_and_no_further(
    build: Callable[[int], list[Block]], most: int, error: str
) -> None:
    check_blocks(build(most))

    with pytest.raises(Refusal, match="invalid_blocks") as refused:
        check_blocks(build(most + 1))
    assert any(error in one for one in refused.value.extra["errors"])


@pytest.mark.parametrize(
    ("block", "error"),
    [
        (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        ({"type": "text"}, "unsupported type: text [json-pointer:/blocks/0/type]"),
        ({"text": "x"}, "missing required field: type [json-pointer:/blocks/0]"),
        ("x", "missing required field: type [json-pointer:/blocks/0]"),
        (
            {"type": "section", "text": "x"},
            "failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        ),
        (
            {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
            "must be of type: plain_text [json-pointer:/blocks/0/text/type]",
        ),
        (
            {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}},
            "invalid additional property: emoji [json-pointer:/blocks/0/text]",
        ),
        (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
        (context(0), "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (
            actions(button(style="green")),
            "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
        ),
        (
            actions(button(), button()),
            "`action_id` 'a' already exists [json-pointer:/blocks/0/elements/1/action_id]",
        ),
        (
            section(accessory={"type": "overflow", "options": []}),
            "no less than 1 items allowed [json-pointer:/blocks/0/accessory/options]",
        ),
        (
            section(accessory=button(confirm={"text": {"type": "mrkdwn", "text": "x" * 301}})),
            "must be less than 301 characters [json-pointer:/blocks/0/accessory/confirm/text/text]",
        ),
        (
            {"type": "image", "alt_text": "x"},
            "missing required field: image_url [json-pointer:/blocks/0]",
        ),
        (
            {"type": "rich_text", "elements": [{"type": "text"}]},
            "unsupported type: text [json-pointer:/blocks/0/elements/0/type]",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(block: Any, error: str) -> None:  # noqa: ANN401 (any JSON)
    with pytest.raises(Refusal, match="invalid_blocks") as refused:
        check_blocks([block])

    assert error in refused.value.extra["errors"]
    assert f"[ERROR] {error}" in refused.value.extra["response_metadata"]["messages"]


def test_two_blocks_may_not_share_an_id() -> None:
    with pytest.raises(Refusal, match="invalid_blocks"):
        check_blocks([section(block_id="a"), section(block_id="a")])


@pytest.mark.parametrize(
    ("blocks", "length", "taken"),
    [(1, 12_000, True), (50, 9_597, True), (45, 11_341, False), (5, 13_200, False)],
)
def test_the_sum_of_a_message_is_held_to_what_was_measured(
    blocks: int,
    length: int,
    taken: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    texts = [length // blocks + (at < length % blocks) for at in range(blocks)]
    built = [
        section("x" * text) if text <= 3_000 else {"type": "markdown", "text": "x" * text}
        for text in texts
    ]

    if taken:
        check_blocks(built)
    else:
        with pytest.raises(Refusal, match="msg_blocks_too_long"):
            check_blocks(built)
        check_blocks(built, total=False)


def test_blocks_of_every_known_sort_pass() -> None:
    menu = {"text": {"type": "plain_text", "text": "x"}, "value": "v"}
    image = {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x"}
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}

    check_blocks(
        [
            header(5),
            section(accessory={"type": "static_select", "action_id": "m", "options": [menu]}),
            {"type": "divider"},
            {"type": "context", "elements": [image]},
            image,
            {"type": "rich_text", "elements": [rich]},
            {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]},
            {"type": "video"},
            row(3),
        ]
    )


@example([{"type": "section", "text": {"type": []}}])
@example([{"type": "rich_text", "elements": [{"type": {}}]}])
@example([{"type": "actions", "elements": [{"type": "button", "style": []}]}])
@example([section(accessory={"type": "overflow", "options": [1]})])
@example([section(accessory=button(confirm=1))])
@example([section(accessory=button(url=1, placeholder=1))])
@example([{"type": "header", "text": None}])
@given(st.lists(JSON, max_size=5))
def test_any_json_is_either_taken_or_refused(blocks: list[Any]) -> None:
    refused = False

    try:
        check_blocks(blocks)
    except Refusal as refusal:
        refused = refusal.error == "invalid_blocks" and bool(refusal.extra["errors"])

    assert refused or all(isinstance(block, dict) for block in blocks)


@pytest.mark.parametrize(
    ("block", "element"),
    [("actions", "feedback_buttons"), ("context_actions", "button")],
)
def test_feedback_buttons_stand_in_context_actions_alone(block: str, element: str) -> None:
    text = {"type": "plain_text", "text": "x"}
    one = {"text": text, "value": "y"}
    pair = {"positive_button": one, "negative_button": one}
    part = {"type": element, **(pair if element == "feedback_buttons" else {"text": text})}

    with pytest.raises(Refusal) as refusal:
        check_blocks([{"type": block, "elements": [part]}])

    assert f"unsupported type: {element}" in str(refusal.value.extra["errors"])


def test_feedback_buttons_are_two() -> None:
    part = {"type": "feedback_buttons", "positive_button": {}}

    with pytest.raises(Refusal) as refusal:
        check_blocks([{"type": "context_actions", "elements": [part]}])

    assert "missing required field: negative_button" in str(refusal.value.extra["errors"])
