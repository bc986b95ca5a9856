"""Settings, read once by the composition root: environment variables, all optional but tokens."""

import math
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import get_args

import msgspec

from bot.core.errors import SettingError
from bot.core.leave import Admins
from bot.core.ports import Dials, Pace

_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP = re.compile(r"S[A-Z0-9]{2,}")

CONNECTIONS = 10
"""Sockets an app may hold open at once (docs.slack.dev/apis/events-api/using-socket-mode)."""


class Settings(msgspec.Struct, frozen=True):
    """What an operator can set; each field says its variable.

    `slack_bot_token` SLACK_BOT_TOKEN, `slack_app_token` SLACK_APP_TOKEN, `slack_api_url`
    SLACK_API_URL, `database_url` NETCHECK_DATABASE_URL (SQLAlchemy form), `kubeconfig` KUBECONFIG
    or NETCHECK_KUBECONFIG, `snapshots` NETCHECK_SNAPSHOTS (NAME=FILE, comma separated), `kb`
    NETCHECK_KB (folders of entries, joined like PATH; a later one wins), `dials` NETCHECK_DIALS
    (auto, on or off), `pace` NETCHECK_REQUESTS_AT_ONCE and NETCHECK_REQUESTS_PER_SECOND, of each
    cluster's API server, `admins` NETCHECK_ADMINS (ids of Slack users and user groups, comma
    separated; empty: everybody), `slack_connections` NETCHECK_SLACK_CONNECTIONS (sockets held open,
    1 to 10).
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
    pace: Pace = Pace()
    admins: Admins = Admins()


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
        pace=_pace(environ),
        admins=_admins(environ.get("NETCHECK_ADMINS", "")),
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


def _pace(environ: Mapping[str, str]) -> Pace:
    usual = Pace()
    at_once = environ.get("NETCHECK_REQUESTS_AT_ONCE") or str(usual.at_once)
    if not at_once.isdecimal() or not int(at_once):
        raise SettingError(
            f"NETCHECK_REQUESTS_AT_ONCE: {at_once!r} is no whole number of 1 or more, "
            f"as in `{usual.at_once}`"
        )
    per_second = environ.get("NETCHECK_REQUESTS_PER_SECOND") or str(usual.per_second)
    return Pace(int(at_once), _positive("NETCHECK_REQUESTS_PER_SECOND", per_second))


def _positive(name: str, value: str) -> float:
    """Read a number; `inf` would be no pace, and `nan` none at all."""
    with suppress(ValueError):
        if 0 < float(value) < math.inf:
            return float(value)
    raise SettingError(f"{name}: {value!r} is no number above 0, as in `50` or `0.5`")


def _admins(value: str) -> Admins:
    """Read ids (docs.slack.dev, user object and user group object), each once, in their order."""
    ids = tuple(dict.fromkeys(one.strip() for one in value.split(",") if one.strip()))
    for one in ids:
        if not (_USER.fullmatch(one) or _GROUP.fullmatch(one)):
            raise SettingError(
                f"NETCHECK_ADMINS: {one!r} is no id of a user (U… or W…) or of a user group (S…): "
                "Slack shows it in a profile's menu, and in a group's"
            )
    return Admins(
        users=tuple(filter(_USER.fullmatch, ids)), groups=tuple(filter(_GROUP.fullmatch, ids))
    )


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
