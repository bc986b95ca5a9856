"""Which of the two languages to answer in."""

import re

from knowledge.model import Lang

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
_ENOUGH = 2  # arbitrary; one sign may be part of a name, two are a word


def detect(text: str) -> Lang:
    """Return zh-TW when a person wrote Chinese around the output, else en.

    Program output is English in either case, so the share of Chinese says nothing: a few signs
    do. Japanese has signs of its own between them and Korean hardly any.
    """
    if text.isascii():
        return "en"
    han = len(_HAN.findall(text))
    if han < _ENOUGH:
        return "en"
    return "zh-TW" if han > len(_KANA_OR_HANGUL.findall(text)) else "en"
