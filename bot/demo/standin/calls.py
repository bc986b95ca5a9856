"""Calls to the Web API: how arguments are read, what is kept, what goes wrong on request."""

import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from bot.demo.standin.options import Refusal
from bot.demo.standin.workspace import Json

How = Literal["500", "drop", "after", "no-json"]
"""`500` and `no-json` answer with an error page, `drop` cuts the connection before anything is
done, `after` does what was asked and then cuts the connection."""


@dataclass
class Call:
    """One call to the Web API. `status` is 0 when the connection was cut instead of an answer."""

    method: str
    body: Json
    token: str = ""
    status: int = 0
    answer: Json = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic)

    @property
    def error(self) -> str:
        """Slack's word for what was wrong, "" when nothing was."""
        return str(self.answer.get("error", ""))


@dataclass(frozen=True)
class Fault:
    """What the next call of a method meets: a 429, a failure, or a refusal."""

    retry_after: int | None = None
    how: How | None = None
    error: str = ""


class Faults:
    """The faults ordered for each method, met in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = {}

    def order(self, method: str, fault: Fault, times: int) -> None:
        """Let the next `times` calls of a method meet this fault, after those ordered before."""
        self._waiting.setdefault(method, deque()).extend([fault] * times)

    def take(self, method: str) -> Fault:
        """Return what this call meets."""
        waiting = self._waiting.get(method)
        return waiting.popleft() if waiting else Fault()


class Args:
    """The arguments of a call, whether they came as JSON, as a form or in the address."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """Return an argument as text, "" when it is missing."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else str(value)

    def flag(self, name: str) -> bool:
        """Return an argument as yes or no: `true` and `1` mean yes."""
        return self.text(name).lower() in {"true", "1"}

    def number(self, name: str, default: int) -> int:
        """Return an argument as a whole number. Raises `Refusal("invalid_limit")`."""
        value = self.text(name) or str(default)
        if not value.isdecimal():
            raise Refusal("invalid_limit")
        return int(value)

    def json(self, name: str, wanted: type, error: str) -> Any:  # noqa: ANN401 (any JSON)
        """Return an argument that is JSON, or JSON inside a string; None when it is missing.

        Raises `Refusal(error)` when it is anything else.
        """
        value = self.values.get(name)
        if isinstance(value, str):
            value = _parse(value, error) if value else None
        if value is not None and not isinstance(value, wanted):
            raise Refusal(error)
        return value


async def read(request: web.Request) -> Args:
    """Read the arguments of a call. Raises `Refusal("invalid_json")`."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        body = _parse(await request.read() or b"{}", "invalid_json")
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        values |= body
    elif request.can_read_body:
        values |= dict(await request.post())
    return Args(values)


def mask(token: str) -> str:
    """Return a token as the log may keep it."""
    kind, dash, _ = token.partition("-")
    return f"{kind}{dash}…" if dash else "…" if token else ""


def _parse(text: str | bytes, error: str) -> Any:  # noqa: ANN401 (any JSON)
    try:
        return json.loads(text)
    except ValueError as broken:
        raise Refusal(error) from broken
