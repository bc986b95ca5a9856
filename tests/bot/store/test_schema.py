import asyncio
import sys

from bot.store.schema import Revision, check, current, migrate, upgrade

NEWEST = "0005"


async def test_an_upgrade_says_where_the_database_stood_and_stands(url: str) -> None:
    turned = await upgrade(url)

    assert (Revision("", NEWEST), Revision(NEWEST, NEWEST)) == turned
    assert Revision(NEWEST, NEWEST) == await current(url)


async def test_upgrading_again_changes_nothing(url: str) -> None:
    await upgrade(url)

    before, after = await upgrade(url)

    assert before == after


async def test_the_models_are_what_the_migrations_build(url: str) -> None:
    await upgrade(url)

    assert await check(url) == ()


async def test_down_to_the_base_and_up_again(url: str) -> None:
    await upgrade(url)
    await migrate(url, "base")

    assert not (await current(url)).at

    await upgrade(url)

    assert await check(url) == ()


async def test_several_may_start_at_once_in_one_process(url: str) -> None:
    await asyncio.gather(*(upgrade(url) for _ in range(5)))

    assert await check(url) == ()


async def test_several_processes_may_start_at_once(url: str) -> None:
    program = "import asyncio, sys; from bot.store.schema import upgrade; "
    program += "asyncio.run(upgrade(sys.argv[1]))"

    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, url) for _ in range(3)
    ]

    assert [await process.wait() for process in processes] == [0, 0, 0]

    assert await check(url) == ()
