"""What commands answer, rendered: every page within every limit, and what it says."""

import re
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import library
from bot.core.archive import Digest, Found, Tally
from bot.core.health import Reach
from bot.core.incident import IncidentDetail, IncidentRow, TimelineRow
from bot.core.ports import Link
from bot.core.registry import Backlog
from bot.demo.standin.blocks import check_blocks
from bot.demo.standin.mrkdwn import loose_rings
from bot.slack import words_commands
from bot.slack.blocks import BLOCK_LIMIT, FALLBACK_LIMIT, SECTION_LIMIT, TEXT_LIMIT, Rendered
from bot.slack.blocks import text_of as said_by
from bot.slack.escape import size
from bot.slack.moment import length, minute
from bot.slack.render_digest import render_digest
from bot.slack.render_entry import first_sentence, mrkdwn, render_entries, render_entry
from bot.slack.render_incidents import Query, read_query, render_incident, render_incidents
from bot.slack.render_status import Status, render_status
from checks.text import Lang, Text
from knowledge.model import Entry, Page, Step

ENTRIES = library().entries
ANY_LANG = st.sampled_from((None, "en", "zh-TW"))
ANY = st.text(max_size=400) | st.sampled_from(
    ("<!channel>", "```", "`", "&" * 900, "😀" * 500, "<@U024BE7LH>", "a\n\nb", "\u202e", "")
)
ANY_ENTRY = st.builds(
    Entry,
    slug=ANY,
    area=ANY,
    maturity=st.just("stable"),
    reviewed=ANY,
    origin=ANY,
    pages=st.fixed_dictionaries(
        {
            "en": st.builds(
                Page,
                title=ANY,
                meaning=ANY,
                confirm=ANY,
                fix=st.lists(
                    st.builds(Step, text=ANY, commands=st.tuples(ANY, ANY), danger=st.none() | ANY),
                    max_size=60,
                ).map(tuple),
                otherwise=ANY,
            )
        }
    ),
    signatures=st.just(()),
)
ANY_ROW = st.builds(
    IncidentRow,
    id=st.integers(1, 2**31),
    entry=ANY | st.sampled_from(sorted(ENTRIES)),
    cluster=ANY,
    subject=ANY,
    status=st.sampled_from(("open", "resolved")) | ANY,
    count=st.integers(1, 10**9),
    first_seen=ANY,
    last_seen=ANY,
)
ANY_DETAIL = st.from_type(IncidentDetail)
ANY_REACH = st.builds(
    Reach, cluster=ANY, seconds=st.floats(0, 100), version=ANY, trouble=st.just("") | ANY
)
ANY_TALLY = st.builds(
    Tally, entry=ANY, count=st.integers(1, 99), subject=ANY, cluster=ANY, incident=st.integers(0, 9)
)
ANY_DIGEST = st.builds(
    Digest,
    since=ANY,
    until=ANY,
    new=st.integers(0, 9),
    open=st.integers(0, 9),
    causes=st.lists(ANY_TALLY, max_size=9).map(tuple),
    subjects=st.lists(ANY_TALLY, max_size=9).map(tuple),
)
CALM = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    deadline=None,
    max_examples=60,
)


def written(rendered: Rendered) -> str:
    return "\n".join([rendered.text, *map(said_by, rendered.blocks)])


def fits(rendered: Rendered, mentions: int = 0) -> None:
    """Hold a message to every limit of Slack's; only ids of people may be mentioned."""
    said = [said_by(block) for block in rendered.blocks]
    whole = "\n".join([rendered.text, *said])
    assert rendered.text.strip()
    assert size(rendered.text) <= FALLBACK_LIMIT
    assert 1 <= len(rendered.blocks) <= BLOCK_LIMIT
    assert all(0 < size(text) <= SECTION_LIMIT for text in said)
    assert sum(map(size, said)) <= TEXT_LIMIT
    check_blocks(msgspec.to_builtins(rendered.blocks))
    if mentions:
        whole = re.sub(r"<@[A-Z0-9]+>", "", whole)
    else:
        assert not loose_rings(rendered.blocks)
    assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", whole)


@CALM
@given(ANY_ENTRY, ANY_LANG)
def test_no_entry_breaks_a_limit_or_rings(entry: Entry, lang: Lang | None) -> None:
    fits(render_entry(entry, lang))
    fits(render_entries(words_commands.ENTRIES.fill(words="`x`", count=3), [entry] * 5, lang))


@pytest.mark.parametrize("lang", ["en", "zh-TW"])
def test_every_shipped_entry_fits_with_its_first_step(lang: Lang) -> None:
    for entry in ENTRIES.values():
        rendered = render_entry(entry, lang)
        fits(rendered)
        assert "1. " in written(rendered), entry.slug


@CALM
@given(st.lists(ANY_ROW, max_size=30), st.integers(0, 10**6), ANY_LANG)
def test_no_list_of_incidents_breaks_a_limit_or_rings(
    rows: list[IncidentRow], more: int, lang: Lang | None
) -> None:
    found = Found(tuple(rows), len(rows) + more)
    query = Query("all", cluster="x" * 1_900, offset=30, lang=lang or "")
    fits(render_incidents(query, found, ENTRIES))
    fits(render_incidents(Query(offset=more, lang=lang or ""), found, ENTRIES))


@CALM
@given(ANY_DETAIL, ANY_LANG)
def test_no_incident_breaks_a_limit_or_rings(detail: IncidentDetail, lang: Lang | None) -> None:
    fits(render_incident(detail, ENTRIES, lang), mentions=True)


