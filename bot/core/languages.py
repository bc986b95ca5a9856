"""Which language a channel is answered in, and which a person was last answered in."""

from typing import Protocol

from checks.text import Lang


class Languages(Protocol):
    """Languages, kept in SQL. None everywhere means that none is known. Raises `StoreError`."""

    async def of_channel(self, channel: str) -> Lang | None:
        """Return the language a channel has been given."""

    async def set_channel(self, channel: str, lang: Lang | None, by: str) -> None:
        """Give a channel a language; with None it goes by each paste again."""

    async def of_person(self, user: str) -> Lang | None:
        """Return the language of the last answer a person got."""

    async def spoke(self, user: str, lang: Lang) -> None:
        """Record the language of an answer a person got."""
