import asyncio
from pathlib import Path

import pytest

from bot.app import build_doctor
from bot.cluster.saved import SavedCluster
from bot.core.plan import Overrides
from bot.core.ports import Place
from bot.store.memory import SqlMemory
from bot.store.schema import open_database
from tests.bot.cli.conftest import Run

CART = 'no endpoints available for service "cart"'


def test_a_database_that_was_never_made_says_how_to_make_it(run: Run) -> None:
    outcome = run("incidents", "list")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "netcheck db upgrade" in outcome.err


def test_upgrade_makes_the_database_and_says_so_once(run: Run) -> None:
    assert run("db", "upgrade").out.startswith("empty -> ")
    assert run("db", "upgrade").out.startswith("already at ")
    assert "the newest" in run("db", "current").out
    assert run("db", "check").status == 0


def test_an_empty_list_says_what_fills_it(run: Run) -> None:
    run("db", "upgrade")

    assert "no incidents yet" in run("incidents", "list").out
    assert run("incidents", "list", "--json").document == []


def test_an_incident_that_is_not_there_is_named(run: Run) -> None:
    run("db", "upgrade")

    outcome = run("incidents", "show", "7")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "#7" in outcome.err


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "nonsense", "sqlite+aiosqlite:////proc/nowhere/netcheck.db"]
)
def test_a_database_that_cannot_be_used_ends_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("NETCHECK_DATABASE_URL", url)

    outcome = run("db", "upgrade")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)


def test_a_file_that_is_no_database_is_named(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, " * 100)
    monkeypatch.setenv("NETCHECK_DATABASE_URL", f"sqlite+aiosqlite:///{file}")

    outcome = run("db", "upgrade")

    assert (outcome.status, outcome.err.count("\n")) == (1, 1)
    assert "notes.txt" in outcome.err


async def keep(tmp_path: Path, shop: Path) -> None:
    """Keep two sightings of one incident, as the bot would."""
    url = f"sqlite:///{tmp_path}/data/netcheck/netcheck.db"
    doctor = build_doctor()
    async with await open_database(url) as database:
        memory = SqlMemory(database)
        for number in (1, 2):
            answer = await doctor.diagnose(CART, SavedCluster(shop), Overrides(namespace="shop"))
            place = Place("mention", "C0SHOP", f"{number}.0", "U0ANA", f"Ev{number}")
            await memory.remember(doctor.masked(CART), answer, place)


def test_an_incident_is_listed_and_shown_with_what_was_found(
    run: Run, tmp_path: Path, shop: Path
) -> None:
    run("db", "upgrade")
    asyncio.run(keep(tmp_path, shop))

    header, row = run("incidents", "list").out.splitlines()
    assert header.split("\t")[:3] == ["id", "entry", "subject"]
    cells = row.split("\t")
    assert cells[:6] == ["#1", "service-no-endpoints", "Service shop/cart", "shop", "open", "2"]
    shown = run("incidents", "show", "#1").out
    for part in ("timeline", "opened", "| " + CART, "service-endpoints: found", "app=cart-svc"):
        assert part in shown
    assert run("incidents", "show", "1", "--json").document["incident"]["count"] == 2


@pytest.mark.parametrize("number", ["0", "-1", "x", "#", "9" * 30])
def test_what_can_be_no_incidents_number_is_a_usage_error(run: Run, number: str) -> None:
    outcome = run("incidents", "show", "--", number)

    assert outcome.status == 2
    assert "ID" in outcome.err
