"""A Slack for lanes: it does as told, call by call."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from bot.slack.faults import SlackFault, Unclear
from bot.slack.web import Form


@dataclass
class ScriptedSlack:
    """Keeps messages by `ts`; each entry of `script` meets one call: a fault, or None to succeed.

    The faults in `finding` meet searches.
    An `Unclear` in the script is a lost answer: the message is there all the same.
    """

    script: deque[SlackFault | None] = field(default_factory=deque)
    calls: list[str] = field(default_factory=list)
    messages: dict[str, tuple[str, str, Form]] = field(default_factory=dict)
    finding: deque[SlackFault] = field(default_factory=deque)

    async def called(self, call: str) -> None:
        """Return once a call was made."""
        while call not in self.calls:  # noqa: ASYNC110 (in the fake's time, not the clock's)
            await asyncio.sleep(0)

    async def post(self, channel: str, thread: str, form: Form, key: str) -> str:
        """Post, or fail as told."""
        self.calls.append(f"post {key}: {form.text}")
        fault = self.script.popleft() if self.script else None
        ts = f"{channel}{thread}-{len(self.messages)}"
        if fault is None or isinstance(fault, Unclear):
            self.messages[ts] = (channel, key, form)
        if fault is not None:
            raise fault
        return ts

    async def update(self, channel: str, ts: str, form: Form, key: str) -> None:
        """Edit, or fail as told."""
        self.calls.append(f"update {key}: {form.text}")
        if fault := self.script.popleft() if self.script else None:
            raise fault
        self.messages[ts] = (channel, key, form)

    async def find(self, channel: str, thread: str, key: str) -> str:
        """Look the message up."""
        self.calls.append(f"find {key} in {channel}{thread}")
        if self.finding:
            raise self.finding.popleft()
        return next((ts for ts, (_, has, _form) in self.messages.items() if has == key), "")
