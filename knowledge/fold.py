"""One form of writing for texts that are compared: lower case, one Chinese script."""

import functools
import re

import opencc

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def fold(text: str) -> str:
    """Return the text in lower case, Chinese as the mainland writes and words it.

    Simplified signs are fewer: both scripts meet there, and OpenCC's table of Taiwan's terms
    (網路, 逾時) brings the words together as well.
    """
    low = text.lower()
    if not _HAN.search(low):
        return low
    whole = low.encode(errors="replace").decode()  # half a sign is none to the converter
    return str(_converter().convert(whole))


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2sp")
