"""The API server's store, read and written past it.

The API server alone decides when an object was made, takes seconds to let a namespace go, and makes
no thousands of objects in a second.
"""

from __future__ import annotations

import base64
import http.client
import itertools
import json
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ROOT, END = b"/registry/", b"/registry0"  # the range of keys that begin with ROOT
# What the API server itself keeps writing: its own leases.
OWN = (b"/registry/leases/kube-system/apiserver-", b"/registry/masterleases/")
BATCH = 100  # etcd takes 128 operations in one transaction
TIMEOUT = 30

Keys = dict[bytes, bytes]


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("etcd", timeout=TIMEOUT)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT)
        self.sock.connect(str(self._path))


class Store:
    """Speaks etcd's JSON gateway."""

    def __init__(self, path: Path) -> None:
        self._connection = SocketConnection(path)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def read(self) -> Keys:
        """Read every key but those that the API server keeps writing."""
        answer = self._send("range", {"key": coded(ROOT), "range_end": coded(END)})
        pairs = ((plain(one["key"]), plain(one["value"])) for one in answer.get("kvs", []))
        return {key: value for key, value in pairs if not key.startswith(OWN)}

    def write(self, changes: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Set keys, or remove those that are None, some at a time."""
        operations = (operation(key, value) for key, value in changes)
        while batch := list(itertools.islice(operations, BATCH)):
            self._send("txn", {"success": batch})

    def _send(self, verb: str, body: object) -> dict[str, Any]:
        self._connection.request("POST", f"/v3/kv/{verb}", json.dumps(body))
        response = self._connection.getresponse()
        content = response.read()
        if response.status != http.client.OK:
            raise OSError(f"etcd answered {response.status}: {content[:200]!r}")
        answer: dict[str, Any] = json.loads(content)
        return answer


def operation(key: bytes, value: bytes | None) -> dict[str, Any]:
    """Write one operation of a transaction."""
    if value is None:
        return {"request_delete_range": {"key": coded(key)}}
    return {"request_put": {"key": coded(key), "value": coded(value)}}


def differences(now: Keys, wanted: Keys) -> dict[bytes, bytes | None]:
    """Return what must be written for the store to be as wanted."""
    changed: dict[bytes, bytes | None] = {
        key: value for key, value in wanted.items() if now.get(key) != value
    }
    return changed | {key: None for key in now if key not in wanted}


def coded(raw: bytes) -> str:
    """Write bytes as the gateway takes them."""
    return base64.b64encode(raw).decode()


def plain(text: str) -> bytes:
    """Read bytes as the gateway gives them."""
    return base64.b64decode(text)
