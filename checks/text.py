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
        """Return the sentence with its `{named}` places filled; a `Text` fills each in kind."""
        en = {key: one.en if isinstance(one, Text) else one for key, one in values.items()}
        zh_tw = {key: one.zh_tw if isinstance(one, Text) else one for key, one in values.items()}
        return Text(en=self.en.format(**en), zh_tw=self.zh_tw.format(**zh_tw))

    def __add__(self, more: "Text") -> "Text":
        """Return this sentence followed by another."""
        return Text(en=self.en + more.en, zh_tw=self.zh_tw + more.zh_tw)

    def to(self, lang: Lang) -> str:
        """Return the sentence in one language."""
        return self.zh_tw if lang == "zh-TW" else self.en


EMPTY = Text(en="", zh_tw="")
"""Nothing to say, or what parts of a sentence are put behind."""
