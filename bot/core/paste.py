"""From raw bytes or text to a paste that can be matched, or a refusal that says what to send."""

import codecs

from bot.core.errors import PasteRefusedError
from knowledge.match import read
from knowledge.model import Paste

LIMIT = 1_000_000
"""Bytes of a paste that are read; Slack's own files are read up to the same size."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GARBLED_SHARE = 0.1  # arbitrary; a log with a few broken bytes stays readable


def decode(data: bytes) -> str:
    """Decode what a file or a pipe held: UTF-8, or UTF-16 by its byte order mark.

    Broken bytes become U+FFFD. Raises `PasteRefusedError` when it is not text or too large.
    """
    _refuse_large(len(data))
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    text = data.decode(encoding, errors="replace")
    if "\x00" in text or text.count("\ufffd") > max(8, _GARBLED_SHARE * len(text)):
        raise PasteRefusedError(
            "this is not text: paste the error as text, or the lines around it from the log"
        )
    return text


def read_paste(text: str) -> Paste:
    """Clean and redact a paste. Raises `PasteRefusedError` when nothing is left to match."""
    _refuse_large(len(text))
    whole = text.encode("utf-8", errors="replace").decode("utf-8")
    paste = read(whole)
    if not paste.text.strip():
        raise PasteRefusedError(
            "the paste is empty: send the error itself, for example the last lines of "
            "`kubectl describe pod NAME`"
        )
    return paste


def _refuse_large(size: int) -> None:
    if size > LIMIT:
        raise PasteRefusedError(
            f"the paste has {size:,} bytes and at most {LIMIT:,} are read: "
            "send the lines around the error, for example with `tail -n 200 FILE`"
        )