@CALM
@given(
    st.lists(ANY_REACH, max_size=60).map(tuple),
    st.none() | st.builds(Link, channel=ANY, cluster=ANY, namespace=ANY),
    ANY_LANG,
)
def test_no_status_breaks_a_limit_or_rings(
    reach: tuple[Reach, ...], link: Link | None, lang: Lang | None
) -> None:
    fits(render_status(status(reach=reach, link=link), lang))


@CALM
@given(ANY_DIGEST, ANY_LANG)
def test_no_digest_breaks_a_limit_or_rings(digest: Digest, lang: Lang | None) -> None:
    fits(render_digest(digest, ENTRIES, lang))


def status(reach: tuple[Reach, ...] = (), link: Link | None = None) -> Status:
    return Status(
        version="0.1.0",
        uptime=90_061.5,
        reach=reach,
        unasked=3,
        link=link,
        lang="zh-TW",
        shipped=120,
        own=2,
        backlog=Backlog(1, 4),
    )


def test_a_page_is_written_as_slack_reads_it() -> None:
    page = "Two *lines*\nof **text**.\n\n- first\n- second [link](https://a.example)\n\n```sh\nx=1\n```\n"

    assert list(mrkdwn(page)) == [
        "Two *lines* of *text*.",
        "• first",
        "• second link (https://a.example)",
        "```\nx=1\n```",
    ]


@pytest.mark.parametrize(
    ("meaning", "sentence"),
    [
        ("The node is gone. It was\nscaled down.", "The node is gone."),
        ("節點已移除。接著擴充。", "節點已移除。"),
        ("Only v1.36 knows it: no stop", "Only v1.36 knows it: no stop"),
        ("", "…"),
    ],
)
def test_an_entry_is_summed_up_by_its_first_sentence(meaning: str, sentence: str) -> None:
    assert first_sentence(meaning, 200) == (sentence if meaning else "")


def test_a_danger_stands_before_its_command_in_an_entry_too() -> None:
    step = Step("Flush the rules.", ("iptables -F",), danger="it cuts every connection")
    page = Page("Rules", "m", "c", (Step("Look first."), step), "o")
    entry = msgspec.structs.replace(next(iter(ENTRIES.values())), pages={"en": page})

    said = written(render_entry(entry, "en"))

    assert said.index("Look first") < said.index("cuts every") < said.index("iptables -F")


def test_an_incident_says_how_it_was_last_mended_and_by_whom() -> None:
    row = IncidentRow(7, "service-no-endpoints", "staging", "Service shop/cart", "open", 2, *AT)
    turns = (
        TimelineRow(AT[0], "opened", "U1ANA", "confirmed"),
        TimelineRow(AT[0], "resolved", "U1BEN", "rolled back"),
        TimelineRow(AT[1], "reopened", "", "likely"),
    )

    said = written(render_incident(IncidentDetail(row, turns, ()), ENTRIES, "en"))

    assert "*Last mended:* 2026-05-12 09:14 UTC · resolved · <@U1BEN> · rolled back" in said
    assert said.count("rolled back") == 2
    assert "opened again" in said


AT = ("2026-05-12T09:14:00Z", "2026-05-13T10:00:00Z")


def test_where_nothing_happened_the_digest_says_so() -> None:
    quiet = render_digest(Digest(*AT, open=2), ENTRIES, "en")
    empty = render_digest(Digest(*AT), ENTRIES, None)

    assert "Nothing happened.\nStill open: 2." in written(quiet)
    assert "Nothing happened. / 沒有任何事件。" in written(empty)
    assert "Still open" not in written(empty)


def test_a_digest_tells_of_pastes_nothing_fitted() -> None:
    digest = Digest(*AT, unmatched=4)

    assert "Pastes I did not know: 4" in written(render_digest(digest, ENTRIES, "en"))


def test_a_cluster_is_told_by_its_time_or_by_its_reason() -> None:
    reach = (Reach("a", 0.123, "v1.36.1"), Reach("b", 3.0, trouble="no answer within 3 s"))

    said = written(render_status(status(reach), "en"))

    assert "🟢 `a` · 0.12 s · v1.36.1\n🔴 `b` · no answer within 3 s" in said
    assert "3 more were not asked" in said
    assert "up 1 d 1 h" in said
    assert "120 shipped entries, 2 of your own" in said
    assert "events to answer: 1 · messages for Slack: 4" in said


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=59.9), "59 s"),
        (timedelta(hours=25, minutes=1), "1 d 1 h"),
        (timedelta(hours=1, seconds=5), "1 h 5 s"),
        (timedelta(days=-1), "0 s"),
    ],
)
def test_a_length_of_time_is_told_in_two_units(span: timedelta, told: str) -> None:
    assert length(span.total_seconds()).en == told


def test_a_moment_that_is_none_stays_as_it_is() -> None:
    assert minute("2026-05-12T09:14:00+02:00") == "2026-05-12 07:14 UTC"
    assert minute("yesterday") == "yesterday"


def test_a_lead_in_both_languages_is_one_line() -> None:
    none = render_incidents(Query(), Found((), 0), ENTRIES)

    assert "*Open incidents: 0 / 未解決的事件：0 件*" in written(none)
    assert "There are none. / 沒有事件。" in written(none)
    assert Text("x", "x").to("en") == "x"


@pytest.mark.parametrize(
    "value", ["", "{", "1 - Ev1", '{"offset": -1}', '{"which": 7}', '{"since": "x"}']
)
def test_what_another_versions_button_carries_is_no_query(value: str) -> None:
    assert read_query(value) is None
