"""The language of a channel, against the stand-in."""

import pytest

from bot.core.errors import StoreError
from bot.demo.standin import ANA, HALL, OPS
from bot.store.languages import SqlLanguages
from checks.text import Lang
from tests.bot.slack.conftest import Office, Run
from tests.bot.slack.desk import ScriptedDesk

PASTE = 'no endpoints available for service "cart"'


async def told(office: Office, typed: str, channel: str = OPS) -> str:
    """Use a command and return what only the user sees."""
    known = len(office.slack.ephemerals)
    await office.slack.slash("/netcheck", typed, channel, ANA)
    messages = await office.slack.until(lambda: office.slack.ephemerals[known:])
    return messages[0].text


async def kept(run: Run) -> Lang | None:
    return await SqlLanguages(run.database).of_channel(OPS)


@pytest.mark.parametrize(
    ("typed", "lang", "answer"),
    [
        ("lang en", "en", "This channel is answered in English."),
        ("lang zh-tw", "zh-TW", "此頻道以中文回覆。"),
        ("lang auto", None, "An answer here speaks the language of its paste"),
        ("lang", None, "An answer here speaks the language of its paste"),
        ("lang fr", None, "`/netcheck lang [en|zh-TW|auto]`"),
        ("lang en zh-TW", None, "`/netcheck lang [en|zh-TW|auto]`"),
    ],
)
async def test_a_channel_is_given_a_language(
    office: Office, typed: str, lang: Lang | None, answer: str
) -> None:
    run = await office.start()

    assert answer in await told(office, typed)
    assert await kept(run) == lang


async def test_answers_follow_it_and_one_asked_for_goes_before(office: Office) -> None:
    desk = ScriptedDesk()
    run = await office.start(desk)
    await told(office, "lang zh-TW")

    for typed in (PASTE, f"--lang en\n{PASTE}"):
        event = await office.slack.mention(OPS, ANA, typed)
        await event.acked
        await run.settle()

    assert [overrides.lang for _, _, overrides in desk.asked] == ["zh-TW", "en"]


@pytest.mark.parametrize(
    ("typed", "answer", "other"),
    [
        ("help", "不需錯誤訊息，直接檢查。GROUP 可為 `cni`", "runs checks"),
        ("help dns", "執行 dns 檢查", "runs the dns"),
        ("link", "用法：`/netcheck link", "the form is"),
        ("dsn", "沒有 `dsn` 這個指令。 是不是 `/netcheck dns`？", "no command"),
        ("watch status", "未監看此頻道", "not watched"),
        ("dns a b", "`b` 是多餘的字", "one word too many"),
    ],
)
async def test_what_only_the_user_sees_follows_it_too(
    office: Office, typed: str, answer: str, other: str
) -> None:
    await office.start()
    both = await told(office, typed)
    await told(office, "lang zh-TW")

    chinese = await told(office, typed)

    assert other in both
    assert other not in chinese
    assert answer in chinese
    assert answer in both


async def test_chinese_help_is_chinese_in_any_channel(office: Office) -> None:
    await office.start()
    await told(office, "lang en")

    said = await told(office, "說明")

    assert "說明 TEXT 是什麼錯誤" in said
    assert "names the error" not in said


async def test_a_mention_without_text_is_explained_in_it(office: Office) -> None:
    await office.start()
    await told(office, "lang en")

    event = await office.slack.mention(OPS, ANA, "help")
    reply = await office.reply(event, "Mention me")

    assert "提及我" not in reply.text


async def test_where_the_bot_is_not_it_is_told_in_it(office: Office) -> None:
    await office.start()
    await told(office, "lang zh-TW", HALL)

    assert (await told(office, f"ask {PASTE}", HALL)).startswith("我不在這個頻道")


async def test_without_a_database_help_is_in_both_languages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(_languages: SqlLanguages, _channel: str) -> Lang | None:
        raise StoreError("the database is gone")

    await office.start()
    monkeypatch.setattr(SqlLanguages, "of_channel", failing)

    said = await told(office, "help ask")

    assert "names the error" in said
    assert "說明 TEXT" in said


async def test_the_language_of_an_answer_is_remembered_for_the_one_who_asked(
    office: Office,
) -> None:
    run = await office.start()

    event = await office.slack.mention(OPS, ANA, PASTE)
    await office.reply(event, "Confirmed")
    await run.settle()

    assert await SqlLanguages(run.database).of_person(ANA) == "en"
