"""Leave by NETCHECK_ADMINS: users by id, and the members of Slack's user groups."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from bot.core.leave import Act, Admins
from bot.slack import escape
from bot.slack.faults import Refused, SlackFault
from checks.text import EMPTY, Text

FRESH = 300.0
"""Seconds the members of a group are taken for what they were; who joins it waits no longer."""

_ACTS: Mapping[Act, Text] = {
    "link": Text("change how this channel is answered", "變更此頻道的設定"),
    "watch": Text("have this channel watched", "設定監看此頻道"),
    "teach": Text("teach me", "新增知識"),
    "resolve": Text("mark this as resolved", "標記為已解決"),
}
_ONLY = Text("Only {who} may {act}. Ask one of them.", "只有 {who} 可以{act}，請聯絡他們。")
_UNSEEN = Text(" I could not see who is in {groups}: {why}.", " 無法得知 {groups} 的成員：{why}。")
_NO_SCOPE = Text(
    "the app lacks the scope `{scope}` (`netcheck manifest` has it; reinstall the app)",
    "應用程式缺少 `{scope}` 權限（`netcheck manifest` 已包含；請重新安裝應用程式）",
)
_NO_GROUP = Text("there is no such group", "沒有這個群組")
_SAID = Text("Slack says {error}", "Slack 回應 {error}")


class Groups(Protocol):
    """What is asked of Slack; `SlackWeb` has it. Raises `SlackFault`."""

    async def group_members(self, group: str) -> frozenset[str]:
        """Return the ids of the users in a user group."""


class AdminsOnly:
    """Lets those do it whom the setting names. Fulfils `Leave`.

    A group that Slack does not tell of has no members: who is in none that is known may not.
    """

    def __init__(
        self, admins: Admins, web: Groups, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._admins = admins
        self._web = web
        self._now = now
        self._members: dict[str, tuple[float, frozenset[str]]] = {}

    async def refusal(self, user: str, act: Act) -> Text | None:
        """Return None where the user may, else why not and who may."""
        if not self._admins or user in self._admins.users:
            return None
        groups = self._admins.groups
        found = dict(zip(groups, await asyncio.gather(*map(self._group, groups)), strict=True))
        unseen = {group: one for group, one in found.items() if isinstance(one, SlackFault)}
        if any(user in one for one in found.values() if not isinstance(one, SlackFault)):
            return None
        said = _ONLY.fill(who=_mentions(self._admins), act=_ACTS[act])
        return said + (_unseen(unseen) if unseen else EMPTY)

    async def _group(self, group: str) -> frozenset[str] | SlackFault:
        at, members = self._members.get(group, (-FRESH, frozenset()))
        if self._now() - at < FRESH:
            return members
        try:
            members = await self._web.group_members(group)
        except SlackFault as fault:
            return fault
        self._members[group] = (self._now(), members)
        return members


def _unseen(faults: Mapping[str, SlackFault]) -> Text:
    """Return which groups are not known, and why the first is not."""
    return _UNSEEN.fill(groups=_groups(faults), why=_why(next(iter(faults.values()))))


def _why(fault: SlackFault) -> Text:
    if isinstance(fault, Refused) and fault.error == "missing_scope":
        return _NO_SCOPE.fill(scope=escape.line(fault.needed or "usergroups:read", 100))
    if isinstance(fault, Refused) and fault.error == "no_such_subteam":
        return _NO_GROUP
    return _SAID.fill(error=escape.line(str(fault), 100))


def _mentions(admins: Admins) -> str:
    users = ", ".join(f"<@{user}>" for user in admins.users)
    return ", ".join(part for part in (users, _groups(admins.groups)) if part)


def _groups(groups: Iterable[str]) -> str:
    """Return groups as mentions (docs.slack.dev, formatting text, mentioning groups)."""
    return ", ".join(f"<!subteam^{group}>" for group in groups)
