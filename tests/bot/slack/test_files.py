"""Pasted files, against the stand-in."""

from typing import Any

import pytest

from bot.demo.standin import ANA, BEN, OPS, Options, Upload
from bot.demo.standin.options import BASE_SCOPES
from bot.slack.files import File, on_slack, pack, unpack
from bot.slack.web import SlackWeb
from tests.bot.slack.conftest import Office
from tests.bot.slack.desk import ScriptedDesk

PASTE = 'no endpoints available for service "cart"'
LOG = Upload("proxy.log", f"first\n{PASTE}\n".encode())
API = "https://slack.com/api/"


@pytest.mark.parametrize("surface", ["mention", "direct", "shortcut"])
async def test_a_text_file_is_read_like_a_paste(office: Office, surface: str) -> None:
    desk = ScriptedDesk()
    await office.start(desk)

    if surface == "mention":
        event = await office.slack.mention(OPS, ANA, "", files=[LOG])
    elif surface == "direct":
        event = await office.slack.direct(ANA, "", files=[LOG])
    else:
        message = await office.slack.message(OPS, BEN, "", files=[LOG])
        event = await office.slack.shortcut("check_error", message, ANA)
    await office.reply(event, "Confirmed")

    assert desk.asked[0][0] == f"first\n{PASTE}\n"


async def test_what_is_said_beside_a_file_stands_before_it(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)

    event = await office.slack.mention(OPS, ANA, "checkout is down", files=[LOG])
    await office.reply(event, "Confirmed")

    assert desk.asked[0][0].split("\n")[-4:] == [" checkout is down", "first", PASTE, ""]


async def test_a_long_file_is_read_up_to_a_megabyte_and_that_is_said(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)
    long = Upload("long.log", b"no endpoints\n" * 100_000)

    event = await office.slack.mention(OPS, ANA, "", files=[long])
    reply = await office.reply(event, "Confirmed")

    paste = desk.asked[0][0]
    assert 990_000 < len(paste) <= 1_000_000
    assert paste.endswith("no endpoints")
    assert "I read its beginning, up to 1 MB" in str(reply.blocks)


@pytest.mark.parametrize("options", [Options(scopes=BASE_SCOPES)])
async def test_without_the_scope_the_answer_names_it(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)

    alone = await office.slack.mention(OPS, ANA, "", files=[LOG])
    await office.reply(alone, "`files:read`")
    beside = await office.slack.mention(OPS, ANA, PASTE, files=[LOG])
    reply = await office.reply(beside, "Confirmed")

    assert "`files:read`" in str(reply.blocks)
    assert [asked[0].strip() for asked in desk.asked] == [PASTE]


@pytest.mark.parametrize(
    "upload",
    [
        Upload("shot.png", b"no endpoints", "image/png"),
        Upload("core.bin", b"\x00\x01\x02no endpoints", "application/octet-stream"),
    ],
)
async def test_a_binary_file_is_refused_with_a_word(office: Office, upload: Upload) -> None:
    desk = ScriptedDesk()
    await office.start(desk)

    event = await office.slack.mention(OPS, ANA, "", files=[upload])

    await office.reply(event, f"`{upload.name}` is not text")
    assert desk.asked == []


async def test_the_token_goes_to_no_other_host(office: Office) -> None:
    """A file of another app lies wherever that app says."""
    desk = ScriptedDesk()
    await office.start(desk)
    event = await office.slack.mention(OPS, ANA, "the one from Slack", files=[LOG])
    mention = event.payload["event"]
    port = office.slack.url.split(":")[2].split("/")[0]
    elsewhere = {"name": "a.log", "url_private": f"http://localhost:{port}/files/a.log"}

    await office.slack.send({**mention, "text": "", "files": [elsewhere]})

    await office.slack.until(
        lambda: [one for one in office.slack.replies(event) if "not kept by Slack" in one.text]
    )


@pytest.mark.parametrize(
    ("url", "api", "same"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.log", API, True),
        ("https://slack.com/a", API, True),
        ("http://files.slack.com/a", API, False),
        ("https://files.slack.com:8443/a", API, False),
        ("https://files.slack.com.example.org/a", API, False),
        ("https://evilslack.com/a", API, False),
        ("https://files.slack.com@example.org/a", API, False),
        ("https://drive.example/a", API, False),
        ("", API, False),
        ("https://files.slack.com:port/a", API, False),
        ("http://127.0.0.1:8080/files/a", "http://127.0.0.1:8080/api/", True),
    ],
)
def test_slacks_own_host_is_that_of_the_api(url: str, api: str, *, same: bool) -> None:
    assert on_slack(url, api) is same


@pytest.mark.parametrize(
    ("described", "file"),
    [
        (
            {"name": "<a>`.log", "url_private": "u", "mimetype": "text/plain"},
            File("_a__.log", "u", "text/plain"),
        ),
        ({"id": "F1", "url_private": "u", "url_private_download": "d"}, File("F1", "d")),
        ({}, File("?", "")),
    ],
)
def test_a_file_survives_the_inbox(described: dict[str, Any], file: File) -> None:
    assert unpack(pack({"files": [described]})) == (file,)
    assert (pack({}), unpack("")) == ("", ())


async def test_a_download_stops_at_its_limit(office: Office) -> None:
    message = await office.slack.message(OPS, BEN, "", files=[Upload("a.log", b"x" * 500_000)])
    file = unpack(pack({"files": list(message.files)}))[0]

    data = await SlackWeb(office.slack.options.bot_token, office.slack.url).download(file, 1_000)

    assert data == b"x" * 1_001
