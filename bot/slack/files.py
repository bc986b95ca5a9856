"""Files attached to a message: which there are, and where they may be fetched."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

_MOST = 5  # arbitrary; a person who drops a folder means its logs one by one
_SHOWN = 80
_BINARY = ("image/", "video/", "audio/", "application/zip", "application/gzip", "application/pdf")
_MARKUP = str.maketrans("<>&`\n", "_____")


class File(msgspec.Struct, frozen=True):
    """A file as Slack describes it (docs.slack.dev, file object); `name` is safe to show."""

    name: str
    url: str
    mimetype: str = ""

    @property
    def binary(self) -> bool:
        """Whether its type already says that it is no text."""
        return self.mimetype.startswith(_BINARY)


def pack(message: Mapping[str, Any]) -> str:
    """Return a message's files as the inbox keeps them, "" when there are none."""
    found = [_file(one) for one in message.get("files") or () if isinstance(one, Mapping)]
    return msgspec.json.encode(found[:_MOST]).decode() if found else ""


def unpack(packed: str) -> tuple[File, ...]:
    """Return the files that were packed."""
    return msgspec.json.decode(packed, type=tuple[File, ...]) if packed else ()


def on_slack(url: str, api_url: str) -> bool:
    """Whether an address lies on the host of the Web API, or below it, as files.slack.com does.

    Only there may the bot token be sent.
    """
    file, api = urlsplit(url), urlsplit(api_url)
    if (
        not file.hostname
        or not api.hostname
        or (file.scheme, _port(file))
        != (
            api.scheme,
            _port(api),
        )
    ):
        return False
    return file.hostname == api.hostname or file.hostname.endswith(f".{api.hostname}")


def _port(address: Any) -> int | None:  # noqa: ANN401 (urllib's result types share no base)
    try:
        port: int | None = address.port
    except ValueError:
        return -1
    return port


def _file(described: Mapping[str, Any]) -> File:
    name = str(described.get("name") or described.get("title") or described.get("id") or "?")
    url = described.get("url_private_download") or described.get("url_private") or ""
    return File(name.translate(_MARKUP)[:_SHOWN], str(url), str(described.get("mimetype") or ""))
