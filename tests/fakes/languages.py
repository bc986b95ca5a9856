"""Languages in memory. Fulfils `bot.core.languages.Languages`."""

from dataclasses import dataclass, field

from checks.text import Lang


@dataclass
class FakeLanguages:
    """`channels` and `people` by id."""

    channels: dict[str, Lang] = field(default_factory=dict)
    people: dict[str, Lang] = field(default_factory=dict)

    async def of_channel(self, channel: str) -> Lang | None:
        """Return the language a channel has been given."""
        return self.channels.get(channel)

    async def set_channel(self, channel: str, lang: Lang | None, by: str) -> None:
        """Give a channel a language, or take it."""
        del by
        if lang is None:
            self.channels.pop(channel, None)
        else:
            self.channels[channel] = lang

    async def of_person(self, user: str) -> Lang | None:
        """Return the language of the last answer a person got."""
        return self.people.get(user)

    async def spoke(self, user: str, lang: Lang) -> None:
        """Record the language of an answer a person got."""
        if user:
            self.people[user] = lang
