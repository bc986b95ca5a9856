"""The Web API methods the bot calls, with Slack's errors sorted into faults."""

import json
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Any

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.faults import UNCERTAIN_ERRORS, Refused, SlackFault, Throttled, Unclear, Unsent
from bot.slack.files import File, on_slack

EVENT_TYPE = "netcheck_answer"
"""The type of the metadata that tells which event a message answers."""

_SECONDS = 10  # slack_sdk waits 30; a lane should notice before its turn ends
_PAGE = 200
_PAGES = 5  # a thread with 1,000 newer replies has other troubles


class Form(msgspec.Struct, frozen=True):
    """What a message says: the outbox keeps it as JSON."""

    text: str
    blocks: tuple[dict[str, Any], ...] = ()


class Identity(msgspec.Struct, frozen=True):
    """Who the bot token is, from `auth.test`."""

    user: str
    bot: str
    team: str


class SlackWeb:
    """Calls Slack with the bot token. Raises `SlackFault`, and only that."""

    def __init__(self, token: str, api_url: str) -> None:
        # slack_sdk repeats a request whose connection broke, which would post twice.
        self._token = token
        self._api_url = api_url
        self._client = AsyncWebClient(
            token=token, base_url=api_url, timeout=_SECONDS, retry_handlers=[]
        )

    async def whoami(self) -> Identity:
        """Return whose token this is."""
        said = await _call(self._client.auth_test())
        return Identity(said["user_id"], said.get("bot_id", ""), said.get("team_id", ""))

    async def open_socket(self, app_token: str) -> str:
        """Return the address of a new Socket Mode connection."""
        said = await _call(self._client.apps_connections_open(app_token=app_token))
        return str(said["url"])

    async def post(self, channel: str, thread: str, form: Form, key: str) -> str:
        """Post a message, in a thread unless that is empty; return its `ts`."""
        call = self._client.chat_postMessage(
            channel=channel,
            thread_ts=thread or None,
            text=form.text,
            blocks=form.blocks or None,
            metadata=_metadata(key),
            parse="none",
            unfurl_links=False,
            unfurl_media=False,
        )
        return str((await _call(call))["ts"])

    async def update(self, channel: str, ts: str, form: Form, key: str) -> None:
        """Replace a message; no blocks means text alone."""
        call = self._client.chat_update(
            channel=channel,
            ts=ts,
            text=form.text,
            blocks=form.blocks,
            metadata=_metadata(key),
            parse="none",
        )
        await _call(call)

    async def open_view(self, trigger_id: str, view: dict[str, Any]) -> str:
        """Open a modal for whoever caused the trigger; return the view's id."""
        said = await _call(self._client.views_open(trigger_id=trigger_id, view=view))
        return str(said["view"]["id"])

    async def update_view(self, opened: str, view: dict[str, Any], seen: str = "") -> None:
        """Give an open modal a new form, where its `hash` is still the one that was seen."""
        await _call(self._client.views_update(view_id=opened, view=view, hash=seen or None))

    async def publish_home(self, user: str, view: dict[str, Any]) -> None:
        """Show somebody a Home tab."""
        await _call(self._client.views_publish(user_id=user, view=view))

    async def group_members(self, group: str) -> frozenset[str]:
        """Return the ids of the users in a user group; of one that is disabled there are none.

        Needs `usergroups:read`; without it, `Refused("missing_scope")`.
        """
        said = await _call(self._client.usergroups_users_list(usergroup=group))
        return frozenset(said["users"])

    async def download(self, file: File, limit: int) -> bytes:
        """Return a file's content, at most a byte more than `limit`.

        The token goes to Slack's own host only, and follows no redirect; a file elsewhere is
        `Refused("foreign_file")`. Without `files:read` Slack shows a page to sign in on, which is
        `Refused("missing_scope")`.
        """
        if not on_slack(file.url, self._api_url):
            raise Refused("foreign_file")
        headers = {"Authorization": f"Bearer {self._token}"}
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(file.url, headers=headers, allow_redirects=False) as answer,
            ):
                _check_download(answer, file)
                return await _beginning(answer, limit)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unclear(_lost(error)) from error

    async def find(self, channel: str, thread: str, key: str) -> str:
        """Return the `ts` of the message that answers an event, "" when there is none.

        Needs a history scope for the channel; without it, `Refused("missing_scope")`.
        """
        async for message in self._messages(channel, thread):
            if _key_of(message) == key:
                return str(message["ts"])
        return ""

    async def thread(self, channel: str, thread: str, before: str) -> tuple[dict[str, Any], ...]:
        """Return a thread's messages up to a `ts`, oldest first; of a long one the beginning.

        Needs the channel's history scope; without it, `Refused("missing_scope")`.
        """
        found: dict[str, dict[str, Any]] = {}  # what began a thread comes with every page
        async for message in self._messages(channel, thread, before):
            found.setdefault(message["ts"], message)
        return tuple(one for ts, one in found.items() if _stamp(ts) < _stamp(before))

    async def _messages(
        self, channel: str, thread: str, before: str = ""
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield messages page by page, of a long channel or thread the first pages."""
        cursor = ""
        for _ in range(_PAGES):
            page = await _call(self._page(channel, thread, cursor, before))
            for message in page["messages"]:
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return

    def _page(
        self, channel: str, thread: str, cursor: str, before: str
    ) -> Awaitable[AsyncSlackResponse]:
        options: dict[str, Any] = {"limit": _PAGE, "include_all_metadata": True}
        if before:
            options["latest"] = before
        if cursor:
            options["cursor"] = cursor
        if thread:
            return self._client.conversations_replies(channel=channel, ts=thread, **options)
        return self._client.conversations_history(channel=channel, **options)


async def whisper(
    response_url: str,
    text: str,
    blocks: Sequence[dict[str, Any]] | None = None,
    *,
    replace: bool = False,
) -> bool:
    """Tell the user of a command something only they see; False when Slack does not take it.

    Blocks are shown in place of the text. With `replace` it stands in place of the message whose
    button was pressed (docs.slack.dev/interactivity/handling-user-interaction).
    """
    # Without slack_sdk's retry: after a lost answer it would say the same twice.
    client = AsyncWebhookClient(response_url, timeout=_SECONDS, retry_handlers=[])
    try:
        said = await client.send(
            text=text,
            blocks=blocks,
            response_type="ephemeral",
            replace_original=replace or None,
        )
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
    return bool(said.status_code == 200)  # noqa: PLR2004 (HTTP's own number)


async def _call(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    try:
        return await call
    except SlackApiError as error:
        raise _fault(error) from error
    except aiohttp.ClientConnectorError as error:
        raise Unsent(f"no connection: {error.strerror}") from error
    except (aiohttp.ClientError, TimeoutError, OSError, json.JSONDecodeError) as error:
        raise Unclear(_lost(error)) from error


def _lost(error: Exception) -> str:
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__


def _fault(error: SlackApiError) -> SlackFault:
    """Sort an error Slack answered with; a body that is no JSON comes as aiohttp's response."""
    response = error.response
    if not isinstance(response, AsyncSlackResponse):
        return Unclear("an answer that is no JSON", answered=True)
    word = str(response.get("error") or "") if isinstance(response.data, dict) else ""
    if response.status_code == 429 or word in {"ratelimited", "rate_limited"}:  # noqa: PLR2004
        return Throttled(_retry_after(response.headers))
    if response.status_code >= 500 or not word or word in UNCERTAIN_ERRORS:  # noqa: PLR2004
        return Unclear(word or f"HTTP {response.status_code}", answered=True)
    return Refused(word, str(error.response.get("needed") or ""))


def _retry_after(headers: Any) -> float:  # noqa: ANN401 (multidict or dict, as slack_sdk has it)
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    text = value[0] if isinstance(value, Sequence) and not isinstance(value, str) else value
    return float(text) if str(text).isdigit() else 1.0


def _check_download(answer: aiohttp.ClientResponse, file: File) -> None:
    if answer.status == 429:  # noqa: PLR2004 (HTTP's own number)
        raise Throttled(_retry_after(answer.headers))
    if answer.status >= 500:  # noqa: PLR2004 (same)
        raise Unclear(f"HTTP {answer.status}", answered=True)
    signing_in = answer.content_type == "text/html" != file.mimetype
    if signing_in or answer.status in {301, 302, 303, 307, 308, 401, 403}:
        raise Refused("missing_scope", "files:read")
    if answer.status != 200:  # noqa: PLR2004 (same)
        raise Refused(f"HTTP {answer.status}")


async def _beginning(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    data = bytearray()
    async for chunk in answer.content.iter_any():
        data += chunk
        if len(data) > limit:
            break
    return bytes(data[: limit + 1])


def is_ours(message: dict[str, Any]) -> bool:
    """Whether a message was posted by this program."""
    return (message.get("metadata") or {}).get("event_type") == EVENT_TYPE


def _stamp(ts: str) -> tuple[int, ...]:
    """Return a `ts` as numbers that can be compared."""
    return tuple(int(part) for part in ts.split("."))


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": EVENT_TYPE, "event_payload": {"key": key}}


def _key_of(message: dict[str, Any]) -> str:
    if not is_ours(message):
        return ""
    return str((message["metadata"].get("event_payload") or {}).get("key", ""))
