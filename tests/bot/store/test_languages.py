"""One suite for the fake and for both databases."""

import pytest

from bot.core.languages import Languages
from bot.store.database import Database
from bot.store.languages import SqlLanguages
from tests.bot.store.conftest import Clock
from tests.fakes.languages import FakeLanguages


@pytest.fixture
def languages(storage: Database | None, clock: Clock) -> Languages:
    return FakeLanguages() if storage is None else SqlLanguages(storage, clock)


async def test_a_channel_has_no_language_until_it_is_given_one(languages: Languages) -> None:
    assert await languages.of_channel("C1") is None

    await languages.set_channel("C1", "zh-TW", "U1")
    await languages.set_channel("C2", "en", "U1")

    assert await languages.of_channel("C1") == "zh-TW"


async def test_a_channels_language_is_replaced_and_taken_away(languages: Languages) -> None:
    await languages.set_channel("C1", "zh-TW", "U1")
    await languages.set_channel("C1", "en", "U2")
    assert await languages.of_channel("C1") == "en"

    await languages.set_channel("C1", None, "U1")
    assert await languages.of_channel("C1") is None


async def test_a_persons_language_is_that_of_the_last_answer(languages: Languages) -> None:
    assert await languages.of_person("U1") is None

    for lang in ("en", "zh-TW", "zh-TW"):
        await languages.spoke("U1", lang)

    assert await languages.of_person("U1") == "zh-TW"
    assert await languages.of_person("U2") is None


async def test_nobodys_language_is_not_kept(languages: Languages) -> None:
    await languages.spoke("", "en")

    assert await languages.of_person("") is None


async def test_a_language_this_version_does_not_know_counts_as_none(
    database: Database, clock: Clock
) -> None:
    languages = SqlLanguages(database, clock)
    await languages.set_channel("C1", "fr", "U1")  # type: ignore[arg-type]

    assert await languages.of_channel("C1") is None
