"""The demo's play: four pastes in a Slack channel, each thread shown while it grows."""

import asyncio
import html
from collections.abc import Awaitable, Callable, Iterable, Iterator

import msgspec

from bot.demo.standin import ANA, BEN, SHOP, Form, SlackStandIn
from bot.demo.standin.changes import Change, Subscription

Say = Callable[[str, str], None]
"""Prints one line in a style: `head`, `user`, `bot` or `note`."""


class Scene(msgspec.Struct, frozen=True):
    """One paste: what it shows, who sends it."""

    about: str
    user: str
    text: str


SCENES = (
    Scene(
        "an error, pasted into the channel",
        ANA,
        "checkout fails since the last deploy:\n"
        "Error from server (ServiceUnavailable): no endpoints available for service "
        '"cart" in namespace "shop"',
    ),
    Scene(
        "another trouble, asked in Chinese",
        BEN,
        "shop 的 Pod search-84c9f7d6b5-j7m2w 一直卡在 ContainerCreating，kubectl describe 看到：\n"
        "  Warning  FailedCreatePodSandBox  2m (x41 over 11m)  kubelet  Failed to create pod "
        "sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "
        '"6f0d7b1c9a52": plugin type="flannel" failed (add): failed to delegate add: failed to '
        "allocate for range 0: no IP addresses available in range set: 10.244.2.1-10.244.2.254",
    ),
    Scene(
        "the first trouble again, from somebody else's log",
        BEN,
        'E1123 09:04:11.402113       1 proxy.go:88] "request failed" err="no endpoints available '
        'for service \\"cart\\"" namespace="shop"',
    ),
    Scene(
        "no network problem at all",
        ANA,
        "Last State: Terminated, Reason: OOMKilled, Exit Code: 137",
    ),
)


async def play(slack: SlackStandIn, settle: Callable[[], Awaitable[None]], say: Say) -> None:
    """Play every scene and return. `settle` returns once Slack has every answer's last form."""
    names = {user.id: user.name for user in slack.workspace.users.values()}
    for number, scene in enumerate(SCENES, 1):
        say(f"\n{number}. {scene.about}", "head")
        say(f"#{slack.workspace.channels[SHOP].name}  @{names[scene.user]}", "user")
        for line in scene.text.splitlines():
            say(f"  {line}", "note")
        changes = slack.subscribe()
        watcher = asyncio.create_task(_watch(changes, say))
        event = await slack.mention(SHOP, scene.user, scene.text)
        await event.acked
        await settle()
        changes.close()
        await watcher


async def _watch(changes: Subscription, say: Say) -> None:
    """Print each form of the bot's messages as Slack gets it."""
    async for change in changes:
        if change.kind in {"posted", "edited", "ephemeral"} and _from_bot(change):
            say(f"  ↳ @netcheck ({change.kind})", "user")
            for line in _lines(change):
                say(f"    {line}", "bot")


def _from_bot(change: Change) -> bool:
    return change.message is not None and change.message.bot


def _lines(change: Change) -> Iterator[str]:
    if change.message is not None:
        yield from plain(change.message.now).splitlines()


def plain(form: Form) -> str:
    """Return a message as a terminal can show it: the text of its blocks, mark-up undone."""
    texts = [text for block in form.blocks for text in _texts(block)]
    lines = html.unescape("\n".join(texts or [form.text])).splitlines()
    return "\n".join(_fenced(lines))


def _fenced(lines: Iterable[str]) -> Iterator[str]:
    """Give code blocks a bar at their left in place of the fences."""
    inside = False
    for line in lines:
        for number, part in enumerate(line.split("```")):
            inside ^= number > 0
            if part.strip():
                yield f"│ {part}" if inside else part.strip().replace("*", "")


def _texts(block: object) -> Iterator[str]:
    """Walk a block for its texts, in the order Slack shows them."""
    if isinstance(block, dict):
        if isinstance(block.get("text"), str):
            yield block["text"]
        for key in ("text", "fields", "elements"):
            if not isinstance(block.get(key), str):
                yield from _texts(block.get(key))
    elif isinstance(block, list | tuple):
        for one in block:
            yield from _texts(one)
