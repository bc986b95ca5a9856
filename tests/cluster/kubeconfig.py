"""Kubeconfig files. JSON is YAML too, so no YAML library is needed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.certificates import Pair

CONTEXT = "netcheck-test"


def client_certificate(pair: Pair) -> dict[str, str]:
    """Sign in by certificate."""
    return {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}


def write_kubeconfig(
    path: Path, server: str, ca: Path, user: dict[str, str], *, namespace: str = "default"
) -> Path:
    """Write a file with one context, readable by its owner only."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXT,
        "clusters": [
            {"name": CONTEXT, "cluster": {"server": server, "certificate-authority": str(ca)}}
        ],
        "users": [{"name": CONTEXT, "user": user}],
        "contexts": [
            {
                "name": CONTEXT,
                "context": {"cluster": CONTEXT, "user": CONTEXT, "namespace": namespace},
            }
        ],
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(config, indent=2), encoding="utf-8")
    return path
