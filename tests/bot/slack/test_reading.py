"""Commands that only read, against the stand-in."""

import asyncio

import pytest
from sqlalchemy import update

from bot.core.errors import ClusterUnknownError, StoreError
from bot.core.ports import Place
from bot.demo.standin import ALL_EVENTS, ANA, BEN, OPS, Message, Options
from bot.slack.blocks import text_of
from bot.store import models
from bot.store.archive import SqlArchive
from bot.store.memory import SqlMemory
from tests.bot.slack.answers import NOTHING
from tests.bot.slack.conftest import Office, Run
from tests.bot.slack.desk import ScriptedDesk
from tests.bot.store.samples import PASTE, answer, cause


async def told(office: Office, typed: str, user: str = ANA) -> str:
    """Use a command and return all that the user alone sees."""
    return read(await shown(office, typed, user))


def read(message: Message) -> str:
    return "\n".join([message.text, *map(text_of, message.blocks)])


async def shown(office: Office, typed: str, user: str = ANA) -> Message:
    known = len(office.slack.ephemerals)
    await office.slack.slash("/netcheck", typed, OPS, user)
    messages = await office.slack.until(lambda: office.slack.ephemerals[known:])
    assert messages[0].ephemeral_to == user
    return messages[0]


async def remember(run: Run, subject: str, user: str = ANA, cluster: str = "staging") -> None:
    memory = SqlMemory(run.database)
    await memory.remember(PASTE, answer(cause(subject=subject), cluster=cluster), place(user))


def place(user: str) -> Place:
    return Place("slack", OPS, "1.0", user)


async def resolve(run: Run, number: int) -> None:
    """Close an incident as a button does."""
    async with run.database.write() as session:
        one = update(models.Incident).where(models.Incident.id == number)
        await session.execute(one.values(status="resolved"))


async def test_words_find_entries_whose_names_hold_them_first(office: Office) -> None:
    await office.start()

    said = await told(office, "kb no endpoints")

    first = said.split("•")[1]
    assert "Entries that hold `no`, `endpoints`" in said
    assert "service" in first
    assert "`service-no-endpoints`" in said
    assert said.count("•") <= 5


async def test_a_slug_shows_meaning_confirm_and_fix(office: Office) -> None:
    await office.start()

    said = await told(office, "kb service-no-endpoints")
    chinese = await told(office, "kb service-no-endpoints --lang zh-TW")

    for part in ("*Meaning*", "*Confirm*", "*Fix:*", "kubectl"):
        assert part in said
    assert "*意義*" in chinese


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("kb", "`/netcheck kb WORDS|SLUG`"),
        ("kb service-no-endpont", "service-no-endpoints"),
        ("kb xyzzy-plugh", "No entry holds `xyzzy-plugh`"),
        ("kb <!channel>", "&lt;!channel&gt;"),
        ("kb 沒有 endpoint", "Service 沒有任何 endpoint"),
    ],
)
async def test_what_is_not_found_is_told_with_what_comes_near(
    office: Office, typed: str, answer: str
) -> None:
    await office.start()

    assert answer in await told(office, typed)


async def test_open_incidents_are_listed_with_their_titles(office: Office) -> None:
    run = await office.start()
    await remember(run, "Service shop/cart")
    await remember(run, "Service shop/cart")
    await remember(run, "Service pay/bank", BEN, "production")
    await remember(run, "Service old/gone")
    await resolve(run, 3)

    said = await told(office, "incidents")

    assert "Open incidents: 2" in said
    assert "*#1* Service has no endpoints · Service shop/cart · staging · seen 2 times" in said
    assert "#3" not in said


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("incidents all", [1, 2, 3]),
        ("incidents mine", [1, 3]),
        ("incidents MINE in staging", [1, 3]),
        ("incidents -n pay", [2]),
        ("incidents in production", [2]),
        ("incidents all service-no-endpoints", [1, 2, 3]),
        ("incidents coredns-loop", []),
        ("incidents all since 7d", [1, 2, 3]),
        ("incidents since 1w all -n old", [3]),
    ],
)
async def test_incidents_are_narrowed(office: Office, typed: str, numbers: list[int]) -> None:
    run = await office.start()
    await remember(run, "Service shop/cart")
    await remember(run, "Service pay/bank", BEN, "production")
    await remember(run, "Service old/gone")
    await resolve(run, 3)

    said = await told(office, typed)

    assert [number for number in (1, 2, 3) if f"*#{number}*" in said] == numbers
    assert ("There are none." in said) == (not numbers)


