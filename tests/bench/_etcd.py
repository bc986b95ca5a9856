"""Puts objects into etcd as the API server would have stored them: thousands a second."""

import base64
import http.client
import itertools
import json
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Manifest = dict[str, Any]
BATCH = 100  # etcd takes 128 operations in one transaction


class Etcd(http.client.HTTPConnection):
    """etcd's JSON gateway on a Unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("etcd")
        self._path = str(path)

    def connect(self) -> None:
        """Connect to the socket instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)

    def put(self, objects: Iterable[tuple[str, Manifest]]) -> None:
        """Store objects under their keys, some at a time."""
        pairs = iter(objects)
        while batch := list(itertools.islice(pairs, BATCH)):
            pairs64 = [{"key": _b64(key), "value": _b64(json.dumps(one))} for key, one in batch]
            puts = [{"requestPut": pair} for pair in pairs64]
            self.request("POST", "/v3/kv/txn", json.dumps({"success": puts}))
            answer = self.getresponse()
            body = answer.read()
            if answer.status != http.client.OK:
                raise RuntimeError(f"etcd: {answer.status}: {body.decode(errors='replace')}")


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
