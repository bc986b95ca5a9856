"""Settings that stand as YAML in a ConfigMap."""

from collections.abc import Mapping
from typing import Any

import yaml

from checks.kinds import ConfigMap


def settings(config: ConfigMap | None, key: str) -> Mapping[str, Any] | None:
    """Return the settings under one key of a ConfigMap, None when there are none to be read."""
    text = (config.data if config else None) or {}
    try:
        parsed = yaml.safe_load(text.get(key, ""))
    except yaml.YAMLError:
        return None
    return parsed if isinstance(parsed, dict) else None
