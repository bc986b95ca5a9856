"""Sentences in the languages netcheck speaks."""

from typing import Literal

import msgspec

Lang = Literal["en", "zh-TW"]
LANGS: tuple[Lang, ...] = ("en", "zh-TW")


class Text(msgspec.Struct, frozen=True):
    """One sentence, said in English and in Traditional Chinese."""

    en: str
    zh_tw: str

    def fill(self, **values: object) -> "Text":
        """Return the sentence with its `{named}` places filled, the same in each language."""
        return Text(en=self.en.format(**values), zh_tw=self.zh_tw.format(**values))

    def __add__(self, more: "Text") -> "Text":
        """Return this sentence followed by another."""
        return Text(en=self.en + more.en, zh_tw=self.zh_tw + more.zh_tw)

    def to(self, lang: Lang) -> str:
        """Return the sentence in one language."""
        return self.zh_tw if lang == "zh-TW" else self.en
