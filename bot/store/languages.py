"""The languages of channels and people."""

from collections import OrderedDict

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.clock import Clock, utc_now
from bot.store.database import Database
from bot.store.models import ChannelLanguage, Person
from bot.store.sql import insert
from checks.text import LANGS, Lang

_KEPT = 10_000  # people whose language is known without asking the database


class SqlLanguages:
    """Fulfils `Languages`. Everything may raise `StoreError`.

    What a person was last answered in is written only when it changes.
    """

    def __init__(self, database: Database, now: Clock = utc_now) -> None:
        self._database = database
        self._now = now
        self._spoken: OrderedDict[str, Lang] = OrderedDict()

    async def of_channel(self, channel: str) -> Lang | None:
        """Return the language a channel has been given."""

        async def find(session: AsyncSession) -> Lang | None:
            row = await session.get(ChannelLanguage, channel)
            return None if row is None else _lang(row.lang)

        return await self._database.consult(find)

    async def set_channel(self, channel: str, lang: Lang | None, by: str) -> None:
        """Give a channel a language; with None it goes by each paste again."""
        async with self._database.write() as session:
            if lang is None:
                await session.execute(
                    delete(ChannelLanguage).where(ChannelLanguage.channel == channel)
                )
                return
            values = {"lang": lang, "set_by": by, "set_at": self._now()}
            statement = insert(session, ChannelLanguage).values(channel=channel, **values)
            await session.execute(
                statement.on_conflict_do_update(
                    index_elements=[ChannelLanguage.channel], set_=values
                )
            )

    async def of_person(self, user: str) -> Lang | None:
        """Return the language of the last answer a person got."""
        async with self._database.read() as session:
            row = await session.get(Person, user)
            return None if row is None else _lang(row.lang)

    async def spoke(self, user: str, lang: Lang) -> None:
        """Record the language of an answer a person got."""
        if not user or self._spoken.get(user) == lang:
            return
        values = {"lang": lang, "at": self._now()}
        async with self._database.write() as session:
            statement = insert(session, Person).values(user=user, **values)
            await session.execute(
                statement.on_conflict_do_update(index_elements=[Person.user], set_=values)
            )
        self._spoken[user] = lang
        while len(self._spoken) > _KEPT:
            self._spoken.popitem(last=False)


def _lang(kept: str) -> Lang | None:
    return next((lang for lang in LANGS if lang == kept), None)
