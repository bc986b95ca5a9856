"""The API server's audit log: what was asked of it, by whom, and what it answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# Everything, without bodies. A request is written when it is answered, a watch when it begins.
POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "None", "users": ["system:apiserver"]},
        {"level": "Metadata"},
    ],
}


@dataclass(frozen=True)
class Request:
    """One request that the API server has answered."""

    verb: str
    resource: str  # "pods", "pods/log", or "" for a path such as /readyz
    group: str
    namespace: str
    name: str
    user: str
    code: int
    uri: str
    agent: str


def read_requests(log: Path, *, since: int = 0) -> list[Request]:
    """Read the log from a byte offset; a watch that has ended counts once."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(since)
        lines = file.read().splitlines(keepends=True)
    whole = (json.loads(line) for line in lines if line.endswith(b"\n"))
    return [parse(event) for event in {event["auditID"]: event for event in whole}.values()]


def parse(event: dict[str, Any]) -> Request:
    """Keep what tests ask about."""
    target = event.get("objectRef", {})
    parts = [target.get("resource", ""), target.get("subresource", "")]
    return Request(
        verb=event["verb"],
        resource="/".join(part for part in parts if part),
        group=target.get("apiGroup", ""),
        namespace=target.get("namespace", ""),
        name=target.get("name", ""),
        user=event["user"].get("username", ""),
        code=event.get("responseStatus", {}).get("code", 0),
        uri=event["requestURI"],
        agent=event.get("userAgent", ""),
    )
