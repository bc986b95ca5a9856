"""The page's server: it answers this machine and the page alone, and bad acts in words."""

import json
from typing import Any

import pytest
from aiohttp import ClientSession, WSServerHandshakeError


async def post(url: str, body: object, **headers: str) -> tuple[int, str]:
    data = body if isinstance(body, str) else json.dumps(body)
    async with (
        ClientSession() as session,
        session.post(f"{url}do", data=data, headers=headers) as response,
    ):
        return response.status, await response.text()


async def first_state(url: str, user: str = "") -> dict[str, Any]:
    async with ClientSession() as session, session.ws_connect(f"{url}live?user={user}") as socket:
        told: dict[str, Any] = await socket.receive_json()
        return dict(told["state"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "truncated"),
        ({"do": "dance", "user": "U0ANA"}, "dance"),
        ({"do": "say", "user": "U0ANA"}, "channel"),
    ],
    ids=["no JSON", "no such act", "a field is missing"],
)
async def test_what_is_no_act_is_a_bad_request(url: str, body: object, words: str) -> None:
    status, said = await post(url, body)

    assert status == 400
    assert words in said


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ({"do": "say", "channel": "C0NONE", "text": "x"}, "no channel C0NONE"),
        ({"do": "say", "user": "U0BOB", "channel": "C0OPS", "text": "x"}, "as U0BOB"),
        ({"do": "say", "channel": "C0OPS", "text": "/dance"}, "not a valid command"),
        ({"do": "say", "channel": "C0OLD", "text": "x"}, "nobody can write in old"),
        ({"do": "break", "faults": ["typhoon"]}, "typhoon"),
        ({"do": "submit", "view_id": "V1"}, "this view is gone"),
        ({"do": "shortcut", "channel": "C0OPS", "ts": "1", "callback_id": "x"}, "message is gone"),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_what_slack_would_not_do_is_refused_in_words(
    url: str, act: dict[str, object], words: str
) -> None:
    status, said = await post(url, {"user": "U0ANA", **act})

    assert status == 200
    assert words in json.loads(said)["refused"]


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "http://evil.example"}],
    ids=["another name for this machine", "another site"],
)
async def test_another_site_can_neither_act_nor_listen(url: str, headers: dict[str, str]) -> None:
    act = {"do": "break", "user": "U0ANA", "faults": []}

    assert (await post(url, act, **headers))[0] == 403
    async with ClientSession() as session:
        with pytest.raises(WSServerHandshakeError, match="403"):
            await session.ws_connect(f"{url}live", headers=headers)
    assert (await first_state(url))["broken"] == ["selector"]


async def test_only_the_pages_own_files_are_given_out(url: str) -> None:
    async with ClientSession() as session:
        for path, status in (("static/page.js", 200), ("static/..%2Fserver.py", 404)):
            async with session.get(url + path) as response:
                assert response.status == status


async def test_the_page_may_load_nothing_from_elsewhere(url: str) -> None:
    async with ClientSession() as session, session.get(url) as response:
        policy = response.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy


async def test_each_person_sees_their_own_channels_and_faults_in_both_languages(url: str) -> None:
    state = await first_state(url, "U0BEN")

    assert state["me"] == "U0BEN"
    assert {"D0BEN"} == {one["id"] for one in state["channels"].values() if one["im"]}
    assert all({"en", "zh-TW"} == set(fault["title"]) for fault in state["faults"])
