import asyncio
from pathlib import Path

import pytest

from bot.core.ports import Place
from bot.store.memory import SqlMemory
from bot.store.schema import open_database
from tests.bot.cli.conftest import Run
from tests.bot.store.samples import PASTE, answer, cause


async def keep(tmp_path: Path) -> None:
    """Keep three sightings of two incidents, as the bot would."""
    async with await open_database(f"sqlite:///{tmp_path}/data/netcheck/netcheck.db") as database:
        memory = SqlMemory(database)
        for name in ("cart", "cart", "bank"):
            told = answer(cause(subject=f"Service shop/{name}"))
            await memory.remember(PASTE, told, Place("slack", "C1", "1.0", "U1"))


def test_a_digest_counts_what_the_bot_has_kept(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    asyncio.run(keep(tmp_path))

    lines = run("digest", "--since", "24h").out.splitlines()
    document = run("digest", "--json").document

    assert lines[1] == "2 new, 0 seen again, 0 resolved, 2 open now, pastes: 3"
    assert [line.split() for line in lines[3:5]] == [
        ["count", "cause"],
        ["3", "service-no-endpoints"],
    ]
    assert lines[7].split() == [
        "#1",
        "2",
        "service-no-endpoints",
        "Service",
        "shop/cart",
        "staging",
    ]
    assert (document["new"], document["sightings"]) == (2, 3)
    assert [one["count"] for one in document["subjects"]] == [2, 1]


def test_where_nothing_happened_it_says_so(run: Run) -> None:
    run("db", "upgrade")

    assert run("digest").out.splitlines()[1] == "nothing happened"
    assert run("digest", "--json").document["causes"] == []


@pytest.mark.parametrize("span", ["soon", "0d", "7"])
def test_a_time_that_is_none_is_a_usage_error(run: Run, span: str) -> None:
    outcome = run("digest", "--since", span)

    assert outcome.status == 2
    assert "write 30m, 24h, 7d or 2w" in outcome.err


def test_without_a_database_it_says_how_to_make_one(run: Run) -> None:
    outcome = run("digest")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "netcheck db upgrade" in outcome.err
