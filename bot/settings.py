"""Settings, read once by the composition root: environment variables, all optional but tokens."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import msgspec

from bot.core.errors import SettingError
from bot.core.ports import Dials

CONNECTIONS = 10
"""Sockets an app may hold open at once (docs.slack.dev/apis/events-api/using-socket-mode)."""


class Settings(msgspec.Struct, frozen=True):
    """What an operator can set; each field says its variable.

    `slack_bot_token` SLACK_BOT_TOKEN, `slack_app_token` SLACK_APP_TOKEN, `slack_api_url`
    SLACK_API_URL, `database_url` NETCHECK_DATABASE_URL (SQLAlchemy form), `kubeconfig` KUBECONFIG
    or NETCHECK_KUBECONFIG, `snapshots` NETCHECK_SNAPSHOTS (NAME=FILE, comma separated), `kb`
    NETCHECK_KB (folders of entries, joined like PATH; a later one wins), `dials` NETCHECK_DIALS
    (auto, on or off), `slack_connections` NETCHECK_SLACK_CONNECTIONS (sockets held open, 1 to 10).
    """

    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_api_url: str = "https://slack.com/api/"
    database_url: str = ""
    kubeconfig: Path | None = None
    snapshots: Mapping[str, Path] = {}
    kb: tuple[Path, ...] = ()
    dials: Dials = "auto"
    slack_connections: int = 1


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read the settings from an environment. Raises `SettingError` naming the variable."""
    return Settings(
        slack_bot_token=environ.get("SLACK_BOT_TOKEN", ""),
        slack_app_token=environ.get("SLACK_APP_TOKEN", ""),
        slack_api_url=_web_address("SLACK_API_URL", environ) or "https://slack.com/api/",
        database_url=environ.get("NETCHECK_DATABASE_URL") or _default_database_url(environ),
        kubeconfig=_path(environ.get("NETCHECK_KUBECONFIG") or environ.get("KUBECONFIG")),
        snapshots=_snapshots(environ.get("NETCHECK_SNAPSHOTS", "")),
        kb=_paths(environ.get("NETCHECK_KB", "")),
        dials=_dials(environ.get("NETCHECK_DIALS", "")),
        slack_connections=_connections(environ.get("NETCHECK_SLACK_CONNECTIONS", "")),
    )


def _default_database_url(environ: Mapping[str, str]) -> str:
    """Return SQLite in the user's data folder (XDG Base Directory)."""
    home = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return f"sqlite+aiosqlite:///{Path(home) / 'netcheck' / 'netcheck.db'}"


def _web_address(name: str, environ: Mapping[str, str]) -> str:
    value = environ.get(name, "")
    if value and not value.startswith(("https://", "http://")):
        raise SettingError(f"{name}: {value!r} is no address, as in `https://slack.com/api/`")
    return value


def _path(value: str | None) -> Path | None:
    return Path(value).expanduser() if value else None


def _paths(value: str) -> tuple[Path, ...]:
    """Read paths joined like PATH; an empty one, as at the end of `/a:`, names nothing."""
    return tuple(Path(one).expanduser() for one in value.split(os.pathsep) if one)


def _dials(value: str) -> Dials:
    for known in get_args(Dials):
        if value in {"", known}:
            chosen: Dials = known if value else "auto"
            return chosen
    raise SettingError(f"NETCHECK_DIALS: {value!r} is none of {', '.join(get_args(Dials))}")


def _snapshots(value: str) -> Mapping[str, Path]:
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    for name, _, file in pairs:
        if not name.strip() or not file.strip():
            raise SettingError(
                f"NETCHECK_SNAPSHOTS: {name!r} is not NAME=FILE, as in `staging=/data/staging.json`"
            )
    return {name.strip(): Path(file.strip()) for name, _, file in pairs}


def _connections(value: str) -> int:
    """Read how many sockets to hold; Slack allows an app ten."""
    if value and (not value.isdecimal() or not 1 <= int(value) <= CONNECTIONS):
        raise SettingError(
            f"NETCHECK_SLACK_CONNECTIONS: {value!r} is no number from 1 to {CONNECTIONS}"
        )
    return int(value or 1)