async def test_of_many_incidents_ten_are_shown_and_buttons_turn_to_the_others(
    office: Office,
) -> None:
    run = await office.start()
    for number in range(23):
        await remember(run, f"Service shop/{number}")
    await remember(run, "Service pay/bank", BEN)

    message = await shown(office, "incidents mine -n shop --lang en")
    pages = [read(message)]
    for button in ("incidents_older", "incidents_older", "incidents_newer", "incidents_newer"):
        await (await office.slack.press(message, button, ANA)).acked
        await run.settle()
        pages.append(read(message))

    places = [next(line for line in said.splitlines() if " of 23" in line) for said in pages]
    assert [place.split(" · ")[0] for place in places] == [
        "1 to 10 of 23",
        "11 to 20 of 23",
        "21 to 23 of 23",
        "11 to 20 of 23",
        "1 to 10 of 23",
    ]
    assert pages[0] == pages[4]
    assert "shop/22" in pages[0]
    assert "shop/0 " in pages[2]
    assert not any("pay/bank" in said for said in pages)
    assert ["Newer" in said for said in pages] == [False, True, True, True, False]
    assert ["Older" in said for said in pages] == [True, True, False, True, True]
    assert len(office.slack.ephemerals) == 1


@pytest.mark.parametrize("options", [Options(events=ALL_EVENTS)])
async def test_turning_a_page_is_heard_by_no_watched_channel(office: Office) -> None:
    run = await office.start()
    for number in range(12):
        await remember(run, f"Service shop/{number}")
    message = await shown(office, "incidents")

    await (await office.slack.press(message, "incidents_older", ANA)).acked
    await run.settle()

    assert "11 to 12 of 12" in read(message)
    assert [one.kind for one in office.slack.deliveries] == ["slash_commands", "interactive"]


async def test_a_page_that_cannot_be_read_is_told_and_the_list_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise StoreError("the disk is full: free some space")

    run = await office.start()
    for number in range(12):
        await remember(run, f"Service shop/{number}")
    message = await shown(office, "incidents")
    monkeypatch.setattr(SqlArchive, "find", failing)

    await office.slack.press(message, "incidents_older", ANA)
    await office.slack.until(lambda: len(office.slack.ephemerals) > 1)

    assert "free some space" in office.slack.ephemerals[1].text
    assert len(message.edits) == 1


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("incidents service-no-endpont", "Did you mean `service-no-endpoints`?"),
        ("incidents opne", "Did you mean `open`?"),
        ("incidents since", "the form is `/netcheck incidents"),
        ("incidents since tomorrow", "`tomorrow` is no length of time"),
        ("incidents all coredns-loop more", "`more` is one word too many"),
        ("incidents in", "`in` needs a value"),
        ("incident", "`/netcheck incident ID`"),
        ("incident x", "`/netcheck incident ID`"),
        ("incident 0", "`/netcheck incident ID`"),
        ("incident 99999999999999999999", "`/netcheck incident ID`"),
        ("incident #7", "There is no incident #7"),
        ("digest soon", "`soon` is no length of time"),
        ("digest 7d 8d", "`8d` is one word too many"),
        ("status now", "`now` is one word too many"),
    ],
)
async def test_a_mistake_is_answered_with_the_form(office: Office, typed: str, answer: str) -> None:
    await office.start()

    assert answer in await told(office, typed)


async def test_an_incident_is_shown_with_its_evidence_and_timeline(office: Office) -> None:
    run = await office.start()
    await remember(run, "Service shop/cart")

    said = await told(office, "incident #1")

    assert "*Service shop/cart* its selector matches no pod" in said
    assert "spec.selector: app=crat" in said
    assert f"opened / 建立 · <@{ANA}> · confirmed" in said


