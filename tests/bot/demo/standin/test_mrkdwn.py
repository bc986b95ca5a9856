import pytest

from bot.demo.standin.mrkdwn import loose_rings, rings, typed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!channel> hi", ("<!channel>",)),
        ("<!here|here> and <!everyone>", ("<!here>", "<!everyone>")),
        ("<!group>", ("<!channel>",)),
        ("<@U1|ana> <@U1>", ("<@U1>",)),
        ("<!subteam^S1|@oncall>", ("<!subteam^S1>",)),
        ("```<!channel>```", ("<!channel>",)),
        ("&lt;!channel&gt;", ()),
        ("<https://a.example|<!channel>>", ("<!channel>",)),
        ("<!date^1392734382^{date}|x> <#C1>", ()),
        ("@channel", ()),
    ],
)
def test_pings_ring_wherever_they_stand_unescaped(text: str, expected: tuple[str, ...]) -> None:
    actual = rings(text)

    assert expected == actual


def test_marked_text_deep_inside_blocks_rings_and_plain_text_does_not() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "<!here>"}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<@U2>"}]},
        {"type": "markdown", "text": "<!everyone>"},
    ]

    actual = rings("", blocks)

    assert actual == ("<!here>", "<@U2>", "<!everyone>")


def test_rich_text_rings_by_its_elements() -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "broadcast", "range": "here"},
            {"type": "user", "user_id": "U1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "text", "text": "<!channel>"},
        ],
    }

    actual = rings("", [{"type": "rich_text", "elements": [section]}])

    assert actual == ("<!here>", "<@U1>", "<!subteam^S1>")


def test_an_attachment_rings() -> None:
    actual = rings("", attachments=[{"text": "<!channel>", "pretext": "<!here>"}])

    assert set(actual) == {"<!channel>", "<!here>"}


def test_bare_words_are_loose_unless_verbatim() -> None:
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "ask @here"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "@channel", "verbatim": True}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "a@channel.example"}},
    ]

    assert loose_rings(blocks) == ("@here",)
    assert loose_rings((), text="@everyone") == ("@everyone",)


def test_typed_text_is_escaped_and_its_addresses_are_linked() -> None:
    actual = typed('GET https://10.0.0.1:443/api?a=1&b=2: x509 <nil> "quoted"')

    assert actual == 'GET <https://10.0.0.1:443/api?a=1&amp;b=2:> x509 &lt;nil&gt; "quoted"'
