"""Folders of entries that change under a running bot, on a real disk."""

import asyncio
import logging
import os
from pathlib import Path

import pytest

from bot.jobs.reload import Reload
from bot.jobs.schedule import Schedule
from knowledge.errors import EntryError
from knowledge.load import Library
from knowledge.match import read
from tests.knowledge.samples import write_entry


class Desk:
    """Keeps what it was handed."""

    def __init__(self) -> None:
        self.taken: list[Library] = []

    def take(self, library: Library) -> None:
        self.taken.append(library)

    @property
    def slugs(self) -> list[list[str]]:
        return [list(library.entries) for library in self.taken]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kb"
    folder.mkdir()
    write_entry(folder, "first")
    return folder


async def test_nothing_is_handed_over_while_nothing_changes(folder: Path, desk: Desk) -> None:
    reload = Reload([folder])

    await reload.look(desk.take)
    (folder / "notes.txt").touch()
    await reload.look(desk.take)

    assert desk.taken == []


async def test_a_new_a_changed_and_a_deleted_page_are_seen(folder: Path, desk: Desk) -> None:
    reload = Reload([folder])

    write_entry(folder, "second", ("quota exceeded for gateways",))
    await reload.look(desk.take)
    page = folder / "second.md"
    page.write_text(page.read_text(encoding="utf-8").replace("quota", "limit"), encoding="utf-8")
    await reload.look(desk.take)
    for name in ("first.md", "first.zh-TW.md"):
        (folder / name).unlink()
    await reload.look(desk.take)

    assert desk.slugs == [["first", "second"], ["first", "second"], ["second"]]
    for what, answers in {"quota": [True, False, False], "limit": [False, True, True]}.items():
        paste = read(f"{what} exceeded for gateways")
        assert [one.match(paste).answer == "match" for one in desk.taken] == answers


async def test_a_page_of_the_same_size_and_time_is_seen(folder: Path, desk: Desk) -> None:
    """As `cp -p` and `tar` write them."""
    reload = Reload([folder])
    page = folder / "first.md"
    before = page.stat()
    other = folder / ".new"
    other.write_text(page.read_text(encoding="utf-8").replace("said no", "said oh"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(page)

    await reload.look(desk.take)

    assert desk.taken[0].entries["first"].signatures[0].text == "the bridge said oh"


async def test_a_bad_page_is_logged_once_with_its_line_and_mended_at_the_next_look(
    folder: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    reload = Reload([folder])
    page = folder / "first.md"
    sound = page.read_text(encoding="utf-8")

    page.write_text(sound.replace("area: cni", "area: cmi"), encoding="utf-8")
    write_entry(folder, "second")
    for _ in range(3):
        await reload.look(desk.take)

    assert desk.taken == []
    (record,) = caplog.records
    assert record.getMessage() == (
        "knowledge base not reloaded, the last good one stays in force: "
        f"{page}:3: unknown area 'cmi': did you mean 'cni'?"
    )

    page.write_text(sound, encoding="utf-8")
    await reload.look(desk.take)

    assert desk.slugs == [["first", "second"]]


def test_while_a_folder_is_gone_or_empty_nothing_is_handed_over(
    folder: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    reload = Reload([folder])
    away = folder.with_name("away")

    folder.rename(away)
    asyncio.run(reload.look(desk.take))
    folder.mkdir()
    asyncio.run(reload.look(desk.take))
    assert desk.taken == []
    folder.rmdir()
    away.rename(folder)
    asyncio.run(reload.look(desk.take))

    assert desk.slugs == [["first"]]
    messages = "\n".join(one.getMessage() for one in caplog.records)
    assert "kb: no such file or directory" in messages
    assert "kb: no entry in it" in messages


def _publish(volume: Path, version: str, signature: str) -> None:
    """Write a version as the kubelet writes a ConfigMap: a folder, and a link that is swapped."""
    data = volume / f"..{version}"
    data.mkdir()
    write_entry(data, "sample", (signature,))
    for file in data.iterdir():
        link = volume / file.name
        if not link.is_symlink():
            link.symlink_to(Path("..data") / file.name)
    (volume / "..data_tmp").symlink_to(data.name)
    (volume / "..data_tmp").replace(volume / "..data")


async def test_a_swapped_configmap_is_seen_though_its_links_stay(
    tmp_path: Path, desk: Desk
) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    _publish(volume, "2026_11_25", "the bridge said no")
    reload = Reload([volume])
    assert reload.load().entries["sample"].signatures[0].text == "the bridge said no"

    _publish(volume, "2026_11_26", "the bridge said oh")
    await reload.look(desk.take)

    assert desk.taken[0].entries["sample"].signatures[0].text == "the bridge said oh"


async def test_a_set_that_changes_while_it_is_read_is_left_to_the_next_look(
    folder: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reload = Reload([folder])
    load = reload.load

    def slowly() -> Library:
        library = load()
        write_entry(folder, "third")
        monkeypatch.setattr(reload, "load", load)
        return library

    monkeypatch.setattr(reload, "load", slowly)
    write_entry(folder, "second")
    await reload.look(desk.take)
    assert desk.taken == []

    await reload.look(desk.take)

    assert desk.slugs == [["first", "second", "third"]]


async def test_the_loop_goes_on_while_a_set_is_loaded(
    folder: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The load waits for the loop: on the loop it would wait for ever."""
    reload = Reload([folder])
    load = reload.load
    loop = asyncio.get_running_loop()
    turned = asyncio.Event()

    async def turn() -> None:
        turned.set()

    def waiting() -> Library:
        asyncio.run_coroutine_threadsafe(turn(), loop).result(10)
        return load()

    monkeypatch.setattr(reload, "load", waiting)
    write_entry(folder, "second")
    await reload.look(desk.take)

    assert turned.is_set()
    assert len(desk.taken) == 1


async def test_what_is_handed_over_is_ready_so_that_no_paste_waits(
    folder: Path, desk: Desk
) -> None:
    reload = Reload([folder])

    write_entry(folder, "second")
    await reload.look(desk.take)

    assert "_matcher" in vars(desk.taken[0])


async def test_what_overrides_what_is_logged(
    folder: Path, tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    later = tmp_path / "later"
    later.mkdir()
    write_entry(later, "second")
    reload = Reload([folder, later])

    write_entry(later, "first")
    await reload.look(desk.take)

    assert [one.getMessage() for one in caplog.records] == [
        "knowledge base reloaded: 0 shipped entries, 2 of your own",
        f"entry first: {later}/first.md is used instead of {folder}/first.md",
    ]


async def test_the_schedule_takes_a_change_by_itself(folder: Path) -> None:
    reload = Reload([folder])
    arrived = asyncio.Event()
    schedule = Schedule()

    async def look() -> None:
        await reload.look(lambda _library: arrived.set())

    schedule.every(0.02, "reload", look)
    schedule.start()
    write_entry(folder, "second")
    async with asyncio.timeout(10):
        await arrived.wait()
    schedule.stop()

    assert arrived.is_set()


def test_a_bad_page_at_the_first_load_is_raised(folder: Path) -> None:
    (folder / "first.md").write_text("nothing", encoding="utf-8")

    with pytest.raises(EntryError, match=r"first\.md:1: no front matter"):
        Reload([folder]).load()