async def test_the_status_tells_of_clusters_channel_library_and_queues(office: Office) -> None:
    desk = ScriptedDesk()
    await office.start(desk)
    await told(office, "link staging shop")
    office.clusters.known["production"].trouble = "cluster production (https://10.0.0.1): refused"

    said = await told(office, "status")

    assert "netcheck 9.9.9 · up 1 h 1 min" in said
    staging, production = said.index("🟢 `staging`"), said.index("🔴 `production`")
    assert staging < production  # the channel's own comes first
    assert "https://10.0.0.1): refused" in said
    assert "v1.36.1" in said
    assert "linked to `staging`, namespace `shop`" in said
    assert "entries" in said
    assert "events to answer: 0 · messages for Slack: 0" in said
    for secret in (office.slack.options.bot_token, office.slack.options.app_token):
        assert secret not in said


async def test_the_status_of_one_cluster_asks_no_other(office: Office) -> None:
    await office.start()

    said = await told(office, "status in production")

    assert "🟢 `production`" in said
    assert office.clusters.known["staging"].looks == []


async def test_a_cluster_that_hangs_does_not_hold_up_the_status(office: Office) -> None:
    await office.start()
    office.clusters.known["production"].seconds = 30

    async with asyncio.timeout(5):
        said = await told(office, "status")

    assert "🔴 `production` · cluster production: no answer within 0.5 s" in said
    assert "🟢 `staging`" in said


async def test_a_kubeconfig_that_cannot_be_read_is_a_reason(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_desk: ScriptedDesk) -> tuple[str, ...]:
        raise ClusterUnknownError("/data/kubeconfig: no such file")

    await office.start()
    monkeypatch.setattr(ScriptedDesk, "clusters", failing)

    assert "/data/kubeconfig: no such file" in await told(office, "status")


async def test_a_digest_counts_what_happened(office: Office) -> None:
    run = await office.start()
    await remember(run, "Service shop/cart")
    await remember(run, "Service pay/bank", cluster="production")

    said = await told(office, "digest 1d")
    production = await told(office, "digest 1d in production")

    assert "2 new · 0 seen again · 0 resolved · 2 open now · pastes: 2" in said
    assert "Service has no endpoints · 2 times" in said
    assert "1 new" in production
    assert "shop/cart" not in production


async def test_a_digest_counts_a_paste_that_nothing_fitted(office: Office) -> None:
    run = await office.start(ScriptedDesk(last=NOTHING))
    event = await office.slack.mention(OPS, ANA, "the coffee is cold")
    await event.acked
    await run.settle()

    assert "Pastes I did not know: 1" in await told(office, "digest")


async def test_an_empty_digest_says_that_nothing_happened(office: Office) -> None:
    await office.start()

    assert "Nothing happened." in await told(office, "digest")


async def test_a_reader_is_answered_in_the_language_they_last_got(office: Office) -> None:
    run = await office.start()
    both = await told(office, "incidents", BEN)
    await remember(run, "Service shop/cart", BEN)
    event = await office.slack.mention(OPS, BEN, "no endpoints")
    await office.reply(event, "Confirmed")
    await run.settle()

    english = await told(office, "incidents", BEN)
    await told(office, "lang zh-TW")
    chinese = await told(office, "incidents", BEN)

    assert "Open incidents: 0 / 未解決的事件：0 件" in both
    assert "Open incidents: 1*" in english
    assert "*未解決的事件：1 件*" in chinese


async def test_a_database_that_fails_is_told_not_met_with_silence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(*_: object) -> None:
        raise StoreError("database /data/netcheck.db: the disk is full: free some space")

    await office.start()
    monkeypatch.setattr(SqlArchive, "find", failing)

    assert "free some space" in await told(office, "incidents")


async def test_a_bug_is_told_with_its_number_in_the_log(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def failing(*_: object) -> None:
        raise ZeroDivisionError

    await office.start()
    monkeypatch.setattr(SqlArchive, "find", failing)

    said = await told(office, "incidents coredns-loop")

    (command,) = office.slack.deliveries
    assert "Something broke on our side" in said
    assert command.event_id in said
    assert command.event_id in caplog.text
    assert "coredns-loop" not in caplog.text.split("Traceback")[0]
